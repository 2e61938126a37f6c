"""Values: what the Slack surface keeps and is configured with, and the names under which threads go."""

from __future__ import annotations

from typing import Any, Literal

from bot.core.facts import Frozen

SURFACE = "slack"
ChannelKind = Literal["channel", "group", "mpim", "im"]


def thread_key(team: str, channel: str, ts: str) -> str:
    """The session's key of the thread under the message `ts`."""
    return f"slack-{team}-{channel}-{ts}"


def started_key(team: str, channel: str, trigger: str) -> str:
    """The session's key of a thread whose first message we have still to post."""
    return f"slack-{team}-{channel}-by-{trigger}"


def home_key(team: str, user: str) -> str:
    """The mailbox in which what concerns one person's Home and private answers waits."""
    return f"slack-{team}-home-{user}"


def asked_key(team: str, trigger: str) -> str:
    """The mailbox in which one question waits, and under which its answer may be kept."""
    return f"slack-{team}-asked-{trigger}"


class Bot(Frozen):
    """Who we are in the workspace; `url` is the workspace's address, which links to threads begin with."""

    team: str
    user: str
    id: str
    url: str = ""

    @property
    def mention(self) -> str:
        """How people call us in a message."""
        return f"<@{self.user}>"

    def link(self, channel: str, ts: str) -> str | None:
        """The address of a message."""
        if not (self.url.startswith("https://") and channel and ts):
            return None
        return f"{self.url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"


class Rules(Frozen):
    """What is allowed. `channels` None means every channel; `provider` is who sees people's text, if anybody.

    `set_by` is the admin of the workspace who last narrowed what the operator allows, `set_at` when, in seconds since 1970.
    """

    channels: frozenset[str] | None = None
    mention_only: bool = False
    connect: bool = False
    model: bool = True
    retention_days: int = 180
    provider: str | None = None
    set_by: str = ""
    set_at: float = 0.0

    def refusal(self, channel: str, *, direct: bool, external: bool) -> str | None:
        """Why we keep quiet in a conversation, as a sentence; None where we may talk."""
        if external and not self.connect:
            return (
                "I do not take part in channels that are shared with other organisations. Write to me directly instead."
            )
        if self.channels is not None and not direct and channel not in self.channels:
            return (
                "I may not be used in this channel. Write to me directly, or ask an admin of the workspace to allow it."
            )
        return None

    def narrowed(self, own: Own | None) -> Rules:
        """These rules of the operator with what the admins of a workspace set: never more than these allow."""
        if own is None:
            return self
        channels = self.channels
        if own.channels:
            channels = frozenset(own.channels) if channels is None else channels & set(own.channels)
        return self.model_copy(
            update={
                "channels": channels,
                "mention_only": self.mention_only or own.mention_only,
                "connect": self.connect and own.connect,
                "model": self.model and own.model,
                "set_by": own.by,
                "set_at": own.at,
            }
        )


class Own(Frozen):
    """What an admin set for the workspace. No `channels` means all that the operator allows; the rest can only narrow that."""

    schema_version: Literal[1] = 1
    channels: tuple[str, ...] = ()
    mention_only: bool = False
    connect: bool = True
    model: bool = True
    by: str
    at: float


class Copy(Frozen):
    """A verdict as a channel was shown it when somebody shared it: what became of it since was not shared."""

    headline: str
    decided: str  # the day, ISO
    steps: tuple[str, ...] = ()
    about: str = ""  # in the words of whoever shared it


class Case(Frozen):
    """A thread as Home and `status` list it. `root` is the message it hangs under, `shared` are channels it was shown in.

    `copies` are what each of those was shown; one shared by an older Tunewise has none, and then nothing of it is told there.
    """

    key: str
    team: str
    channel: str
    kind: ChannelKind
    root: str
    by: str
    title: str
    state: str = "asking"
    verdict: str | None = None
    headline: str = ""
    decided: str | None = None  # the day, ISO
    steps: tuple[str, ...] = ()
    done: tuple[str, ...] = ()  # titles of steps that were ticked
    shared: tuple[str, ...] = ()
    copies: dict[str, Copy] = {}
    updated: float = 0.0


class Feedback(Frozen):
    """What somebody thought of a verdict, with all that is needed to mend the policy that gave it."""

    at: float
    by: str
    kind: Literal["helpful", "unhelpful", "disagree"]
    text: str = ""
    verdict: str
    rule: str
    policy: str
    facts: dict[str, Any] = {}

    def forgotten(self, by: str | None = None) -> Feedback:
        """What is left when a thread is forgotten, or one person's part in it: the rating, and what the rule rested on.

        The description of the case goes in any case, name and words where they are those of `by` (None: anybody's).
        """
        facts = {key: value for key, value in self.facts.items() if key != "task"}
        theirs = {"by": "", "text": ""} if by is None or by == self.by else {}
        return self.model_copy(update={"facts": facts, **theirs})
