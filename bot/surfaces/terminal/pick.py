"""Pick: what a typed line means while a question is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from bot.core.decision import Question
from bot.core.facts import Value
from bot.talk.numbered import (
    SURELY_AN_OPTION,
    all_or_none,
    asked_about,
    asks_amount,
    bare_numbers,
    options_set,
    ordinals,
    with_words,
)


class Picked(NamedTuple):
    """Facts with their values; None is a fact that nobody knows. `beside` is what was said with it."""

    answers: dict[str, Value | None]
    beside: str = ""


class Skipped(NamedTuple):
    """The question is not to be answered."""


class WhyAsked(NamedTuple):
    """Somebody wants to know why the question is asked."""


class Said(NamedTuple):
    """An answer in people's own words."""

    text: str


class Unclear(NamedTuple):
    """A slip, and what to type instead."""

    hint: str


Pick = Picked | Skipped | WhyAsked | Said | Unclear
ActOf = Callable[[str], str]


def read_pick(question: Question, line: str, act_of: ActOf = lambda words: "other") -> Pick:
    """What `line` means as an answer to `question`: places of options, d, s, or words.

    `act_of` tells what words plainly are: "dont_know", "skip" and "why_asked" mean this question alone, for it is the only
    one in sight.
    """
    typed = line.strip()
    act = {"d": "dont_know", "s": "skip"}.get(typed.lower()) or act_of(typed)
    if act == "dont_know":
        return Picked(dict.fromkeys(asked_about(question)))
    if act == "skip":
        return Skipped()
    if act == "why_asked":
        return WhyAsked()
    if not question.options:
        return Said(typed)
    if places := all_or_none(question, typed) or ordinals(typed):
        answers = options_set(question, places)
        return Picked(answers) if answers is not None else _slip(question, places)
    numbers = bare_numbers(typed)
    if not numbers:
        picked = with_words(question, typed)
        return Picked(*picked) if picked else Said(typed)
    answers = options_set(question, numbers)
    if answers is not None:
        return Picked(answers)
    if max(numbers) > SURELY_AN_OPTION or asks_amount(question):
        return Said(typed)
    return _slip(question, numbers)


def _slip(question: Question, numbers: list[int]) -> Unclear:
    first, last = 0 if question.multiple else 1, len(question.options)
    if all(first <= number <= last for number in numbers):
        if question.multiple:
            return Unclear("0 means none of them; leave it out to pick others.")
        return Unclear("One of them only, please, or say it in your own words.")
    return Unclear(f"Type a number from {first} to {last}, or say it in your own words.")
