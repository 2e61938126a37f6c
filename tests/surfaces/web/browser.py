"""Browser: a real headless Chromium, driven over its own debugging protocol."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--remote-debugging-port=0",
)  # fmt: skip


class Tab:
    """A tab. `complaints` are errors of scripts, of the console and of the Content-Security-Policy."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._ids = socket, itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.complaints: list[str] = []
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self._socket:
            told = json.loads(message.data)
            if "id" in told:
                self._waiting.pop(told["id"]).set_result(told)
            elif told["method"] in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self.complaints.append(json.dumps(told["params"]))

    async def send(self, method: str, **params: Any) -> dict[str, Any]:
        id = next(self._ids)
        self._waiting[id] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": id, "method": method, "params": params})
        told = await asyncio.wait_for(self._waiting[id], 30)
        assert "error" not in told, told
        result: dict[str, Any] = told["result"]
        return result

    async def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        told = await self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    async def until(self, script: str, within: float = 30) -> None:
        """Waits until an expression is true; a page that is just being left answers nothing."""
        end = asyncio.get_running_loop().time() + within
        while True:
            try:
                if await self.run(f"Boolean({script})"):
                    return
            except AssertionError:
                pass
            assert asyncio.get_running_loop().time() < end, f"never came true: {script}"
            await asyncio.sleep(0.05)

    async def go(self, url: str) -> None:
        await self.send("Page.navigate", url=url)
        await self.until(f"document.readyState == 'complete' && location.href.startsWith({json.dumps(url)})")

    async def type(self, text: str) -> None:
        """Types into whatever has the focus."""
        await self.send("Input.insertText", text=text)

    async def press(self, key: str, code: int, text: str = "") -> None:
        """Presses a key of the keyboard."""
        about = {"key": key, "code": key, "windowsVirtualKeyCode": code} | ({"text": text} if text else {})
        await self.send("Input.dispatchKeyEvent", type="keyDown", **about)
        await self.send("Input.dispatchKeyEvent", type="keyUp", **about)

    async def look(self, width: int, height: int | None = None, dark: bool = False, scale: float = 1) -> None:
        """The size of the window and its colours."""
        await self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height or 900,
            deviceScaleFactor=scale,
            mobile=width < 500,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.send("Emulation.setEmulatedMedia", features=[scheme])

    async def picture(self, whole: bool = True) -> bytes:
        """The page as a PNG."""
        told = await self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(told["data"])


@asynccontextmanager
async def browsing() -> AsyncIterator[Tab]:
    """A fresh browser with one tab."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "about:blank",
            stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert process.stderr is not None
        try:
            async with asyncio.timeout(60):
                while not (found := re.search(rb"ws://127\.0\.0\.1:\d+/\S+", line := await process.stderr.readline())):
                    assert line, "the browser ended"
            draining = asyncio.create_task(process.stderr.read())
            port = found[0].split(b":")[2].partition(b"/")[0].decode()
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                    target = next(each for each in await answer.json(content_type=None) if each["type"] == "page")
                async with session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    tab = Tab(socket)
                    for part in ("Page", "Runtime", "Log"):
                        await tab.send(f"{part}.enable")
                    yield tab
                    tab._reading.cancel()
            draining.cancel()
        finally:
            process.kill()
            await process.wait()
