"""Evidence: notes, the claims they rest on, and the sources those come from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Literal

from pydantic import Field

from bot.core.facts import Frozen
from bot.core.policy import Verdict

Grade = Literal["seed", "read", "excerpt", "derived", "recall"]
GRADES: tuple[Grade, ...] = ("seed", "read", "excerpt", "derived", "recall")  # best checked first


class Source(Frozen):
    """A publication. Without a `url` it is shown without a link; with `memory` it is never shown."""

    title: str
    author: str
    publication: str
    date: str
    url: str | None
    memory: bool = False


class Claim(Frozen):
    """One thing a source says (or that follows from other claims), and how far that was checked."""

    source: str | None = None
    derived_from: tuple[str, ...] = ()
    checked: Grade
    left_out: str | None = None


class DocumentedCase(Frozen):
    """A real team's case with its known outcome; `facts` are in the contract's vocabulary."""

    who: str
    task: str
    task_kind: str | None = None
    facts: dict[str, bool | int | float | str] = {}
    verdict: Verdict
    outcome: str


class Note(Frozen):
    """One atomic piece of guidance in our own words."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)
    title: str = Field(max_length=100)
    claims: tuple[str, ...] = Field(min_length=1)
    signals: tuple[str, ...] = ()
    bears_on: dict[Verdict, Literal["+", "-"]] = {}
    as_of: str
    review_by: date | None = None
    answers: tuple[str, ...] = Field(min_length=4)
    case: DocumentedCase | None = None
    text: str = Field(min_length=40)


class Citation(Frozen):
    """A note with one of its sources, as people are shown it."""

    note: str
    title: str
    author: str
    publication: str
    date: str
    url: str | None
    claims: tuple[str, ...]


class Evidence(Frozen):
    """All notes, claims and sources."""

    notes: dict[str, Note]
    claims: dict[str, Claim]
    sources: dict[str, Source]

    @cached_property
    def note_of_claim(self) -> dict[str, str]:
        """The note that covers a claim."""
        return {claim: note.id for note in self.notes.values() for claim in note.claims}

    def notes_for(self, claims: Iterable[str]) -> tuple[str, ...]:
        """The notes that cover these claims, in their order, each once."""
        found = (self.note_of_claim.get(claim) for claim in claims)
        return tuple(dict.fromkeys(note for note in found if note))

    def sources_of(self, claim: str) -> tuple[str, ...]:
        """The keys of the sources behind a claim; a derived claim has those of what it was derived from."""
        entry = self.claims[claim]
        if entry.source:
            return (entry.source,)
        return tuple(dict.fromkeys(key for origin in entry.derived_from for key in self.sources_of(origin)))

    def citations(self, note_ids: Iterable[str]) -> tuple[Citation, ...]:
        """Per note and source one citation, in the order of the notes."""
        result = []
        for note_id in dict.fromkeys(note_ids):
            note = self.notes[note_id]
            by_source: dict[str, list[str]] = {}
            for claim in note.claims:
                for key in self.sources_of(claim):
                    by_source.setdefault(key, []).append(claim)
            for key, claims in by_source.items():
                source = self.sources[key]
                if source.memory:
                    continue
                result.append(
                    Citation(
                        note=note_id,
                        title=source.title,
                        author=source.author,
                        publication=source.publication,
                        date=source.date,
                        url=source.url,
                        claims=tuple(claims),
                    )
                )
        return tuple(result)

    def grade(self, note_id: str) -> Grade:
        """How far a note was checked: as far as the least checked of its claims."""
        return max((self.claims[claim].checked for claim in self.notes[note_id].claims), key=GRADES.index)

    def overdue(self, note_id: str, today: date) -> bool:
        """Whether a note is past the day on which it was to be looked at again."""
        review = self.notes[note_id].review_by
        return review is not None and today > review
