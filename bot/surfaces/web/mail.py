"""Mail of the web: what comes in as mail, and its answer kept for the request that waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid
from typing import Any, Protocol

from bot.core.facts import Value
from bot.engine.engine import Engine
from bot.engine.mail import Mail, Post
from bot.errors import BadInput, Failed, Passing
from bot.surfaces.slack.values import Feedback

SURFACE, WORKSPACE = "web", "local"
LOOK = 0.1  # seconds between looks for an answer that another process gives


class Kept(Protocol):
    """Where answers wait to be fetched."""

    async def put(self, workspace: str, thread: str, id: str, text: str, outlasting: bool = False) -> None: ...

    async def take(self, workspace: str, thread: str, id: str) -> bytes | None: ...


def message_mail(
    thread: str, by: str, text: str | None, answers: dict[str, Value | None] | None, ticket: str | None = None
) -> Mail:
    """A message as mail. Where there is a `ticket`, its answer is shown under it while it is made; see `showing`."""
    return _mail("message", thread, by, {"text": text, "answers": answers, "ticket": ticket})


def opinion_mail(thread: str, by: str, body: dict[str, Any]) -> Mail:
    """What somebody thinks of the verdict, as mail; the body as `opinions.opinion_body` makes it."""
    return _mail("opinion", thread, by, body)


def forget_mail(thread: str, by: str) -> Mail:
    """The wish to have a thread forgotten, in turn with its messages."""
    return _mail("forget", thread, by, {})


def picked_mail(thread: str, by: str, action: dict[str, Any], state: dict[str, Any]) -> Mail:
    """A press in a round of questions as mail; action and state as `blockkit.picks.read_pick` takes them."""
    return _mail("picked", thread, by, {"action": action, "state": state})


def _mail(kind: str, thread: str, by: str, body: dict[str, Any]) -> Mail:
    return Mail(
        id=uuid.uuid4().hex, workspace=WORKSPACE, thread=thread, surface=SURFACE, kind=kind, by=by, body=body,
        received=time.time(),
    )  # fmt: skip


class Book(Protocol):
    """Where opinions are kept."""

    async def add_feedback(self, team: str, id: str, feedback: Feedback) -> None: ...

    async def forget_feedback(self, key: str, by: str | None = None) -> None: ...


class WebCourier:
    """Keeps answers for the requests that wait for them, and opinions. Keeping one twice changes nothing, so none is looked up."""

    settle = 0.0

    def __init__(self, kept: Kept, book: Book) -> None:
        self._kept, self._book = kept, book
        self._waiting: dict[str, asyncio.Event] = {}

    async def working(self, mail: Mail) -> None:
        """See engine.mail.Courier."""

    async def send(self, mail: Mail, post: Post, id: str, places: dict[str, str]) -> str:
        """See engine.mail.Courier."""
        match post.kind:
            case "opinion":
                given = Feedback.model_validate(post.body["feedback"])
                await self._book.add_feedback(mail.workspace, post.body["id"], given)
            case "forget_opinions":
                await self._book.forget_feedback(mail.thread, post.body["by"])
            case _:
                await self._put(mail, post.body, post.kind == "outlasting")
        return id

    async def find(self, mail: Mail, post: Post, id: str, places: dict[str, str]) -> str | None:
        """See engine.mail.Courier."""
        return None

    async def apologise(self, mail: Mail, sentence: str, ours: bool) -> None:
        """See engine.mail.Courier."""
        await self._put(mail, {"error": sentence, "ours": ours}, False)

    async def _put(self, mail: Mail, answer: dict[str, Any], outlasting: bool) -> None:
        await self._kept.put(mail.workspace, mail.thread, mail.id, json.dumps(answer), outlasting)
        if event := self._waiting.get(mail.id):
            event.set()

    def expect(self, mail: Mail) -> None:
        """Has `answer` woken when this process itself gives the answer; call it before the mail is handed over."""
        self._waiting[mail.id] = asyncio.Event()

    def expect_no_more(self, mail: Mail) -> None:
        """Takes `expect` back, where the mail was not taken."""
        self._waiting.pop(mail.id, None)

    async def answer(self, mail: Mail, within: float) -> dict[str, Any] | None:
        """The answer to a mail, from whatever process; None where there is none within so many seconds."""
        event, until = self._waiting.setdefault(mail.id, asyncio.Event()), time.monotonic() + within
        try:
            while time.monotonic() < until:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(event.wait(), LOOK)
                if found := await self._kept.take(mail.workspace, mail.thread, mail.id):
                    answer: dict[str, Any] = json.loads(found)
                    return answer
            return None
        finally:
            self._waiting.pop(mail.id, None)


async def ask(
    engine: Engine, courier: WebCourier, mail: Mail, within: float
) -> tuple[dict[str, Any] | None, str | None]:
    """The answer to a mail, None where there is none yet, and what its sender should know of the queue.

    Raises BadInput, Failed, StoreError, and Passing for too many messages.
    """
    courier.expect(mail)
    try:
        receipt = await engine.receive(mail, tell=False)
    except BaseException:
        courier.expect_no_more(mail)
        raise
    if receipt.state == "limited":
        courier.expect_no_more(mail)
        raise Passing(receipt.sentence or "Too many messages; try again in a minute.", after=60)
    answer = await courier.answer(mail, within)
    if answer and "error" in answer:
        raise (Failed if answer.get("ours") else BadInput)(str(answer["error"]))
    return answer, receipt.sentence
