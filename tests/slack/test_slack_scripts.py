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
from slack_peer.blocks import texts
from slack_peer.slack import MENTION, Slack
from slack_peer.workspace import Channel
from slack_serving import Served, serving

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))
from play import Answered, Script, play, read_script

from bot.app import App
from bot.core.facts import Value
from bot.core.session import Session
from bot.settings import Settings
from bot.stores.connect import connect

# Programs may give answers that nobody asked for; in Slack there is no button for those.
UNASKED = {"picking-the-answers", "showing-back-what-was-understood"}
FILES = [path for path in sorted((Path(__file__).parent.parent / "scripts").glob("*.yaml")) if path.stem not in UNASKED]


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
        if answers:
            await self._pick(by, answers)
        if text:
            words = text if self._direct else f"{MENTION} {text}"
            words = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("&lt;@U0", "<@U0")
            words = words.replace(f"{MENTION[:-1]}&gt;", MENTION)
            message = await self._slack.says(by, self._channel, words, thread=self._root)
            self._root = self._root or message["ts"]
        await self._served.settled()
        return await self._answered()

    async def _pick(self, by: str, answers: dict[str, Value | None]) -> None:
        """Presses what gives these answers, then goes on without what is left of the round."""
        session = await self._session()
        assert session is not None
        for question in session.open:
            wanted = {key: value for key, value in answers.items() if any(key in o.sets for o in question.options)}
            if not wanted:
                continue
            matching = [
                o
                for o in question.options
                if all(wanted.get(key) == value for key, value in o.sets.items() if key in wanted)
            ]
            if question.multiple:
                ticked = tuple(o.label for o in question.options if any(wanted.get(key) for key in o.sets))
                await self._press(
                    by, question.id, "That is all" if ticked else question.none_of_these or "None of these", ticked
                )
            elif all(value is None for value in wanted.values()):
                await self._press(by, question.id, "Don't know")
            else:
                best = max(matching, key=lambda option: len(option.sets.keys() & wanted.keys()))
                await self._press(by, question.id, best.label)
        last = self._served.posted(self._channel)[-1]
        if self._rounds_in(last) and "Go on without the rest" in json.dumps(last):
            await self._slack.clicks(by, self._channel, last, "Go on without the rest")

    async def _press(self, by: str, question: str, label: str, ticked: tuple[str, ...] = ()) -> None:
        controls = f"answer/{self._number()}/{question}/"
        await self._slack.clicks(by, self._channel, self._round(), label, action=controls, ticked=ticked)
        await self._served.settled()

    def _round(self) -> dict[str, Any]:
        """The message of the latest round."""
        ours = [m for m in self._served.posted(self._channel) if m.get("thread_ts") == self._root]
        return next(m for m in reversed(ours) if self._rounds_in(m))

    def _number(self) -> str:
        return self._rounds_in(self._round())[0]

    def _rounds_in(self, message: dict[str, Any]) -> list[str]:
        ids = [str(block.get("block_id", "")) for block in message.get("blocks", [])]
        return [id.split(".")[1] for id in ids if id.startswith("ask.")]

    async def _session(self) -> Session | None:
        team = self._slack.workspace.team
        return await self._served.session(f"slack-{team}-{self._channel.id}-{self._root}")

    async def _answered(self) -> Answered:
        session = await self._session() or Session(thread="gone")
        names = {id: person["name"] for id, person in self._slack.workspace.people.items()}
        facts = {
            key: {**entry.model_dump(mode="json"), "by": names.get(entry.by, entry.by)}
            for key, entry in session.entries.items()
        }
        replies = [reply for message in self._news() for reply in self._replies(message, session)]
        return Answered(state=session.state, replies=tuple(replies), facts=facts)

    def _news(self) -> list[dict[str, Any]]:
        """What was posted or changed since the last turn, in order."""
        changed = [
            m
            for m in self._served.posted(self._channel)
            if m["ts"] not in self._seen or m.get("edited") != self._seen[m["ts"]]
        ]
        self._seen = {ts: message.get("edited") for ts, message in self._channel.messages.items()}
        return [m for m in changed if m.get("thread_ts") == self._root]

    def _replies(self, message: dict[str, Any], session: Session) -> list[dict[str, Any]]:
        blocks = message.get("blocks", [])
        assert blocks, "every message has blocks"
        ids = [str(block.get("block_id", "")) for block in blocks]
        text, raw = "\n".join(texts(blocks)), json.dumps(blocks)
        cites = {"citations": [{}]} if "Sources" in text else {}
        if any(id.startswith("card.") for id in ids) and "In dispute:" in text:
            return []  # the verdict that stood, marked
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
    made.close()


def expected(path: Path) -> object:
    """The script; one with a known gap has to fail here too."""
    gap = read_script(path).known_gap
    return (
        pytest.param(path, marks=pytest.mark.xfail(strict=True, reason=gap), id=path.stem)
        if gap
        else pytest.param(path, id=path.stem)
    )


@pytest.mark.parametrize("path", [expected(path) for path in FILES])
def test_the_talk_goes_as_the_script_says(path: Path, inside: InSlack) -> None:
    script = read_script(path)
    played = play(script, Thread(inside, script))
    if played.problems:
        pytest.fail(f"{path.name}, in Slack: {played.report()}", pytrace=False)
