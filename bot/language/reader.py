"""Reader: what replies tell about what was asked, with the words it rests on; below its thresholds it proposes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from bot.core.facts import Catalogue
from bot.language.acts import Acts
from bot.language.asked_numbers import asked_numbers
from bot.language.clauses import clean, sentences
from bot.language.examples import MOST_TO_MEASURE
from bot.language.faults import are_poor, faulty_share
from bot.language.heads import Features, Head
from bot.language.numbers import NUMBERS
from bot.language.ordered import EITHER
from bot.language.phrases import Patterns
from bot.language.plain import Plain
from bot.language.proposals import Proposal, Read, number_proposal
from bot.language.quantify import read_numbers
from bot.language.reading_model import ReadingModel
from bot.language.routing import Router
from bot.language.statements import Statements
from bot.language.unasked import Unasked
from bot.language.weighed import Weighed

SURE_ANSWER = (
    0.7  # probability from which on a level is taken from a reply to its question alone, supposing that it answers it
)
FEW = 4  # words: a question of no more is no answer in doubt, as "a test set, I think?" is
LEAST = 0.4  # probability of that level, of all that such a reply may be, below which it is not taken even so
SURE_PART = 0.8  # the same from a part of a reply to several questions, which may belong to another one
SURE_ELSEWHERE = 0.9  # the same for a reply that answers nothing that was asked
SURE_UNKNOWN = 0.6  # the same for a reply that says that nobody knows
SURE_SET = 0.9  # how probably the words tell how quality is scored, so that what they count is what is scored
TRACE = 0.12  # from this probability on a clause may be about a fact

# A yes or no and hardly anything beside it: it answers what was asked, whatever that was.
_ASSENT = re.compile(
    r"(?:yes|yep|yeah|yup|no|nope|nah|not really|definitely|absolutely|sure|of course|never|ja|klar|nein|oui|non|sí|si)\b"
    r"(?:\W+\w+){0,2}\W*$",
    re.IGNORECASE,
)

_EVALS = re.compile(r"\bevals?\b", re.IGNORECASE)
# By which what is counted is there to train on, whatever was asked.
_TO_TRAIN_ON = re.compile(
    r"\b(?:train\w*|(?:fine-?)?tun(?:e|ed|ing)|examples?|pairs|so far|past|sent|kept|collected|stored|last (?:year|month|quarter))\b",
    re.IGNORECASE,
)


class Reader:
    """Reads messages by a tuned model, and numbers by grammar."""

    def __init__(
        self,
        catalogue: Catalogue,
        acts: Acts,
        patterns: Mapping[str, Sequence[Patterns]],
        model: ReadingModel,
        router: Head,
        features: Features,
    ) -> None:
        self._patterns = patterns
        self._catalogue = catalogue
        self._acts = acts
        self._model = model
        self._levels = frozenset(model.labels) - frozenset(NUMBERS)  # facts whose levels the model weighs
        self._router = Router(patterns, router, features, model)
        self.plain = Plain(patterns, model.labels)
        self.unasked = Unasked(catalogue, patterns, model)
        self.statements = Statements(catalogue, model, self._router, self.unasked)

    # --- in reply to questions --------------------------------------------------------------------------------------

    def read_answer(self, text: str, asked: Sequence[str]) -> Read:
        """What a reply tells about the facts asked for, in their order."""
        return self.read_answers([(text, asked)])[0]

    def read_answers(self, replies: Sequence[tuple[str, Sequence[str]]]) -> list[Read]:
        """The same for several replies, each to questions of its own; all at once is faster."""
        cleaned = [(clean(text), asked) for text, asked in replies]
        routed = [self._router.assign(text, asked) if text and asked else ({}, {}) for text, asked in cleaned]
        pairs = [
            (fact, parts[fact])
            for (_, asked), (parts, _) in zip(cleaned, routed, strict=True)
            for fact in asked
            if fact in self._levels and parts.get(fact)
        ]
        weighed = dict(zip(pairs, self._model.weigh(pairs), strict=True))
        return [
            self._told(text, asked, parts, traces, weighed) if text and asked else Read()
            for (text, asked), (parts, traces) in zip(cleaned, routed, strict=True)
        ]

    def looked_at(self, text: str, asked: Sequence[str]) -> list[str]:
        """The words whose vectors `read_answer` will want."""
        text = clean(text)
        return self._router.looked_at(text, asked) if text and asked else []

    def _told(
        self,
        text: str,
        asked: Sequence[str],
        parts: Mapping[str, str],
        traces: Mapping[str, float],
        weighed: Mapping[tuple[str, str], Weighed],
    ) -> Read:
        """What the parts of a reply tell that belong to the facts asked for."""
        both = "no" if self.plain.is_neither(text, asked) else "yes" if self.plain.is_both(text, asked) else ""
        if both:
            others = [fact for fact in asked if fact not in EITHER]
            told = self._told(text, others, parts, traces, weighed) if others else Read()
            either = tuple(self._proposal(fact, both, text, 1.0) for fact in asked if fact in EITHER)
            return told.model_copy(update={"proposals": (*either, *told.proposals)})
        if self.plain.says_nothing(asked, text):
            return Read(unclear=tuple(asked))
        proposals: list[Proposal] = []
        unclear: list[str] = []
        dont_know: list[str] = []
        numbers = asked_numbers(text, asked, parts)
        for fact in asked:
            spec = self._catalogue.facts[fact]
            words = parts.get(fact, "")
            if fact in NUMBERS:
                if fact in numbers:
                    proposals.append(number_proposal(self._catalogue, numbers[fact]))
                elif words and self._acts.says_dont_know(words):
                    dont_know.append(fact)
                elif words and fact not in ("score", "target"):
                    unclear.append(fact)
            elif spec.kind == "text":
                if words:
                    proposals.append(Proposal(fact=fact, value=words[:500], quote=words[:200], probability=1.0))
            elif words and not re.search(r"[^\W\d_]{2}", words):
                unclear.append(fact)  # a bare number tells no level
            elif words:
                level = self._level(fact, words, weighed[fact, words], alone=len(asked) == 1)
                if isinstance(level, Proposal):
                    proposals.append(level)
                elif level == "dont_know":
                    dont_know.append(fact)
                elif level == "unclear":
                    unclear.append(fact)
        missed = [fact for fact in asked if fact in self._levels and fact not in dont_know]
        found = self._said_somewhere(text, [fact for fact in missed if not any(p.fact == fact for p in proposals)])
        proposals += found
        unclear = [fact for fact in unclear if not any(p.fact == fact for p in found)]
        told_facts = {p.fact for p in proposals}
        if {"score", "target"} <= told_facts:
            proposals = [p for p in proposals if p.fact != "quality"]
            unclear = [fact for fact in unclear if fact != "quality"]
        silent = [fact for fact in asked if fact not in told_facts and fact not in dont_know]
        complete = not unclear and all(traces.get(fact, 0.0) < TRACE for fact in silent)
        return Read(proposals=tuple(proposals), unclear=tuple(unclear), dont_know=tuple(dont_know), complete=complete)

    def _said_somewhere(self, text: str, facts: Sequence[str]) -> list[Proposal]:
        """What a long reply says of these facts in some sentence of it, in one known wording and no other."""
        parts = sentences(text)
        worded = self.unasked.worded(text) if facts and len(parts) > 1 else {}
        told: list[Proposal] = []
        for fact in facts:
            places = list(worded.get(fact, {}).values())
            said = next((p.text for p in parts if p.start <= places[0].start < p.end), "") if len(places) == 1 else ""
            level = self._level(fact, said, self._model.weigh([(fact, said)])[0], alone=False) if said else None
            told += [level] if isinstance(level, Proposal) else []
        return told

    def _level(
        self, fact: str, words: str, weighed: Weighed, *, alone: bool
    ) -> Proposal | Literal["dont_know", "unclear", "elsewhere"]:
        """The level that words tell; `alone` is whether nothing else was asked, so that they hardly tell of anything else.

        "elsewhere" are words about another fact: nothing was said of this one, and its question stays.
        """
        if fact == "evals" and (counted := self._counted(words)):
            measured = weighed.levels["test_set"] + weighed.levels["automated"]
            if counted > MOST_TO_MEASURE or measured < SURE_SET or _TO_TRAIN_ON.search(words):
                return "elsewhere"
        if self._acts.says_dont_know(words):
            return "dont_know"
        plain = self.plain.level(fact, words, alone=alone)
        if plain:
            return self._proposal(fact, plain, words, 1.0)
        weighed = self.plain.voted(fact, words, weighed)
        if fact == "label_quality" and are_poor(words):
            weighed = weighed.moved("mixed", "poor")
        elif fact == "label_quality" and faulty_share(words) is not None:
            weighed = weighed.moved("poor", "mixed")
        level, probability = weighed.best
        short = _ASSENT.match(words) or (" " not in words and self.plain.is_worded(fact, words))
        asks_back = words.endswith("?") and len(words.split()) <= FEW
        doubtful = not short and ((alone and probability < LEAST) or " " not in words or asks_back)
        if alone:
            probability /= max(weighed.about, 1e-9)
        if weighed.dont_know >= SURE_UNKNOWN:
            return "dont_know"
        if doubtful or (alone and weighed.elsewhere >= SURE_ELSEWHERE):
            return "unclear"
        if probability < (SURE_ANSWER if alone else SURE_PART):
            return "unclear"
        return self._proposal(fact, level, words, probability)

    def _proposal(self, fact: str, level: str, words: str, probability: float) -> Proposal:
        value = self._catalogue.value_of(fact, level)
        return Proposal(fact=fact, value=value, quote=words[:200], probability=probability)

    def _counted(self, words: str) -> float:
        """How many examples words count that say nothing known of measuring; 0 where they count none.

        They may be to train on, which are none to measure with; a few hundred, in reply to how quality is measured, are what it
        is measured on.
        """
        worded = any(p.search(words) for row in self._patterns.get("evals", ()) for p in row.anywhere)
        if worded or _EVALS.search(words):
            return 0
        return next((told.value for told in read_numbers(words) if told.fact == "examples"), 0)
