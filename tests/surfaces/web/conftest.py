"""The pages, and somebody who visits them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from serving_pages import Site, Visitor, serving


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serving(tmp_path / "data", rate_user=1000) as served:
        yield served


@pytest.fixture
async def ana(site: Site) -> AsyncIterator[Visitor]:
    async with site.visitor() as visitor:
        yield visitor
