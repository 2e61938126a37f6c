"""Build: blocks and their parts from plain strings. Every string is cleaned and cut to what its place holds.

header, say, lines, quote, context, divider, actions    blocks
button, select, many, options                           elements
bold, words, quiet, link, cited, channels_named, BREAK  spans of rich text, as lists to add up
plain, fallback                                         a plain_text object; the text that Slack parses
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

from bot.core.sources import Listed
from bot.surfaces.blockkit import limits, shapes
from bot.surfaces.blockkit.limits import Block
from bot.surfaces.blockkit.text import clean, escape, linkable, shorten, size

Spans = list[dict[str, Any]]
Style = Literal["bullet", "ordered", "rows"]
Element = dict[str, Any]
LEAF = 1_200  # characters of one span
SPANS = 200  # in one section
BREAK: Spans = [{"type": "text", "text": "\n"}]
NOTHING = "–"  # stands where a text is empty, which Slack refuses


class Shown(NamedTuple):
    """A message: its fallback text (escaped, for notifications and where blocks fail) and its blocks."""

    text: str
    blocks: list[Block]


def plain(text: str, most: int, lines: bool = False) -> dict[str, Any]:
    """A plain_text object; emoji codes in it are left as they were written."""
    return {"type": "plain_text", "text": shorten(clean(text, lines), most) or NOTHING, "emoji": False}


# --- spans ----------------------------------------------------------------------------------------------------------


def words(text: str, most: int = LEAF) -> Spans:
    """Text as it is, with blanks at its ends kept."""
    return _span(text, most)


def bold(text: str, most: int = LEAF) -> Spans:
    """Text in bold."""
    return _span(text, most, bold=True)


def quiet(text: str, most: int = LEAF) -> Spans:
    """Text in italics, for what only goes along."""
    return _span(text, most, italic=True)


def link(url: str | None, text: str) -> Spans:
    """A link where the address may be linked, else its text alone."""
    shown = shorten(clean(text), LEAF) or NOTHING
    return [{"type": "link", "url": url, "text": shown}] if linkable(url) else words(shown)


def channels_named(ids: Iterable[str]) -> Spans:
    """Channels with commas between, by name for those who may know it: Slack fills the names in, and hides private ones."""
    spans: Spans = []
    for id in ids:
        named = [{"type": "channel", "channel_id": id}] if shapes.CHANNEL_ID.fullmatch(id) else words(id, 80)
        spans += [*(words(", ") if spans else []), *named]
    return spans


def cited(text: str, marks: Sequence[int], sources: Sequence[Listed], most: int = LEAF) -> Spans:
    """A sentence and the numbers of its sources, each linked to its source where that has an address."""
    addresses = {source.number: source.url for source in sources}
    spans = words(text, most)
    for mark in marks[:6]:
        spans = [*spans, *words(" "), *link(addresses.get(mark), f"[{mark}]")]
    return spans


def _span(text: str, most: int, **style: bool) -> Spans:
    body = shorten(clean(text), most)
    if not body:
        return [{"type": "text", "text": " "}] if text.isspace() else []
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() else ""
    span: dict[str, Any] = {"type": "text", "text": f"{before}{body}{after}"}
    return [{**span, "style": style}] if style else [span]


# --- blocks ---------------------------------------------------------------------------------------------------------


def header(text: str) -> Block:
    """A headline."""
    return {"type": "header", "text": plain(text, shapes.HEADER)}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def context(*texts: str) -> Block:
    """Small grey text."""
    shown = [text for text in texts if clean(text)][:10]
    return {"type": "context", "elements": [plain(text, shapes.CONTEXT) for text in shown] or [plain(NOTHING, 1)]}


def say(*spans: Spans) -> Block:
    """A paragraph of rich text."""
    return {"type": "rich_text", "elements": [_section(*spans)]}


def lines(items: Iterable[Spans], title: str = "", style: Style = "bullet") -> list[Block]:
    """Items under a bold title, over as many blocks as it takes; `rows` have no mark before them.

    Slack cannot begin a list at another number than 1: one that is too long for a block is written in rows with their numbers.
    """
    sections = [_section(item) for item in items]
    first = [_section(bold(title, 300))] if title else []
    if style == "ordered" and limits.weight(sections) + limits.weight(first) > shapes.RICH_TEXT:
        style = "rows"
        sections = [_section(words(f"{at}. "), section["elements"]) for at, section in enumerate(sections, 1)]
    groups: list[list[dict[str, Any]]] = [[]]
    room = shapes.RICH_TEXT - limits.weight(first)
    for section in sections:
        length = limits.weight([section]) + len(BREAK)
        spans = sum(len(each["elements"]) + 1 for each in (*groups[-1], section))
        if groups[-1] and (length > room or spans > SPANS - 10):
            groups.append([])
            room = shapes.RICH_TEXT
        groups[-1].append(section)
        room -= length
    bodies = [_body(first if at == 0 else [], group, style) for at, group in enumerate(groups)]
    return [{"type": "rich_text", "elements": body} for body in bodies if body]


def _body(first: list[dict[str, Any]], sections: list[dict[str, Any]], style: Style) -> list[dict[str, Any]]:
    """A title and its items. Rows are one section with breaks, since nothing says that sections begin on a new line."""
    if style != "rows":
        listed = {"type": "rich_text_list", "style": style, "elements": sections}
        return [*first, listed] if sections else first
    spans = [span for section in (*first, *sections) for span in (*BREAK, *section["elements"])]
    return [{"type": "rich_text_section", "elements": spans[1:]}] if spans else []


def quote(*spans: Spans) -> Block:
    """An indented paragraph."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": _section(*spans)["elements"]}]}


