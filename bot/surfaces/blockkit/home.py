"""Home: the Home tab - this person's and their channels' cases, what is kept and who sees it, what is allowed.

    home_view(cases, privacy, rules=None, more=0)      the latest cases first; `rules` where they are to be shown; `more` are those
                                                       that are only counted
    read_ticks(action, titles) -> (key, titles)        which steps of which case are ticked; raises BadPick. `titles` are the
                                                       steps that the case has now: one that it no longer has is left out
    ticks_shown(view, action_id) -> options or None    which boxes a Home as somebody saw it showed as ticked
    ticked_case(action) -> key                         the case whose boxes were ticked, to look its steps up; raises BadPick

Controls: `home/start` (open the intake form), `home/settings` (open the settings, for admins),
`home/open/N` (a link, only to be acknowledged), `home/steps/N` (check-boxes).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2s
from typing import Any, NamedTuple

from bot.surfaces.blockkit import shapes
from bot.surfaces.blockkit.build import (
    Spans,
    actions,
    bold,
    button,
    channels_named,
    context,
    divider,
    header,
    lines,
    many,
    quiet,
    say,
    words,
)
from bot.surfaces.blockkit.fit import Part, detail, keep, view_blocks
from bot.surfaces.blockkit.limits import Block, View
from bot.surfaces.blockkit.picks import BadPick, chosen_values
from bot.surfaces.blockkit.text import linkable

HOME = re.compile(r"home/(?P<name>start|settings|open|steps)(/\d{1,3})?")
LISTED = 20  # channels by name; more are counted
CASES = 12  # shown; more are counted
STEPS = re.compile(r"steps\.[0-9a-f]{16}\.(?P<key>[!-~]{1,230})")
STATES = {
    "idle": "Not begun",
    "asking": "Waiting for answers",
    "decided": "Decided",
    "answered": "Answered",
}
TIGHTEN = "You are an admin here: you may narrow what whoever runs me allows."
ASK_ADMINS = "Admins of this workspace may narrow it further in their Home."
EMPTY = "No case yet. Start one here, mention me in a channel, or write to me directly."


class HomeCase(NamedTuple):
    """A case on the list. `verdict` is the headline where there is one, `decided` a date in ISO, `url` the thread's address.

    `steps` are titles of next steps, `done` those among them that were ticked; `where` is a channel's name or "direct message".
    """

    key: str
    title: str
    state: str
    where: str = ""
    verdict: str = ""
    decided: str = ""
    steps: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    url: str | None = None


class Privacy(NamedTuple):
    """What is kept, and who sees people's text: `provider` is the model's, None where no model is used."""

    retention_days: int
    provider: str | None = None
    mention_only: bool = False


class HomeRules(NamedTuple):
    """What is allowed. None for `channels`, which are ids, means all of them, and for `model` that there is none to allow;
    `changed` says who set it and when.

    `admin` is whether the person who looks may change it.
    """

    channels: tuple[str, ...] | None = None
    mention_only: bool = False
    model: bool | None = None
    connect: bool = False
    changed: str = ""
    admin: bool = False


def home_view(cases: Sequence[HomeCase], privacy: Privacy, rules: HomeRules | None = None, more: int = 0) -> View:
    """The whole tab. Of `cases` the first CASES are shown; the rest of them and `more` are counted."""
    opening = "I tell a team whether to fine-tune a language model, and what to do instead when they should not."
    start = button("Start a new case", "home/start", "start", style="primary")
    parts = keep(header("Should we fine-tune?"), say(words(opening)), actions("home.start", start), divider())
    parts += keep(header("Cases of yours and of your channels"))
    if not cases:
        parts += keep(say(quiet(EMPTY)))
    for at, case in enumerate(cases[:CASES]):
        parts += detail(3, [divider()] if at else [])
        parts += _case(at, case)
    if older := max(len(cases) - CASES, 0) + more:
        one = older == 1
        told = "1 older case; its thread is" if one else f"{older} older cases; their threads are"
        parts += keep(context(f"and {told} still there"))
    parts += keep(
        divider(), *lines([words(each) for each in privacy_notes(privacy)], title="What is kept, and who sees it")
    )
    if rules is not None:
        parts += keep(*lines(_rules(rules), title="What is allowed here"))
        parts += keep(context(*([rules.changed] if rules.changed else []), TIGHTEN if rules.admin else ASK_ADMINS))
        if rules.admin:
            parts += keep(actions("home.settings", button("Settings", "home/settings", "settings")))
    return {"type": "home", "callback_id": "home", "blocks": view_blocks(parts)}


def privacy_notes(privacy: Privacy) -> list[str]:
    """What people have to know before they write anything, sentence by sentence."""
    kept = f"Facts of a case, the words they rest on and the thread's transcript are kept for {privacy.retention_days} days"
    told = [f"{kept} after the last message, then deleted. “Forget this” in a thread deletes them at once."]
    told.append(
        "A thumb or an objection is kept for as long with the verdict and its facts. When the thread is forgotten, it loses the "
        "name, the words and the description of the case: what stays is the rating, the rule and the answers it rested on."
    )
    if privacy.provider:
        told.append(
            f"What you write to me is sent to {privacy.provider} to be understood. Its answer to “/tunewise ask” is kept for an "
            "hour, so that you can share it."
        )
    else:
        told.append("No language model provider sees your text: it is understood here.")
    if privacy.mention_only:
        told.append("I read only messages that mention me, and direct messages.")
    else:
        told.append(
            "In channels that I am in, messages outside my threads are dropped unread: neither stored nor logged."
        )
    told.append(
        "What was said in a direct message or a private channel is shown nowhere else unless somebody shares it."
    )
    return told


def step_id(title: str) -> str:
    """A short name of a step that stays the same while its title does."""
    return blake2s(title.encode("utf-8", "replace"), digest_size=8).hexdigest()


def ticked_case(action: Mapping[str, Any]) -> str:
    """The key of the case whose check-boxes were ticked. Raises BadPick."""
    found = STEPS.fullmatch(str(action.get("block_id", "")))
    if found is None or not str(action.get("action_id", "")).startswith("home/steps/"):
        raise BadPick("Those boxes are not mine.")
    return found["key"]


def read_ticks(action: Mapping[str, Any], titles: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The case and the titles of its steps that are ticked now. Raises BadPick."""
    ticked = chosen_values(action.get("selected_options"))
    return ticked_case(action), tuple(title for title in titles if step_id(title) in ticked)


