"""Embedded: the language port without any model server - patterns, grammar and small classifiers over sentence vectors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.core.facts import Catalogue
from bot.language.acts import Acts
from bot.language.clauses import clean
from bot.language.heads import Features, VectorsOf
from bot.language.intents import Intents
from bot.language.phrases import NUMBERS, Patterns
from bot.language.reader import Proposal, Read, Reader
from bot.language.trained import Heads
from bot.ports import ReadFact, ReadMessage

SURE_ASIDE = 0.75  # how sure it must be that a message is small talk or off-topic while a question is open
_INSTEAD = re.compile(r"(?P<now>[~\d][\w.,%~]*)\s*(,|and|-)?\s*(not|instead of|rather than|statt|pas|no)\s+(?P<before>[~\d][\w.,%~]*)", re.IGNORECASE)


class EmbeddedLanguage:
    """Reads messages with what ships with the project. `vectors_of` gives sentence vectors, `heads` were trained on such."""

    def __init__(self, catalogue: Catalogue, acts: Acts, patterns: Mapping[str, Sequence[Patterns]], heads: Heads, vectors_of: VectorsOf) -> None:
        features = Features(vectors_of)
        self._acts = acts
        self.reader = Reader(catalogue, acts, patterns, heads, features)
        self.intents = Intents(acts, heads.kinds, features)

    def read(self, text: str, asked: Sequence[Sequence[str]], known: frozenset[str]) -> ReadMessage:
        """See ports.Language."""
        act = self.intents.act(text)
        kind, sure = self.intents.kind(text)
        asks = self.intents.asks(text)
        if flat_asked(asked) and ((kind == "question" and not asks) or (kind in ("offtopic", "smalltalk", "injection") and sure < SURE_ASIDE)):
            kind = "case"  # with a question open, words that only resemble an aside are an answer
        if act == "injection" or (act in ("restart", "forget", "status", "help") and len(text) < 160):
            return ReadMessage(act=act, kind=kind)
        flat = flat_asked(asked)
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
            complete=answer.complete,
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
            parts = [self._line(line, group) for line, group in zip(lines, asked, strict=True)]
            return Read(
                proposals=tuple(p for part in parts for p in part.proposals),
                unclear=tuple(fact for part in parts for fact in part.unclear),
                dont_know=tuple(fact for part in parts for fact in part.dont_know),
            )
        return self.reader.read_answer(text, flat_asked(asked))

    def _line(self, line: str, group: Sequence[str]) -> Read:
        return Read(dont_know=tuple(group)) if self._acts.says_dont_know(line) else self.reader.read_answer(line, group)

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


def flat_asked(asked: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The facts asked about, each once, in order."""
    return tuple(dict.fromkeys(fact for group in asked for fact in group))


def _fact(proposal: Proposal) -> ReadFact:
    return ReadFact(**proposal.model_dump())
