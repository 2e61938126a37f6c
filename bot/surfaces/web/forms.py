"""Forms: what a page posts, read with care - only from our own pages, of bounded size, and with the names people give themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, quote, unquote

from starlette.requests import Request

from bot.errors import BadInput
from bot.surfaces.blockkit.text import clean
from bot.surfaces.web.controls_html import ACTION
from bot.surfaces.web.shapes import LONGEST
from bot.surfaces.web.shown import SELF

FIELDS = 200
LONGEST_NAME = 40
NOBODY = "you"  # who speaks where no name was given
Fields = Mapping[str, list[str]]


def from_our_pages(headers: Mapping[str, str]) -> bool:
    """Whether the browser says that a form was sent from a page of ours. Every browser of today says so, in one of two ways."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    scheme, _, name = headers.get("origin", "").partition("://")
    return scheme in ("http", "https") and name == headers.get("host")


async def read_form(request: Request) -> Fields:
    """The fields of a form. Raises BadInput."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise BadInput("That is not a form of this page; programs use the HTTP API instead.")
    try:
        body = (await request.body()).decode("ascii")
        return parse_qs(body, keep_blank_values=True, max_num_fields=FIELDS, errors="replace")
    except ValueError:
        raise BadInput("That form cannot be read; reload the page and try again.") from None


def field(fields: Fields, name: str) -> str:
    """A field's value, empty where it is not there. Line breaks are single characters, as they were typed."""
    return fields.get(name, [""])[0].replace("\r\n", "\n")


def usable(text: str) -> str:
    """What was typed, where it can be sent. Raises BadInput."""
    if not text.strip():
        raise BadInput("There is nothing in your message yet: write something, or pick an answer.")
    if len(text) > LONGEST:
        raise BadInput(f"A message may have {LONGEST:,} characters at most, and yours has {len(text):,}; shorten it.")
    return text


def usable_name(name: str) -> str:
    """The name that somebody goes by. Raises BadInput."""
    name = clean(name)
    if len(name) > LONGEST_NAME:
        raise BadInput(f"A name may have {LONGEST_NAME} characters at most; shorten yours.")
    if name.casefold() == SELF:
        raise BadInput("That is my own name; go by another, please.")
    return name or NOBODY


def name_cookie(name: str) -> str:
    """A name as a cookie holds it."""
    return quote(name, safe="")


def name_in(cookie: str | None) -> str:
    """The name that a cookie holds, or the one of whoever gave none."""
    try:
        return usable_name(unquote(cookie or ""))
    except BadInput:
        return NOBODY


def press_in(fields: Fields) -> tuple[dict[str, Any], dict[str, Any]]:
    """A press of a button as Slack would tell it: the action, and what is ticked in the boxes of its form."""
    pressed, _, value = field(fields, ACTION).partition(" ")
    action: dict[str, Any] = {"action_id": pressed} | ({"value": value} if value else {})
    if pressed in fields and pressed.endswith("/menu"):
        action["selected_option"] = {"value": field(fields, pressed)}
    boxes = {name: values for name, values in fields.items() if name.endswith("/boxes")}
    state = {name: {"selected_options": [{"value": value} for value in values]} for name, values in boxes.items()}
    return action, {"page": state}
