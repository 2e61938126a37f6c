"""Notes: what the surface keeps beside a session - where the thread hangs, the round that is open, what was ticked."""

from __future__ import annotations

from typing import Any

from bot.core.facts import Frozen
from bot.core.session import Session
from bot.engine.mail import Thread
from bot.surfaces.blockkit import rounds
from bot.surfaces.slack.values import Case, ChannelKind, Copy


class Round(rounds.Round):
    """The open round."""

    @property
    def label(self) -> str:
        """The label of its message."""
        return f"round-{self.id}"


class Ticking(Frozen):
    """What somebody had ticked when they last pressed in a list of boxes, known by its block."""

    block: str
    picked: tuple[str, ...]


class Notes(Frozen):
    """What is kept beside the session. `root` is empty where the thread hangs under a message of our own."""

    channel: str = ""
    kind: ChannelKind = "channel"
    root: str = ""
    by: str = ""
    rounds: int = 0
    cards: int = 0  # cards posted so far
    stands: bool = False  # whether the last of them is that of this case; one that is started over gets a new card
    taken_back: bool = False  # whether a stub stands in its place, because of a message that was changed or deleted
    round: Round | None = None
    done: tuple[str, ...] = ()
    ticking: dict[str, Ticking] = {}  # by person
    shared: tuple[str, ...] = ()
    copies: dict[str, Copy] = {}
    said: int = 0  # other messages posted in the thread so far
    files: int = 0  # exported so far
    lists: tuple[str, ...] = ()  # labels of messages that list who said what
    asked_first: bool = False  # whether somebody was asked if they mean to start over
    repeats: dict[str, str] = {}  # label of a message beside these -> whose words it repeats, "" where everybody's

    @property
    def known(self) -> bool:
        """Whether this is a thread that we have taken part in."""
        return bool(self.channel)

    @property
    def card(self) -> str | None:
        """The label of the card that stands, if any."""
        return f"card-{self.cards}" if self.stands else None

    def repeating(self, kind: str, by: str) -> tuple[Notes, str]:
        """The notes with one more message that repeats words of `by`, and its label."""
        label = f"{kind}-{len(self.repeats) + 1}"
        return self.model_copy(update={"repeats": {**self.repeats, label: by}}), label


def notes_of(thread: Thread) -> Notes:
    """A thread's notes."""
    return Notes.model_validate(thread.notes)


def keep(notes: Notes) -> dict[str, Any]:
    """Notes as they are stored."""
    return notes.model_dump(mode="json")


def listed(session: Session, notes: Notes, team: str, headline: str, now: float) -> Case | None:
    """The case as Home lists it; None where there is nothing of a case yet."""
    if not session.entries and session.decision is None:
        return None
    task = session.entries.get("task")
    decision = session.decision if session.state == "decided" else None
    steps = tuple(step.title for step in decision.next_steps) if decision else ()
    listed_steps = {*steps, *(step for copy in notes.copies.values() for step in copy.steps)}
    return Case(
        key=session.thread,
        team=team,
        channel=notes.channel,
        kind=notes.kind,
        root=notes.root,
        by=notes.by,
        title=" ".join(str(task.level).split())[:140] if task else "A case without a description yet",
        state=session.state,
        verdict=decision.verdict if decision else None,
        headline=headline if decision else "",
        decided=decision.as_of.isoformat() if decision else None,
        steps=steps,
        done=tuple(title for title in notes.done if title in listed_steps),
        shared=notes.shared,
        copies=notes.copies,
        updated=now,
    )
