"""Streams: the text of an answer shown in its thread while it comes, and still posted effectively once.

Slack gives a message that is being streamed no metadata before it is finished, so the id by which posts are found cannot
be on it. What keeps it from being doubled or left over is a draft in the store, one for each mail:

1. Before anything is begun, the draft is claimed, and after it, where it stands is written into it. Only the run that
   claimed it writes that; one that was overtaken meanwhile takes away what it began.
2. Whoever works on the mail again never begins another: it takes the draft over, and the message with it. Where a worker
   died between beginning and writing, the message is looked up: it is the one of ours in that thread, after the mail, that
   carries no id.
3. The outcome is committed with the place. The courier finishes the message there: stops the stream, which puts the id on
   it, and puts the whole answer with its sources in. Both may be done twice. A turn that ends without an answer takes the
   message away.

Where Slack refuses to begin, or breaks off, nothing is lost: what is shown in the end comes from the outcome alone.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.mail import Mail
from bot.errors import Passing, StoreError, TunewiseError
from bot.ports import Show
from bot.surfaces.blockkit.text import as_markdown, size
from bot.surfaces.slack.client import SlackRefused, call
from bot.surfaces.slack.look import ChannelInfo
from bot.surfaces.slack.lookup import Lookup
from bot.surfaces.slack.ports import Drafts
from bot.surfaces.slack.values import Bot

log = logging.getLogger("tunewise.slack")
EVERY = 0.6  # seconds between pieces: Slack takes a hundred a minute
LONGEST = 11_000  # characters shown while it comes; Slack takes 12,000
SETTLE = 4.0  # seconds in which a call of a worker that died may still arrive
REFUSED_FOR = 3600.0  # seconds for which a channel in which Slack refused is not tried again
WRITTEN = re.compile(r"\d+\.\d+")  # the timestamp of a message, after which ours is looked for; a form has none
HISTORY = {"channel": "channels:history", "group": "groups:history", "im": "im:history", "mpim": "mpim:history"}


class Overtaken(TunewiseError):
    """Another worker has taken the draft over."""


class Streams:
    """Begins, carries on, stops and takes away messages that are streamed. `granted` are the scopes of the token."""

    def __init__(
        self, client: AsyncWebClient, drafts: Drafts, lookup: Lookup, bot: Bot, granted: frozenset[str]
    ) -> None:
        self._client, self._drafts, self._lookup, self._bot, self._granted = client, drafts, lookup, bot, granted
        self._refused: dict[str, float] = {}

    @asynccontextmanager
    async def of(self, mail: Mail, channel: ChannelInfo, allowed: bool) -> AsyncIterator[Streamed]:
        """Shows what is given to `shows` of what is yielded; afterwards its `place` is where that stands, if anywhere.

        Nothing is shown where it is not `allowed`, where the thread does not take it, and where the mail is worked on anew.
        """
        token = uuid.uuid4().hex
        left = await self._drafts.take(self._bot.team, mail.id, token)
        streamed = Streamed(self, mail, token)
        if left is not None:
            streamed.place = left or await self._left(mail, token)
        elif allowed and WRITTEN.fullmatch(str(mail.body["ts"])) and self._takes(channel):
            streamed.start()
        try:
            yield streamed
        finally:
            await streamed.end()
        if streamed.unsure and not streamed.place:  # Slack did not say whether it began
            streamed.place = await self._left(mail, token)

    def _takes(self, channel: ChannelInfo) -> bool:
        """Whether a channel may be streamed to: one where Slack does it, and where what was begun can be found again."""
        refused = self._refused.get(channel.id, float("-inf"))
        return (
            HISTORY[channel.kind] in self._granted and not channel.external and time.monotonic() - refused > REFUSED_FOR
        )

    async def begin(self, mail: Mail, token: str, text: str) -> str:
        """Begins to stream into the mail's thread; the place. Raises SlackRefused, Passing, Overtaken, StoreError."""
        channel, team = str(mail.body["channel"]), self._bot.team
        if not await self._drafts.claim(team, mail.id, token):
            raise Overtaken("Another worker works on that mail.")
        try:
            answer = await call(
                self._client.chat_startStream(
                    channel=channel,
                    thread_ts=str(mail.body["root"]),
                    markdown_text=text,
                    recipient_user_id=mail.by,
                    recipient_team_id=team,
                )
            )
        except SlackRefused as error:
            log.info("an answer is not shown while it comes: %s", error.error)
            self._refused[channel] = time.monotonic()
            await self._drafts.drop(team, mail.id, token)
            raise
        except Passing as error:
            if error.after is None:
                raise
            await self._drafts.drop(team, mail.id, token)  # told to slow down: it was not begun
            raise SlackRefused("ratelimited") from None
        place = f"{channel}:{answer['ts']}"
        if not await self._drafts.place(team, mail.id, token, place):
            if await self._drafts.where(team, mail.id) != place:  # else whoever has the draft now has found it
                await self.withdraw(place)
            raise Overtaken("Another worker works on that mail.")
        return place

    async def append(self, place: str, text: str) -> None:
        """More of the text. Raises SlackRefused where Slack takes no more, Passing."""
        channel, _, ts = place.partition(":")
        await call(self._client.chat_appendStream(channel=channel, ts=ts, markdown_text=text))

    async def stop(self, place: str, metadata: dict[str, Any] | None = None) -> None:
        """Ends a stream, if it has not ended by itself, as it does after five minutes. Raises Passing."""
        channel, _, ts = place.partition(":")
        try:
            await call(self._client.chat_stopStream(channel=channel, ts=ts, metadata=metadata))
        except SlackRefused as error:
            log.info("a stream was over already: %s", error.error)

    async def withdraw(self, place: str) -> None:
        """Takes a message away that is to hold no answer. Raises Passing."""
        await self.stop(place)
        channel, _, ts = place.partition(":")
        try:
            await call(self._client.chat_delete(channel=channel, ts=ts))
        except SlackRefused as error:
            log.info("an answer that was begun could not be taken away: %s", error.error)

    async def give_up(self, mail: Mail) -> None:
        """Takes away what was begun for a mail that will never be answered. Raises Passing and StoreError."""
        token = uuid.uuid4().hex
        left = await self._drafts.take(self._bot.team, mail.id, token)
        if left is not None and (place := left or await self._left(mail, token)):
            await self.withdraw(place)

    async def _left(self, mail: Mail, token: str) -> str:
        """Where somebody began for this mail without writing it down, which is done here then; "" where nobody did."""
        await asyncio.sleep(SETTLE)
        channel, root = str(mail.body["channel"]), str(mail.body["root"])
        ts = await self._lookup.unfinished(channel, root, mail.received, str(mail.body["ts"]))
        if not ts:
            return ""
        place = f"{channel}:{ts}"
        with suppress(StoreError):  # it stands in the outcome as well
            await self._drafts.place(self._bot.team, mail.id, token, place)
        return place


