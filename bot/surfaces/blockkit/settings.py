"""Settings: the form in which an admin of a workspace says where and how we may be used, within what the operator allows.

settings_view(form, metadata="") -> View     callback_id `settings`; what the operator decided is said, and has no control
read_settings(values, form) -> Filled        `values` is a submission's `view.state.values`; raises BadPick
only_words(title, text) -> View              a modal that says something and asks nothing
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from bot.surfaces.blockkit import shapes
from bot.surfaces.blockkit.build import Element, Spans, bold, channels_named, context, lines, options, plain, say, words
from bot.surfaces.blockkit.limits import Block, View
from bot.surfaces.blockkit.modals import chosen, field, held, modal
from bot.surfaces.blockkit.picks import BadPick

CHANNELS = "field.channels"  # the block under which errors are shown; it is always there
MOST = 100  # channels
LISTED = 20  # channels by name; more are counted
YES, NO = "yes", "no"
DECIDED = "Decided by whoever runs me, and not to be changed here"
EVERYWHERE = "Leave it empty for every channel that I am invited to. Direct messages always work."
ALL_OF_THEM = "Leave it empty for all that whoever runs me allows; they stand below. Direct messages always work."


class Choice(NamedTuple):
    """One of two, and what is asked."""

    asked: str
    yes: str
    no: str


THREADS = Choice("Threads", "I follow those that I was called into", "I read only messages that mention me")
CONNECT = Choice("Channels shared with other organisations", "I may take part", "I keep out")
MODEL = Choice("A language model", "{provider} may read what people write to me", "None, all is understood here")


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
    blocks = [context("It holds for the whole workspace, and at once.", form.changed), _channels(form)]
    decided: list[Spans] = []
    if form.allowed_channels is not None:
        decided.append([*bold("Channels: "), *words("only "), *_named(form.allowed_channels)])
    for name, texts, open, yes in (
        ("threads", THREADS, form.may_follow, not form.mention_only),
        ("connect", CONNECT, form.may_connect, form.connect),
        ("model", _model(form), form.may_use_model and form.provider is not None, form.model),
    ):
        if open:
            blocks.append(_choice(name, texts, yes))
        else:
            decided.append([*bold(f"{texts.asked}: "), *words(texts.no)])
    if decided:
        blocks += lines(decided, title=DECIDED)
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
        raise BadPick("Whoever runs me does not allow all of these channels; please pick from those named below.")
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
        "placeholder": plain("Every channel" if form.allowed_channels is None else "All of them", shapes.PLACEHOLDER),
        "max_selected_items": MOST,
        "filter": {
            "include": ["public", "private"],
            "exclude_external_shared_channels": not form.may_connect,
            "exclude_bot_users": True,
        },
    }
    if known := [channel for channel in form.channels if shapes.CHANNEL_ID.fullmatch(channel)]:
        chooser["initial_conversations"] = known[:MOST]
    block = field("channels", "Only in these channels", chooser)
    hint = EVERYWHERE if form.allowed_channels is None else ALL_OF_THEM
    return {**block, "hint": plain(hint, shapes.LABEL)}


def _choice(name: str, texts: Choice, yes: bool) -> Block:
    offered = options([(texts.yes, YES), (texts.no, NO)])
    element: Element = {
        "type": "radio_buttons",
        "action_id": name,
        "options": offered,
        "initial_option": offered[0 if yes else 1],
    }
    return field(name, texts.asked, element, optional=False)


def _model(form: SettingsForm) -> Choice:
    if form.provider is None:
        return MODEL._replace(no="None is configured")
    return MODEL._replace(yes=MODEL.yes.format(provider=form.provider))


def _named(channels: tuple[str, ...]) -> Spans:
    named = channels_named(channels[:LISTED]) if channels else words("none")
    return [*named, *(words(f" and {len(channels) - LISTED} more") if len(channels) > LISTED else [])]


def _chosen(values: Mapping[str, Any], name: str, before: bool) -> bool:
    """Which of two was picked; what held before where nothing was."""
    picked = chosen(values, name)
    if not picked:
        return before
    if picked not in ([YES], [NO]):
        raise BadPick("That is not one of the choices; please pick one of those shown.")
    return picked == [YES]
