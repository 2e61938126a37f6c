"""Shapes: the blocks, elements and views that we use, with the lengths and counts that Slack allows of each.

The lengths are those of Slack's reference; where it gives none (a rich_text block, a context element, a whole message) the number is
ours, on the safe side. What we have no use for, such as `mrkdwn` objects, mentions and broadcasts, has no shape at all.
"""

from __future__ import annotations

import re

from bot.surfaces.blockkit.rules import Check, address, by_type, flag, list_of, one_of, plain, record, string, whole

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

CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,39}")
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
        "channel": record({"channel_id": string(40, like=CHANNEL_ID.pattern)}),
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