def ticks_shown(view: Mapping[str, Any], action_id: str) -> list[Any] | None:
    """The options that the boxes of this id showed as ticked in a Home tab; None where it has no such boxes."""
    blocks = view.get("blocks")
    for block in blocks if isinstance(blocks, list) else []:
        for element in block.get("elements") or []:
            if isinstance(element, dict) and element.get("action_id") == action_id:
                return list(element.get("initial_options") or [])
    return None


def _case(at: int, case: HomeCase) -> list[Part]:
    state = STATES.get(case.state, case.state)
    about = " · ".join(part for part in (case.where, f"{state} {case.decided}".strip()) if part)
    parts = keep(say(bold(case.title, 200)), context(about))
    if case.verdict:
        parts += keep(say(words("Verdict: "), words(case.verdict, 200)))
    if case.steps and len(case.key) <= 230:
        steps = list(dict.fromkeys(case.steps))[: shapes.BOXES]
        # Slack keeps what a person ticked in a block of the same name, even over what somebody else has ticked since.
        name = f"steps.{step_id(repr((steps, sorted(case.done))))}.{case.key}"
        boxes = many(f"home/steps/{at}", [(step, step_id(step)) for step in steps], map(step_id, case.done))
        parts += detail(1, [actions(name, boxes)])
    if linkable(case.url):
        opened: Block = {**button("Open the thread", f"home/open/{at}"), "url": case.url}
        parts += detail(2, [actions(f"open.{at}", opened)])
    return parts


def _rules(rules: HomeRules) -> list[Spans]:
    channels = words("all that I am invited to" if rules.channels is None else "none")
    if rules.channels:
        more = words(f" and {len(rules.channels) - LISTED} more") if len(rules.channels) > LISTED else []
        channels = [*channels_named(rules.channels[:LISTED]), *more]
    follows = "yes, I do not follow threads" if rules.mention_only else "no, I follow my own threads"
    model = {None: "none is set up", True: "allowed", False: "not allowed"}[rules.model]
    return [
        [*words("Channels: "), *channels],
        words(f"Mentions only: {follows}"),
        words(f"A language model: {model}"),
        words(f"Channels shared with other organisations: {'allowed' if rules.connect else 'no'}"),
    ]
