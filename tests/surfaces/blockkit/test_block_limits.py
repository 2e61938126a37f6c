"""Limits: what Slack would refuse is refused here first, with the path of what is wrong; and everything can be made to fit."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import hold, texts

from bot.surfaces.blockkit import limits, shapes
from bot.surfaces.blockkit.build import actions, button, context, divider, header, lines, many, say, select, words
from bot.surfaces.blockkit.fit import Part, detail, fit, keep, message
from bot.surfaces.blockkit.limits import Block, check_message, check_view, weight
from bot.surfaces.blockkit.rules import Refused

LABELS = [("One", "0"), ("Two", "1")]
GOOD: list[Block] = [
    header("A headline"),
    say(words("A sentence.")),
    context("Small"),
    divider(),
    actions("row", button("Press", "press", "x"), select("menu", LABELS, "Pick"), many("boxes", LABELS, ["1"])),
    {"type": "section", "block_id": "s", "text": {"type": "plain_text", "text": "x"}},
]


def edited(change: Callable[[list[Any]], object]) -> list[Block]:
    blocks = copy.deepcopy(GOOD)
    change(blocks)
    return blocks


def text_of(length: int) -> dict[str, str]:
    return {"type": "plain_text", "text": "a" * length}


def put(at: str, value: Any) -> Callable[[list[Any]], object]:
    """A change of one value at a path such as `4.elements.0.text`."""

    def change(blocks: list[Any]) -> None:
        *way, last = [int(step) if step.isdigit() else step for step in at.split(".")]
        place: Any = blocks
        for step in way:
            place = place[step]
        place[last] = value

    return change


def test_good_blocks_pass() -> None:
    check_message("A headline", GOOD)


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("blocks", lambda blocks: blocks.clear()),
        ("blocks", lambda blocks: blocks.extend(divider() for _ in range(45))),
        ("blocks[0].text.text", put("0.text", text_of(151))),
        ("blocks[0].text.text", put("0.text", text_of(0))),
        ("blocks[0].text", put("0.text", {"type": "mrkdwn", "text": "x"})),
        ("blocks[0].text", put("0.text", "x")),
        ("blocks[0]", put("0.level", 7)),
        ("blocks[0]", put("0", {"type": "heading"})),
        ("blocks[1]", put("1.elements.0.elements.0.text", "a" * 3001)),
        ("blocks[1]", put("1.elements.0.elements.0", {"type": "broadcast", "range": "channel"})),
        ("blocks[1]", put("1.elements.0.elements.0", {"type": "user", "user_id": "U1"})),
        ("blocks[1]", put("1.elements.0.elements.0", {"type": "link", "url": "javascript:x", "text": "x"})),
        ("blocks[1].elements[0].elements", put("1.elements.0.elements", [])),
        ("blocks[2].elements", put("2.elements", [text_of(1)] * 11)),
        ("blocks[4].elements", put("4.elements", [button("x", f"a{i}") for i in range(26)])),
        ("blocks[4].elements[0].text.text", put("4.elements.0.text", text_of(76))),
        ("blocks[4].elements[0].value", put("4.elements.0.value", "a" * 2001)),
        ("blocks[4].elements[0].action_id", put("4.elements.0.action_id", "a" * 256)),
        ("blocks[4].elements[0].style", put("4.elements.0.style", "green")),
        ("blocks[4].elements[1].options", put("4.elements.1.options", [])),
        ("blocks[4]", put("4.elements.1.initial_option", {"text": text_of(1), "value": "9"})),
        ("blocks[4]", put("4.elements.1.options.1.value", "0")),
        ("blocks[4].elements[1].options[0].text.text", put("4.elements.1.options.0.text", text_of(76))),
        ("blocks[4].elements[1].options[0].value", put("4.elements.1.options.0.value", "a" * 151)),
        ("blocks[4].block_id", put("4.block_id", "a" * 256)),
        ("blocks[4]", put("4.elements.1.action_id", "press")),
        ("blocks[5].text.text", put("5.text", text_of(3001))),
        ("blocks[5].fields", put("5.fields", [text_of(1)] * 11)),
        ("blocks[5].fields[1].text", put("5.fields", [text_of(1), text_of(2001)])),
        ("blocks[5]", put("5", {"type": "section"})),
        ("blocks[5]", put("5.block_id", "row")),
        ("blocks[5]", put("5", {"type": "input", "label": text_of(1), "element": select("m", LABELS, "x")})),
    ],
)
def test_what_slack_refuses_is_named(path: str, change: Callable[[list[Any]], object]) -> None:
    with pytest.raises(Refused) as refused:
        check_message("text", edited(change))
    assert str(refused.value).startswith(f"{path}")


def test_a_menu_holds_a_hundred_options_and_a_message_twelve_thousand_characters() -> None:
    many_options = select("menu", [(f"Option {i}", str(i)) for i in range(100)], "Pick")
    check_message("text", [actions("row", many_options)])
    over = {**many_options, "options": [*many_options["options"], {"text": text_of(1), "value": "x"}]}
    with pytest.raises(Refused, match="101 items"):
        check_message("text", [actions("row", over)])
    long = [{"type": "section", "text": text_of(2_900)} for _ in range(5)]
    check_message("text", long[:4])
    with pytest.raises(Refused, match="more than 12000"):
        check_message("text", long)


def test_the_fallback_has_to_be_there_and_escaped() -> None:
    for text, why in (("", "shorter"), ("a" * 4001, "longer|long"), ("<!channel>", "escaped")):
        with pytest.raises(Refused, match=why):
            check_message(text, GOOD)


def test_characters_outside_the_first_plane_count_twice() -> None:
    with pytest.raises(Refused, match="152 characters"):
        check_message("text", [{"type": "header", "text": {"type": "plain_text", "text": "👍" * 76}}])


VIEW: dict[str, Any] = {"type": "modal", "title": text_of(24), "close": text_of(24), "blocks": GOOD[:4]}


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("view.title.text", {"title": text_of(25)}),
        ("view.close.text", {"close": text_of(25)}),
        ("view.submit.text", {"submit": text_of(25)}),
        ("view.private_metadata", {"private_metadata": "a" * 3001}),
        ("view.callback_id", {"callback_id": "a" * 256}),
        ("view.blocks", {"blocks": [divider() for _ in range(101)]}),
        ("view.blocks[0]", {"blocks": [{"type": "context_actions", "elements": []}]}),
        ("view", {"type": "home"}),
        ("view", {"type": "workflow"}),
        ("view", {"blocks": [{"type": "input", "label": text_of(1), "element": select("m", LABELS, "x")}]}),
    ],
)
def test_what_slack_refuses_of_a_view_is_named(path: str, changes: dict[str, Any]) -> None:
    check_view(VIEW)
    with pytest.raises(Refused) as refused:
        check_view({**VIEW, **changes})
    assert str(refused.value).startswith(f"{path}")


# --- fitting ------------------------------------------------------------------------------------------------------------


def test_what_matters_least_is_dropped_first() -> None:
    parts = [
        *keep(context("head")),
        *detail(2, [context(f"second {i}") for i in range(30)]),
        *detail(1, [context("first")]),
    ]
    blocks = fit(parts, 12, 12_000)
    assert [block["elements"][0]["text"] for block in blocks] == ["head", *(f"second {i}" for i in range(10)), "first"]


def test_texts_are_cut_only_where_nothing_more_can_be_dropped() -> None:
    parts = [*keep(*({"type": "section", "text": text_of(2_900)} for _ in range(6))), *detail(1, [divider()])]
    blocks = fit(parts, 50, 12_000)
    assert [block["type"] for block in blocks] == ["section"] * 6
    assert weight(blocks) <= 12_000


@given(st.lists(st.tuples(st.integers(0, 4), texts, st.booleans()), max_size=45))
def test_any_parts_make_a_message(told: list[tuple[int, str, bool]]) -> None:
    parts: list[Part] = keep(header("x"))
    for rank, text, listed in told:
        parts += detail(rank, lines([words(text)] * 3, title=text) if listed else [context(text), say(words(text))])
    if sum(part.rank == 0 for part in parts) <= shapes.MESSAGE_BLOCKS:
        hold(message("x", parts))


@given(st.lists(texts, max_size=60), st.sampled_from(["bullet", "ordered", "rows"]), texts)
def test_a_long_list_goes_over_several_blocks_and_loses_no_item(items: list[str], style: Any, title: str) -> None:
    blocks = lines([words(f"item{at}: {item}", 500) for at, item in enumerate(items)], title=title, style=style)
    told = [part for block in blocks for part in block["elements"]]
    listed = [part for part in told if part["type"] == "rich_text_list"]
    shown = "".join(text for key, text in limits.strings(blocks) if key == "text")
    assert [at for at in range(len(items)) if f"item{at}:" not in shown] == []
    assert all(part["style"] == style for part in listed)
    assert style != "rows" or not listed
    if style == "ordered" and not listed:
        assert all(f"{at + 1}. item{at}:" in shown for at in range(len(items)))
    assert style != "ordered" or len(listed) <= 1, "a list that goes on would begin at 1 again"
    for block in blocks:
        check_message("x", [block])
