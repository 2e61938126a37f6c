"""API: the talk over HTTP, with the same engine behind it as every surface, and what operators ask."""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from bot import __version__
from bot.core.session import Session
from bot.engine.engine import Engine
from bot.errors import BadInput, Failed, Passing, StoreError
from bot.surfaces.web.handler import facts_of
from bot.surfaces.web.mail import WORKSPACE, WebCourier, ask, forget_mail, message_mail
from bot.surfaces.web.shapes import Answer, Forgotten, MessageIn, NewThread, Pending, Problem, ThreadOut

NAME = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
WITHIN = 60.0  # seconds that a request waits for its answer
NOT_YET = "Your message is kept and will be answered; look at the thread in a while."


class Sessions(Protocol):
    """The sessions of the HTTP API's threads."""

    async def load(self, thread: str) -> Session | None: ...

    async def save(self, session: Session, instead_of: Session | None = None) -> None: ...

    async def delete(self, thread: str) -> bool: ...


Export = Callable[[str, str], Awaitable[dict[str, Any] | None]]


class NoThread(BadInput):
    """There is no such thread."""


def make_api(
    engine: Engine, courier: WebCourier, sessions: Sessions, export: Export, questions: Callable[[Session], list[Any]]
) -> FastAPI:
    """The HTTP API. `export` gives all that is kept about a thread of a workspace, `questions` the open ones as replies."""
    problems: dict[int | str, dict[str, Any]] = {code: {"model": Problem} for code in (400, 404, 429, 500, 503)}
    api = FastAPI(title="Tunewise", version=__version__, responses=problems, docs_url=None, redoc_url=None)

    @api.post("/api/threads")
    async def begin() -> NewThread:
        """Begins a thread."""
        thread = uuid.uuid4().hex[:12]
        await sessions.save(Session(thread=thread))
        return NewThread(thread=thread)

    @api.post("/api/threads/{thread}/messages", responses={202: {"model": Pending}})
    async def say(thread: str, message: MessageIn, response: Response) -> Answer | Pending:
        """One message through; waits for the answer."""
        if not (message.text or "").strip() and not message.answers:
            raise BadInput('There is nothing in this message; send {"text": "..."} or {"answers": {...}}.')
        said = message_mail(named(thread), message.by, message.text, message.answers)
        answer, sentence = await ask(engine, courier, said, WITHIN)
        if answer is None:
            response.status_code = 202
            return Pending(thread=thread, detail=sentence or NOT_YET)
        return Answer.model_validate(answer)

    @api.get("/api/threads/{thread}")
    async def show(thread: str) -> ThreadOut:
        """A thread as it stands: facts with who said them and in which words, state, transcript, open questions."""
        session = await sessions.load(named(thread))
        if session is None:
            raise NoThread("There is no such thread; begin one with POST /api/threads.")
        return ThreadOut(
            thread=thread,
            state=session.state,
            facts=facts_of(session),
            transcript=[line.model_dump(exclude_none=True) for line in session.transcript],
            questions=[reply.as_json() for reply in questions(session)],
        )

    @api.get("/api/threads/{thread}/export")
    async def everything(thread: str) -> dict[str, Any]:
        """All that is kept about a thread."""
        found = await export(WORKSPACE, named(thread))
        if found is None:
            raise NoThread("Nothing is kept about such a thread.")
        return found

    @api.delete("/api/threads/{thread}")
    async def forget(thread: str, response: Response) -> Forgotten | Pending:
        """Forgets a thread, after the messages that came before."""
        answer, _ = await ask(engine, courier, forget_mail(named(thread), "you"), WITHIN)
        if answer is None:
            response.status_code = 202
            return Pending(thread=thread, detail="It will be forgotten when the messages before are done.")
        return Forgotten.model_validate(answer)

    @api.get("/healthz")
    async def alive() -> dict[str, str]:
        """Whether this process answers."""
        return {"status": "ok", "version": __version__}

    @api.get("/readyz")
    async def ready() -> dict[str, str]:
        """Whether what it needs answers; 503 with a sentence where not."""
        await engine.connection.ping()
        return {"status": "ok", "store": engine.connection.where}

    @api.get("/metrics", response_class=Response)
    async def metrics() -> Response:
        """Prometheus metrics."""
        return Response(await engine.measure(), media_type="text/plain; version=0.0.4")

    @api.exception_handler(BadInput)
    async def unusable(_: Request, error: BadInput) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 404 if isinstance(error, NoThread) else 400)

    @api.exception_handler(Failed)
    async def failed(_: Request, error: Failed) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 500)

    @api.exception_handler(Passing)
    async def later(_: Request, error: Passing) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 429, {"Retry-After": str(int(error.after or 60))})

    @api.exception_handler(StoreError)
    async def no_store(_: Request, error: StoreError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 503, {"Retry-After": "5"})

    @api.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "body") or "the request"
        return JSONResponse({"error": f"{where} cannot be used: {first['msg']}."}, 400)

    return api


def named(thread: str) -> str:
    """The name of a thread, where it is one. Raises BadInput."""
    if not NAME.fullmatch(thread):
        raise BadInput("A thread is named by letters, digits and _ . : - only.")
    return thread
