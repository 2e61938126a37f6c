"""Room: what every part of the handler works with - the talk, what may be looked up, what is allowed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import ParamSpec, Protocol, TypeVar

from bot.core.session import Session
from bot.engine.mail import Mail
from bot.ports import Show
from bot.surfaces.slack.house_rules import HouseRules
from bot.surfaces.slack.look import ChannelInfo, Look
from bot.surfaces.slack.ports import Ledger
from bot.surfaces.slack.statuses import Statuses
from bot.surfaces.slack.streams import Streamed, Streams
from bot.surfaces.slack.values import Bot
from bot.talk.message import Message
from bot.talk.replies import Reply
from bot.talk.turn import Talk

P = ParamSpec("P")
T = TypeVar("T")


class Turn(Protocol):
    """Takes one message of a workspace through, with a language model where there is one and `model` allows it."""

    async def __call__(
        self, session: Session, message: Message, *, workspace: str, model: bool, show: Show | None
    ) -> tuple[Session, list[Reply]]: ...


class Ask(Protocol):
    """Answers one question of a workspace outside any case, with a language model where there is one and `model` allows it."""

    async def __call__(self, question: str, *, workspace: str, model: bool) -> Reply: ...


class Room:
    """The talk and its surroundings. `turn` takes messages through, `ask` answers questions outside any case, `talk` is for
    all that needs no model.

    Both only read what they share, so that turns of several threads may think at the same time.
    """

    def __init__(
        self,
        talk: Talk,
        turn: Turn,
        ask: Ask,
        look: Look,
        ledger: Ledger,
        rules: HouseRules,
        streams: Streams,
        statuses: Statuses,
        bot: Bot,
    ) -> None:
        self.talk = talk
        self._turn, self._ask = turn, ask
        self.look = look
        self.ledger = ledger
        self.rules = rules
        self._streams, self._statuses = streams, statuses
        self.bot = bot

    async def turn(self, session: Session, message: Message, show: Show | None = None) -> tuple[Session, list[Reply]]:
        """One message through; `show` takes the text of an answer while it comes. Raises BadInput for illegal picks."""
        allowed = (await self.rules.now()).model
        return await self._turn(session, message, workspace=self.bot.team, model=allowed, show=show)

    async def answer(self, question: str, channel: str) -> Reply:
        """The answer to a question asked in a channel. No model sees what is asked where we may not be used."""
        allowed = (await self.rules.now()).model and await self.refusal(channel) is None
        return await self._ask(question, workspace=self.bot.team, model=allowed)

    async def refusal(self, channel: str) -> str | None:
        """Why we may not be used in a channel, as a sentence; None where we may."""
        info = await self.look.channel(channel)
        return (await self.rules.now()).refusal(info.id, direct=info.kind == "im", external=info.external)

    @asynccontextmanager
    async def showing(self, mail: Mail, channel: ChannelInfo) -> AsyncIterator[Streamed | None]:
        """Shows an answer to this mail while it comes; None where there is no language model to word one."""
        rules = await self.rules.now()
        if rules.provider is None:
            yield None
            return
        async with self._streams.of(mail, channel, allowed=rules.model) as streamed:
            yield streamed

    def thinking(self, channel: str, root: str) -> AbstractAsyncContextManager[None]:
        """Shows in a thread that we are at work, while the block runs; nothing where there is no thread yet."""
        return self._statuses.thinking(channel, root) if root else nullcontext()

    async def thought(self, channel: str, root: str) -> None:
        """Takes away what `thinking` showed, where nothing is posted in the thread in the end."""
        if root:
            await self._statuses.clear(channel, root)

    async def work(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs what thinks beside the event loop, which has to go on answering Slack."""
        return await asyncio.to_thread(function, *args, **kwargs)
