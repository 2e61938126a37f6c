"""Embedded: the language port without any model server - patterns, grammar and small classifiers over sentence vectors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.core.facts import Catalogue
from bot.language.clauses import clean
from bot.language.heads import Features, VectorsOf
from bot.language.intents import Intents
from bot.language.phrases import NUMBERS, Patterns
from bot.language.reader import Proposal, Read, Reader
from bot.language.trained import Heads
from bot.ports import ReadFact, ReadMessage

_INSTEAD = re.compile(r"(?P<now>[~\d][\w.,%~]*)\s*(,|and|-)?\s*(not|instead of|rather than|statt|pas|no)\s+(?P<before>[~\d][\w.,%~]*)", re.IGNORECASE)


class EmbeddedLanguage:
    """Reads messages with what ships with the project. `vectors_of` gives sentence vectors, `heads` were trained on such."""

    def __init__(self, catalogue: Catalogue, patterns: Mapping[str, Sequence[Patterns]], heads: Heads, vectors_of: VectorsOf) -> None:
        features = Features(vectors_of)
        self._catalogue = catalogue
        self.reader = Reader(catalogue, patterns, heads, features)
        self.intents = Intents(heads.kinds, features)

    def read(self, text: str, asked: Sequence[Sequence[str]], known: frozenset[str]) -> ReadMessage:
        """See ports.Language."""
        act = self.intents.act(text)
        kind, _ = self.intents.kind(text)
        if act == "injection" or (act in ("restart", "forget", "status", "help") and len(text) < 160):
            return ReadMessage(act=act, kind=kind)
        flat = tuple(dict.fromkeys(fact for group in asked for fact in group))
        answer = self._answered(text, asked) if flat else Read()
        # In a reply, a number belongs to what was asked for; elsewhere numbers are told unasked.
        skip = (*flat, *NUMBERS) if flat else ()
        beside = self.reader.read_opening(text, skip=skip) if self._tells(text, act, kind, bool(flat)) else Read()
        proposals = [*answer.proposals, *beside.proposals]
        if act == "correct" or _INSTEAD.search(text):
            proposals = self._without_the_old(text, proposals)
        return ReadMessage(
            act=act,
            kind=kind,
            facts=tuple(_fact(p) for p in proposals),
            unclear=answer.unclear,
            dont_know=answer.dont_know,
            complete=not answer.unclear,
        )

    def read_supposition(self, text: str) -> tuple[ReadFact, ...]:
        """See ports.Language."""
        return tuple(_fact(p) for p in self.reader.read_supposition(text))

    def _tells(self, text: str, act: str, kind: str, asked: bool) -> bool:
        """Whether a message may tell facts of itself: general questions, jokes and instructions do not."""
        if act in ("dont_know", "skip", "why_asked", "explain", "what_if", "help"):
            return False
        return asked or act == "correct" or kind not in ("question", "smalltalk", "offtopic", "injection")

    def _answered(self, text: str, asked: Sequence[Sequence[str]]) -> Read:
        """A reply to one or several questions; with as many lines as questions, line by line."""
        lines = [line for line in clean(text).split("\n") if re.search(r"\w", line)]
        if len(asked) > 1 and len(lines) == len(asked):
            parts = [self.reader.read_answer(line, group) for line, group in zip(lines, asked, strict=True)]
            return Read(
                proposals=tuple(p for part in parts for p in part.proposals),
                unclear=tuple(fact for part in parts for fact in part.unclear),
                dont_know=tuple(fact for part in parts for fact in part.dont_know),
            )
        return self.reader.read_answer(text, tuple(dict.fromkeys(fact for group in asked for fact in group)))

    def _without_the_old(self, text: str, proposals: list[Proposal]) -> list[Proposal]:
        """Of "200, not 2,000" only the 200 is meant."""
        match = _INSTEAD.search(text)
        if not match:
            return proposals
        kept = [p for p in proposals if p.fact not in NUMBERS]
        for fact in NUMBERS:
            if any(p.fact == fact for p in proposals) and (told := self.reader.number_in(match["now"], fact)):
                kept.append(told)
        return kept


def _fact(proposal: Proposal) -> ReadFact:
    return ReadFact(**proposal.model_dump())
