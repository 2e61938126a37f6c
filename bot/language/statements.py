"""Statements: what messages in a running talk state - plain words about one fact, a figure as it is now, the name of a level."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.core.facts import Catalogue, FactSpec
from bot.language.clauses import clauses, clean, sentences
from bot.language.cues import PLURAL, TARGET_AFTER, TARGET_BEFORE
from bot.language.numbers import NUMBERS, quantities
from bot.language.proposals import Proposal, number_proposal
from bot.language.quantify import read_numbers, told_by
from bot.language.reading_model import ReadingModel
from bot.language.routing import Router
from bot.language.told_numbers import LEAST_SHARE
from bot.language.unasked import NOT_IN_OPENINGS, Unasked

# A statement by the way: how likely its fact must be (the router's scores run from -1 to 1), by how much more than any other,
# and how probably it tells a level of it.
LIKELY, AHEAD, SURE_STATED = -0.6, 0.1, 0.9
SURE_TOUCHED = 0.7  # the last, where it is only asked about
FEWEST, MOST_WORDS = 3, 14  # of such a statement: longer ones say more than one thing

# Words by which a fact goes, on the card and in talk about it.
NAMES = {
    "evals": "evals", "prompting": "prompting", "retrieval": "retrieval", "rag": "retrieval", "scope": "scope",
    "coverage": "coverage", "latency": "latency_gap", "cost": "cost_gap", "costs": "cost_gap", "volume": "volume",
    "target": "target", "score": "score", "stakes": "stakes", "residency": "residency", "rights": "data_rights",
    "reviewed": "label_quality", "labels": "label_quality",
}  # fmt: skip
_NAMED = re.compile(rf"\b(?:{'|'.join(NAMES)})\b", re.IGNORECASE)
_NOW = re.compile(
    r"\b(?:now|today|still|currently|meanwhile|by now|these days|jetzt|inzwischen|maintenant|ahora)\b", re.IGNORECASE
)


# Facts of which the name of a level stands for nothing else: "clear" and "works" are also said of anything.
NAMED_ALONE = frozenset({"provider", "task_kind", "scope", "coverage", "label_quality", "freshness"})
_LEAD = re.compile(r"^\W*(?:(?:yes|yep|ok|so|well|it'?s|it is|we'?re|we are|on|with|a|an|the)\W+)*", re.IGNORECASE)
# What the quality is now, where it is known already: "it's 99.8 now", "since the new prompt we reach 96".
_REACHED = re.compile(
    r"\b(?:it'?s|it is|that'?s|we'?re|we are|reach(?:es)?|scores?|gets?|hits?|passes|on est|on atteint|sind(?: wir)?|liegen|liegt|"
    r"estamos|llega)(?: (?:now|only|just|about|at|up to|down to|back at|bei|à|en|jetzt|maintenant))* ?~?(?=\d)",
    re.IGNORECASE,
)
# The same in words that say by themselves that it is new: "that got us to 93", "latest run: 88".
_NEWLY = re.compile(
    r"(?:\b(?:new|latest|last) (?:number|score|result|run|figure|one|version)s?(?: is| at| gets| has| scores| reaches)?[: ]+|"
    r"\b(?:score|accuracy|it|we|we're)(?:'s| is| are)? still (?:at )?|\bstill (?:has|have|gets|scores|at|reaches|is at|are at) |"
    r"\b(?:re-?ran|re-?tested|re-?measured|re-?scored|re-?graded)(?: \w+){0,3}[:,] |"
    r"\b(?:got|gets|brings|brought|takes|took) (?:us|it|that|me) (?:up |down )?to |"
    r"\b(?:went|goes|jumped|rose|fell|dropped|climbed) (?:from \d[\d.]*%? )?(?:up |down )?to )(?:about |only |just )?~?(?=\d)",
    re.IGNORECASE,
)
_TODAY = re.compile(  # "83 is today, 71 was where we started"
    r"(?<![\d.,])(?P<n>\d{2}(?:\.\d+)?)\s?%? (?:is|are) (?:today|now|current|the current|what we have (?:now|today)|where we are)\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:since|after|with|thanks to|seit|mit|depuis|avec|desde|con)\b.{0,40}"
    r"\b(?:new|neuen?|nouve\w+|nuev[oa]|switch\w*|fix\w*|change\w*)\b",
    re.IGNORECASE,
)


# Another system than the one that a team has: what it scores or how slow it is says nothing of theirs.
_ANOTHER = re.compile(
    r"\b(?:mini|nano|haiku|flash|lite|opus|small(?:er)?|cheaper|bigger|larger|distil\w*|\d+b|teacher|"
    r"(?:old|previous|last|first) (?:tune|model|version))\b",
    re.IGNORECASE,
)
_TAKEN_UP = re.compile(
    r"\b(?:switch\w*|moved|changed|now (?:on|use|using|run)|upgraded|replaced|went live)\b", re.IGNORECASE
)


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[\w%-]+", text.casefold()))


def _put(spec: FactSpec, level: str) -> tuple[str, ...]:
    """How a level is put to people, where it is words enough to stand for nothing else."""
    if not spec.levels:
        return ()
    return tuple(put for put in (_bare(spec.levels[level].says), _bare(spec.levels[level].label)) if put.count(" ") > 1)


def without_others(text: str) -> str:
    """The text without the clauses that name another system than the team's, unless they say that it was taken up."""
    if _TAKEN_UP.search(text) or not _ANOTHER.search(text):
        return text
    return "\n".join(part.text for part in clauses(text) if not _ANOTHER.search(part.text))


