"""House rules: what is allowed in the workspace now - what the operator allows, narrowed by what its admins set."""

from __future__ import annotations

import logging
import time

from pydantic import ValidationError

from bot.surfaces.slack.ports import Ledger
from bot.surfaces.slack.values import Own, Rules

log = logging.getLogger("tunewise.slack")
FRESH = 2.0  # seconds after which what another process was told is known here
NOTHING = Own(channels=("-",), mention_only=True, connect=False, model=False, by="", at=0.0)  # no channel is called so


class HouseRules:
    """The rules of one workspace, read from the store every other second. `operator` is the outer bound, and never changes."""

    def __init__(self, operator: Rules, ledger: Ledger, team: str) -> None:
        self.operator = operator
        self._ledger, self._team = ledger, team
        self._known: tuple[float, Rules] | None = None

    async def now(self, fresh: bool = False) -> Rules:
        """What is allowed now; with `fresh` read anew in any case. Raises StoreError where that cannot be read."""
        if not fresh and self._known is not None and time.monotonic() - self._known[0] < FRESH:
            return self._known[1]
        asked = time.monotonic()
        rules = self.operator.narrowed(await self.own())
        self._known = (asked, rules)
        return rules

    async def own(self) -> Own | None:
        """What the admins set, read anew; None where they never set anything.

        What was written by a newer Tunewise and cannot be read here allows nothing but direct messages: an admin may have
        forbidden what this version would do.
        """
        stored = await self._ledger.settings(self._team)
        if stored is None:
            return None
        try:
            return Own.model_validate_json(stored)
        except ValidationError:
            log.error("the settings of workspace %s cannot be read by this version; nothing is allowed", self._team)
            return NOTHING

    async def set(self, own: Own) -> None:
        """Keeps what an admin set; it holds here at once, and within FRESH seconds in every other process."""
        await self._ledger.set_settings(self._team, own.model_dump_json())
        self._known = None
        log.info(
            "settings of workspace %s changed by %s: %s", self._team, own.by, own.model_dump_json(exclude={"by", "at"})
        )
