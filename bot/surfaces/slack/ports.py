"""Ports of the Slack surface: what it needs from the engine and from the store, as small protocols."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from bot.engine.mail import Mail
from bot.surfaces.slack.values import Case, Feedback


class Receipt(Protocol):
    """What became of mail: "taken", "again" where it came before, or "limited" where there was too much of it."""

    @property
    def state(self) -> str: ...


class Intake(Protocol):
    """Takes mail durably."""

    async def receive(self, mail: Mail) -> Receipt:
        """Stores mail and sees to it that it is worked on, once however often it comes. Raises StoreError where it cannot."""


class Ledger(Protocol):
    """What is kept across threads: which threads are ours, the cases for Home, and feedback. Expires with the sessions."""

    async def own(self, team: str, channel: str, root: str, key: str) -> None:
        """Makes the thread under a message ours."""

    async def owner(self, team: str, channel: str, root: str) -> str | None:
        """The session's key of a thread of ours, else None."""

    async def put(self, case: Case) -> None:
        """Lists a case, or lists it anew."""

    async def case(self, team: str, key: str) -> Case | None:
        """A listed case."""

    async def unlist(self, team: str, key: str) -> None:
        """Takes a case off every list; its thread stays ours."""

    async def drop(self, team: str, key: str, channel: str, root: str) -> None:
        """Takes a case off every list; the thread under a message, in which it was told, is no longer ours."""

    async def cases(self, team: str, user: str, channels: Iterable[str]) -> list[Case]:
        """The cases that a person started, and those of these channels or shown there, the latest first."""

    async def add_feedback(self, team: str, id: str, feedback: Feedback) -> None:
        """Keeps feedback; the same id again replaces it. The id begins with the thread's key and a colon."""

    async def forget_feedback(self, key: str, by: str | None = None) -> None:
        """Takes the case and the names and words of people, or of one of them, out of the feedback given in a thread."""

    async def feedback(self) -> list[Feedback]:
        """All feedback, the latest first."""

    async def settings(self, team: str) -> str | None:
        """What the admins of a workspace set, as JSON; None where they set nothing."""

    async def set_settings(self, team: str, settings: str) -> None:
        """Keeps what an admin set, until it is set anew."""

    async def changed(self, team: str, channel: str) -> None:
        """Notes that something about a channel has changed."""

    async def changes(self, team: str, channel: str) -> tuple[int, int]:
        """How many changes were noted of this channel, and of all channels of the workspace."""


class Drafts(Protocol):
    """What is shown of answers before they are committed: for each mail, who shows it, known by a token, and where."""

    async def claim(self, team: str, mail: str, token: str) -> bool:
        """Claims the draft of a mail; False where somebody has, or had, it."""

    async def take(self, team: str, mail: str, token: str) -> str | None:
        """Takes a draft over from whoever claimed it: where it stands, "" where that was not written, None without one."""

    async def place(self, team: str, mail: str, token: str, place: str) -> bool:
        """Writes where a draft stands; False where it was taken over meanwhile."""

    async def where(self, team: str, mail: str) -> str:
        """Where a draft stands as whoever has it wrote down, "" where nobody did."""

    async def drop(self, team: str, mail: str, token: str) -> None:
        """Lets go of a draft of which nothing was begun, unless it was taken over."""
