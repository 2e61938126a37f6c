"""The conversation scripts, played through Slack: one person in direct messages, several in a channel with a mention."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from peer.blocks import texts
from peer.slack import MENTION, Slack
from peer.workspace import Channel
from serving import Served, serving

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))
from play import Answered, Script, play, read_script

from bot.app import App
from bot.core.facts import Value
from bot.core.session import Session
from bot.settings import Settings
from bot.stores.connect import connect

FILES = sorted((Path(__file__).parent.parent / "scripts").glob("*.yaml"))


class InSlack:
    """Tunewise in a workspace, on an event loop of its own thread."""

    def __init__(self, app: App, store: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._stack = AsyncExitStack()
        self.served: Served = self.run(self._enter(app, store))

    async def _enter(self, app: App, store: Path) -> Served:
        connection = await connect(Settings(_env_file=None, data=store, redis_url=None))
        self._stack.push_async_callback(connection.close)
        await connection.client.flushall()
        slack = await self._stack.enter_async_context(Slack())
        return await self._stack.enter_async_context(serving(app, connection, slack))

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Runs something on the loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(120)

    def close(self) -> None:
        """Ends it all."""
        self.run(self._stack.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


class Thread:
    """One talk, as the script's player sees it: what is said goes to Slack, what comes back is read off the channel."""

    def __init__(self, inside: InSlack, script: Script) -> None:
        self._inside, self._served, self._slack = inside, inside.served, inside.served.slack
        people = sorted({turn.by for turn in script.talk})
        self._direct = len(people) == 1
        space = self._slack.workspace
        self._channel: Channel = space.direct(people[0]) if self._direct else space.channel("team", *people)
        self._root: str | None = None
        self._seen = {ts: message.get("edited") for ts, message in self._channel.messages.items()}

    def say(self, by: str, text: str | None, answers: Mapping[str, Value | None] | None) -> Answered:
        """One turn."""
        return self._inside.run(self._say(by, text, dict(answers or {})))  # type: ignore[no-any-return]

    async def _say(self, by: str, text: str | None, answers: dict[str, Value | None]) -> Answered:
        for fact, value in answers.items():
            await self._pick(by, fact, value)
        session = await self._session()
        if answers and not text and session and set(self._asked()) - set(answers):
            await self._slack.clicks(by, self._channel, self._round(), "Go on without the rest")
        if text:
            words = text if self._direct else f"{MENTION} {text}"
            words = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("&lt;@U0", "<@U0")
            words = words.replace(f"{MENTION[:-1]}&gt;", MENTION)
            message = await self._slack.says(by, self._channel, words, thread=self._root)
            self._root = self._root or message["ts"]
        await self._served.settled()
        return await self._answered()

    async def _pick(self, by: str, fact: str, value: Value | None) -> None:
        session = await self._session()
        assert session is not None
        question = next(each for each in session.open if fact in each.facts)
        option = next((each.label for each in question.options if each.sets.get(fact) == value), "Don't know")
        label = "Don't know" if value is None else option
        await self._slack.clicks(by, self._channel, self._round(question.id), label, action=f"answer/{self._number()}/{question.id}/")
        await self._served.settled()

    def _round(self, question: str = "") -> dict[str, Any]:
        rounds = [m for m in self._served.posted(self._channel) if f'"ask.{self._number()}.{question}' in json.dumps(m)]
        return rounds[-1]

    def _number(self) -> str:
        found = [block["block_id"].split(".")[1] for m in self._served.posted(self._channel)
                 if m.get("thread_ts") == self._root for block in m.get("blocks", []) if str(block.get("block_id")).startswith("ask.")]
        return str(found[-1])  # fmt: skip

    def _asked(self) -> list[str]:
        return []

    async def _session(self) -> Session | None:
        team = self._slack.workspace.team
        return await self._served.session(f"slack-{team}-{self._channel.id}-{self._root}")

    async def _answered(self) -> Answered:
        session = await self._session() or Session(thread="gone")
        names = {id: person["name"] for id, person in self._slack.workspace.people.items()}
        facts = {key: {**entry.model_dump(mode="json"), "by": names.get(entry.by, entry.by)} for key, entry in session.entries.items()}
        replies = [reply for message in self._news() for reply in self._replies(message, session)]
        return Answered(state=session.state, replies=tuple(replies), facts=facts)

    def _news(self) -> list[dict[str, Any]]:
        """What was posted or changed since the last turn, in order."""
        changed = [m for m in self._served.posted(self._channel) if m["ts"] not in self._seen or m.get("edited") != self._seen[m["ts"]]]
        self._seen = {ts: message.get("edited") for ts, message in self._channel.messages.items()}
        return [m for m in changed if m.get("thread_ts") == self._root]

    def _replies(self, message: dict[str, Any], session: Session) -> list[dict[str, Any]]:
        blocks = message.get("blocks", [])
        assert blocks, "every message has blocks"
        ids = [str(block.get("block_id", "")) for block in blocks]
        text, raw = "\n".join(texts(blocks)), json.dumps(blocks)
        cites = {"citations": [{}]} if "Sources" in text else {}
        if any(id.startswith("card.") for id in ids):
            decision = session.decision.model_dump(mode="json") if session.decision else None
            return [{"type": "verdict", "text": text, "decision": decision, **cites}]
        asked = [question for question in session.open if any(id.endswith(f".{question.id}") for id in ids)]
        if asked:
            said = {"type": "text", "text": text}
            return [said, *({"type": "question", "text": q.text, "question": q.model_dump(mode="json")} for q in asked)]
        if "not answered" in raw or "edited" in message:
            return []  # a round that is over
        return [{"type": "answer" if cites or "does not say" in text else "text", "text": text, **cites}]


@pytest.fixture(scope="module")
def inside(app: App, store: Path) -> Iterator[InSlack]:
    made = InSlack(app, store)
    yield made
    assert not made.served.slack.workspace.complaints
    made.close()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_talk_goes_as_the_script_says(path: Path, inside: InSlack) -> None:
    script = read_script(path)
    if script.known_gap:
        pytest.xfail(script.known_gap)
    played = play(script, Thread(inside, script))
    if played.problems:
        pytest.fail(f"{path.name}, in Slack: {played.report()}", pytrace=False)
