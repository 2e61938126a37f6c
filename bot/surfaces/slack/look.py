"""Look: what Slack says about channels and people, asked once in a while and remembered. Reads only."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.facts import Frozen
from bot.errors import TunewiseError
from bot.surfaces.slack.client import SlackRefused, call
from bot.surfaces.slack.values import ChannelKind

FRESH = 30.0  # seconds for which what was looked up about a channel holds
NAME_FRESH = 3600.0
MOST_PAGES = 10


class ChannelInfo(Frozen):
    """A conversation as far as we can see it; `member` is whether we are in it."""

    id: str
    name: str = ""
    kind: ChannelKind = "channel"
    member: bool = False
    external: bool = False
    archived: bool = False


class Look:
    """Looks things up. What cannot be looked up is told as the least that is safe to assume."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._kept: dict[tuple[str, str], tuple[float, Any]] = {}

    async def channel(self, id: str) -> ChannelInfo:
        """A conversation; one that is hidden from us is one that we are no member of."""
        if (kept := self._fresh("channel", id, FRESH)) is not None:
            return kept  # type: ignore[no-any-return]
        found: dict[str, Any] = {}
        with suppress(SlackRefused):  # hidden from us, or not ours to see
            found = (await call(self._client.conversations_info(channel=id))).get("channel") or {}
        direct = id.startswith("D")
        kind: ChannelKind = "im" if found.get("is_im") or direct else "mpim" if found.get("is_mpim") else "channel"
        if kind == "channel" and (found.get("is_private") or found.get("is_group")):
            kind = "group"
        info = ChannelInfo(
            id=id,
            name=str(found.get("name") or ""),
            kind=kind,
            member=bool(found.get("is_member")) or (kind in ("im", "mpim") and bool(found)),
            external=bool(found.get("is_ext_shared")),
            archived=bool(found.get("is_archived")),
        )
        return self._keep("channel", id, info)  # type: ignore[no-any-return]

    async def names(self, users: Iterable[str]) -> dict[str, str]:
        """What people are called; the id where that cannot be told."""
        ids = sorted(set(users))
        return dict(zip(ids, await asyncio.gather(*(self._name(id) for id in ids)), strict=True))

    async def _name(self, user: str) -> str:
        if (kept := self._fresh("name", user, NAME_FRESH)) is not None:
            return str(kept)
        try:
            found = (await call(self._client.users_info(user=user))).get("user") or {}
        except TunewiseError:
            return user
        profile = found.get("profile") or {}
        name = profile.get("display_name") or found.get("real_name") or found.get("name") or user
        return str(self._keep("name", user, " ".join(str(name).split())[:60]))

    async def channels_of(self, user: str) -> frozenset[str]:
        """The channels, public and private, that somebody is in now, as far as we can see them."""
        if (kept := self._fresh("channels", user, FRESH)) is not None:
            return kept  # type: ignore[no-any-return]
        found: list[str] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            page = await call(
                self._client.users_conversations(
                    user=user,
                    types="public_channel,private_channel,mpim",
                    exclude_archived=True,
                    limit=200,
                    cursor=cursor,
                )
            )
            found += [str(channel["id"]) for channel in page.get("channels") or []]
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return self._keep("channels", user, frozenset(found))  # type: ignore[no-any-return]

    def forget(self, id: str) -> None:
        """Something about a channel or a person has changed: look again next time."""
        self._kept = {key: value for key, value in self._kept.items() if key[1] != id and key[0] != "channels"}

    def _fresh(self, what: str, id: str, seconds: float) -> Any:
        at, value = self._kept.get((what, id), (0.0, None))
        return value if time.monotonic() - at < seconds else None

    def _keep(self, what: str, id: str, value: Any) -> Any:
        if len(self._kept) > 20_000:
            self._kept.clear()
        self._kept[what, id] = (time.monotonic(), value)
        return value
