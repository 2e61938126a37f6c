"""Answers on the page while they are made: over real HTTP, across processes, and in a browser."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from browser import CHROMIUM, browsing
from serving_pages import Got, Visitor, serving

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "tests" / "language" / "model"))
from brains import Colleague, first_sentences, heard  # noqa: E402
from loopback import Asked, ModelServer  # noqa: E402
from loopback import serving as answering  # noqa: E402

QUESTION = "how many examples do we need to fine-tune a model?"
EVIL = "See https://evil.example for all of it. [1]"


def colleague() -> Colleague:
    """Answers from the passages, with a sentence among them that may not be said."""

    def answer(asked: Asked) -> str:
        first, second = first_sentences(asked).split("] ", 1)
        return f"{first}] {EVIL} {second}"

    return Colleague({QUESTION: heard(kind="question", question=QUESTION)}, answer=answer)


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with answering(colleague()) as server:
        server.pause = 0.02
        server.then("ok", "slow")
        yield server


async def events(url: str, ticket: str, **headers: str) -> AsyncIterator[tuple[str, Any]]:
    """The events under a ticket, as (name, data)."""
    async with aiohttp.ClientSession() as session, session.get(f"{url}/showing/{ticket}", headers=headers) as answer:
        assert answer.status == 200 and answer.content_type == "text/event-stream", answer.status
        assert answer.headers["Cache-Control"] == "no-store"
        name = "message"
        async for raw in answer.content:
            line = raw.decode().rstrip("\n")
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data:"):
                data = line.removeprefix("data:").strip()
                yield name, json.loads(data) if data else None
                name = "message"


async def ask(visitor: Visitor, ticket: str) -> Got:
    """Sends the question with a ticket, as the script does."""
    assert visitor.here is not None
    path, sent = visitor.here.submit(None, text=QUESTION)
    return await visitor.post(path, [*sent, ("ticket", ticket)])


async def watched(url: str, ticket: str) -> list[tuple[str, Any]]:
    return [event async for event in events(url, ticket)]


def squeezed(text: str) -> str:
    """Without marks and blanks, which a page sets in its own way."""
    return re.sub(r"\[\d\]|\s", "", text)


def check_shown(seen: list[tuple[str, Any]], answer: str) -> None:
    """That an answer was shown in growing pieces, nothing of it that does not stand in the end, and then the end."""
    texts = [data["text"] for name, data in seen if name == "message"]
    assert len(texts) >= 2 and seen[-1] == ("end", None)
    assert all(later.startswith(earlier) and later != earlier for earlier, later in itertools.pairwise(texts))
    assert squeezed(texts[-1]) in squeezed(answer)
    assert "evil" not in json.dumps(seen) + answer and "See" not in texts[-1]


async def test_an_answer_is_shown_while_it_is_made_and_then_stands(tmp_path: Path, model: ModelServer) -> None:
    ticket = secrets.token_hex(16)
    async with serving(tmp_path, OPENAI_BASE_URL=model.url) as site, site.visitor() as ana:
        assert "data-shows" in (await ana.get("/")).html
        watching = asyncio.create_task(watched(site.url, ticket))
        got = await ask(ana, ticket)
        assert got.page is not None
        check_shown(await watching, got.page.all("article", class_="ours")[-1].text)
        kept = await site.service.connection.client.xrange(f"tunewise:local:showing:{ticket}")
        assert [fields for _, fields in kept] == [{b"end": b""}], "nothing of the text is kept"
        assert 0 < await site.service.connection.client.ttl(f"tunewise:local:showing:{ticket}") <= 60
        late = await watched(site.url, ticket)
        assert late == [("end", None)], "who comes when it is over is told so"


async def test_who_comes_late_sees_all_so_far(tmp_path: Path, model: ModelServer) -> None:
    model.pause = 0.1
    ticket = secrets.token_hex(16)
    async with serving(tmp_path, OPENAI_BASE_URL=model.url) as site, site.visitor() as ana:
        await ana.get("/")
        early, saying = asyncio.create_task(watched(site.url, ticket)), asyncio.create_task(ask(ana, ticket))
        data = await anext(data async for name, data in events(site.url, ticket) if name == "message")
        late = await watched(site.url, ticket)
        await saying
        assert late[0][1]["text"].startswith(data["text"]) and late[-2:] == (await early)[-2:]


async def test_a_turn_that_breaks_off_shows_what_then_stands(tmp_path: Path, model: ModelServer) -> None:
    model._next.clear()
    model.then("ok", "late_cut")
    ticket = secrets.token_hex(16)
    async with serving(tmp_path, OPENAI_BASE_URL=model.url) as site, site.visitor() as ana:
        await ana.get("/")
        watching = asyncio.create_task(watched(site.url, ticket))
        asked = await ask(ana, ticket)
        texts = [data["text"] for name, data in await watching if name == "message"]
        got = await ana.get(asked.path)  # a turn that is tried again may have outlasted the page's patience
        assert got.page is not None
        assert squeezed(texts[-1]) in squeezed(got.page.all("article", class_="ours")[-1].text)


async def test_without_a_model_nothing_is_shown_nor_kept(tmp_path: Path) -> None:
    ticket = secrets.token_hex(16)
    async with serving(tmp_path) as site, site.visitor() as ana:
        assert "data-shows" not in (await ana.get("/")).html
        assert (await ana.get(f"/showing/{ticket}")).status == 204
        assert (await ask(ana, ticket)).status == 200
        assert not await site.service.connection.client.exists(f"tunewise:local:showing:{ticket}")


async def test_who_may_listen(tmp_path: Path, model: ModelServer) -> None:
    """Whoever is signed in, from our own pages, under a ticket that can be one."""
    ticket = secrets.token_hex(16)
    async with serving(tmp_path, OPENAI_BASE_URL=model.url, token="s" * 20) as site, site.visitor() as ana:
        assert (await ana.get(f"/showing/{ticket}")).status == 401
        await ana.get("/")
        await ana.post("/sign-in", {"token": "s" * 20, "back": "/"})
        assert (await ana.get(f"/showing/{ticket}", Sec_Fetch_Site="cross-site")).status == 403
        for wrong in ("x", ticket[:-1], f"{ticket}0", ticket[:-1] + "*"):
            assert (await ana.get(f"/showing/{wrong}")).status == 204


async def test_only_so_many_may_listen(tmp_path: Path, model: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.surfaces.web.showing.LISTENERS", 1)
    async with (
        serving(tmp_path, OPENAI_BASE_URL=model.url) as site,
        site.visitor() as ana,
        aiohttp.ClientSession() as bo,
    ):
        async with bo.get(f"{site.url}/showing/{secrets.token_hex(16)}") as listening:
            await listening.content.readline()
            assert (await ana.get(f"/showing/{secrets.token_hex(16)}")).status == 204
        async with asyncio.timeout(10):  # it is noticed that the page has gone
            while True:
                async with bo.get(f"{site.url}/showing/{secrets.token_hex(16)}") as again:
                    if again.status == 200:
                        break
                await asyncio.sleep(0.1)


@contextmanager
def running(folder: Path, *arguments: str, **environment: str) -> Iterator[str]:
    """A process of the command line, and what it says when it has started."""
    given = os.environ | {"TUNEWISE_DATA": str(folder), "PYTHONPATH": str(ROOT)} | environment
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments], stderr=subprocess.PIPE, text=True, cwd=folder, env=given
    )
    assert process.stderr is not None
    try:
        yield next(line for line in process.stderr if "stop with Ctrl-C" in line)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


async def test_another_process_answers(tmp_path: Path, model: ModelServer) -> None:
    """The web process takes the message in and shows; a worker makes the answer."""
    ticket = secrets.token_hex(16)
    serve = ("serve", "--port", "0", "--no-worker")
    with (
        running(tmp_path, *serve, OPENAI_BASE_URL=model.url) as says,
        running(tmp_path, "worker", OPENAI_BASE_URL=model.url),
    ):
        found = re.search(r"http://[\d.:]+", says)
        assert found is not None
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            ana = Visitor(found[0], session)
            await ana.get("/")
            watching = asyncio.create_task(watched(ana.url, ticket))
            got = await ask(ana, ticket)
            assert got.page is not None
            check_shown(await watching, got.page.all("article", class_="ours")[-1].text)


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on PATH; apt-get install chromium")
async def test_the_page_shows_an_answer_while_it_is_made(tmp_path: Path, model: ModelServer) -> None:
    model.pause = 0.05
    place = "document.getElementById('showing')"
    async with serving(tmp_path, OPENAI_BASE_URL=model.url) as site, browsing() as tab:
        await tab.go(f"{site.url}/")
        await tab.type(QUESTION)
        await tab.press("Enter", 13, "\r")
        await tab.until(f"!{place}.hidden && {place}.innerText.length > 20")
        early = await tab.run(f"{place}.querySelector('.sofar').textContent")
        assert await tab.run("document.querySelectorAll('article').length") == 0, "the answer does not stand yet"
        await tab.until(f"document.querySelectorAll('article').length == 2 && {place}.hidden")
        stands = await tab.run("document.querySelector('article.ours').innerText")
        assert squeezed(early) in squeezed(stands) and len(early) < len(stands) and "evil" not in stands
        assert tab.complaints == []
