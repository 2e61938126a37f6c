"""Limits: what Slack accepts of a message or a view, checked before anything is sent.

    check_message(text, blocks)   raises Refused, naming the path of the first thing that Slack would refuse
    check_view(view)              the same for a modal or the Home tab
    weight(blocks) -> int         the characters that count towards a whole message's 12,000

The single blocks are in `shapes`; here is what only shows in the whole. Stricter than Slack: action ids are unique in the whole
message, and the fallback text holds no markup.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.surfaces.blockkit.rules import list_of, need, string
from bot.surfaces.blockkit.shapes import (
    FALLBACK,
    IN_MESSAGES,
    MESSAGE_BLOCKS,
    MESSAGE_TEXT,
    RICH_TEXT,
    VIEW,
    VIEW_BYTES,
)
from bot.surfaces.blockkit.text import size

Block = dict[str, Any]
View = dict[str, Any]


def check_message(text: str, blocks: Sequence[Block]) -> None:
    """Raises Refused where Slack would refuse a message of these blocks, `text` being its fallback."""
    string(FALLBACK)(text, "text")
    need("<" not in text and ">" not in text, "text", "is not escaped")
    list_of(IN_MESSAGES, MESSAGE_BLOCKS)(list(blocks), "blocks")
    _check_blocks(blocks)
    need(weight(blocks) <= MESSAGE_TEXT, "blocks", f"hold {weight(blocks)} characters, more than {MESSAGE_TEXT}")


def check_view(view: Mapping[str, Any]) -> None:
    """Raises Refused where Slack would refuse a modal or a Home tab."""
    VIEW(dict(view), "view")
    blocks = view["blocks"]
    _check_blocks(blocks)
    asks = any(block["type"] == "input" for block in blocks)
    need(not asks or view["type"] == "home" or "submit" in view, "view", "has inputs but no submit")
    length = len(json.dumps(view).encode())
    need(length <= VIEW_BYTES, "view", f"is {length} bytes long, more than {VIEW_BYTES}")


def weight(blocks: Sequence[Block]) -> int:
    """The characters of all strings that Slack may count: texts, labels, values and addresses."""
    return sum(size(text) for block in blocks for key, text in strings(block) if key not in ("type", "style"))


def strings(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every string in a value with the key under which it stands."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from strings(each, name)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from strings(each, key)


def _check_blocks(blocks: Sequence[Block]) -> None:
    """What no single key tells: unique ids, initial options that exist, the length of a rich_text block."""
    for key in ("block_id", "action_id"):
        seen: set[str] = set()
        for at, block in enumerate(blocks):
            for name, value in strings(block):
                need(name != key or value not in seen, f"blocks[{at}]", f"has a {key} that is taken: {value}")
                if name == key:
                    seen.add(value)
    for at, block in enumerate(blocks):
        path = f"blocks[{at}]"
        if block["type"] == "section":
            need("text" in block or "fields" in block, path, "has neither text nor fields")
        if block["type"] == "rich_text":
            need(weight([block]) <= RICH_TEXT, path, f"holds {weight([block])} characters, more than {RICH_TEXT}")
        for element in [*block.get("elements", ()), block.get("element"), block.get("accessory")]:
            if isinstance(element, dict) and "options" in element:
                _check_options(element, path)


def _check_options(element: Mapping[str, Any], path: str) -> None:
    values = [option["value"] for option in element["options"]]
    need(len(set(values)) == len(values), path, "has two options with the same value")
    initial = element.get("initial_options", [])
    for option in [*initial, *([element["initial_option"]] if "initial_option" in element else [])]:
        need(option in element["options"], path, "begins with an option that it does not have")
