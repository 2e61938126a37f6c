"""Blocks: what Slack accepts in a message, a modal or a Home tab, as a list of complaints (empty where all is well).

Written from Slack's reference on its own, without a look at Tunewise's limits, so that the two check each other. It is as
strict as Slack where the reference names a limit, and stricter in one respect: a property it does not know is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

MESSAGE_BLOCKS, VIEW_BLOCKS, TOTAL = 50, 100, 12_000
Block = dict[str, Any]

# block type -> property -> (required, what it must be)
BLOCKS: dict[str, dict[str, tuple[bool, str]]] = {
    "section": {"text": (False, "text:3000"), "fields": (False, "texts:10:2000"),
                "accessory": (False, "element"), "expand": (False, "bool")},
    "header": {"text": (True, "plain:150"), "level": (False, "int")},
    "divider": {},
    "context": {"elements": (True, "context")},
    "actions": {"elements": (True, "elements:25")},
    "context_actions": {"elements": (True, "elements:5")},
    "input": {"label": (True, "plain:2000"), "element": (True, "element"), "hint": (False, "plain:2000"),
              "optional": (False, "bool"), "dispatch_action": (False, "bool")},
    "image": {"image_url": (True, "str:3000"), "alt_text": (True, "str:2000"), "title": (False, "plain:2000")},
    "rich_text": {"elements": (True, "rich")},
    "markdown": {"text": (True, "str:12000")},
    "table": {"rows": (True, "rows"), "column_settings": (False, "list:20")},
    "card": {"title": (False, "text:150"), "subtitle": (False, "text:150"), "body": (False, "text:200"),
             "actions": (False, "elements:5"), "icon": (False, "any"), "hero_image": (False, "any")},
    "alert": {"text": (True, "text:200"), "level": (False, "str:20")},
}  # fmt: skip
SURFACES = {
    "message": set(BLOCKS) - {"input"} | {"input"},
    "modal": {"section", "header", "divider", "context", "actions", "input", "image", "rich_text"},
    "home": {"section", "header", "divider", "context", "actions", "input", "image", "rich_text"},
}
OPTIONS = {"options": (False, "options:100"), "option_groups": (False, "list:100"), "placeholder": (False, "plain:150"),
           "confirm": (False, "confirm"), "focus_on_load": (False, "bool")}  # fmt: skip
CHOICE = {"options": (True, "options:10"), "confirm": (False, "confirm"), "focus_on_load": (False, "bool")}
ELEMENTS: dict[str, dict[str, tuple[bool, str]]] = {
    "button": {"text": (True, "plain:75"), "action_id": (False, "str:255"), "value": (False, "str:2000"), "url": (False, "str:3000"),
               "style": (False, "style"), "confirm": (False, "confirm"), "accessibility_label": (False, "str:75")},
    "static_select": {**OPTIONS, "action_id": (False, "str:255"), "initial_option": (False, "any")},
    "multi_static_select": {**OPTIONS, "action_id": (False, "str:255"), "initial_options": (False, "list:100"),
                            "max_selected_items": (False, "int")},
    "radio_buttons": {**CHOICE, "action_id": (False, "str:255"), "initial_option": (False, "any")},
    "checkboxes": {**CHOICE, "action_id": (False, "str:255"), "initial_options": (False, "list:10")},
    "overflow": {"options": (True, "options:5"), "action_id": (False, "str:255"), "confirm": (False, "confirm")},
    "plain_text_input": {"action_id": (False, "str:255"), "placeholder": (False, "plain:150"), "initial_value": (False, "str:3000"),
                         "multiline": (False, "bool"), "min_length": (False, "int"), "max_length": (False, "int"),
                         "focus_on_load": (False, "bool"), "dispatch_action_config": (False, "any")},
    "number_input": {"is_decimal_allowed": (True, "bool"), "action_id": (False, "str:255"), "initial_value": (False, "str:100"),
                     "min_value": (False, "str:100"), "max_value": (False, "str:100"), "placeholder": (False, "plain:150"),
                     "focus_on_load": (False, "bool")},
    "conversations_select": {"action_id": (False, "str:255"), "placeholder": (False, "plain:150"), 
                             "initial_conversation": (False, "str:30"),
                             "default_to_current_conversation": (False, "bool"), "confirm": (False, "confirm"),
                             "response_url_enabled": (False, "bool"), "filter": (False, "any"), "focus_on_load": (False, "bool")},
    "multi_conversations_select": {"action_id": (False, "str:255"), "placeholder": (False, "plain:150"),
                                   "initial_conversations": (False, "list:1000"), "max_selected_items": (False, "int"),
                                   "default_to_current_conversation": (False, "bool"), "confirm": (False, "confirm"),
                                   "filter": (False, "any"), "focus_on_load": (False, "bool")},
    "channels_select": {"action_id": (False, "str:255"), "placeholder": (False, "plain:150"), "initial_channel": (False, "str:30"),
                        "confirm": (False, "confirm"), "response_url_enabled": (False, "bool"), "focus_on_load": (False, "bool")},
    "image": {"image_url": (True, "str:3000"), "alt_text": (True, "str:2000")},
    "feedback_buttons": {"action_id": (False, "str:255"), "positive_button": (True, "feedback"), "negative_button": (True, "feedback")},
    "icon_button": {"action_id": (False, "str:255"), "icon": (True, "str:75"), "text": (True, "plain:75"), "value": (False, "str:2000"),
                    "confirm": (False, "confirm"), "visible_to_user_ids": (False, "list:100"), "accessibility_label": (False, "str:75")},
}  # fmt: skip
PLACES = {
    "actions": set(ELEMENTS) - {"image", "feedback_buttons", "icon_button", "plain_text_input", "number_input"},
    "section": set(ELEMENTS) - {"plain_text_input", "number_input", "feedback_buttons", "icon_button"},
    "input": set(ELEMENTS) - {"button", "overflow", "image", "feedback_buttons", "icon_button"},
    "context_actions": {"feedback_buttons", "icon_button"},
    "card": {"button", "icon_button"},
}
RICH = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
INLINE = {"text", "link", "user", "channel", "emoji", "usergroup", "broadcast", "date", "color"}


def complaints(blocks: Any, surface: str) -> list[str]:
    """Everything that is wrong with these blocks on a surface: "message", "modal" or "home"."""
    if not isinstance(blocks, list):
        return ["blocks must be a list"]
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    found = [f"no more than {most} items allowed [json-pointer:/blocks]"] if len(blocks) > most else []
    ids = [block.get("block_id") for block in blocks if isinstance(block, dict) and block.get("block_id")]
    found += [f"duplicate block_id {id}" for id in {id for id in ids if ids.count(id) > 1}]
    for index, block in enumerate(blocks):
        found += [f"{problem} [json-pointer:/blocks/{index}]" for problem in _block(block, surface)]
    if not found and surface == "message" and any("action_id" in e for e in elements(blocks)):
        for block in blocks:
            names = [element["action_id"] for element in elements([block]) if element.get("action_id")]
            found += [
                f"action_id {name} already exists in its block" for name in {n for n in names if names.count(n) > 1}
            ]
    return found


def too_long(blocks: list[Block]) -> bool:
    """Whether a message as a whole is more than Slack takes in practice."""
    return sum(len(text) for text in texts(blocks)) > TOTAL


def texts(value: Any) -> Iterator[str]:
    """Every text that somebody would read."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def elements(value: Any) -> Iterator[dict[str, Any]]:
    """Every interactive element."""
    if isinstance(value, dict):
        if value.get("type") in ELEMENTS and "alt_text" not in value:
            yield value
        for inner in value.values():
            yield from elements(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from elements(inner)


def _block(block: Any, surface: str) -> list[str]:
    if not isinstance(block, dict):
        return ["a block must be an object"]
    kind = block.get("type")
    if kind not in BLOCKS or kind not in SURFACES[surface]:
        return [f"unsupported type: {kind}"]
    rules = {**BLOCKS[kind], "type": (True, "any"), "block_id": (False, "str:255")}
    found = _properties(block, rules, str(kind))
    if kind == "section" and not block.get("text") and not block.get("fields"):
        found.append("section needs text or fields")
    if kind == "card" and not any(block.get(key) for key in ("title", "body", "actions", "hero_image")):
        found.append("card needs a title, a body, actions or a hero image")
    return found


def _properties(value: dict[str, Any], rules: dict[str, tuple[bool, str]], place: str) -> list[str]:
    found = [f"no such property: {key}" for key in value if key not in rules]
    for key, (required, rule) in rules.items():
        if value.get(key) is None:
            found += [f"missing required field: {key}"] if required else []
            continue
        found += [f"{key}: {problem}" for problem in _check(value[key], rule, place)]
    return found


def _check(value: Any, rule: str, place: str) -> list[str]:
    name, *limits = rule.split(":")
    most = [int(limit) for limit in limits]
    match name:
        case "any":
            return []
        case "bool":
            return [] if isinstance(value, bool) else ["must be true or false"]
        case "int":
            return [] if isinstance(value, int) and not isinstance(value, bool) else ["must be a number"]
        case "style":
            return [] if value in ("primary", "danger") else ["must be primary or danger"]
        case "str":
            if not isinstance(value, str) or not value:
                return ["must be a string that is not empty"]
            return [f"must be less than {most[0] + 1} characters"] if len(value) > most[0] else []
        case "list":
            return [] if isinstance(value, list) and 0 < len(value) <= most[0] else [f"must have 1 to {most[0]} items"]
        case "text" | "plain":
            return _text(value, most[0], plain=name == "plain")
        case "texts":
            if not isinstance(value, list) or not 0 < len(value) <= most[0]:
                return [f"must have 1 to {most[0]} items"]
            return [problem for text in value for problem in _text(text, most[1], plain=False)]
        case "options":
            return _options(value, most[0])
        case "confirm":
            rules = {"title": (True, "plain:100"), "text": (True, "text:300"), "confirm": (True, "plain:30"),
                     "deny": (True, "plain:30"), "style": (False, "style")}  # fmt: skip
            return _properties(value, rules, place) if isinstance(value, dict) else ["must be an object"]
        case "feedback":
            rules = {"text": (True, "plain:75"), "value": (True, "str:2000"), "accessibility_label": (False, "str:75")}
            return _properties(value, rules, place) if isinstance(value, dict) else ["must be an object"]
        case "element":
            return _element(value, place)
        case "elements":
            if not isinstance(value, list) or not 0 < len(value) <= most[0]:
                return [f"must have 1 to {most[0]} items"]
            return [problem for element in value for problem in _element(element, place)]
        case "context":
            return _context(value)
        case "rich":
            return _rich(value, RICH)
        case "rows":
            return _rows(value)
    raise AssertionError(f"no such rule: {rule}")


def _text(value: Any, most: int, *, plain: bool) -> list[str]:
    if not isinstance(value, dict) or value.get("type") not in ("plain_text", "mrkdwn"):
        return ["must be a text object"]
    if plain and value["type"] != "plain_text":
        return ["must be plain_text"]
    allowed = {"type", "text"} | ({"emoji"} if value["type"] == "plain_text" else {"verbatim"})
    found = [f"no such property: {key}" for key in value if key not in allowed]
    text = value.get("text")
    if not isinstance(text, str) or not text.strip():
        return [*found, "must be more than 0 characters"]
    return [*found, *([f"must be less than {most + 1} characters"] if len(text) > most else [])]


def _options(value: Any, most: int) -> list[str]:
    if not isinstance(value, list) or not 0 < len(value) <= most:
        return [f"must have 1 to {most} options"]
    rules = {
        "text": (True, "text:75"),
        "value": (True, "str:150"),
        "description": (False, "text:75"),
        "url": (False, "str:3000"),
    }
    found = [problem for option in value for problem in _properties(option, rules, "option")]
    values = [option.get("value") for option in value]
    return found + (["options with the same value"] if len(set(values)) < len(values) else [])


def _element(value: Any, place: str) -> list[str]:
    if not isinstance(value, dict) or value.get("type") not in ELEMENTS:
        return [f"unsupported type: {value.get('type') if isinstance(value, dict) else value}"]
    kind = value["type"]
    if kind not in PLACES.get(place, set(ELEMENTS)):
        return [f"{kind} is not allowed in {place}"]
    found = _properties(value, {**ELEMENTS[kind], "type": (True, "any")}, place)
    if kind in ("static_select", "multi_static_select") and bool(value.get("options")) == bool(
        value.get("option_groups")
    ):
        found.append("needs either options or option_groups")
    return found


def _context(value: Any) -> list[str]:
    if not isinstance(value, list) or not 0 < len(value) <= 10:
        return ["must have 1 to 10 items"]
    found = []
    for element in value:
        if isinstance(element, dict) and element.get("type") == "image":
            found += _element(element, "section")
        else:
            found += _text(element, 2000, plain=False)
    return found


def _rich(value: Any, allowed: set[str]) -> list[str]:
    if not isinstance(value, list) or not value:
        return ["must have at least one element"]
    found = []
    for element in value:
        kind = element.get("type") if isinstance(element, dict) else None
        if kind not in allowed:
            found.append(f"unsupported rich text element: {kind}")
        elif kind == "rich_text_list":
            found += [] if element.get("style") in ("bullet", "ordered") else ["style must be bullet or ordered"]
            found += _rich(element.get("elements"), {"rich_text_section"})
        elif kind in RICH:
            found += _inline(element.get("elements"))
    return found


def _inline(value: Any) -> list[str]:
    if not isinstance(value, list) or not value:
        return ["must have at least one element"]
    found = []
    for part in value:
        kind = part.get("type") if isinstance(part, dict) else None
        if kind not in INLINE:
            found.append(f"unsupported rich text part: {kind}")
        elif kind == "text" and not (isinstance(part.get("text"), str) and part["text"]):
            found.append("text must be more than 0 characters")
        elif kind == "link" and not str(part.get("url", "")).startswith(("https://", "http://", "mailto:")):
            found.append("invalid url")
        elif kind == "user" and not str(part.get("user_id", "")).startswith(("U", "W")):
            found.append("invalid user_id")
    return found


def _rows(value: Any) -> list[str]:
    if not isinstance(value, list) or not 0 < len(value) <= 100:
        return ["must have 1 to 100 rows"]
    if any(not isinstance(row, list) or not 0 < len(row) <= 20 for row in value):
        return ["a row must have 1 to 20 cells"]
    if sum(len(text) for text in texts(value)) > 10_000:
        return ["a table holds 10000 characters at most"]
    found = []
    for cell in (cell for row in value for cell in row):
        if cell.get("type") == "rich_text":
            found += _rich(cell.get("elements"), RICH)
        elif cell.get("type") not in ("raw_text", "raw_number") or not str(cell.get("text", cell.get("value", ""))):
            found.append("unsupported cell")
    return found


def view_complaints(view: Any) -> list[str]:
    """Everything that is wrong with a modal or a Home tab."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return ["view must be a modal or a home"]
    rules: dict[str, tuple[bool, str]] = {
        "type": (True, "any"), "blocks": (True, "any"), "callback_id": (False, "str:255"), "private_metadata": (False, "any"),
        "external_id": (False, "str:255"),
    }  # fmt: skip
    if view["type"] == "modal":
        rules |= {"title": (True, "plain:24"), "submit": (False, "plain:24"), "close": (False, "plain:24"),
                  "clear_on_close": (False, "bool"), "notify_on_close": (False, "bool"), "submit_disabled": (False, "bool")}  # fmt: skip
    found = _properties(view, rules, "view") + complaints(view.get("blocks"), view["type"])
    has_inputs = any(block.get("type") == "input" for block in view.get("blocks") or [] if isinstance(block, dict))
    if view["type"] == "modal" and has_inputs and not view.get("submit"):
        found.append("submit is required when there is an input block")
    names = [e["action_id"] for e in elements(view.get("blocks")) if e.get("action_id")]
    if not isinstance(view.get("private_metadata", ""), str) or len(view.get("private_metadata", "")) > 3000:
        found.append("private_metadata: must be a string of at most 3000 characters")
    if len(json.dumps(view)) > 250_000:
        found.append("view_too_large")
    return found + [
        f"action_id {n} already exists" for n in {n for n in names if view["type"] == "modal" and names.count(n) > 1}
    ]
