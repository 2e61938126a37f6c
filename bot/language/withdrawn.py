"""Withdrawn: which known facts a message takes back without saying what holds instead: "drop the score", "nobody set a target"."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.language.clauses import clean
from bot.language.statements import NAMES

_NAMES = NAMES | {
    "accuracy": "score", "quality": "score", "number": "score", "numbers": "score", "goal": "target",
    "bar": "target", "prompts": "prompting", "examples": "examples", "traffic": "volume", "provider": "provider",
    "speed": "latency_gap", "price": "cost_gap",
}  # fmt: skip
_NAME = rf"(?:{'|'.join(_NAMES)})"
_LISTED = rf"(?P<names>(?:[\w'-]+ ){{0,3}}?{_NAME}\b(?:(?:,| and| or|, and)? (?:the |my |our |about )*{_NAME}\b)*)"
_TAKEN = re.compile(
    rf"^\W*(?:(?:no|ok|please|sorry|wait|and|so|well|just)\W+)*"
    rf"(?:forget|drop|delete|remove|ignore|disregard|strike|scratch|scrap|discard|undo|take back)\s"
    rf"(?:what (?:i|we)(?: have|'ve)? (?:said|told you|wrote) (?:about|on) |"
    rf"the (?:things?|part|bit|point|stuff) (?:about|on|with) )?{_LISTED}",
    re.IGNORECASE,
)
_THERE_IS_NONE = re.compile(
    r"\b(?:(?:we|i|there|they|nobody|no one) (?:do not|don't|does not|doesn't|did not|didn't|never|has not|hasn't|have not|haven't) ?"
    r"(?:have|had|got|is|was|said|gave|set|agreed|agree on)?|there (?:is|was)|we have|nobody|no one|we (?:never|didn't))"
    r"(?: ever)?(?: set| gave| named| agreed(?: on)?| said| has| have)? (?:a |any |an? \w+ |no )(?P<names>score|target|goal)\b"
    r"(?! (?:set|on|for|of|at|above|below|over|higher|lower|better|beyond|that)\b)",
    re.IGNORECASE,
)
_NONE = re.compile(r"\b(?:no|n't|never|nobody|not)\b|n't\b", re.IGNORECASE)
_WRONG = re.compile(
    rf"^\W*(?:no\W+)?(?:the|that|this|those|these|your|my|our) (?P<names>{_NAME}(?: and (?:the )?{_NAME})?) (?:is|are|was|were) "
    r"(?:just |simply |all )?(?:wrong|made up|invented|nonsense|not (?:ours|real|true|measured))\b",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"\b{_NAME}\b", re.IGNORECASE)


def withdrawn(text: str, known: Collection[str]) -> tuple[str, ...]:
    """The known facts that a message takes back."""
    text = clean(text)
    found = _TAKEN.search(text) or _WRONG.search(text) or _THERE_IS_NONE.search(text)
    if not found or (found.re is _THERE_IS_NONE and not _NONE.search(found[0])):
        return ()
    named = {_NAMES[name.lower()] for name in _NAMED.findall(found["names"])}
    if "score" in named and re.search(r"\bnumbers?\b", found["names"], re.IGNORECASE):
        named.add("target")
    return tuple(sorted(named.intersection(known)))


def without_withdrawal(text: str) -> str:
    """What a message says behind the words that take something back: "forget what I said about prompting, we tried nothing"."""
    text = clean(text)
    found = _TAKEN.search(text)
    return text[found.end() :].strip(" ,.;:-") if found else text
