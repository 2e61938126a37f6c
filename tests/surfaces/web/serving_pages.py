"""Serving: the pages on a free port of loopback, with the real talk, engine and embedded store behind them."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from reading import Element, Page

sys.path.insert(0, str(Path(__file__).parents[1] / "blockkit"))
import samples

from bot.app import App
from bot.service import Service, make_web, open_service
from bot.settings import Settings
from bot.surfaces.web.serving import make_server


@dataclass
class Got:
    """What came back after redirects."""

    status: int
    path: str
    headers: Any
    html: str
    page: Page | None


class Visitor:
    """Somebody with a browser that runs no scripts: cookies, redirects, and the headers that browsers send."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self._session = url, session
        self.here: Page | None = None

    async def get(self, path: str, follow: bool = True, **headers: str) -> Got:
        return await self._got(self._session.get(self.url + path, allow_redirects=follow, headers=_named(headers)))

    async def post(self, path: str, data: Any, follow: bool = True, **headers: str) -> Got:
        told = {"Origin": self.url, "Sec-Fetch-Site": "same-origin"} | _named(headers)
        told = {name: value for name, value in told.items() if value}
        return await self._got(self._session.post(self.url + path, data=data, allow_redirects=follow, headers=told))

    async def _got(self, request: Any) -> Got:
        async with request as answer:
            html = await answer.text()
            page = Page(html) if answer.content_type == "text/html" else None
            self.here = page or self.here
            return Got(answer.status, answer.url.path_qs, answer.headers, html, page)

    async def say(self, text: str, **fields: str) -> Got:
        """Types into the page that is open and sends it."""
        assert self.here is not None
        path, sent = self.here.submit(None, text=text, **fields)
        return await self.post(path, sent)

    async def press(self, button: Element, **filled: Any) -> Got:
        """Presses a button of the page that is open."""
        assert self.here is not None
        path, sent = self.here.submit(button, **filled)
        return await self.post(path, sent)

    @property
    def cookies(self) -> dict[str, str]:
        return {each.key: each.value for each in self._session.cookie_jar}


@dataclass
class Site:
    """The pages as they are served."""

    url: str
    service: Service

    @asynccontextmanager
    async def visitor(self) -> AsyncIterator[Visitor]:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            yield Visitor(self.url, session)


@asynccontextmanager
async def serving(folder: Path, work: bool = True, **settings: Any) -> AsyncIterator[Site]:
    """The site, until the block ends. Its talk is that of the other tests, which has been loaded already."""
    app = App(Settings(data=folder, redis_url=None, **settings), today=samples.app().today)
    app.__dict__ |= {part: getattr(samples.app(), part) for part in ("knowledge", "talk", "search", "language")}
    service = await open_service(app)
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen(64)
    server = make_server(make_web(app, service))
    try:
        async with service.engine as engine:
            tasks = [asyncio.create_task(server.serve(sockets=[bound]))]
            tasks += [asyncio.create_task(engine.run())] if work else []
            while not server.started:
                await asyncio.sleep(0.01)
            yield Site(f"http://127.0.0.1:{bound.getsockname()[1]}", service)
            server.should_exit = True
            engine.stop()
            await asyncio.gather(*tasks)
    finally:
        await service.connection.close()


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