def actions(block_id: str, *elements: Element) -> Block:
    """A row of buttons and menus."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements[:25])}


def _section(*spans: Spans) -> dict[str, Any]:
    """Spans as one section, cut where they are too long together."""
    joined: Spans = []
    room = shapes.RICH_TEXT - 320
    for span in (each for group in spans for each in group):
        length = limits.weight([span])
        if length > room or len(joined) == SPANS - 15:
            if room > 20 and span["type"] == "text":
                joined.append({**span, "text": shorten(span["text"], room)})
            break
        room -= length
        joined.append(span)
    return {"type": "rich_text_section", "elements": joined or [{"type": "text", "text": NOTHING}]}


# --- elements -------------------------------------------------------------------------------------------------------


def button(label: str, action_id: str, value: str = "", style: str | None = None, spoken: str = "") -> Element:
    """A button; `spoken` is what a screen reader says instead of the label."""
    made: Element = {"type": "button", "text": plain(label, shapes.BUTTON), "action_id": action_id}
    if value:
        made["value"] = value
    if style:
        made["style"] = style
    if spoken:
        made["accessibility_label"] = shorten(clean(spoken), shapes.BUTTON)
    return made


def options(labels: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Options of a menu from labels and values."""
    return [{"text": plain(label, shapes.OPTION), "value": value} for label, value in labels]


def select(action_id: str, labels: Sequence[tuple[str, str]], placeholder: str) -> Element:
    """A menu from which one is picked."""
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, shapes.PLACEHOLDER),
        "options": options(labels[: shapes.OPTIONS]),
    }


def many(action_id: str, labels: Sequence[tuple[str, str]], chosen: Iterable[str] = ()) -> Element:
    """Check-boxes, or a menu for several where there are too many for boxes; `chosen` are values ticked already."""
    boxes = len(labels) <= shapes.BOXES
    made: Element = {
        "type": "checkboxes" if boxes else "multi_static_select",
        "action_id": action_id,
        "options": options(labels[: shapes.OPTIONS]),
    }
    ticked = set(chosen)
    if initial := [option for option in made["options"] if option["value"] in ticked]:
        made["initial_options"] = initial
    return made


def fallback(text: str) -> str:
    """Text for the place that Slack parses: escaped, and short enough to be escaped."""
    shown, most = clean(text, lines=True), shapes.FALLBACK
    while size(escaped := escape(shorten(shown, most))) > shapes.FALLBACK:
        most = most * 3 // 4
    return escaped or NOTHING
