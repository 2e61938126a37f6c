"""Numbered: options of a question meant by their place - "1", "1 and 3", "the second one" - and what they set. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.core.decision import Question
from bot.core.facts import Value

BARE = re.compile(r"\d{1,4}(?:(?:[\s,;&+]+|\s+(?:and|und|et|y)\s+)\d{1,4})*[.)]?", re.IGNORECASE)
SURELY_AN_OPTION = 20  # a number up to this that names no option is a slip; a larger one is meant as an amount
LAST = -1
_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_AROUND = frozenset(
    {"the", "one", "ones", "option", "options", "number", "answer", "and", "please", "i", "pick", "take"}
)
_PIECE = re.compile(r"[^\W\d_]+|#?\d+(?:st|nd|rd|th)?|[^\s,;&+#.)!]", re.IGNORECASE)


def bare_numbers(words: str) -> list[int]:
    """The numbers of a reply that is nothing but numbers; an amount such as "1,000" looks the same. Else empty."""
    words = words.strip()
    return _once(int(digits) for digits in re.findall(r"\d+", words)) if BARE.fullmatch(words) else []


def ordinals(words: str) -> list[int]:
    """The places that a reply names as places - "the second one", "option 3", "1st and last" (LAST) - and nothing else."""
    pieces = [piece for piece in _PIECE.findall(words.lower()) if piece not in _AROUND]
    marked = re.search(r"\b(options?|number|answer)\b|#", words, re.IGNORECASE) is not None
    places = [_place(piece, marked) for piece in pieces]
    return [] if None in places else _once(place for place in places if place is not None)


def asked_about(question: Question) -> tuple[str, ...]:
    """The facts that some option sets; those of the question where it has no options."""
    return tuple(dict.fromkeys(key for option in question.options for key in option.sets)) or question.facts


def options_set(question: Question, numbers: Sequence[int]) -> dict[str, Value | None] | None:
    """What the options with these numbers set; where several may be picked, what was not picked is a no, and 0 picks none.

    None where they cannot all be meant.
    """
    last = len(question.options)
    numbers = _once(last if number == LAST else number for number in numbers)
    first = 0 if question.multiple else 1
    if not numbers or not all(first <= number <= last for number in numbers):
        return None
    if len(numbers) > 1 and (not question.multiple or 0 in numbers):
        return None
    answers: dict[str, Value | None] = dict.fromkeys(asked_about(question), False) if question.multiple else {}
    for number in numbers:
        if number:
            answers.update(question.options[number - 1].sets)
    return answers


def asks_amount(question: Question) -> bool:
    """Whether a number may be the answer itself."""
    values = [value for option in question.options for value in option.sets.values()]
    return any(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def picked_by_place(open_questions: Sequence[Question], words: str) -> dict[str, Value | None] | None:
    """What a reply picks by place where one question is open; None where it is to be read as words or an amount."""
    if len(open_questions) != 1 or not open_questions[0].options:
        return None
    question = open_questions[0]
    numbers = ordinals(words) or ([] if asks_amount(question) else bare_numbers(words))
    return options_set(question, numbers)


def _place(piece: str, marked: bool) -> int | None:
    """The place that a word stands for; bare digits stand for one only beside a word such as "option"."""
    if piece == "last":
        return LAST
    if piece in _PLACES:
        return _PLACES.index(piece) + 1
    digits = re.fullmatch(r"#?(\d{1,2})(st|nd|rd|th)?", piece)
    return int(digits[1]) if digits and (marked or digits[2]) else None


def _once(numbers: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(numbers))
