"""Limits: what Slack accepts of a message or a view, checked before anything is sent.

    check_message(text, blocks)   raises Refused, naming the path of the first thing that Slack would refuse
    check_view(view)              the same for a modal or the Home tab
    weight(blocks) -> int         the characters that count towards a whole message's 12,000

The lengths are those of Slack's reference; where it gives none (a rich_text block, a whole message) the number is ours, on
the safe side. Stricter than Slack: action ids are unique in the whole message, `mrkdwn` objects, mentions and broadcasts do
not occur at all, and links are plain web addresses.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.surfaces.blockkit.rules import (
    Check,
    address,
    by_type,
    flag,
    list_of,
    need,
    one_of,
    plain,
    record,
    string,
    whole,
)
from bot.surfaces.blockkit.text import size

Block = dict[str, Any]
View = dict[str, Any]

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
MESSAGE_TEXT = 12_000  # characters in all blocks together
VIEW_BYTES = 250_000
FALLBACK = 4_000
RICH_TEXT = 3_000  # characters of one rich_text block
HEADER, SECTION, FIELD, CONTEXT = 150, 3_000, 2_000, 2_000
BUTTON = OPTION = DESCRIPTION = 75
VALUE, OPTION_VALUE, ID = 2_000, 150, 255
OPTIONS, BOXES = 100, 10
TITLE = 24
PLACEHOLDER, LABEL, METADATA, TYPED = 150, 2_000, 3_000, 3_000

IDENTIFIER = string(ID, like=r"[!-~]+")
OPTION_OBJECT = record({"text": plain(OPTION), "value": string(OPTION_VALUE)}, {"description": plain(DESCRIPTION)})
CONFIRM = record(
    {"title": plain(100), "text": plain(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
ASKED: dict[str, Check] = {"confirm": CONFIRM, "focus_on_load": flag}
HELD: dict[str, Check] = {**ASKED, "placeholder": plain(PLACEHOLDER)}
ACTION: dict[str, Check] = {"action_id": IDENTIFIER}
CONVERSATION = string(40, like=r"[A-Z0-9]+")
FILTER = record(
    {},
    {
        "include": list_of(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)
CONVERSATIONS: dict[str, Check] = {**HELD, "filter": FILTER, "default_to_current_conversation": flag}
FEEDBACK = record({"text": plain(BUTTON), "value": string(VALUE)}, {"accessibility_label": string(BUTTON)})


def _options(most: int) -> dict[str, Check]:
    return {**ACTION, "options": list_of(OPTION_OBJECT, most)}


BUTTONS: dict[str, Check] = {
    "button": record(
        {**ACTION, "text": plain(BUTTON)},
        {
            "value": string(VALUE),
            "url": address,
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(BUTTON),
        },
    ),
    "overflow": record(_options(5), {"confirm": CONFIRM}),
}
CHOICES: dict[str, Check] = {
    "static_select": record(_options(OPTIONS), {**HELD, "initial_option": OPTION_OBJECT}),
    "multi_static_select": record(
        _options(OPTIONS),
        {**HELD, "initial_options": list_of(OPTION_OBJECT, OPTIONS), "max_selected_items": whole(1, OPTIONS)},
    ),
    "checkboxes": record(_options(BOXES), {**ASKED, "initial_options": list_of(OPTION_OBJECT, BOXES)}),
    "radio_buttons": record(_options(BOXES), {**ASKED, "initial_option": OPTION_OBJECT}),
    "conversations_select": record(
        ACTION, {**CONVERSATIONS, "initial_conversation": CONVERSATION, "response_url_enabled": flag}
    ),
    "multi_conversations_select": record(
        ACTION,
        {
            **CONVERSATIONS,
            "initial_conversations": list_of(CONVERSATION, 1000),
            "max_selected_items": whole(1, 1000),
        },
    ),
}
TYPED_IN: dict[str, Check] = {
    "plain_text_input": record(
        ACTION,
        {
            "placeholder": plain(PLACEHOLDER),
            "initial_value": string(TYPED),
            "multiline": flag,
            "min_length": whole(0, TYPED),
            "max_length": whole(1, TYPED),
            "focus_on_load": flag,
        },
    ),
}
STYLE = record({}, {"bold": flag, "italic": flag, "strike": flag, "code": flag})
SPAN = by_type(
    {
        "text": record({"text": string(RICH_TEXT)}, {"style": STYLE}),
        "link": record({"url": address}, {"text": string(RICH_TEXT), "style": STYLE}),
        "emoji": record({"name": string(100, like="[a-z0-9_+-]+")}),
    }
)
SPANS: dict[str, Check] = {"elements": list_of(SPAN, 200)}
RICH_SECTION = by_type({"rich_text_section": record(SPANS)})
RICH = by_type(
    {
        "rich_text_section": record(SPANS),
        "rich_text_quote": record(SPANS, {"border": whole(0, 1)}),
        "rich_text_list": record(
            {"style": one_of("bullet", "ordered"), "elements": list_of(RICH_SECTION, 100)},
            {"indent": whole(0, 8), "border": whole(0, 1)},
        ),
    }
)
NAMED: dict[str, Check] = {"block_id": IDENTIFIER}
ANYWHERE: dict[str, Check] = {
    "header": record({"text": plain(HEADER)}, NAMED),
    "divider": record({}, NAMED),
    "rich_text": record({"elements": list_of(RICH, 100)}, NAMED),
    "section": record(
        {},
        {
            **NAMED,
            "text": plain(SECTION),
            "fields": list_of(plain(FIELD), 10),
            "accessory": by_type({**BUTTONS, **CHOICES}),
            "expand": flag,
        },
    ),
    "context": record({"elements": list_of(plain(CONTEXT), 10)}, NAMED),
    "actions": record({"elements": list_of(by_type({**BUTTONS, **CHOICES}), 25)}, NAMED),
}
INPUT = record(
    {"label": plain(LABEL), "element": by_type({**CHOICES, **TYPED_IN})},
    {**NAMED, "hint": plain(LABEL), "optional": flag, "dispatch_action": flag},
)
FEEDBACK_BUTTONS = record({**ACTION, "positive_button": FEEDBACK, "negative_button": FEEDBACK})
IN_MESSAGES = by_type(
    {
        **ANYWHERE,
        "context_actions": record({"elements": list_of(by_type({"feedback_buttons": FEEDBACK_BUTTONS}), 5)}, NAMED),
    }
)
IN_VIEWS = by_type({**ANYWHERE, "input": INPUT})
VIEW_KEYS: dict[str, Check] = {
    "blocks": list_of(IN_VIEWS, VIEW_BLOCKS),
    "private_metadata": string(METADATA, least=0),
    "callback_id": string(ID),
    "external_id": string(ID),
}
VIEW = by_type(
    {
        "modal": record(
            {"title": plain(TITLE), "blocks": VIEW_KEYS["blocks"]},
            {
                **VIEW_KEYS,
                "submit": plain(TITLE),
                "close": plain(TITLE),
                "clear_on_close": flag,
                "notify_on_close": flag,
            },
        ),
        "home": record({"blocks": VIEW_KEYS["blocks"]}, VIEW_KEYS),
    }
)


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
