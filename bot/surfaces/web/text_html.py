"""Text as HTML: rich text, its spans, and plain text, rendered for the page. Pure; everything from outside is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from bot.surfaces.blockkit.text import linkable

STYLES = {"bold": "strong", "italic": "em", "strike": "s", "code": "code"}


class UnknownBlock(ValueError):
    """A block, an element or a span of a type that the page cannot show."""


def rich(element: Mapping[str, Any], title: bool = False) -> Markup:
    """A paragraph, a quote or a list; with `title` a paragraph is the heading of what follows. Raises UnknownBlock."""
    match element.get("type"):
        case "rich_text_section":
            inside = _spans(element["elements"])
            return Markup("<h3>{}</h3>" if title else "<p>{}</p>").format(inside)
        case "rich_text_quote":
            return Markup("<blockquote>{}</blockquote>").format(_spans(element["elements"]))
        case "rich_text_list":
            tag = Markup("ol" if element["style"] == "ordered" else "ul")
            items = [Markup("<li>{}</li>").format(_item(each)) for each in element["elements"]]
            return Markup("<{0}>{1}</{0}>").format(tag, Markup("").join(items))
    raise UnknownBlock(f"rich text of type {element.get('type')!r}")


def _item(element: Mapping[str, Any]) -> Markup:
    return _spans(element["elements"]) if element.get("type") == "rich_text_section" else rich(element)


def only_bold(element: Mapping[str, Any]) -> bool:
    """Whether all of a paragraph is bold."""
    spans = element.get("elements", ())
    return len(spans) == 1 and spans[0].get("style") == {"bold": True}


def _spans(spans: Sequence[Mapping[str, Any]]) -> Markup:
    return Markup("").join(_span(span) for span in spans)


def _span(span: Mapping[str, Any]) -> Markup:
    match span.get("type"):
        case "text":
            shown = _lines(span["text"])
        case "link":
            shown = _link(span["url"], span.get("text") or span["url"])
        case "emoji":
            shown = escape(f":{span['name']}:")
        case other:
            raise UnknownBlock(f"a span of type {other!r}")
    for style, tag in STYLES.items():
        if span.get("style", {}).get(style):
            shown = Markup("<{0}>{1}</{0}>").format(Markup(tag), shown)
    return shown


def _link(url: str, text: str) -> Markup:
    if not linkable(url):
        return escape(text)
    return Markup('<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>').format(url, text)


def plain(text: Mapping[str, Any]) -> Markup:
    """A plain_text object, with its line breaks. Raises UnknownBlock."""
    if text.get("type") != "plain_text":
        raise UnknownBlock(f"text of type {text.get('type')!r}")
    return _lines(text["text"])


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))
