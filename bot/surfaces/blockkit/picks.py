"""Picks: what a press of a button in a round of questions means, read against the questions that are really open.

    read_pick(action, state, round_id, questions) -> Picked | GoOn | Ticked | Stale
        `action` is one of a payload's `actions`, `state` its `state.values`; raises BadPick for what no message of ours
        can have sent. Nothing of the facts comes from the payload: only which question and which option.
    options_picked(question, values) -> Picked     the answer of these option numbers, as they come back from any control
    chosen_values(chosen) -> list                  the values in a payload's `selected_options`
    answers_of(picks) -> {"evals": "none", "teacher": None}     for one turn of the talk
    action_id(round_id, question, part)      "answer/ROUND/QUESTION/PART"; ANSWER matches them all

Parts: an option's number from 0, `unknown` (don't know), `none` (none of these), `menu` (a select), `boxes` (check-boxes),
`done` (what is ticked counts); and, with `-` for the question, `rest` (go on without the rest).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bot.core.decision import Question
from bot.core.facts import Value
from bot.errors import BadInput

ANSWER = re.compile(r"answer/(?P<round>[\w.:-]{1,60})/(?P<question>[\w.:-]{1,80})/(?P<part>[a-z0-9]{1,10})")
ROUND = re.compile(r"[\w.:-]{1,60}", re.ASCII)
OPTION = re.compile(r"\d{1,3}", re.ASCII)
DONT_KNOW = "Don't know"
NONE_OF_THESE = "None of these"

Answers = dict[str, Value | None]


class BadPick(BadInput):
    """A payload that no message of ours can have sent."""


class Picked(NamedTuple):
    """An answer to a question: its id, the facts it sets (None: nobody knows), and what to show of it."""

    question: str
    answers: Answers
    label: str


class GoOn(NamedTuple):
    """What was not answered in the round is to be left out."""


class Ticked(NamedTuple):
    """A box was ticked; nothing is said yet."""


class Stale(NamedTuple):
    """The round is over, or the question is no longer open."""


def action_id(round_id: str, question: str, part: str) -> str:
    """The id of a control. Raises ValueError where the round's id has other characters than letters, digits and `_.:-`."""
    if not ROUND.fullmatch(round_id):
        raise ValueError(f"not an id for a round: {round_id!r}")
    return f"answer/{round_id}/{question}/{part}"


def read_pick(
    action: Mapping[str, Any], state: Mapping[str, Any], round_id: str, questions: Sequence[Question]
) -> Picked | GoOn | Ticked | Stale:
    """What a press means while `questions` are open as the round `round_id`. Raises BadPick."""
    found = ANSWER.fullmatch(str(action.get("action_id", "")))
    if found is None:
        raise BadPick("That button is not one of mine.")
    if found["round"] != round_id:
        return Stale()
    part = found["part"]
    if found["question"] == "-":
        return GoOn() if part == "rest" else _bad()
    question = next((each for each in questions if each.id == found["question"]), None)
    if question is None:
        return Stale()
    if part == "boxes":
        return Ticked()
    if part == "unknown":
        return Picked(question.id, dict.fromkeys(asked_about(question)), DONT_KNOW)
    if part == "menu":
        return options_picked(question, chosen_values([action.get("selected_option")]))
    if question.multiple:
        if part == "none":
            return options_picked(question, [])
        ticked = _ticked(state, action_id(round_id, question.id, "boxes")) if part == "done" else _bad()
        return options_picked(question, ticked) if ticked else Ticked()
    return options_picked(question, [part])


def asked_about(question: Question) -> tuple[str, ...]:
    """The facts that some option sets; those of the question where it has no options."""
    return tuple(dict.fromkeys(key for option in question.options for key in option.sets)) or question.facts


def answers_of(picks: Iterable[Picked]) -> Answers:
    """All that was picked in a round, as the talk takes it."""
    return {key: value for pick in picks for key, value in pick.answers.items()}


def options_picked(question: Question, values: Sequence[Any]) -> Picked:
    """The answer of these options; where several may be picked, what was not picked is a no. Raises BadPick."""
    numbers = [int(value) if isinstance(value, str) and OPTION.fullmatch(value) else -1 for value in values]
    if any(not 0 <= number < len(question.options) for number in numbers):
        _bad()
    answers: Answers = dict.fromkeys(asked_about(question), False) if question.multiple else {}
    for number in numbers:
        answers.update(question.options[number].sets)
    labels = [question.options[number].label for number in sorted(set(numbers))]
    return Picked(question.id, answers, "; ".join(labels) or question.none_of_these or NONE_OF_THESE)


def _ticked(state: Mapping[str, Any], box: str) -> list[Any]:
    """The values ticked in the check-boxes called `box`."""
    for block in state.values():
        held = block.get(box) if isinstance(block, Mapping) else None
        if isinstance(held, Mapping):
            return chosen_values(held.get("selected_options"))
    return []


def chosen_values(chosen: Any) -> list[Any]:
    """The values of the options in a payload's `selected_options`; None for what is no option."""
    if not isinstance(chosen, list):
        return [] if chosen is None else [None]
    return [option.get("value") if isinstance(option, Mapping) else None for option in chosen]


def _bad() -> Any:
    raise BadPick("That is not an answer to this question; please pick one of those shown.")
