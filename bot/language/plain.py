"""Plain: what a reply says so plainly, in a known wording, that no model is needed to read it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.language.numbers import NUMBERS
from bot.language.ordered import EITHER
from bot.language.phrases import Patterns
from bot.language.weighed import Weighed

WHOLE = 0.7  # part of what is said that a known wording must be to be believed whatever the model says
FEW_BEHIND = 5  # words behind a yes or no beyond which they tell more than it
# How many times likelier a level is where a known wording of it stands in a reply: one that holds anywhere, or in replies.
UNMISTAKABLE, USUAL = 50.0, 5.0
YES_OR_NO = r"(?:yes|yep|yeah|yup|ja|doch|oui|s[ií]|nope|no|nah|nein|non)"

_YES_NO = re.compile(rf"\W*(?P<word>{YES_OR_NO})\b(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_TURNS = re.compile(  # what may make more of a yes or no than that
    r"\b(?:but|though|although|except|not|no|never|yes|fine|okay?|good|great|right|\w*n't|aber|doch|nicht|kein\w*|gut|mais|pas|bien|pero)\b|\?",
    re.IGNORECASE,
)
_NEITHER = re.compile(
    r"\W*(?:no,? )?(?:it'?s |it is |they'?re |both (?:are )?)?(?:fine|ok|okay|good) (?:on|with|for) both\b|"
    r"\W*(?:neither|none|no and no|(?:both|all) (?:are |is )?(?:fine|ok|okay|good)|weder\b.*\bnoch|ni (?:l'un|uno))\b|"
    r"\W*(?:(?:no|nope|nah|nein|non|not really|not at all|neither|really|keins von beiden|aucun des deux|ninguno)\W*)+$",
    re.IGNORECASE,
)

_BOTH = re.compile(
    r"\W*(?:yes,? )?(?:both(?: of (?:them|those|it))?|too slow and too (?:expensive|dear|costly)|beides|les deux|ambos)"
    r"(?:\W+(?:obviously|definitely|really|sadly|honestly|tbh|yes|sure|unfortunately|actually|i (?:think|guess)))*\W*$",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"\W*(?P<word>{YES_OR_NO})(?:\W+(?:sure|sir|of course|please|indeed|we (?:do|have|are|did)|it (?:is|does)))?\W*$",
    re.IGNORECASE,
)
# Facts of which a bare yes or no says nothing: which level it was meant for cannot be known.
NO_YES = frozenset(
    {"scope", "coverage", "evals", "retrieval", "answers", "freshness", "provider", "venue", "task_kind"}
)
BEHIND_NONE = {"evals": "eyeballed"}  # the level that is told by what stands beside "none"
NO_NO = frozenset({"scope", "coverage", "answers", "provider", "task_kind"})

# What may stand before a level's name: "it's rather", "prompting was".
_CALLED = re.compile(
    r"^(?:(?:see above|as (?:i )?said|i said|und|and|so) )*"
    r"(?:(?:it|this|that|they|these|those|ours|prompting|retrieval|scope|(?:the|our) \w+)(?: (?:is|s|are|was|were|re))? )?"
    r"(?:pretty|really|rather|quite|very|fairly|only|just|all)? ?"
)
_SAID = re.compile(r" (?:as (?:i )?said(?: \w+)?|like i said|wie gesagt|comme (?:je l )?dit|see above)$")


def is_either(asked: Sequence[str]) -> bool:
    """Whether it is asked whether it is too slow or too expensive, and no other "this or that" beside."""
    return set(asked) >= EITHER and not {"knowledge_needed", "behaviour_gap"} <= set(asked)


class Plain:
    """Reads by the patterns of knowledge/patterns.yaml alone. `labels` are the levels per fact."""

    def __init__(self, patterns: Mapping[str, Sequence[Patterns]], labels: Mapping[str, Sequence[str]]) -> None:
        self._patterns = patterns
        self._labels = {fact: levels for fact, levels in labels.items() if fact not in NUMBERS}

    def level(self, fact: str, words: str, *, alone: bool) -> str | None:
        """The level that words say plainly; `alone` is whether nothing else was asked."""
        told = self.named_level(fact, words) or self._said_whole(fact, words)
        return told or (self._assented(fact, words) if alone else None)

    def named_level(self, fact: str, words: str) -> str | None:
        """The level of a fact whose very name these words are: "open-ended", "it was systematic"."""
        name = _SAID.sub("", _CALLED.sub("", re.sub(r"[\W_]+", " ", words).strip().casefold()))
        levels = self._labels.get(fact, ())
        return next((level for level in levels if level.replace("_", " ") == name), None)

    def is_neither(self, text: str, asked: Sequence[str]) -> bool:
        """Whether it was asked whether it is too slow or too expensive, and a text says that it is neither."""
        rows = [row for fact in EITHER for row in self._patterns.get(fact, ()) if row.level == "yes"]
        complains = any(p.search(text) for row in rows for p in row.anywhere)
        return is_either(asked) and _NEITHER.match(text) is not None and not complains

    def is_both(self, text: str, asked: Sequence[str]) -> bool:
        """Whether it was asked whether it is too slow or too expensive, and a text says that it is both."""
        return is_either(asked) and _BOTH.match(text) is not None

    def says_nothing(self, asked: Sequence[str], text: str) -> bool:
        """Whether a text is a mere yes or no to what cannot be answered so: "yes" to "is it too slow or too expensive?"."""
        bare = _BARE.match(text)
        if not bare:
            return False
        means_no = bare["word"].casefold() in ("no", "nope", "nah", "nein", "non")
        return (not means_no and set(asked) == EITHER) or (
            len(asked) == 1 and asked[0] in (NO_NO if means_no else NO_YES)
        )

    def _said_whole(self, fact: str, words: str) -> str | None:
        """The level of which a known wording is all that these words say; that of a reply must be every word of it."""
        rows = self._patterns.get(fact, ()) if fact in self._labels else ()
        for row in rows:
            found = next(filter(None, (p.search(words) for p in row.anywhere)), None)
            if found:
                return row.level if found.end() - found.start() >= WHOLE * len(words) else None
        bare = words.strip(" .,;!~")
        return next((row.level for row in rows if any(p.fullmatch(bare) for p in row.answer)), None)

    def _assented(self, fact: str, words: str) -> str | None:
        """What a yes or no says to a question that has no third answer, where hardly anything stands behind it."""
        said = _YES_NO.match(words)
        levels = self._labels[fact]
        if not said or len(levels) != 2 or len(said["rest"].split()) > FEW_BEHIND or _TURNS.search(said["rest"]):
            return None
        rows = [row.level for row in self._patterns.get(fact, ()) if any(p.match(said["word"]) for p in row.answer)]
        return rows[0] if len(rows) == 1 else None

    def is_worded(self, fact: str, words: str) -> bool:
        """Whether these words are a known wording of some level."""
        return any(p.search(words) for row in self._patterns.get(fact, ()) for p in (*row.anywhere, *row.answer))

    def is_of_others(self, text: str, asked: Sequence[str]) -> bool:
        """Whether words hold an unmistakable wording of some fact that was not asked about, and no known one of any that was."""
        if any(self.is_worded(fact, text) for fact in asked):
            return False
        others = (row for fact, rows in self._patterns.items() if fact not in asked for row in rows)
        return any(p.search(text) for row in others for p in row.anywhere)

    def voted(self, fact: str, words: str, weighed: Weighed) -> Weighed:
        """What the model weighs, with a known wording of a level counting for that level; the unmistakable ones first.

        "No test set, two people look at some" tells the second: whoever looks has no more than that.
        """
        rows = [row for row in self._patterns.get(fact, ()) if row.level in weighed.levels]
        worded = [row.level for row in rows if any(p.search(words) for p in row.anywhere)]
        if BEHIND_NONE.get(fact) in worded and worded[0] == "none":
            rows = [row for row in rows if row.level != "none"]
        for row in rows:
            if any(p.search(words) for p in row.anywhere):
                return weighed.favour(row.level, UNMISTAKABLE)
        for row in rows:
            if any(p.search(words) for p in row.answer):
                return weighed.favour(row.level, USUAL)
        return weighed
