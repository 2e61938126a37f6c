"""Cards as blocks: short first, everything on demand, and none that Slack would refuse."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import app, cards, hold, hold_view, talk_through, texts, verdicts

from bot.core.card import Card, make_card
from bot.core.policy import VERDICTS
from bot.surfaces.blockkit.card import (
    CONTROLS,
    LABELS,
    BadPress,
    Press,
    card_message,
    forgotten_card,
    read_press,
)
from bot.surfaces.blockkit.details import details_blocks, details_view
from bot.surfaces.blockkit.limits import strings, weight
from bot.talk.message import Message


def shown(blocks: list[dict[str, Any]]) -> str:
    return "\n".join(text for key, text in strings(blocks) if key == "text")


def links(blocks: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Every link as its text and its address."""
    found = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if value.get("type") == "link":
                found.add((value["text"], value["url"]))
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    walk(blocks)
    return found


def test_there_is_a_talk_for_every_verdict() -> None:
    assert set(verdicts()) == set(VERDICTS)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_card_says_first_what_matters(verdict: str) -> None:
    _, _, decision, card = verdicts()[verdict]
    message = card_message(card, decision, "ref")
    hold(message)
    assert message.blocks[0]["text"]["text"] == card.headline
    text = shown(message.blocks)
    for part in (card.sentence, card.certainty_words, card.evidence.partition(":")[0], card.reasons[0].text):
        assert part in text
    for step in card.steps[:3]:
        assert step.title in text and step.done_when in text
    for flip in card.flips[:3]:
        assert flip.condition in text and flip.words in text
    assert len(message.blocks) <= 20 and weight(message.blocks) < 5_000, "a card is short"
    assert message.text.startswith(card.headline)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_details_hold_everything(verdict: str) -> None:
    _, _, decision, card = verdicts()[verdict]
    view = details_view(card, decision)
    hold_view(view)
    text = shown(view["blocks"])
    told = [card.headline, card.sentence, card.certainty_words, card.evidence, *card.assumed]
    told += [part.text for part in (*card.reasons, *card.cautions)]
    told += [part for flip in card.flips for part in (flip.condition, flip.words)]
    told += [part for step in card.steps for part in (step.title, step.detail, step.done_when)]
    told += [part for point in card.disputed for part in (point.question, point.working_rule)]
    told += [side.text for point in card.disputed for side in point.sides]
    told += [part for case in card.cases for part in (case.who, case.outcome)]
    told += [passage.sentence for passage in card.passages]
    told += [
        part for source in card.sources for part in (f"[{source.number}] {source.author}", source.title, source.date)
    ]
    told += [" ".join(fact.said.split()) for fact in card.facts]
    assert [part for part in told if part not in text] == []
    assert details_blocks(card) == view["blocks"][:-1]


@pytest.mark.parametrize("verdict", VERDICTS)
def test_marks_lead_to_the_sources_that_they_number(verdict: str) -> None:
    _, _, decision, card = verdicts()[verdict]
    address = {f"[{source.number}]": source.url for source in card.sources}
    titles = {source.title: source.url for source in card.sources}
    marked = links(card_message(card, decision, "ref").blocks)
    assert marked, "a card without any citation"
    assert all(address[text] == url for text, url in marked)
    assert all((address | titles)[text] == url for text, url in links(details_blocks(card)))


def test_what_was_said_elsewhere_can_be_left_out() -> None:
    decided = talk_through("Our zebra bot is wrong in tone. We have no evals at all.", {"prompting": "some"}, by="zoe")
    full = shown(details_view(decided.card, decided.decision)["blocks"])
    bare = shown(details_view(decided.card, decided.decision, quotes=False)["blocks"])
    assert "zoe" in full and "zoe" not in bare
    assert "Not measured" in bare


