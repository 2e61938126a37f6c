"""Blocks as HTML: what the Block Kit builders emit, rendered for the page. Pure; everything from outside is escaped.

    as_html(blocks, prefix, to) -> Markup  `prefix` begins every id, and is to be unique in the page; forms are sent to `to`
    UnknownBlock                           raised for a block, an element or a span that this cannot show

Controls are submit buttons and fields of plain forms, one form for each question, so that they work without a script:
`action` is the action id of the button pressed; a menu and boxes send their own values under their action ids. An Enter in
a form presses its first button: that of the menu, or the one that says that what is ticked is all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from bot.surfaces.blockkit.limits import Block
from bot.surfaces.blockkit.text import linkable

ACTION = "action"  # the field that names the button pressed
PICK = "Pick"
Parts = list[Markup]


class UnknownBlock(ValueError):
    """A block, an element or a span of a type that the page cannot show."""


def as_html(blocks: Sequence[Block], prefix: str, to: str) -> Markup:
    """The blocks, in order."""
    shown = [_block(blocks, at, prefix) for at in range(len(blocks))]
    forms = dict.fromkeys(form for block in blocks if (form := form_of(block, prefix)))
    empty = [Markup('<form method="post" id="{}" action="{}"></form>').format(form, to) for form in forms]
    return Markup("\n").join([*shown, *empty])


def form_of(block: Block, prefix: str) -> str | None:
    """The id of the form to which a block's controls belong: those of one question, or of one card, share it."""
    if not any("action_id" in element for element in _controls(block)):
        return None
    return f"{prefix}f-{str(block.get('block_id', '')).partition('.')[2] or 'form'}"


def _controls(block: Block) -> list[Mapping[str, Any]]:
    held = [*block.get("elements", ()), block.get("accessory")]
    return [each for each in held if isinstance(each, Mapping)]


def _block(blocks: Sequence[Block], at: int, prefix: str) -> Markup:
    block = blocks[at]
    render = BLOCKS.get(str(block.get("type")))
    if render is None:
        raise UnknownBlock(f"a block of type {block.get('type')!r}")
    if block["type"] not in TITLES:
        title = next((before for before in range(at - 1, -1, -1) if blocks[before]["type"] in TITLES), None)
        return render(block, f"{prefix}-{title}" if title is not None else "", form_of(block, prefix) or "")
    return render(block, f"{prefix}-{at}", form_of(block, prefix) or "")


# --- blocks: each gets the id of its title (its own, where it is one) and of its form ----------------------------------


def _header(block: Block, id: str, form: str) -> Markup:
    return Markup('<h2 id="{}">{}</h2>').format(id, _plain(block["text"]))


def _divider(block: Block, id: str, form: str) -> Markup:
    return Markup("<hr>")


def _context(block: Block, id: str, form: str) -> Markup:
    texts = [Markup("<span>{}</span>").format(_plain(each)) for each in block["elements"]]
    return Markup('<p class="context">{}</p>').format(Markup(" ").join(texts))


def _section(block: Block, id: str, form: str) -> Markup:
    parts = [Markup("<p>{}</p>").format(_plain(block["text"]))] if "text" in block else []
    parts += [Markup('<p class="field">{}</p>').format(_plain(field)) for field in block.get("fields", ())]
    if "accessory" in block:
        parts.append(_group([block["accessory"]], id, form))
    return Markup('<div id="{}" class="section">{}</div>').format(id, Markup("").join(parts))


def _rich_text(block: Block, id: str, form: str) -> Markup:
    elements: list[Mapping[str, Any]] = block["elements"]
    parts: Parts = []
    for at, element in enumerate(elements):
        listed = at + 1 < len(elements) and elements[at + 1].get("type") == "rich_text_list"
        parts.append(_rich(element, title=listed and _only_bold(element)))
    return Markup('<div id="{}" class="rich">{}</div>').format(id, Markup("").join(parts))


def _actions(block: Block, id: str, form: str) -> Markup:
    return _group(block["elements"], id, form)


