"""Workspace: people, channels, messages, views and files of a Slack workspace, in memory."""

from __future__ import annotations

import itertools
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

BOT_USER, BOT_ID, APP = "U0TUNEWISE", "B0TUNEWISE", "A0TUNEWISE"
TEAM = "T0HOME"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-for-tests", "xapp-for-tests", "8f742231b10e8888abcd99yyyzzz85a5"


@dataclass
class Channel:
    """A conversation. `external` is one shared with another company."""

    id: str
    name: str
    kind: str = "channel"  # channel, group, im or mpim, as Slack calls them in channel_type
    members: set[str] = field(default_factory=set)
    archived: bool = False
    external: bool = False
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)  # ts -> message


@dataclass
class Sent:
    """Something the app sent: by which method, and with which arguments."""

    method: str
    args: dict[str, Any]
    at: float


class Workspace:
    """Everything a workspace holds, and everything the app under test did to it."""

    def __init__(self, team: str = TEAM) -> None:
        self.team = team
        self.channels: dict[str, Channel] = {}
        self.people: dict[str, dict[str, Any]] = {BOT_USER: {"id": BOT_USER, "name": "tunewise", "is_bot": True}}
        self.views: dict[str, dict[str, Any]] = {}
        self.homes: dict[str, dict[str, Any]] = {}
        self.ephemerals: list[dict[str, Any]] = []
        self.responses: list[dict[str, Any]] = []  # what came through response_urls
        self.files: dict[str, dict[str, Any]] = {}
        self.statuses: list[dict[str, Any]] = []
        self.prompts: list[dict[str, Any]] = []
        self.sent: list[Sent] = []
        self.complaints: list[str] = []  # what Slack had to refuse because of its form
        self.triggers: dict[str, float] = {}
        self._clock = itertools.count(1)
        self._ids = itertools.count(1)
        self._last: defaultdict[str, float] = defaultdict(float)

    def id(self, prefix: str) -> str:
        """A fresh id."""
        return f"{prefix}{next(self._ids):08d}"

    def ts(self) -> str:
        """A fresh message timestamp, later than every other."""
        return f"{int(time.time())}.{next(self._clock):06d}"

    def person(self, name: str) -> str:
        """The id of somebody, who joins the workspace where they are new."""
        for id, person in self.people.items():
            if person["name"] == name:
                return id
        id = self.id("U")
        self.people[id] = {"id": id, "name": name, "is_bot": False}
        return id

    def channel(
        self, name: str, *people: str, kind: str = "channel", bot: bool = True, external: bool = False
    ) -> Channel:
        """A channel of that name with these people in it, and the bot unless told otherwise."""
        prefix = {"channel": "C", "group": "G", "mpim": "G", "im": "D"}[kind]
        channel = Channel(self.id(prefix), name, kind, external=external)
        channel.members = {self.person(person) for person in people} | ({BOT_USER} if bot else set())
        self.channels[channel.id] = channel
        return channel

    def direct(self, name: str) -> Channel:
        """The direct messages between somebody and the bot."""
        person = self.person(name)
        for channel in self.channels.values():
            if channel.kind == "im" and person in channel.members:
                return channel
        return self.channel(name, name, kind="im")

    def post(self, channel: Channel, message: dict[str, Any]) -> dict[str, Any]:
        """Puts a message into a channel."""
        ts = self.ts()
        kept = {"type": "message", "ts": ts, "team": self.team, **message}
        channel.messages[ts] = kept
        return kept

    def trigger(self) -> str:
        """A trigger for opening one modal within three seconds."""
        id = f"{next(self._ids)}.{self.team}.trigger"
        self.triggers[id] = time.time() + 3
        return id

    def thread(self, channel: Channel, root: str) -> list[dict[str, Any]]:
        """The messages of a thread, the root first."""
        return [m for ts, m in sorted(channel.messages.items()) if ts == root or m.get("thread_ts") == root]

    def by_bot(self, channel: Channel) -> list[dict[str, Any]]:
        """What the app has posted in a channel, in order."""
        return [message for _, message in sorted(channel.messages.items()) if message.get("bot_id") == BOT_ID]

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The arguments of every accepted call of a method."""
        return [sent.args for sent in self.sent if sent.method == method]