def is_of_another(text: str, quote: str) -> bool:
    """Whether words stand in a sentence that names another system than the team's."""
    if _TAKEN_UP.search(text):
        return False
    return any(
        _ANOTHER.search(part.text) for part in sentences(text) if quote and (quote in part.text or part.text in quote)
    )


class Statements:
    """Reads what is stated beside what a message tells of itself, clause by clause: by the router and the tuned model, and by grammar."""

    def __init__(self, catalogue: Catalogue, model: ReadingModel, router: Router, unasked: Unasked) -> None:
        self._catalogue = catalogue
        self._model = model
        self._router = router
        self._unasked = unasked

    def read_statements(self, text: str, skip: Collection[str] = ()) -> tuple[Proposal, ...]:
        """What a message tells, also in plain words that stand for nothing else: "retrieval only partly works".

        Each clause in which nothing was found is taken for a statement about the one fact that it is most probably about.
        Only for messages that are known to state something: any other words would be about some fact, too.
        """
        text = clean(text)
        told = list(self._unasked.read_opening(text, skip, trusting=True).proposals)
        for clause in clauses(text):
            found = {proposal.fact for proposal in told}
            if not any(p.quote in clause.text or clause.text in p.quote for p in told):
                told += [p for p in self._stated(clause.text) if p.fact not in found and p.fact not in skip]
        return tuple(told)

    def read_our_words(self, text: str) -> tuple[Proposal, ...]:
        """The levels that a text states in the very words in which cards and questions put them: "retrieval was tried and still misses"."""
        words = f" {_bare(text)} "
        told = []
        for fact, spec in self._catalogue.facts.items():
            stated = [
                (len(put), level, put) for level in spec.level_names for put in _put(spec, level) if f" {put} " in words
            ]
            if stated and not spec.bands:
                _, level, put = max(stated)
                told.append(
                    (put, Proposal(fact=fact, value=self._catalogue.value_of(fact, level), quote=put, probability=1.0))
                )
        return tuple(p for put, p in told if not any(put != other and f" {put} " in f" {other} " for other, _ in told))

    def read_named(self, text: str) -> tuple[Proposal, ...]:
        """The levels that are given by the name of their fact, as recaps give them: "knowledge needed: yes", "scope = narrow"."""
        told = []
        for fact, spec in self._catalogue.facts.items():
            names = "|".join(re.escape(name) for name in (fact, fact.replace("_", " "), spec.name))
            found = re.search(
                rf"(?:^|[\n,;.]\s*|\bcorrection\W+)(?:{names})\s*[:=]\s*(?P<level>[\w -]+)", text, re.IGNORECASE
            )
            said = _bare(found["level"]) if found else ""
            level = next(
                (
                    level
                    for level in spec.level_names
                    if said in (level.replace("_", " "), _bare(spec.level(level).label))
                ),
                "",
            )
            if level and not spec.bands:
                value = self._catalogue.value_of(fact, level)
                told.append(Proposal(fact=fact, value=value, quote=clean(text)[:200], probability=1.0))
        return tuple(told)

    def touched(self, text: str) -> str:
        """The fact that a message in which nothing was read seems to state something about; empty where there is none."""
        for clause in clauses(clean(text)):
            fact = self._about(clause.text)
            if fact and fact not in NUMBERS and self._level(fact, clause.text)[1] >= SURE_TOUCHED:
                return fact
        return ""

    def read_score(self, text: str, corrects: bool = False) -> tuple[Proposal, ...]:
        """What a message says is reached now, in words that say so where the score was known before: "it's 99.8 now".

        `corrects` is whether the message takes something back: "my mistake, we're at 75" needs no "now".
        """
        text = without_others(clean(text))
        for sentence in sentences(text):
            said = sentence.text
            today = _TODAY.search(said)
            if today and (found := next((q for q in quantities(said) if q.start == today.start("n")), None)):
                return (number_proposal(self._catalogue, told_by(said, "score", found.value, found)),)
            plainly = [told for told in read_numbers(said) if told.fact == "score"] if _NOW.search(said) else []
            if plainly:
                return (number_proposal(self._catalogue, plainly[0]),)
            reached = _NEWLY.search(said) or _REACHED.search(said)
            if not reached or not (corrects or reached.re is _NEWLY or _NOW.search(said) or _CHANGED.search(said)):
                continue
            for quantity in quantities(said):
                share = quantity.unit in ("percent", "scale", "fraction") or (
                    quantity.unit == "count"
                    and LEAST_SHARE <= quantity.value <= 100
                    and not PLURAL.match(said, quantity.end)
                )
                aimed = TARGET_BEFORE.search(said[: quantity.start]) or TARGET_AFTER.match(said, quantity.end)
                if quantity.start == reached.end() and share and not aimed:
                    return (number_proposal(self._catalogue, told_by(said, "score", quantity.value, quantity)),)
        return ()

    def read_level(self, text: str) -> tuple[Proposal, ...]:
        """The level that a message is the bare name of, if it is that of one fact: "it's classification", "yes, anthropic"."""
        words = _LEAD.sub("", clean(text)).strip(" .,!")
        named = [
            (fact, level)
            for fact in sorted(NAMED_ALONE)
            for level in self._catalogue.spec(fact).level_names
            if words.casefold() in (level.replace("_", " "), level)
        ]
        if len(named) != 1:
            return ()
        fact, level = named[0]
        value = self._catalogue.value_of(fact, level)
        return (Proposal(fact=fact, value=value, quote=clean(text)[:200], probability=1.0),)

    def read_news(self, text: str) -> tuple[Proposal, ...]:
        """The number that a message gives for a fact as it is now, or by its name: "we now reach 96%", "target: 90"."""
        for clause in clauses(clean(text)):
            fact = self._about(clause.text)
            if fact in NUMBERS and (_NOW.search(clause.text) or _NAMED.search(clause.text)):
                return tuple(self._stated(clause.text))
        return ()

    def _about(self, words: str) -> str | None:
        named = {NAMES[name.lower()] for name in _NAMED.findall(words)}
        if len(named) == 1 and len(words.split()) > 1:
            return next(iter(named))
        fact = self._router.surest(words, LIKELY, AHEAD) if FEWEST <= len(words.split()) <= MOST_WORDS else None
        return fact if fact in self._model.labels and fact not in NOT_IN_OPENINGS else None

    def _level(self, fact: str, words: str) -> tuple[str, float]:
        return self._model.weigh([(fact, words)])[0].best

    def _stated(self, words: str) -> list[Proposal]:
        fact = self._about(words)
        if fact is None:
            return []
        if fact in NUMBERS:  # any number may be a day's traffic: that has to be said
            asked = [fact] if fact != "volume" else []
            return [number_proposal(self._catalogue, told) for told in read_numbers(words, asked) if told.fact == fact]
        level, probability = self._level(fact, words)
        if probability < SURE_STATED:
            return []
        value = self._catalogue.value_of(fact, level)
        return [Proposal(fact=fact, value=value, quote=words[:200], probability=probability)]
