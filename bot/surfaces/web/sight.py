"""Sight: what a thread's page shows, and the answers that carry it - HTML from templates, with the headers that guard it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.responses import HTMLResponse

from bot.core.card import Card
from bot.core.decision import Decision
from bot.core.session import Session
from bot.core.words import card_words
from bot.surfaces.web.blocks_html import as_html
from bot.surfaces.web.forms import NOBODY
from bot.surfaces.web.shown import Notes, card_of, notes_of
from bot.talk.asides import OPENING
from bot.talk.turn import Talk

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
GUARDED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # stricter, and browsers no longer say where our own forms come from
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
AGAIN = 3  # seconds after which a page that waits for an answer looks again


class Stored(Protocol):
    """A thread as it is stored."""

    @property
    def session(self) -> Session | None: ...
    @property
    def notes(self) -> dict[str, Any]: ...
    @property
    def waiting(self) -> int: ...


@dataclass(frozen=True)
class Shown:
    """An entry of the page, rendered: words of a person, or blocks, and the details below them."""

    id: str
    by: str
    text: str
    html: Markup
    details: Markup
    controls: Markup


@dataclass(frozen=True)
class Seen:
    """What a thread's page shows; `waiting` where a message is still being worked on."""

    entries: list[Shown]
    title: str
    waiting: bool


class View:
    """Looks threads up with `read` and renders them. `talk` may have to be loaded first, which takes a while."""

    def __init__(self, talk: Callable[[], Talk], read: Callable[[str], Awaitable[Stored]]) -> None:
        self._talk, self._read = talk, read
        self._templates = Environment(
            loader=PackageLoader("bot.surfaces.web"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    async def seen(self, thread: str) -> Seen | None:
        """A thread's page; None where there is no such thread. Raises StoreError."""
        stored = await self._read(thread)
        if stored.session is None:
            return Seen([], OPENING, True) if stored.waiting else None
        notes = await asyncio.to_thread(self._notes, stored.session, stored.notes)
        decided = stored.session.decision
        title = card_words(decided).headline if decided else "Should we fine-tune?"
        return Seen(entries_of(notes, f"/threads/{thread}"), title, stored.waiting > 0)

    async def card(self, thread: str) -> tuple[Card, Decision] | None:
        """The card that stands in a thread, and its decision. Raises StoreError."""
        session = (await self._read(thread)).session
        if session is None or session.decision is None:
            return None
        return await asyncio.to_thread(self._card, session, session.decision), session.decision

    def _notes(self, session: Session, stored: dict[str, Any]) -> Notes:
        return notes_of(self._talk(), session, stored)

    def _card(self, session: Session, decision: Decision) -> Card:
        return card_of(self._talk().knowledge, session, self._talk().verdict(session, decision))

    def page(
        self, seen: Seen | None, status: int = 200, *, name: str, sign_out: bool, thread: str | None = None,
        error: str = "", notice: str = "", text: str = "", shows: bool = False,
    ) -> HTMLResponse:  # fmt: skip
        """The page of a thread, or the one on which a thread begins; with `shows` its script shows answers while they are made."""
        shown = {"seen": seen, "thread": thread, "error": error, "notice": notice, "text": text, "sign_out": sign_out}
        shown |= {"shows": shows}
        more = {"Refresh": str(AGAIN)} if seen and seen.waiting and not text else {}
        name = "" if name == NOBODY else name
        return self._answer("thread.html", status, more, **shown, name=name, opening=OPENING)

    def sign_in(self, status: int, *, back: str, error: str, text: str) -> HTMLResponse:
        """The page that asks for the token."""
        return self._answer("sign_in.html", status, {}, back=back, error=error, text=text, sign_out=False)

    def _answer(self, template: str, status: int, more: dict[str, str], **values: Any) -> HTMLResponse:
        html = self._templates.get_template(template).render(**values)
        return HTMLResponse(html, status, GUARDED | more)


def entries_of(notes: Notes, to: str) -> list[Shown]:
    """The entries of a page, rendered; its forms are sent to `to`. What a card can be asked stands below its details."""
    rendered = []
    for number, entry in enumerate(notes.entries, notes.dropped + 1):
        id = f"m{number}"
        cut = len(entry.blocks)
        while entry.details and entry.blocks[cut - 1]["type"] in ("actions", "context_actions"):
            cut -= 1
        controls = entry.blocks[cut:]
        body = entry.blocks[: cut - 1] if controls else entry.blocks  # without the line between them
        rendered.append(
            Shown(
                id=id,
                by=entry.by,
                text=entry.text,
                html=as_html(body, id, to),
                details=as_html(entry.details, f"{id}d", to),
                controls=as_html(controls, f"{id}c", to),
            )
        )
    return rendered


def file_headers(name: str) -> dict[str, str]:
    """The headers of a Markdown file to be kept."""
    kind = {"Content-Type": "text/markdown; charset=utf-8", "Content-Disposition": f'attachment; filename="{name}"'}
    return GUARDED | kind
