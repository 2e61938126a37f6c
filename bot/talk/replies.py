"""Replies: what a turn answers, the same for every surface; JSON as the contract lays it out."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from bot.core.decision import Decision, Question
from bot.core.evidence import Citation
from bot.core.facts import Frozen


class Passage(Frozen):
    """A note that retrieval found, with what it says and where that comes from. `score` is 0 to 1, comparable within one search.

    `number` is what marks such as [3] in the text of the reply call it, where that is not its place among the passages.
    """

    note: str
    title: str
    text: str
    score: float
    citations: tuple[Citation, ...]
    number: int | None = None


class ClosestCase(Frozen):
    """A documented case like this one, and what came of it. `shared` are the facts in which they agree.

    Where none is `close`, the nearest one stands for them.
    """

    note: str
    who: str
    task: str
    verdict: str
    outcome: str
    shared: tuple[str, ...]
    citations: tuple[Citation, ...]
    close: bool = True


class Worded(Frozen):
    """A verdict's sentence and reasons as a language model says them, the reasons in the decision's order, without marks."""

    sentence: str | None
    reasons: tuple[str, ...]


class Reply(Frozen):
    """One reply. `text` always says it in words; the other parts are there where the type has them.

    `prompts` is the content hash of the prompts, where a language model was at hand. `notes` are the texts of the notes that
    the decision's reasons cite, for wording it, and `objection` whether it answers "I disagree"; programs do not get them.
    """

    type: Literal["text", "question", "verdict", "answer"]
    text: str
    question: Question | None = None
    decision: Decision | None = None
    closest_cases: tuple[ClosestCase, ...] = ()
    passages: tuple[Passage, ...] = ()
    citations: tuple[Citation, ...] = ()
    worded: Worded | None = None
    prompts: str | None = None
    notes: dict[str, str] = Field(default={}, exclude=True)
    objection: bool = Field(default=False, exclude=True)

    def numbered(self) -> list[tuple[int, Passage]]:
        """The passages with the numbers by which marks in the text call them."""
        return [(passage.number or place, passage) for place, passage in enumerate(self.passages, 1)]

    def as_json(self) -> dict[str, Any]:
        """As programs get it: parts that the type does not have are left out."""
        optional = {"question", "decision", "closest_cases", "passages", "citations", "worded", "prompts"}
        data = self.model_dump(mode="json")
        return {key: value for key, value in data.items() if key not in optional or value}
