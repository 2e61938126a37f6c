"""Numbered: options of a question meant by their place - "1", "1 and 3", "the second one" - and what they set. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.core.decision import Question
from bot.core.facts import Value

BARE = re.compile(r"\d{1,4}(?:(?:[\s,;&+]+|\s+(?:and|und|et|y)\s+)\d{1,4})*[.)]?", re.IGNORECASE)
SURELY_AN_OPTION = 20  # a number up to this that names no option is a slip; a larger one is meant as an amount
LAST = -1
_SAID_SO = (
    r"(?:[\s,]+(?:obviously|definitely|really|sadly|honestly|tbh|yes|yeah|sure|unfortunately|actually|apply|"
    r"of (?:them|those|it)|i (?:think|guess|fear)))*\W*"
)
_ALL = re.compile(
    rf"(?:yes,? )?(?:(?P<both>both)|all(?: (?:of (?:them|those|it)|three|four|apply))?){_SAID_SO}", re.IGNORECASE
)
_NONE = re.compile(rf"(?:no,? )?(?:neither|none(?: of (?:them|those|these|it))?){_SAID_SO}", re.IGNORECASE)
_NUMBER_FIRST = re.compile(
    r"\s*(?:option |number |#)?(?P<number>\d{1,2})(?:\s*[.):;,–-]+\s+|\s+(?=(?:and|but|though|because|as|since)\b))"
    r"(?P<rest>(?=.*[^\W\d_]{2,}.*[^\W\d_]{2,}).+)",
    re.IGNORECASE | re.DOTALL,
)
_AMOUNT_AFTER = re.compile(
    r"(?:(?:and|but|we|i)\s+)*(?:need|want|target|goal|aim|bar|should|must)\w*\D{0,20}\d[\d.]*\s*%?\W*$|\d|%|percent|points?\b",
    re.IGNORECASE,
)
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


def all_or_none(question: Question, words: str) -> list[int]:
    """The numbers of all options where a reply is "both" or "all of them", 0 where it is "none of them"; else empty."""
    if not question.multiple:
        return []
    if _NONE.fullmatch(words.strip()):
        return [0]
    every = _ALL.fullmatch(words.strip())
    fits = every is not None and (len(question.options) == 2 or not every["both"])
    return list(range(1, len(question.options) + 1)) if fits else []


def with_words(question: Question, words: str) -> tuple[dict[str, Value | None], str] | None:
    """What a reply picks by a number in front, and what it says beside: "2, and we need 9 out of 10". None where it does not.

    Words that go on with the number as with an amount - "3, need 4" - are no such reply.
    """
    match = _NUMBER_FIRST.match(words)
    if not match or asks_amount(question) or _AMOUNT_AFTER.match(match["rest"]):
        return None
    answers = options_set(question, [int(match["number"])])
    return (answers, match["rest"].strip()) if answers is not None else None


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


def picked_by_place(open_questions: Sequence[Question], words: str) -> tuple[dict[str, Value | None], str] | None:
    """What a reply picks by place where one question is open, and what it says beside; None where it is only words or an amount."""
    if len(open_questions) != 1 or not open_questions[0].options:
        return None
    question = open_questions[0]
    numbers = all_or_none(question, words) or ordinals(words) or ([] if asks_amount(question) else bare_numbers(words))
    answers = options_set(question, numbers)
    return (answers, "") if answers is not None else with_words(question, words)


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