class Streamed:
    """One answer on its way. `place` is where it stands, "" for nowhere; `unsure` whether Slack left open if it does."""

    def __init__(self, streams: Streams, mail: Mail, token: str) -> None:
        self._streams, self._mail, self._token = streams, mail, token
        self._loop = asyncio.get_running_loop()
        self._waiting, self._length = "", 0
        self._more, self._over = asyncio.Event(), asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.place, self.unsure = "", False

    @property
    def shows(self) -> Show | None:
        """What takes the text, from any thread; None where nothing is to be shown."""
        return self._show if self._task is not None else None

    def start(self) -> None:
        """Shows what comes, until `end`."""
        self._task = asyncio.create_task(self._run())

    async def end(self) -> None:
        """Shows nothing more. What is not shown yet need not be: the whole answer follows."""
        self._over.set()
        self._more.set()
        if self._task is not None:
            await self._task

    def _show(self, piece: str) -> None:
        self._loop.call_soon_threadsafe(self._take, piece)

    def _take(self, piece: str) -> None:
        self._waiting += as_markdown(piece)
        self._more.set()

    async def _run(self) -> None:
        try:
            while not self._over.is_set():
                await self._more.wait()
                self._more.clear()
                text, self._waiting = self._waiting, ""
                self._length += size(text)
                if self._over.is_set() or self._length > LONGEST:
                    return
                if text:
                    await self._put(text)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._over.wait(), EVERY)
        except (SlackRefused, Overtaken) as error:
            log.info("an answer is not shown any further: %s", error)
        except TunewiseError as error:  # Slack or the store is away: it may have begun, or not
            self.unsure = not self.place
            log.info("an answer is not shown any further: %s", error)

    async def _put(self, text: str) -> None:
        if self.place:
            await self._streams.append(self.place, text)
        else:
            self.place = await self._streams.begin(self._mail, self._token, text)
