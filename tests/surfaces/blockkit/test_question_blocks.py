"""Questions as blocks: every question can be asked and answered by its own controls, and shows who answered what."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import all_questions, app, hold, texts

from bot.conversations import new_session
from bot.core.decision import Option, Question
from bot.core.knowledge import Knowledge
from bot.surfaces.blockkit.limits import strings
from bot.surfaces.blockkit.picks import (
    ANSWER,
    Answers,
    BadPick,
    GoOn,
    Picked,
    Stale,
    Ticked,
    action_id,
    answers_of,
    read_pick,
)
from bot.surfaces.blockkit.questions import (
    STALE,
    Answered,
    Clash,
    ask_round,
    clashes_in,
    closed_round,
    complete,
    stale_answer,
)
from bot.talk.message import Message

Press = tuple[dict[str, Any], dict[str, Any]]  # an action and the state that comes with it


def controls(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [element for block in blocks if block["type"] == "actions" for element in block["elements"]]


def shown(blocks: list[dict[str, Any]]) -> str:
    return " ".join(text for key, text in strings(blocks) if key == "text")


def presses(blocks: list[dict[str, Any]]) -> list[Press]:
    """Every press that these blocks allow, as Slack would report it; of check-boxes every combination."""
    found: list[Press] = []
    boxes = next((each for each in controls(blocks) if each["type"] == "checkboxes"), None)
    ticks = [
        list(chosen)
        for length in range(len(boxes["options"]) + 1 if boxes else 0)
        for chosen in itertools.combinations(boxes["options"] if boxes else [], length)
    ]
    for element in controls(blocks):
        action = {key: element[key] for key in ("type", "action_id", "value") if key in element}
        if element["type"] == "static_select":
            found += [({**action, "selected_option": option}, {}) for option in element["options"]]
        elif element["type"] == "checkboxes":
            found += [({**action, "selected_options": chosen}, {}) for chosen in ticks]
        elif boxes and element["action_id"].endswith("/done"):
            found += [(action, {"b": {boxes["action_id"]: {"selected_options": chosen}}}) for chosen in ticks]
        else:
            found.append((action, {}))
    return found


def test_every_question_is_shown_with_why_and_all_its_options(knowledge: Knowledge) -> None:
    for question in all_questions(knowledge):
        message = ask_round("1", [question])
        hold(message)
        text = shown(message.blocks)
        for part in (question.text, question.why, "Don't know", *(option.label for option in question.options)):
            assert part in text, (question.id, part)


def test_every_option_of_every_question_can_be_picked(knowledge: Knowledge) -> None:
    for question in all_questions(knowledge):
        answers: list[Answers] = []
        for action, state in presses(ask_round("r.1", [question]).blocks):
            read = read_pick(action, state, "r.1", [question])
            if isinstance(read, Picked):
                for key, value in read.answers.items():
                    assert value is None or knowledge.catalogue.check(key, value) == value
                answers.append(read.answers)
        nobody = dict.fromkeys(
            dict.fromkeys(key for option in question.options for key in option.sets) or question.facts
        )
        assert nobody in answers
        for option in question.options:
            told = {**dict.fromkeys(nobody, False), **option.sets} if question.multiple else option.sets
            assert told in answers, (question.id, option.label)
        if question.multiple:
            assert dict.fromkeys(nobody, False) in answers
            assert {key: value for option in question.options for key, value in option.sets.items()} in answers


def test_what_was_picked_is_what_the_talk_takes(knowledge: Knowledge) -> None:
    """A whole case by buttons alone, to its verdict."""
    talk = app().talk
    session, _ = talk.turn(new_session("t"), Message(by="ana", text="Should we fine-tune our support bot?"))
    for number in range(1, 14):
        if session.state != "asking":
            break
        picks: list[Picked] = []
        blocks = ask_round(str(number), session.open, clashes=clashes_in(knowledge, session)).blocks
        for question in session.open:
            mine = [each for each in presses(blocks) if f"/{question.id}/" in each[0]["action_id"]]
            reads = [read_pick(action, state, str(number), session.open) for action, state in mine]
            picks.append(next(read for read in reads if isinstance(read, Picked)))
        session, _ = talk.turn(session, Message(by="ana", answers=answers_of(picks)))
    assert session.state == "decided"
    assert {entry.grade for key, entry in session.entries.items() if key != "task"} <= {"picked", "inferred"}


def test_few_short_options_are_buttons_and_many_a_menu(knowledge: Knowledge) -> None:
    questions = {question.id: question for question in all_questions(knowledge)}
    kinds = {name: [each["type"] for each in controls(ask_round("1", [q]).blocks)] for name, q in questions.items()}
    assert kinds["latency_gap"] == ["button"] * 3
    assert kinds["measure"] == ["static_select", "button"]
    assert kinds["today"] == ["checkboxes", "button", "button", "button"]
    assert kinds["target"] == ["button"]
    assert "just write it here" in shown(ask_round("1", [questions["target"]]).blocks).lower()
    assert "exact number" in shown(ask_round("1", [questions["examples"]]).blocks)


# --- what comes back ----------------------------------------------------------------------------------------------------

TWO = (
    Question(
        id="evals",
        facts=("evals",),
        text="How?",
        why="So.",
        options=(Option(label="Not", sets={"evals": "none"}), Option(label="Yes", sets={"evals": "test_set"})),
    ),
    Question(
        id="both",
        facts=("latency_gap", "cost_gap"),
        text="Which?",
        why="So.",
        multiple=True,
        options=(Option(label="Slow", sets={"latency_gap": True}), Option(label="Dear", sets={"cost_gap": True})),
        none_of_these="Neither",
    ),
)


def act(question: str, part: str, round_id: str = "7", **more: Any) -> dict[str, Any]:
    return {"action_id": f"answer/{round_id}/{question}/{part}", **more}


def test_a_press_in_another_round_or_of_a_closed_question_is_stale() -> None:
    assert read_pick(act("evals", "0", "6"), {}, "7", TWO) == Stale()
    assert read_pick(act("scope", "0"), {}, "7", TWO) == Stale()
    assert read_pick(act("evals", "0"), {}, "7", ()) == Stale()


def test_ticking_says_nothing_until_it_is_done() -> None:
    boxes = {"x": {action_id("7", "both", "boxes"): {"selected_options": [{"value": "1"}]}}}
    assert read_pick(act("both", "boxes", selected_options=[{"value": "1"}]), {}, "7", TWO) == Ticked()
    assert read_pick(act("both", "done"), {}, "7", TWO) == Ticked()
    done = read_pick(act("both", "done"), boxes, "7", TWO)
    assert done == Picked("both", {"latency_gap": False, "cost_gap": True}, "Dear")
    none = read_pick(act("both", "none"), {}, "7", TWO)
    assert none == Picked("both", {"latency_gap": False, "cost_gap": False}, "Neither")
    assert read_pick(act("-", "rest"), {}, "7", TWO) == GoOn()


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ({}, {}),
        ({"action_id": "card/details"}, {}),
        ({"action_id": None}, {}),
        (act("evals", "2"), {}),
        (act("evals", "999"), {}),
        (act("evals", "x"), {}),
        (act("evals", "0\n"), {}),
        (act("evals", "٣"), {}),
        (act("evals", "menu"), {}),
        (act("evals", "menu", selected_option="0"), {}),
        (act("evals", "menu", selected_option={"value": 0}), {}),
        (act("evals", "menu", selected_option={"value": "-1"}), {}),
        (act("evals", "menu", selected_option={"value": "2"}), {}),
        (act("evals", "none"), {}),
        (act("evals", "done"), {}),
        (act("-", "0"), {}),
        (act("both", "0"), {}),
        (act("both", "done"), {"b": {"answer/7/both/boxes": {"selected_options": [{"value": "5"}]}}}),
        (act("both", "done"), {"b": {"answer/7/both/boxes": {"selected_options": [{"value": {"evals": "none"}}]}}}),
        (act("both", "done"), {"b": {"answer/7/both/boxes": {"selected_options": ["0"]}}}),
        (act("both", "done"), {"b": {"answer/7/both/boxes": {"selected_options": 5}}}),
    ],
)
def test_what_no_message_of_ours_can_send_is_refused(action: dict[str, Any], state: dict[str, Any]) -> None:
    with pytest.raises(BadPick):
        read_pick(action, state, "7", TWO)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.sampled_from(["evals", "both", "both", "-"]),
    st.sampled_from(["done", "0", "2", "menu", "boxes", "done", "none", "unknown", "rest"]),
    json_values,
    json_values,
)
def test_whatever_comes_back_is_a_legal_answer_or_none(question: str, part: str, option: Any, state: Any) -> None:
    action = act(question, part, selected_option=option, selected_options=option, value=option)
    held = {
        "block": {action_id("7", "both", "boxes"): state if isinstance(state, dict) else {"selected_options": state}}
    }
    try:
        read = read_pick(action, held, "7", TWO)
    except BadPick:
        return
    if isinstance(read, Picked):
        for key, value in read.answers.items():
            assert value is None or app().knowledge.catalogue.check(key, value) == value


def test_a_round_needs_an_id_that_can_be_carried() -> None:
    for bad in ("", "a/b", "a b", "x" * 61):
        with pytest.raises(ValueError):
            ask_round(bad, TWO)
    assert ANSWER.fullmatch(action_id("T1.C2:3-4", "evals", "0"))


# --- a round through its life -------------------------------------------------------------------------------------------


def test_an_answered_question_says_who_answered_what_and_keeps_no_controls() -> None:
    picks = {"evals": Answered("Ana", "Not")}
    partly = ask_round("7", TWO, "Understood: it is slow.", picks)
    hold(partly)
    assert "Not – Ana" in shown(partly.blocks).replace("Not  –", "Not –")
    assert not any("/evals/" in each["action_id"] for each in controls(partly.blocks))
    assert any(each["action_id"].endswith("/-/rest") for each in controls(partly.blocks))
    assert not complete(TWO, picks)
    assert complete(TWO, {**picks, "both": 1})


def test_a_closed_round_has_no_controls_and_says_why() -> None:
    closed = closed_round(TWO, {"evals": Answered("Ana", "Not"), "both": Answered("Ben", "Neither")}, "Understood.")
    hold(closed)
    assert controls(closed.blocks) == []
    assert "Ben" in shown(closed.blocks) and "Neither" in shown(closed.blocks) and "Ben: Neither" in closed.text
    stale = closed_round(TWO, {}, note=STALE)
    hold(stale)
    assert STALE in shown(stale.blocks) and "not answered" in shown(stale.blocks)
    hold(stale_answer())


def test_a_contradiction_shows_both_people_and_their_words(knowledge: Knowledge) -> None:
    talk = app().talk
    opening = "Our summaries have the wrong emphasis. A few prompts were tried. We have no evals."
    session, _ = talk.turn(new_session("t"), Message(by="ana", text=opening))
    session, _ = talk.turn(session, Message(by="ben", text="That's not true, we do have a test set that we score."))
    assert session.conflicts
    message = ask_round("2", session.open, clashes=clashes_in(knowledge, session))
    hold(message)
    text = shown(message.blocks)
    for part in ("You differ on this", "ana: ", "ben: ", "no evals", "test set that we score"):
        assert part in text
    assert "Which holds?" not in text


questions_strategy = st.lists(
    st.builds(
        Question,
        id=st.sampled_from(["a", "b", "c", "d"]),
        facts=st.just(("evals",)),
        text=texts,
        why=texts,
        multiple=st.booleans(),
        options=st.lists(st.builds(Option, label=texts, sets=st.just({"evals": "none"})), max_size=120).map(tuple),
        none_of_these=st.none() | texts,
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda question: question.id,
)


@given(questions_strategy, texts, texts, texts, st.booleans())
def test_any_round_holds(questions: list[Question], understood: str, who: str, what: str, picked: bool) -> None:
    picks = {questions[0].id: Answered(who, what)} if picked else {}
    clash = {questions[-1].id: Clash(who, what, ((who, what, understood), (what, who, who)))}
    hold(ask_round("1", questions, understood, picks, clash))
    hold(closed_round(questions, picks, understood, what, clash))