def test_a_card_says_what_changed_since_the_last() -> None:
    talk = app().talk
    before = verdicts()["evals_first"]
    session, replies = talk.turn(before.session, Message(by="ana", answers={"evals": "test_set", "quality": "met"}))
    for _ in range(12):
        if session.state == "decided":
            break
        session, replies = talk.turn(session, Message(by="ana", text="skip"))
    verdict = replies[-1]
    assert verdict.decision is not None and verdict.decision.verdict != "evals_first"
    card = make_card(app().knowledge, session.entries, verdict.decision)
    message = card_message(
        card, verdict.decision, "ref", change="Noted: a test set is scored. That changes the verdict."
    )
    hold(message)
    assert "Noted: a test set is scored." in shown(message.blocks) and "Noted" in message.text


# --- controls -----------------------------------------------------------------------------------------------------------


def test_every_control_comes_back_as_what_it_is() -> None:
    _, _, decision, card = verdicts()["stop"]
    blocks = card_message(card, decision, "T1.C2:1700.1").blocks
    buttons = [each for block in blocks if block["type"] == "actions" for each in block["elements"]]
    assert [each["text"]["text"] for each in buttons] == list(LABELS.values())
    assert [read_press(each) for each in buttons] == [Press(name, "T1.C2:1700.1") for name in LABELS]
    (thumbs,) = (block["elements"][0] for block in blocks if block["type"] == "context_actions")
    pressed = [
        {"action_id": thumbs["action_id"], "value": thumbs[side]["value"]}
        for side in ("positive_button", "negative_button")
    ]
    assert [read_press(each) for each in pressed] == [Press("up", "T1.C2:1700.1"), Press("down", "T1.C2:1700.1")]
    assert set(CONTROLS) == {*LABELS, "feedback"}


@pytest.mark.parametrize(
    "action",
    [
        {},
        {"action_id": "card/details"},
        {"action_id": "card/delete", "value": "x"},
        {"action_id": "card/details", "value": ""},
        {"action_id": "card/details", "value": "a b"},
        {"action_id": "card/details", "value": {"a": 1}},
        {"action_id": "card/details\n", "value": "x"},
        {"action_id": "card/feedback", "value": "sideways:x"},
        {"action_id": "card/feedback", "value": "up:"},
        {"action_id": "card/details", "value": "a" * 201},
    ],
)
def test_what_no_card_of_ours_can_send_is_refused(action: dict[str, Any]) -> None:
    with pytest.raises(BadPress):
        read_press(action)


def test_a_shared_card_says_by_whom_and_has_no_controls() -> None:
    _, _, decision, card = verdicts()["fine_tune"]
    message = card_message(card, decision, "ref", shared_by="Ana <!channel>", controls=())
    hold(message)
    assert "Shared by Ana" in shown(message.blocks)
    assert "in the details" not in shown(message.blocks)
    assert not [block for block in message.blocks if block["type"] in ("actions", "context_actions")]


def test_a_reference_that_no_button_can_carry_is_refused() -> None:
    _, _, decision, card = verdicts()["stop"]
    for bad in ("", "a b", "x" * 201, "ü"):
        with pytest.raises(ValueError):
            card_message(card, decision, bad)


def test_a_forgotten_card_says_nothing_of_what_it_said() -> None:
    hold(forgotten_card())
    assert len(forgotten_card().blocks) == 1


# --- any card -----------------------------------------------------------------------------------------------------------


@given(cards, texts, texts, st.booleans(), st.text("ab.:-", min_size=1, max_size=200))
def test_any_card_fits(card: Card, change: str, who: str, quotes: bool, ref: str) -> None:
    decision = verdicts()["stop"].decision.model_copy(update={"rule": change, "policy": who})
    hold(card_message(card, decision, ref, change, who))
    hold_view(details_view(card, decision, quotes))


@given(cards)
def test_the_headline_and_the_controls_are_never_dropped(card: Card) -> None:
    blocks = card_message(card, verdicts()["stop"].decision, "ref").blocks
    kinds = [block["type"] for block in blocks]
    assert kinds[0] == "header" and "actions" in kinds and "context_actions" in kinds
