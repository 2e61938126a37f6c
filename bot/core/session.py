"""Session: one thread's facts, who said them, what is open, and what was said. Immutable; every change makes a new one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bot.core.decision import Decision, Question
from bot.core.facts import Facts, Frozen, Value

SCHEMA = 4  # 2: started_by; 3: dont_know_in; 4: last
Grade = Literal["measured", "stated", "picked", "inferred"]
State = Literal["idle", "asking", "decided", "answered"]


class Entry(Frozen):
    """A fact as it is understood: its value, who said it, the words it rests on, and how it was learned.

    `message` names the message that told it, where the surface has names for messages.
    """

    level: Value
    by: str
    quote: str
    grade: Grade = "stated"
    message: str | None = None


class Conflict(Frozen):
    """Two people's different answers to one fact; nobody's is taken until it is settled."""

    fact: str
    entries: tuple[Entry, ...]


class Line(Frozen):
    """One line of the transcript, and the name of the message that it was, if it had one."""

    by: str
    text: str
    message: str | None = None


class Session(Frozen):
    """Everything kept about one thread. `open` are the questions asked and not answered yet."""

    thread: str
    schema_version: int = SCHEMA
    started_by: str | None = None  # who said the first words in it
    state: State = "idle"
    entries: dict[str, Entry] = {}
    dont_know: dict[str, str] = {}  # fact -> who does not know
    dont_know_in: dict[str, str] = {}  # fact -> the message that said so, where the surface has names for messages
    conflicts: dict[str, Conflict] = {}
    open: tuple[Question, ...] = ()
    asked: tuple[str, ...] = ()  # ids of questions, in order
    skipped: frozenset[str] = frozenset()  # facts not to be asked about again
    repicked: frozenset[str] = frozenset()  # facts asked again as a pick: the answer was unclear, or did not come
    passed_over: frozenset[str] = frozenset()  # ids of questions that a reply to others of their round left untouched
    last: dict[str, Entry | None] = {}  # facts that changed last, with what was known of them before
    rounds: int = 0
    decision: Decision | None = None
    transcript: tuple[Line, ...] = Field(default=())

    @property
    def blank(self) -> bool:
        """Whether nothing is kept but who began the thread: nothing was told yet, or all of it is forgotten."""
        return self == Session(thread=self.thread, started_by=self.started_by)

    def facts(self) -> Facts:
        """The facts a decision may rest on: what was said and is not in conflict."""
        given = {key: entry.level for key, entry in self.entries.items() if key not in self.conflicts}
        return Facts(given=given, dont_know=frozenset(self.dont_know) - given.keys())
