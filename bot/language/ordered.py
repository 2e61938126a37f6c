"""Ordered: which part of a reply answers which of several open questions, where its lines, numbers or ordinals say so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.language.clauses import clean

EITHER = frozenset({"latency_gap", "cost_gap"})  # one question: is it too slow or too expensive
_BULLET = re.compile(r"(?m)^\s*[-*\u2022]\s+(?=\S)")
_NUMBERED = re.compile(r"(?m)^\s*(?:\d{1,2}[.)]|[a-z]\))\s+(?=\S)")
_INLINE = re.compile(r"(?:^|(?<=[\s,;.]))(?:#|q)?(?P<place>[1-9])\s?[.):]\s+(?=\S)", re.IGNORECASE)
_OPENER = re.compile(
    r"^\W*(?:(?:no|nope|non|nein|ah|oh|ok|well|and)\W+)*"
    r"(?:no\W+no|wait|sorry|oops|(?:that was |it.?s )?my (?:mistake|bad)|i (?:was wrong|misspoke|mistyped)|"
    r"correction|scratch that|"
    r"you (?:got|have|read|understood) (?:it|that|me|this) wrong|you mis(?:read|understood)(?: \w+)?|"
    r"(?:that.?s|that is) (?:wrong|not (?:right|correct|what i (?:said|meant)))|je me suis trompée?|"
    r"(?:that|it|this|i)(?:.?s| was| is| only)?(?: only| just| purely| meant (?:it|that|this))*(?: a| as a)? "
    r"(?:hypothetical(?:ly)?|what-?if|supposition|hypothesis|thought experiment)(?: (?:though|i mean|question))?|"
    r"hypothetical(?:ly)?(?: i mean)?|"
    r"(?:nein )?das war (?:nur )?(?:hypothetisch|angenommen)|c.était (?:une )?(?:hypothèse|hypothétique)|"
    r"ich habe mich (?:geirrt|vertan|verschrieben)|me (?:equivoqué|he equivocado))\b(?:\W+(?:wait|sorry|no|actually))*\s*[:,.!–-]?\s*",
    re.IGNORECASE,
)
_PIECE = re.compile(r"(?:[.;!]|,)\s+|\n+")
_PLACES = {
    "first": 0, "1st": 0, "former": 0, "erste": 0, "erstens": 0, "première": 0, "premier": 0, "second": 1, "2nd": 1,
    "zweite": 1, "zweitens": 1, "deuxième": 1, "third": 2, "3rd": 2, "dritte": 2, "drittens": 2, "troisième": 2,
}  # fmt: skip
_PLACE = rf"(?:{'|'.join(_PLACES)}|latter|last)"
_THE = r"(?:as for |for |on |to |re |about |zum? |zur |sur |pour )?(?:the |die |das |der |den |la |le )"
_ONE = r"(?: (?:one|question|point|part|frage))"
_GOES_ON = r"(?:i|we|no|not|nope|yes|is|don't|a|none|nobody|obviously|clearly|definitely|sure|probably)"
_BEFORE = re.compile(
    rf"\W*(?:(?:{_THE})?(?P<a>{_PLACE}){_ONE}?\s*[:=–-]|(?:{_THE})?(?P<b>{_PLACE}){_ONE},|"
    rf"{_THE}(?P<c>{_PLACE}){_ONE}?(?:,| (?={_GOES_ON}\b)))\s*",
    re.IGNORECASE,
)
_BEHIND = re.compile(rf"(?:^|\s){_THE}(?P<a>{_PLACE}){_ONE}?\W*$", re.IGNORECASE)


def apart(text: str, asked: Sequence[Sequence[str]]) -> list[tuple[str, Sequence[str]]]:
    """A reply with the facts it may answer, question by question where it is plain which part answers which.

    It is where there are as many lines as questions, or parts that are numbered or called the first, the second and so on; a
    question without a part has no words.
    """
    plain = without_marks(text)
    if len(asked) > 1:
        lines = [line for line in clean(plain).split("\n") if re.search(r"\w", line)]
        if len(lines) == len(asked):
            return list(zip(lines, asked, strict=True))
        parts = _numbered(clean(text), len(asked)) or _called(clean(text), len(asked))
        if parts:
            return [(parts.get(place, ""), group) for place, group in enumerate(asked)]
    return [(plain, flat_asked(asked))]


def flat_asked(asked: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The facts asked about, each once, in order."""
    return tuple(dict.fromkeys(fact for group in asked for fact in group))


def one_by_one(asked: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """The questions; a single one that asks whether it is too slow or too expensive is two, a first and a second."""
    return [(fact,) for fact in asked[0]] if len(asked) == 1 and set(asked[0]) == EITHER else asked


def without_marks(text: str) -> str:
    """The text without the marks of a list; what is numbered is one where several lines are, so that "74. 85" stays."""
    text = _BULLET.sub("", text)
    return _NUMBERED.sub("", text) if len(_NUMBERED.findall(text)) > 1 else text


def without_opener(text: str) -> str:
    """The text without the words by which it says that something was wrong: "no wait, my mistake: ..."."""
    rest = _OPENER.sub("", text)
    return rest if re.search(r"\w", rest) else text


def _numbered(text: str, questions: int) -> dict[int, str]:
    """The parts of "1) weeks of it 2) none 3) 300 cards"; in one line they are numbered from one on."""
    marks = list(_INLINE.finditer(text))
    places = [int(mark["place"]) for mark in marks]
    lines = all(mark.start() == 0 or text[mark.start() - 1] == "\n" for mark in marks)
    rising = places == sorted(set(places)) if lines else places == list(range(1, len(marks) + 1))
    if len(marks) < 2 or marks[0].start() > 0 or not rising or places[-1] > questions:
        return {}
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    return {
        place - 1: text[mark.end() : end].strip(" ,;\n") for place, mark, end in zip(places, marks, ends, strict=True)
    }


def _called(text: str, questions: int) -> dict[int, str]:
    """The parts of "no clue on the first, second: a few tries"; nothing where words stand before the first that is called so."""
    parts: dict[int, list[str]] = {}
    at: int | None = None
    for piece in _PIECE.split(text):
        before, behind = _BEFORE.match(piece), _BEHIND.search(piece)
        found = before or behind
        if found:
            name = next(filter(None, found.groups())).lower()
            at = questions - 1 if name in ("latter", "last") else _PLACES[name]
            piece = piece[before.end() :] if before else piece[: found.start()]
        if at is None or at >= questions:
            return {}
        parts.setdefault(at, []).append(piece.strip())
    joined = {place: ", ".join(filter(None, said)) for place, said in parts.items()}
    return joined if any(joined.values()) else {}
