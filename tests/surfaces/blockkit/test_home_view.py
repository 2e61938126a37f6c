"""Home: lists cases with their steps, says what is kept, and reads ticked boxes back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import hold_view, texts

from bot.surfaces.blockkit.home import (
    CASES,
    HOME,
    HomeCase,
    HomeRules,
    Privacy,
    home_view,
    read_ticks,
    ticked_case,
)
from bot.surfaces.blockkit.limits import View, strings
from bot.surfaces.blockkit.picks import BadPick

STEPS = ("Collect forty real inputs", "Write down what right means", "Score what you have")
CASE = HomeCase(
    key="slack-T1-C1-1700000000.0001",
    title="Support bot's tone",
    state="decided",
    where="#support",
    verdict="Do not fine-tune yet: build evals first",
    decided="2026-11-20",
    steps=STEPS,
    done=STEPS[:1],
    url="https://team.slack.com/archives/C1/p17",
)


def shown(view: View) -> str:
    return "\n".join(text for key, text in strings(view["blocks"]) if key == "text")


def elements(view: View) -> list[dict[str, Any]]:
    return [each for block in view["blocks"] if block["type"] == "actions" for each in block["elements"]]


def test_a_case_is_listed_with_all_that_is_known_of_it() -> None:
    view = home_view([CASE], Privacy(180))
    hold_view(view)
    for part in ("Support bot's tone", "#support · Decided 2026-11-20", CASE.verdict, *STEPS, "Open the thread"):
        assert part in shown(view)
    assert all(HOME.fullmatch(element["action_id"]) for element in elements(view))


def test_ticks_are_shown_and_read_back() -> None:
    view = home_view([CASE], Privacy(180))
    (block,) = (b for b in view["blocks"] if b["type"] == "actions" and b["elements"][0]["type"] == "checkboxes")
    (boxes,) = block["elements"]
    assert [option["text"]["text"] for option in boxes["initial_options"]] == [STEPS[0]]
    action = {"block_id": block["block_id"], "action_id": boxes["action_id"], "selected_options": boxes["options"][1:]}
    assert ticked_case(action) == CASE.key
    assert read_ticks(action, STEPS) == (CASE.key, STEPS[1:])
    assert read_ticks(action, ("Another step", STEPS[2])) == (CASE.key, (STEPS[2],)), "a step that is gone is left out"
    assert read_ticks({**action, "selected_options": []}, STEPS) == (CASE.key, ())
    for odd in (None, 5, "x", [None], [{"value": {}}], [{"value": "x"}]):
        assert read_ticks({**action, "selected_options": odd}, STEPS) == (CASE.key, ())
    for bad in ({}, {"block_id": "steps.x", "action_id": "card/details"}, {**action, "block_id": "steps."}):
        with pytest.raises(BadPick):
            read_ticks(bad, STEPS)


def test_boxes_that_were_ticked_elsewhere_are_a_new_block() -> None:
    """Slack goes on showing what was ticked in a block of the same name, whatever is sent."""
    names = [
        next(
            block["block_id"]
            for block in home_view([case], Privacy(1))["blocks"]
            if str(block.get("block_id")).startswith("steps.")
        )
        for case in (CASE, CASE._replace(done=STEPS), CASE, CASE._replace(steps=STEPS[1:]))
    ]
    assert len(set(names)) == 3 and names[0] == names[2]


def test_people_are_told_what_is_kept_and_who_sees_it() -> None:
    plain = shown(home_view([], Privacy(90)))
    assert "90 days" in plain and "No language model provider sees your text" in plain and "No case yet" in plain
    told = shown(home_view([], Privacy(90, "OpenAI", mention_only=True)))
    assert "sent to OpenAI" in told and "only messages that mention me" in told
    assert "What is allowed here" not in plain


def test_the_operators_rules_are_shown() -> None:
    view = home_view([], Privacy(90), HomeRules(("C0ML", "C0SUPPORT"), mention_only=True, model=True))
    hold_view(view)
    assert [value for key, value in strings(view["blocks"]) if key == "channel_id"] == ["C0ML", "C0SUPPORT"]
    for part in ("Mentions only: yes", "A language model: allowed", "other organisations: no"):
        assert part in shown(view)
    for model, told in ((None, "none is set up"), (False, "not allowed")):
        assert f"A language model: {told}" in shown(home_view([], Privacy(90), HomeRules(model=model)))


def test_only_admins_get_the_button_and_everybody_sees_who_changed_what() -> None:
    changed = "Changed by Ana on 2026-11-20 at 10:04 UTC."
    for admin in (False, True):
        view = home_view([], Privacy(90), HomeRules(changed=changed, admin=admin))
        hold_view(view)
        assert changed in shown(view) and "all that I am invited to" in shown(view)
        assert ("home/settings" in [element["action_id"] for element in elements(view)]) is admin
        assert ("Admins of this workspace may" in shown(view)) is not admin
    assert "Channels: \nnone\n" in shown(home_view([], Privacy(90), HomeRules(channels=())))


def test_many_cases_are_counted() -> None:
    view = home_view([CASE._replace(key=f"k{i}", steps=STEPS * 5) for i in range(40)], Privacy(1))
    hold_view(view)
    assert f"and {40 - CASES} older cases" in shown(view)


keys = st.text("abc-.:", min_size=1, max_size=260)
home_cases = st.builds(
    HomeCase,
    key=keys,
    title=texts,
    state=st.sampled_from(["idle", "asking", "decided", "answered", "odd"]),
    where=texts,
    verdict=texts,
    decided=texts,
    steps=st.lists(texts, max_size=14).map(tuple),
    done=st.lists(texts, max_size=3).map(tuple),
    url=st.sampled_from([None, "https://team.slack.com/archives/C1/p1", "javascript:x"]),
)


@given(st.lists(home_cases, max_size=40, unique_by=lambda case: case.key), texts, st.lists(texts, max_size=40))
def test_any_home_holds(cases: list[HomeCase], provider: str, channels: list[str]) -> None:
    hold_view(home_view(cases, Privacy(180, provider or None), HomeRules(tuple(channels))))
