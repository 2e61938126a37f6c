"""Pages: the web chat. Plain pages and forms that work without a script; every form is answered by a redirect or by the page
itself with one sentence, and then what was typed is still there.

    /                     begin a thread                        /threads/{id}          its page; a form posted there goes on
    POST /threads         the first message                     /threads/{id}/card.md  the card as Markdown
    /showing/{ticket}     an answer while it is made            /static/…              style and script
    /sign-in, /sign-out   where there is a token
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from bot.engine.engine import Engine
from bot.errors import BadInput, Failed, Passing, StoreError
from bot.surfaces.blockkit.export import as_markdown, file_name
from bot.surfaces.web.forms import (
    Fields,
    field,
    from_our_pages,
    name_cookie,
    name_in,
    read_form,
    usable_name,
)
from bot.surfaces.web.mail import WebCourier, ask
from bot.surfaces.web.opinions import THANKS
from bot.surfaces.web.sent import mail_of
from bot.surfaces.web.showing import Listening, Showings
from bot.surfaces.web.sight import GUARDED, Seen, View, file_headers
from bot.surfaces.web.signin import COOKIE, LASTS, is_signed_in, is_token, make_cookie
from bot.talk.asides import FORGOTTEN

NAME_COOKIE = "tunewise_name"
THREAD = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
BACK = re.compile(r"/(?:threads/[A-Za-z0-9_.:-]{1,80})?")
WITHIN = 30.0  # seconds that a form waits for its answer; the page then looks again by itself
SLOWER = 0.5  # seconds that a wrong token costs
ELSEWHERE = "That did not come from this page, so nothing was done; open the page and send it there."
GONE = "There is no such thread, or no longer; what you write now begins a new one."
WRONG_TOKEN = "That is not the token; look it up where TUNEWISE_TOKEN is set."
SIGNED_OUT = "Sign in first; what you wrote is kept below."
SAID = {"forgotten": FORGOTTEN, "over": "Starting over: nothing of the thread before is kept."}
Answered = Callable[[Request], Awaitable[Response]]


class Pages:
    """Answers the requests of the web chat."""

    def __init__(
        self, engine: Engine, courier: WebCourier, view: View, token: str | None, showings: Showings | None = None
    ) -> None:
        self._engine, self._courier, self._view, self._token = engine, courier, view, token
        self._listening = Listening(showings) if showings else None

    def add_to(self, app: FastAPI) -> None:
        """Adds the pages to an app."""
        routes: list[tuple[str, str, Answered]] = [
            ("GET", "/", self.start),
            ("POST", "/threads", self.begin),
            ("GET", "/threads/{thread}", self.show),
            ("POST", "/threads/{thread}", self.go_on),
            ("GET", "/threads/{thread}/card.md", self.export),
            ("GET", "/showing/{ticket}", self.listen),
            ("GET", "/sign-in", self.sign_in_form),
            ("POST", "/sign-in", self.sign_in),
            ("POST", "/sign-out", self.sign_out),
        ]
        for method, path, answer in routes:
            app.add_route(path, answer, methods=[method], include_in_schema=False)
        app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))

    # --- pages ----------------------------------------------------------------------------------------------------------

    async def start(self, request: Request) -> Response:
        """The page on which a thread begins."""
        if not self._signed_in(request):
            return self._sign_in(request, 200, back="/")
        said = SAID.get(request.query_params.get("said", ""), "")
        return self._page(request, None, notice=said)

    async def show(self, request: Request) -> Response:
        """A thread."""
        thread = str(request.path_params["thread"])
        if not self._signed_in(request):
            return self._sign_in(request, 200, back=f"/threads/{thread}")
        try:
            seen = await self._seen(thread)
        except StoreError as error:
            return self._page(request, None, 503, thread=thread, error=str(error))
        said = THANKS if request.query_params.get("said") == "thanks" else ""
        if seen is None:
            return self._page(request, None, 404, error=GONE)
        return self._page(request, seen, thread=thread, notice=said)

    async def export(self, request: Request) -> Response:
        """The card of a thread, as a file."""
        thread = str(request.path_params["thread"])
        if not self._signed_in(request):
            return self._sign_in(request, 200, back=f"/threads/{thread}")
        try:
            found = await self._view.card(thread) if THREAD.fullmatch(thread) else None
        except StoreError as error:
            return self._page(request, None, 503, thread=thread, error=str(error))
        if found is None:
            return self._page(request, None, 404, error="There is no verdict here to be exported.")
        return Response(as_markdown(*found), headers=file_headers(file_name(found[1])))

    async def listen(self, request: Request) -> Response:
        """An answer while it is made."""
        if not self._signed_in(request):
            return Response(status_code=401, headers=GUARDED)
        if self._listening is None:
            return Response(status_code=204, headers=GUARDED)
        return self._listening.answer(request, str(request.path_params["ticket"]), GUARDED)

    # --- forms ----------------------------------------------------------------------------------------------------------

    async def begin(self, request: Request) -> Response:
        """The first message of a new thread."""
        return await self._sent(request, None)

    async def go_on(self, request: Request) -> Response:
        """A message, or a press of a button, in a thread."""
        return await self._sent(request, str(request.path_params["thread"]))

    async def _sent(self, request: Request, thread: str | None) -> Response:
        fields: Fields = {}
        try:
            fields = await read_form(request)
            if not from_our_pages(request.headers):
                return self._page(request, None, 403, error=ELSEWHERE)  # and nothing of it is shown
            if not self._signed_in(request):
                back = f"/threads/{thread}" if thread else "/"
                return self._sign_in(request, 401, back, SIGNED_OUT, field(fields, "text"))
            name = name_in(request.cookies.get(NAME_COOKIE))
            if "name" in fields:
                name = usable_name(field(fields, "name"))
            if thread is not None and (await self._seen(thread)) is None:
                return self._page(request, None, 404, error=GONE, text=field(fields, "text"))
            response = await self._worked(fields, thread, name)
        except (BadInput, Failed, Passing, StoreError) as error:
            return await self._refused(request, thread, fields, error)
        if "name" in fields and name != name_in(request.cookies.get(NAME_COOKIE)):
            self._set(request, response, NAME_COOKIE, name_cookie(name), 365 * 86_400)
        return response

    async def _worked(self, fields: Fields, thread: str | None, name: str) -> Response:
        """Has the mail worked on, and leads to where its answer stands. Raises BadInput, Failed, Passing, StoreError."""
        to = thread or secrets.token_urlsafe(16)
        mail = mail_of(fields, to, name, shows=self._listening is not None)
        if mail is None:
            return RedirectResponse(f"/threads/{to}/card.md", 303)
        answer, _ = await ask(self._engine, self._courier, mail, WITHIN)
        seen = await self._seen(to)
        if answer is not None and (seen is None or not seen.entries):
            forgotten = any(reply["text"] == FORGOTTEN for reply in answer["replies"])
            return RedirectResponse("/?said=forgotten" if forgotten else "/?said=over", 303)
        thanks = "?said=thanks" if mail.kind == "opinion" else ""
        return RedirectResponse(f"/threads/{to}{thanks}#latest", 303)

    async def _refused(self, request: Request, thread: str | None, fields: Fields, error: Exception) -> Response:
        """The page once more, with what was wrong and what was typed."""
        kinds: tuple[tuple[type[Exception], int], ...] = ((Passing, 429), (StoreError, 503), (Failed, 500))
        status = next((code for kind, code in kinds if isinstance(error, kind)), 400)
        try:
            seen = await self._seen(thread) if thread and status != 503 and self._signed_in(request) else None
        except StoreError:
            seen = None
        text, name = field(fields, "text"), field(fields, "name")
        return self._page(request, seen, status, thread=thread, error=str(error), text=text, name=name)

    # --- signing in -----------------------------------------------------------------------------------------------------

    async def sign_in_form(self, request: Request) -> Response:
        """The form that asks for the token."""
        if self._signed_in(request):
            return RedirectResponse("/", 303)
        return self._sign_in(request, 200, back="/")

    async def sign_in(self, request: Request) -> Response:
        """Takes the token, and gives the cookie."""
        try:
            fields = await read_form(request)
        except BadInput as error:
            return self._sign_in(request, 400, "/", str(error))
        asked_for, text = field(fields, "back"), field(fields, "text")
        back = asked_for if BACK.fullmatch(asked_for) else "/"
        if not from_our_pages(request.headers):
            return self._sign_in(request, 403, "/", ELSEWHERE)
        if self._token is not None and not is_token(field(fields, "token"), self._token):
            await asyncio.sleep(SLOWER)
            return self._sign_in(request, 403, back, WRONG_TOKEN, text)
        response: Response = RedirectResponse(back, 303)
        if text:  # what was written when the sign-in had run out
            thread = back.removeprefix("/threads/") if back != "/" else None
            try:
                seen = await self._seen(thread) if thread else None
            except StoreError:
                seen = None
            response = self._page(request, seen, thread=thread if seen else None, text=text, signed_in=True)
        if self._token is not None:
            self._set(request, response, COOKIE, make_cookie(self._token), LASTS)
        return response

    async def sign_out(self, request: Request) -> Response:
        """Takes the cookie back."""
        if not from_our_pages(request.headers):
            return self._page(request, None, 403, error=ELSEWHERE)
        response = RedirectResponse("/", 303)
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return response

    def _signed_in(self, request: Request) -> bool:
        return is_signed_in(request.cookies.get(COOKIE), self._token)

    def _set(self, request: Request, response: Response, name: str, value: str, lasts: int) -> None:
        secure = request.url.scheme == "https"
        response.set_cookie(name, value, max_age=lasts, httponly=True, samesite="strict", secure=secure)

    # --- what is shown --------------------------------------------------------------------------------------------------

    async def _seen(self, thread: str) -> Seen | None:
        return await self._view.seen(thread) if THREAD.fullmatch(thread) else None

    def _page(self, request: Request, seen: Seen | None, status: int = 200, **shown: Any) -> Response:
        name = shown.pop("name", "") or name_in(request.cookies.get(NAME_COOKIE))
        signed = shown.pop("signed_in", False) or self._signed_in(request)
        return self._view.page(
            seen if signed else None,
            status,
            name=name,
            sign_out=signed and self._token is not None,
            shows=self._listening is not None,
            **shown,
        )

    def _sign_in(self, request: Request, status: int, back: str, error: str = "", text: str = "") -> Response:
        return self._view.sign_in(status, back=back if BACK.fullmatch(back) else "/", error=error, text=text)
