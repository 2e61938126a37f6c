"""Settings: the form offers what the operator leaves open, says what is decided, and takes back nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import hold_view, texts

from bot.surfaces.blockkit.limits import View, strings
from bot.surfaces.blockkit.picks import BadPick
from bot.surfaces.blockkit.settings import (
    CHANNELS,
    DECIDED,
    Filled,
    SettingsForm,
    only_words,
    read_settings,
    settings_view,
)

OPEN = SettingsForm(may_connect=True, provider="openai")
BOUND = SettingsForm(
    allowed_channels=("C0ML", "C0OPS"), may_follow=False, may_connect=False, may_use_model=False, provider="openai"
)


def inputs(view: View) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def shown(view: View) -> str:
    return "\n".join(text for key, text in strings(view["blocks"]) if key in ("text", "channel_id"))


def values(**picked: Any) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in picked.items():
        held = {"selected_conversations": value} if name == "channels" else {"selected_option": {"value": value}}
        made[f"field.{name}"] = {name: held}
    return made


def test_everything_that_the_operator_leaves_open_can_be_set() -> None:
    view = settings_view(OPEN._replace(channels=("C0ML",), changed="Changed by Ana."), "17.5")
    hold_view(view)
    assert set(inputs(view)) == {CHANNELS, "field.threads", "field.connect", "field.model"}
    assert inputs(view)[CHANNELS]["initial_conversations"] == ["C0ML"] and view["private_metadata"] == "17.5"
    assert "Changed by Ana." in shown(view) and "openai may read what people write to me" in shown(view)
    assert DECIDED not in shown(view)
    picked = values(channels=["C0ML", "C0OPS"], threads="no", connect="no", model="no")
    assert read_settings(picked, OPEN) == Filled(("C0ML", "C0OPS"), True, False, False)
    assert read_settings(values(channels=[], threads="yes", connect="yes", model="yes"), OPEN) == Filled(
        (), False, True, True
    )


def test_what_the_operator_decided_is_said_and_cannot_be_set() -> None:
    view = settings_view(BOUND)
    hold_view(view)
    assert set(inputs(view)) == {CHANNELS}
    assert DECIDED in shown(view) and "C0ML" in shown(view)
    for part in ("only messages that mention me", "I keep out", "None, all is understood here"):
        assert part in shown(view)
    tampered = values(channels=["C0ML"], threads="yes", connect="yes", model="yes")
    filled = read_settings(tampered, BOUND._replace(model=False))
    assert filled == Filled(("C0ML",), False, True, False), "what has no control keeps what was set before"
    with pytest.raises(BadPick, match="does not allow"):
        read_settings(values(channels=["C0ML", "C0ELSE"]), BOUND)


def test_without_a_model_there_is_nothing_to_decide_about_it() -> None:
    view = settings_view(SettingsForm())
    hold_view(view)
    assert "field.model" not in inputs(view) and "None is configured" in shown(view)


@pytest.mark.parametrize(
    "picked",
    [
        {"channels": ["U0ANA"]},
        {"channels": ["C0ML", "<!channel>"]},
        {"channels": "C0ML"},
        {"channels": ["C0ML"] * 101},
        {"threads": "maybe"},
        {"connect": None},
        {"model": ["yes"]},
    ],
)
def test_what_the_form_does_not_offer_is_refused(picked: dict[str, Any]) -> None:
    with pytest.raises(BadPick):
        read_settings(values(**picked), OPEN)


def test_a_modal_of_words() -> None:
    hold_view(only_words("Settings", "Only admins can do that."))


ids = st.lists(st.from_regex(r"[CG][A-Z0-9]{2,12}", fullmatch=True), max_size=150).map(tuple)


@given(ids, st.none() | ids, st.none() | texts, texts, st.lists(st.booleans(), min_size=3, max_size=3))
def test_any_form_holds(
    channels: tuple[str, ...], allowed: tuple[str, ...] | None, provider: str | None, changed: str, may: list[bool]
) -> None:
    follow, connect, model = may
    form = SettingsForm(
        channels=channels,
        allowed_channels=allowed,
        may_follow=follow,
        may_connect=connect,
        may_use_model=model,
        provider=provider,
        changed=changed,
    )
    hold_view(settings_view(form, "1.5"))
