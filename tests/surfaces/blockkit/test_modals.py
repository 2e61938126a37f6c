"""Modals: every field is optional where it should be, what was filled in is read back, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import app, hold_view, texts

from bot.conversations import new_session
from bot.core.knowledge import Knowledge
from bot.surfaces.blockkit.limits import View
from bot.surfaces.blockkit.modals import (
    Told,
    disagree_view,
    facts_view,
    intake_questions,
    intake_view,
    read_channel,
    read_intake,
    read_words,
    share_view,
)
from bot.surfaces.blockkit.picks import BadPick
from bot.talk.message import Message


def filled(view: View, **given: Any) -> dict[str, Any]:
    """The state of a view as Slack submits it, with these fields filled in (texts, or the numbers of options)."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            name, kind = element["action_id"], element["type"]
            value = given.get(name.replace(".", "_"))
            if kind == "plain_text_input":
                held: dict[str, Any] = {"type": kind, "value": value}
            elif kind == "conversations_select":
                held = {"type": kind, "selected_conversation": value}
            elif kind == "static_select":
                held = {"type": kind, "selected_option": None if value is None else element["options"][value]}
            else:
                held = {"type": kind, "selected_options": [element["options"][at] for at in value or ()]}
            values[block["block_id"]] = {name: held}
    return values


def test_the_form_asks_five_things_and_needs_none(knowledge: Knowledge) -> None:
    for asked in ((), intake_questions(knowledge)):
        view = intake_view("C123", asked)
        hold_view(view)
        assert view["private_metadata"] == "C123" and view["callback_id"] == "intake"
        fields = [block for block in view["blocks"] if block["type"] == "input"]
        assert all(field["optional"] for field in fields)
        assert len(fields) == 5 + len(asked)
        assert read_intake(filled(view), asked) == Told("", {})


def test_what_was_filled_in_is_read_back(knowledge: Knowledge) -> None:
    asked = intake_questions(knowledge)
    view = intake_view("", asked)
    values = filled(view, task="Answer customers", tried=" few-shot prompts. ", pick_today=[1], pick_evals=2)
    told = read_intake(values, asked)
    assert told.text == "Answer customers.\nWe have tried: few-shot prompts."
    assert told.answers == {
        "knowledge_needed": False,
        "behaviour_gap": True,
        "latency_gap": False,
        "cost_gap": False,
        "evals": "test_set",
    }


def test_a_filled_form_starts_a_case(knowledge: Knowledge) -> None:
    asked = intake_questions(knowledge)
    told = read_intake(
        filled(
            intake_view("", asked),
            task="Write product texts for our shop",
            data="We have 400 reviewed examples",
            tried="A few prompts, no retrieval",
            pick_evals=0,
        ),
        asked,
    )
    session, replies = app().talk.turn(new_session("t"), Message(by="ana", text=told.text, answers=told.answers))
    assert session.entries["examples"].level == 400
    assert session.entries["evals"].level == "none"
    assert session.entries["prompting"].level == "some"
    assert "product texts" in str(session.entries["task"].level)
    assert replies


@pytest.mark.parametrize("value", ["4", "-1", "x", "", None, {"evals": "none"}, "0 ", "١"])
def test_an_option_that_the_form_does_not_have_is_refused(knowledge: Knowledge, value: Any) -> None:
    asked = intake_questions(knowledge)
    for name, held in (
        ("today", {"selected_options": [{"value": value}]}),
        ("evals", {"selected_option": {"value": value}}),
    ):
        with pytest.raises(BadPick):
            read_intake({f"field.pick.{name}": {f"pick.{name}": held}}, asked)


def test_new_facts_and_disagreement_come_back_in_words() -> None:
    facts = facts_view("ref-1", [("training examples", "400"), ("task", "<!channel> write")])
    hold_view(facts)
    assert read_words(filled(facts, words=" we have 500 now ")) == "we have 500 now"
    assert read_words(filled(facts)) == "" and facts["private_metadata"] == "ref-1"
    disagree = disagree_view("ref-2", "Do not fine-tune yet: build evals first")
    hold_view(disagree)
    assert read_words(filled(disagree, words="We do have evals")) == "We do have evals"


def test_sharing_needs_a_channel() -> None:
    view = share_view("ref")
    hold_view(view)
    assert read_channel(filled(view, channel="C0123ABC")) == "C0123ABC"
    for connect in (True, False):
        chooser = next(b["element"] for b in share_view("ref", connect=connect)["blocks"] if b["type"] == "input")
        assert chooser["filter"]["exclude_external_shared_channels"] is not connect
    for bad in (None, "", "#general", "C1 2", 5):
        with pytest.raises(BadPick):
            read_channel(filled(view, channel=bad))


def test_metadata_that_slack_would_cut_is_refused() -> None:
    with pytest.raises(ValueError):
        facts_view("a" * 3001)


@given(texts, st.lists(st.tuples(texts, texts), max_size=60))
def test_any_modal_holds(text: str, known: list[tuple[str, str]]) -> None:
    hold_view(facts_view("ref", known))
    hold_view(disagree_view("ref", text))
    hold_view(share_view("ref", text))


json_values = st.recursive(
    st.none() | st.text(max_size=8) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "selected_option", "x"]), inner)
    ),
    max_leaves=6,
)


@given(
    st.dictionaries(st.sampled_from(["field.task", "field.pick.evals", "field.words", "field.channel"]), json_values)
)
def test_whatever_is_submitted_is_read_or_refused(values: dict[str, Any]) -> None:
    asked = intake_questions(app().knowledge)
    for field in list(values):
        values[field] = {field.removeprefix("field."): values[field]}
    for read in (lambda: read_intake(values, asked), lambda: read_words(values), lambda: read_channel(values)):
        try:
            read()
        except BadPick:
            continue