def _group(elements: Sequence[Mapping[str, Any]], id: str, form: str) -> Markup:
    shown = []
    for element in elements:
        render = CONTROLS.get(str(element.get("type")))
        if render is None:
            raise UnknownBlock(f"a control of type {element.get('type')!r}")
        shown.append(render(element, id, form))
    named = Markup(' aria-labelledby="{}"').format(id) if id else Markup("")
    return Markup('<div class="actions" role="group"{}>{}</div>').format(named, Markup("\n").join(shown))


# --- rich text --------------------------------------------------------------------------------------------------------


def _rich(element: Mapping[str, Any], title: bool = False) -> Markup:
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
    return _spans(element["elements"]) if element.get("type") == "rich_text_section" else _rich(element)


def _only_bold(element: Mapping[str, Any]) -> bool:
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


def _plain(text: Mapping[str, Any]) -> Markup:
    if text.get("type") != "plain_text":
        raise UnknownBlock(f"text of type {text.get('type')!r}")
    return _lines(text["text"])


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


# --- controls ---------------------------------------------------------------------------------------------------------


def _button(element: Mapping[str, Any], id: str, form: str) -> Markup:
    return _submit(element["action_id"], _plain(element["text"]), form, element)


def _submit(value: str, label: Markup | str, form: str, element: Mapping[str, Any] | None = None) -> Markup:
    element = element or {}
    told = element.get("accessibility_label")
    return Markup('<button type="submit" name="{}" value="{}" form="{}"{}{}>{}</button>').format(
        ACTION,
        value,
        form,
        Markup(' class="{}"').format(element["style"]) if "style" in element else "",
        Markup(' title="{}"').format(told) if told else "",
        label,
    )


def _select(element: Mapping[str, Any], id: str, form: str) -> Markup:
    held = _plain(element["placeholder"]) if "placeholder" in element else escape("–")
    initial = element.get("initial_option")
    options = [
        Markup('<option value="{}"{}>{}</option>').format(
            option["value"], Markup(" selected") if option == initial else "", option["text"]["text"]
        )
        for option in element["options"]
    ]
    named = Markup(' aria-labelledby="{}"').format(id) if id else Markup("")
    return Markup('<select name="{}" form="{}"{}><option value="">{}</option>{}</select>\n{}').format(
        element["action_id"], form, named, held, Markup("").join(options), _submit(element["action_id"], PICK, form)
    )


def _boxes(element: Mapping[str, Any], id: str, form: str) -> Markup:
    kind = "radio" if element["type"] == "radio_buttons" else "checkbox"
    ticked = [*element.get("initial_options", ()), element.get("initial_option")]
    boxes = [
        Markup('<label><input type="{}" name="{}" value="{}" form="{}"{}> {}</label>').format(
            kind,
            element["action_id"],
            option["value"],
            form,
            Markup(" checked") if option in ticked else "",
            _plain(option["text"]),
        )
        for option in element["options"]
    ]
    return Markup('<div class="boxes">{}</div>').format(Markup("\n").join(boxes))


def _feedback(element: Mapping[str, Any], id: str, form: str) -> Markup:
    shown = Markup('<button type="submit" name="{}" value="{} {}" form="{}" aria-label="{}" class="quiet">{}</button>')
    sides = [element["positive_button"], element["negative_button"]]
    return Markup("\n").join(
        shown.format(
            ACTION, element["action_id"], side["value"], form, side["accessibility_label"], _plain(side["text"])
        )
        for side in sides
    )


Render = Callable[[Mapping[str, Any], str, str], Markup]
STYLES = {"bold": "strong", "italic": "em", "strike": "s", "code": "code"}
TITLES = ("header", "rich_text", "section")
BLOCKS: dict[str, Callable[[Block, str, str], Markup]] = {
    "header": _header,
    "divider": _divider,
    "context": _context,
    "section": _section,
    "rich_text": _rich_text,
    "actions": _actions,
    "context_actions": _actions,
}
CONTROLS: dict[str, Render] = {
    "button": _button,
    "static_select": _select,
    "multi_static_select": _boxes,
    "checkboxes": _boxes,
    "radio_buttons": _boxes,
    "feedback_buttons": _feedback,
}
