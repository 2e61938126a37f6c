"""Pick: what a typed line means while a question is open."""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.core.decision import Question
from bot.core.facts import Value

NUMBERS = re.compile(r"\d{1,4}(?:[\s,;&+]+\d{1,4})*[.)]?")
SURELY_AN_OPTION = 20  # a number up to this that names no option is a slip; a larger one is meant as an amount


class Picked(NamedTuple):
    """Facts with their values; None is a fact that nobody knows."""

    answers: dict[str, Value | None]


class Skipped(NamedTuple):
    """The question is not to be answered."""


class Said(NamedTuple):
    """An answer in people's own words."""

    text: str


class Unclear(NamedTuple):
    """A slip, and what to type instead."""

    hint: str


Pick = Picked | Skipped | Said | Unclear


def read_pick(question: Question, line: str) -> Pick:
    """What `line` means as an answer to `question`: numbers of options, d, s, or words."""
    typed = line.strip()
    if typed.lower() == "d":
        return Picked(dict.fromkeys(asked_about(question)))
    if typed.lower() == "s":
        return Skipped()
    if not question.options or not NUMBERS.fullmatch(typed):
        return Said(typed)
    numbers = list(dict.fromkeys(int(digits) for digits in re.findall(r"\d+", typed)))
    first = 0 if question.multiple else 1
    last = len(question.options)
    allowed = all(first <= number <= last for number in numbers)
    if allowed and len(numbers) == 1:
        return Picked(_sets(question, numbers))
    if allowed and question.multiple and 0 not in numbers:
        return Picked(_sets(question, numbers))
    if max(numbers) > SURELY_AN_OPTION or _asks_amount(question):
        return Said(typed)
    if allowed and question.multiple:
        return Unclear("0 means none of them; leave it out to pick others.")
    if allowed:
        return Unclear("One of them only, please, or say it in your own words.")
    return Unclear(f"Type a number from {first} to {last}, or say it in your own words.")


def asked_about(question: Question) -> tuple[str, ...]:
    """The facts that some option sets; those of the question where it has no options."""
    return tuple(dict.fromkeys(key for option in question.options for key in option.sets)) or question.facts


def _sets(question: Question, numbers: list[int]) -> dict[str, Value | None]:
    """What these options set; where several may be picked, what was not picked is a no."""
    answers: dict[str, Value | None] = dict.fromkeys(asked_about(question), False) if question.multiple else {}
    for number in numbers:
        if number:
            answers.update(question.options[number - 1].sets)
    return answers


def _asks_amount(question: Question) -> bool:
    values = [value for option in question.options for value in option.sets.values()]
    return any(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
