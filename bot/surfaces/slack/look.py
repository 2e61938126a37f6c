"""Look: what Slack says about channels and people, asked once in a while and remembered. Reads only.

A channel that changes is looked at anew at once, in whatever process: changes are counted in the store, and what is
remembered holds only while the count is the one that stood before Slack was asked.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.facts import Frozen
from bot.errors import TunewiseError
from bot.surfaces.slack.client import SlackRefused, call
from bot.surfaces.slack.ports import Ledger
from bot.surfaces.slack.values import ChannelKind

FRESH = 30.0  # seconds for which what was looked up about a channel holds, if no change of it is told
NAME_FRESH = 3600.0
ADMIN_FRESH = 60.0
MOST_PAGES = 10
MOST_KEPT = 20_000


class ChannelInfo(Frozen):
    """A conversation as far as we can see it; `member` is whether we are in it."""

    id: str
    name: str = ""
    kind: ChannelKind = "channel"
    member: bool = False
    external: bool = False
    archived: bool = False


class Person(NamedTuple):
    """Somebody: what they are called, and whether they may say what is allowed in this workspace."""

    name: str
    admin: bool


class _Kept(NamedTuple):
    at: float
    changes: int
    value: Any


class Look:
    """Looks things up. What cannot be looked up is told as the least that is safe to assume."""

    def __init__(self, client: AsyncWebClient, ledger: Ledger, team: str) -> None:
        self._client, self._ledger, self._team = client, ledger, team
        self._kept: dict[tuple[str, str], _Kept] = {}

    async def channel(self, id: str) -> ChannelInfo:
        """A conversation; one that is hidden from us is one that we are no member of, which is not remembered: nobody tells us
        of an invitation."""
        changes, _ = await self._ledger.changes(self._team, id)
        if (kept := self._fresh("channel", id, FRESH, changes)) is not None and (kept.member or kept.archived):
            return kept  # type: ignore[no-any-return]
        found: dict[str, Any] = {}
        unseen = False
        try:
            found = (await call(self._client.conversations_info(channel=id))).get("channel") or {}
        except SlackRefused as error:  # hidden from us, or a scope is missing and nothing can be said of it
            unseen = error.error == "missing_scope"
        direct = id.startswith("D")
        kind: ChannelKind = "im" if found.get("is_im") or direct else "mpim" if found.get("is_mpim") else "channel"
        if kind == "channel" and (found.get("is_private") or found.get("is_group")):
            kind = "group"
        info = ChannelInfo(
            id=id,
            name=str(found.get("name") or ""),
            kind=kind,
            member=unseen or bool(found.get("is_member")) or (kind in ("im", "mpim") and bool(found)),
            external=bool(found.get("is_ext_shared")),
            archived=bool(found.get("is_archived")),
        )
        return self._keep("channel", id, info, changes)  # type: ignore[no-any-return]

    async def names(self, users: Iterable[str]) -> dict[str, str]:
        """What people are called; the id where that cannot be told."""
        ids = sorted(set(users))
        return dict(zip(ids, await asyncio.gather(*(self._name(id) for id in ids)), strict=True))

    async def is_admin(self, user: str, *, now: bool = False) -> bool:
        """Whether somebody is an admin or an owner of this workspace. With `now` Slack is asked in any case.

        Raises Passing and SlackRefused: nobody is taken for an admin because Slack did not answer.
        """
        return (await self._person(user, 0.0 if now else ADMIN_FRESH)).admin

    async def surely_admin(self, user: str) -> bool:
        """As `is_admin`, asked anew; False where Slack does not say."""
        try:
            return await self.is_admin(user, now=True)
        except TunewiseError:
            return False

    async def _name(self, user: str) -> str:
        try:
            return (await self._person(user, NAME_FRESH)).name
        except TunewiseError:
            return user

    async def _person(self, user: str, seconds: float) -> Person:
        if (kept := self._fresh("person", user, seconds)) is not None:
            return kept  # type: ignore[no-any-return]
        found = (await call(self._client.users_info(user=user))).get("user") or {}
        profile = found.get("profile") or {}
        name = profile.get("display_name") or found.get("real_name") or found.get("name") or user
        person = Person(" ".join(str(name).split())[:60], _is_admin(found, self._team))
        return self._keep("person", user, person)  # type: ignore[no-any-return]

    async def channels_of(self, user: str) -> frozenset[str]:
        """The channels, public and private, that somebody is in now, archived ones too, as far as we can see them."""
        _, changes = await self._ledger.changes(self._team, user)
        if (kept := self._fresh("channels", user, FRESH, changes)) is not None:
            return kept  # type: ignore[no-any-return]
        found: list[str] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            page = await call(
                self._client.users_conversations(
                    user=user,
                    types="public_channel,private_channel,mpim",
                    limit=200,
                    cursor=cursor,
                )
            )
            found += [str(channel["id"]) for channel in page.get("channels") or []]
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return self._keep("channels", user, frozenset(found), changes)  # type: ignore[no-any-return]

    async def changed(self, channel: str) -> None:
        """Something about a channel has changed: every process looks again next time. Raises StoreError."""
        await self._ledger.changed(self._team, channel)

    def forget(self, user: str) -> None:
        """Looks again next time, in this process, which channels somebody is in."""
        self._kept.pop(("channels", user), None)

    def _fresh(self, what: str, id: str, seconds: float, changes: int = 0) -> Any:
        kept = self._kept.get((what, id))
        holds = kept is not None and kept.changes == changes and time.monotonic() - kept.at < seconds
        return kept.value if kept is not None and holds else None

    def _keep(self, what: str, id: str, value: Any, changes: int = 0) -> Any:
        if len(self._kept) > MOST_KEPT:
            self._kept.clear()
        self._kept[what, id] = _Kept(time.monotonic(), changes, value)
        return value


def _is_admin(user: dict[str, Any], team: str) -> bool:
    """Whether a user as Slack tells of them is an admin or owner of this workspace, and not of another."""
    organisation = user.get("enterprise_user") or {}
    here = user.get("team_id") == team or team in (organisation.get("teams") or ())
    holds = any(user.get(role) is True for role in ("is_admin", "is_owner", "is_primary_owner"))
    return here and holds and not (user.get("deleted") or user.get("is_bot") or user.get("is_stranger"))
