"""Statuses: "is thinking…" in a thread while a turn is worked on. Slack takes it away when we post there, or after two minutes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import TunewiseError
from bot.surfaces.slack.client import call

THINKING = "is thinking…"
LOADING = ["Reading what you wrote…", "Looking what can still change the verdict…", "Checking the sources…"]
LONGEST = 2.0  # seconds for which showing it may hold up an answer


class Statuses:
    """Shows that something is worked on, in any thread of a channel that we are in."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def show(self, channel: str, root: str) -> None:
        """Shows it. Raises SlackRefused and Passing."""
        await call(
            self._client.assistant_threads_setStatus(
                channel_id=channel, thread_ts=root, status=THINKING, loading_messages=LOADING
            )
        )

    async def clear(self, channel: str, root: str) -> None:
        """Takes it away. That it fails stops nothing."""
        with suppress(TunewiseError):
            await call(self._client.assistant_threads_setStatus(channel_id=channel, thread_ts=root, status=""))

    @asynccontextmanager
    async def thinking(self, channel: str, root: str) -> AsyncIterator[None]:
        """Shows it while the block runs, and not after: it would stand there over the answer. That it fails stops nothing."""
        showing = asyncio.create_task(self._quietly(channel, root))
        try:
            yield
        finally:
            await asyncio.wait({showing}, timeout=LONGEST)
            showing.cancel()

    async def _quietly(self, channel: str, root: str) -> None:
        with suppress(TunewiseError):
            await self.show(channel, root)
