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

from markupsafe import Markup

from bot.surfaces.blockkit.limits import Block
from bot.surfaces.web.controls_html import group
from bot.surfaces.web.text_html import UnknownBlock, only_bold, plain, rich

Parts = list[Markup]


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
    return Markup('<h2 id="{}">{}</h2>').format(id, plain(block["text"]))


def _divider(block: Block, id: str, form: str) -> Markup:
    return Markup("<hr>")


def _context(block: Block, id: str, form: str) -> Markup:
    texts = [Markup("<span>{}</span>").format(plain(each)) for each in block["elements"]]
    return Markup('<p class="context">{}</p>').format(Markup(" ").join(texts))


def _section(block: Block, id: str, form: str) -> Markup:
    parts = [Markup("<p>{}</p>").format(plain(block["text"]))] if "text" in block else []
    parts += [Markup('<p class="field">{}</p>').format(plain(field)) for field in block.get("fields", ())]
    if "accessory" in block:
        parts.append(group([block["accessory"]], id, form))
    return Markup('<div id="{}" class="section">{}</div>').format(id, Markup("").join(parts))


def _rich_text(block: Block, id: str, form: str) -> Markup:
    elements: list[Mapping[str, Any]] = block["elements"]
    parts: Parts = []
    for at, element in enumerate(elements):
        listed = at + 1 < len(elements) and elements[at + 1].get("type") == "rich_text_list"
        parts.append(rich(element, title=listed and only_bold(element)))
    return Markup('<div id="{}" class="rich">{}</div>').format(id, Markup("").join(parts))


def _actions(block: Block, id: str, form: str) -> Markup:
    return group(block["elements"], id, form)


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
