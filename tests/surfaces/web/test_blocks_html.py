"""Every block that the builders emit, as HTML: nothing is left out, nothing that was written does anything."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from reading import Page

sys.path.insert(0, str(Path(__file__).parents[1] / "blockkit"))
import samples

from bot.surfaces.blockkit import shapes
from bot.surfaces.blockkit.answers import answer_message, error_message, help_message, text_message
from bot.surfaces.blockkit.build import many
from bot.surfaces.blockkit.card import card_message
from bot.surfaces.blockkit.details import details_blocks
from bot.surfaces.blockkit.limits import Block
from bot.surfaces.blockkit.picks import Picked, options_picked
from bot.surfaces.blockkit.questions import Answered, ask_round, closed_round
from bot.surfaces.web.blocks_html import BLOCKS, as_html
from bot.surfaces.web.controls_html import CONTROLS
from bot.surfaces.web.text_html import UnknownBlock
from bot.talk.replies import Reply

SHOWN_TAGS = {
    "h2", "h3", "p", "span", "div", "hr", "br", "ul", "ol", "li", "strong", "em", "s", "code", "a", "blockquote", "form",
    "button", "select", "option", "label", "input",
}  # fmt: skip


def everything() -> Iterator[list[Block]]:
    """What the builders make of real talks."""
    for decided in samples.verdicts().values():
        yield card_message(decided.card, decided.decision, "t", "Noted: that.").blocks
        yield details_blocks(decided.card)
    for question in samples.all_questions(samples.app().knowledge):
        yield ask_round("1", [question], "Understood: that.").blocks
        yield closed_round([question], {question.id: Answered("ana", "yes")}).blocks
    reply = Reply(type="answer", text="A [1] b.\n- one\n- two", citations=())
    yield answer_message(reply, share="x").blocks
    yield from (text_message("- a\n- b").blocks, help_message("x", ["y"]).blocks, error_message("no", "r1").blocks)


def page(blocks: list[Block]) -> Page:
    return Page(str(as_html(blocks, "m1", "/threads/t")))


def test_all_that_the_builders_emit_can_be_shown():
    types, controls = set(), set()
    for blocks in everything():
        shown = page(blocks)
        text = " ".join(element.text for element in shown.elements if not element.inside)
        for block in blocks:
            types.add(block["type"])
            controls |= {e["type"] for e in block.get("elements", ()) if "action_id" in e}
            for key, string in samples.strings(block):
                if key == "text":
                    assert " ".join(string.split()) in " ".join(text.split()), (block["type"], string)
        sent = {e["value"] for e in shown.all("button")} | {
            e["name"] for e in (*shown.all("select"), *shown.all("input"))
        }
        for block in blocks:
            for key, string in samples.strings(block):
                assert key != "action_id" or any(string in each for each in sent), string
    assert types >= {"header", "rich_text", "context", "divider", "actions", "context_actions"}
    assert controls >= {"button", "static_select", "checkboxes", "feedback_buttons"}


def test_whatever_a_message_may_hold_is_known_or_refused():
    """A builder that begins to use another of Slack's types fails here, not before somebody's eyes."""
    named = {"type": "plain_text", "text": "x"}
    for kind in ("image", "video", "input", "card", "table", "markdown", ""):
        with pytest.raises(UnknownBlock):
            as_html([{"type": kind, "elements": [], "text": named}], "m1", "/")
    for control in ("overflow", "datepicker", "conversations_select", "plain_text_input"):
        assert control not in CONTROLS
        with pytest.raises(UnknownBlock):
            as_html(
                [{"type": "actions", "block_id": "a.b", "elements": [{"type": control, "action_id": "x"}]}], "m1", "/"
            )
    for span in (
        {"type": "user", "user_id": "U1"},
        {"type": "broadcast", "range": "here"},
        {"type": "color", "value": "#fff"},
    ):
        section = {"type": "rich_text_section", "elements": [span]}
        with pytest.raises(UnknownBlock):
            as_html([{"type": "rich_text", "elements": [section]}], "m1", "/")
    with pytest.raises(UnknownBlock):
        as_html([{"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": []}]}], "m1", "/")
    with pytest.raises(UnknownBlock):
        as_html([{"type": "context", "elements": [{"type": "mrkdwn", "text": "<!here>"}]}], "m1", "/")
    assert set(shapes.ANYWHERE) | {"context_actions"} == set(BLOCKS)
    assert set(shapes.CHOICES) - set(CONTROLS) == {"conversations_select", "multi_conversations_select"}


@given(card=samples.cards)
def test_what_was_written_does_nothing(card):
    decided = next(iter(samples.verdicts().values()))
    shown = page([*card_message(card, decided.decision, "t").blocks, *details_blocks(card)[:20]])
    _inert(shown)


@given(text=samples.texts)
def test_what_was_typed_does_nothing(text):
    _inert(page(text_message(text).blocks))
    question = next(samples.all_questions(samples.app().knowledge)).model_copy(update={"text": text, "why": text})
    _inert(page(ask_round("1", [question], text).blocks))


def _inert(shown: Page) -> None:
    known = {source.url for source in samples.app().knowledge.evidence.sources.values()}
    for element in shown.elements:
        assert element.tag in SHOWN_TAGS, element.tag
        assert not any(name.startswith("on") or name in ("style", "src", "srcdoc") for name in element.attributes)
        if element.tag == "a":
            assert element["href"] in known or element["href"].startswith("https://good.example/")
            assert "noopener" in element["rel"]


def test_the_controls_of_one_question_are_one_form_and_none_has_another_form_inside():
    questions = list(samples.all_questions(samples.app().knowledge))[:3]
    shown = page(ask_round("7", questions).blocks)
    assert {form["id"] for form in shown.all("form")} == {f"m1f-7.{question.id}" for question in questions}
    for element in (*shown.all("button"), *shown.all("select"), *shown.all("input")):
        assert shown.one("form", id=element["form"])["action"] == "/threads/t"
        assert element["name"].split("/")[2:3] in ([], [element["form"].partition(".")[2]])
    for group in shown.all("div", role="group"):
        assert shown.one("div", id=group["aria-labelledby"]).text


def test_more_options_than_boxes_hold_are_boxes_all_the_same():
    control: dict[str, Any] = many("answer/1/q/boxes", [(f"label {n}", str(n)) for n in range(12)], chosen=["3"])
    assert control["type"] == "multi_static_select"
    shown = page([{"type": "actions", "block_id": "tick.1.q", "elements": [control]}])
    boxes = shown.all("input", type="checkbox")
    assert len(boxes) == 12 and [box["value"] for box in boxes if "checked" in box.attributes] == ["3"]


def test_a_link_is_made_only_of_a_plain_web_address():
    for url in ("javascript:alert(1)", "data:text/html,x", "//evil.example", 'https://good.example/"onclick="x'):
        section = {"type": "rich_text_section", "elements": [{"type": "link", "url": url, "text": "here"}]}
        assert not page([{"type": "rich_text", "elements": [section]}]).all("a")


def test_a_press_reads_back_as_what_the_button_says():
    question = next(q for q in samples.all_questions(samples.app().knowledge) if q.multiple)
    shown = page(ask_round("1", [question]).blocks)
    boxes = shown.all("input", type="checkbox")
    assert len(boxes) == len(question.options)
    picked = options_picked(question, [boxes[0]["value"]])
    assert isinstance(picked, Picked) and picked.label == question.options[0].label
