"""Settings: the form in which an admin of a workspace says where and how we may be used, within what the operator allows.

settings_view(form, metadata="") -> View     callback_id `settings`; what the operator decided is said, and has no control
read_settings(values, form) -> Filled        `values` is a submission's `view.state.values`; raises BadPick
only_words(title, text) -> View              a modal that says something and asks nothing
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from bot.surfaces.blockkit import shapes
from bot.surfaces.blockkit.build import Element, Spans, bold, channels_named, context, options, plain, say, words
from bot.surfaces.blockkit.limits import Block, View
from bot.surfaces.blockkit.modals import chosen, field, held, modal
from bot.surfaces.blockkit.picks import BadPick

CHANNELS = "field.channels"  # the block under which errors are shown; it is always there
MOST = 100  # channels
YES, NO = "yes", "no"
DECIDED = "Whoever runs me decided this; it cannot be changed here."
EVERYWHERE = "Leave it empty for every channel that I am invited to. Direct messages always work."
THREADS = ("How do I follow threads?", "I follow threads I was called into", "I read only messages that mention me")
CONNECT = ("Channels shared with other organisations", "I may take part", "I keep out")
MODEL = ("A language model", "{provider} may read what people write to me", "None: all is understood here")


class SettingsForm(NamedTuple):
    """What is picked now, and the outer bounds that the operator set: None for `allowed_channels` means every channel."""

    channels: tuple[str, ...] = ()
    mention_only: bool = False
    connect: bool = True
    model: bool = True
    allowed_channels: tuple[str, ...] | None = None
    may_follow: bool = True
    may_connect: bool = False
    may_use_model: bool = True
    provider: str | None = None
    changed: str = ""


class Filled(NamedTuple):
    """What was picked. Where the operator leaves no choice, what was set before stays."""

    channels: tuple[str, ...]
    mention_only: bool
    connect: bool
    model: bool


def settings_view(form: SettingsForm, metadata: str = "") -> View:
    """The form."""
    blocks = [context("It holds for the whole workspace, and at once.", form.changed)]
    if form.allowed_channels is not None:
        blocks.append(_told("Where may I be used?", "Whoever runs me allows only ", form.allowed_channels))
    blocks.append(_channels(form))
    if form.may_follow:
        blocks.append(_choice("threads", THREADS, not form.mention_only))
    else:
        blocks += _decided(THREADS[0], THREADS[2])
    if form.may_connect:
        blocks.append(_choice("connect", CONNECT, form.connect))
    else:
        blocks += _decided(CONNECT[0], CONNECT[2])
    if form.provider is None:
        blocks += _decided(MODEL[0], MODEL[2], "No language model is configured.")
    elif form.may_use_model:
        asked, yes, no = MODEL
        blocks.append(_choice("model", (asked, yes.format(provider=form.provider), no), form.model))
    else:
        blocks += _decided(MODEL[0], MODEL[2])
    return modal("settings", "Settings", "Save", metadata, blocks)


def read_settings(values: Mapping[str, Any], form: SettingsForm) -> Filled:
    """What was picked. Raises BadPick for what the form does not offer, and for channels that the operator does not allow."""
    picked = held(values, "channels").get("selected_conversations") or []
    if not isinstance(picked, list) or len(picked) > MOST:
        raise BadPick(f"Please pick at most {MOST} channels.")
    channels = tuple(dict.fromkeys(str(channel) for channel in picked))
    if not all(shapes.CHANNEL_ID.fullmatch(channel) for channel in channels):
        raise BadPick("Please pick channels only.")
    if form.allowed_channels is not None and not set(channels) <= set(form.allowed_channels):
        raise BadPick("Whoever runs me does not allow all of these channels; please pick from those named above.")
    return Filled(
        channels=channels,
        mention_only=not _chosen(values, "threads", not form.mention_only) if form.may_follow else form.mention_only,
        connect=_chosen(values, "connect", form.connect) if form.may_connect else form.connect,
        model=_chosen(values, "model", form.model) if form.may_use_model and form.provider else form.model,
    )


def only_words(title: str, text: str) -> View:
    """A modal that says something and asks nothing."""
    return {
        "type": "modal",
        "callback_id": "words",
        "title": plain(title, shapes.TITLE),
        "close": plain("Close", shapes.TITLE),
        "blocks": [say(words(text))],
    }


def _channels(form: SettingsForm) -> Block:
    chooser: Element = {
        "type": "multi_conversations_select",
        "action_id": "channels",
        "placeholder": plain("Every channel", shapes.PLACEHOLDER),
        "max_selected_items": MOST,
        "filter": {
            "include": ["public", "private"],
            "exclude_external_shared_channels": not form.may_connect,
            "exclude_bot_users": True,
        },
    }
    if form.channels:
        chooser["initial_conversations"] = list(form.channels[:MOST])
    block = field("channels", "Only in these channels", chooser)
    return {**block, "hint": plain(EVERYWHERE, shapes.LABEL)}


def _choice(name: str, texts: tuple[str, str, str], yes: bool) -> Block:
    offered = options([(texts[1], YES), (texts[2], NO)])
    element: Element = {
        "type": "radio_buttons",
        "action_id": name,
        "options": offered,
        "initial_option": offered[0 if yes else 1],
    }
    return field(name, texts[0], element, optional=False)


def _decided(asked: str, holds: str, why: str = DECIDED) -> list[Block]:
    return [say(bold(asked), words(f"\n{holds}.")), context(why)]


def _told(asked: str, begins: str, channels: tuple[str, ...]) -> Block:
    named: Spans = channels_named(channels[:20]) if channels else words("none")
    more = words(f" and {len(channels) - 20} more") if len(channels) > 20 else []
    return say(bold(asked), words(f"\n{begins}"), named, more, words("."))


def _chosen(values: Mapping[str, Any], name: str, before: bool) -> bool:
    """Which of two was picked; what held before where nothing was."""
    picked = chosen(values, name)
    if not picked:
        return before
    if picked not in ([YES], [NO]):
        raise BadPick("That is not one of the choices; please pick one of those shown.")
    return picked == [YES]
