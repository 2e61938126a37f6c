"""Around: the words next to a number of a message, and what they say of it - that it is aimed at, once was, counts what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from bot.language import cues
from bot.language.numbers import Quantity

BEFORE, AFTER = 60, 45  # characters read on either side
NEAR = 40  # characters in which what is measured is named
FEW = 12  # a number up to this that counts something is no percentage: "on four points", "where 3 seniors agreed"
ROUNDED = 0.6  # by which a share and what it leaves of a hundred may miss it
_LIMIT = re.compile(r"(?:under|below|within|<)", re.IGNORECASE)
_UNEDITED = re.compile(
    r"\s?%?\s(?:of \w+ )?(?:w/o|without|with no|unedited|unchanged|untouched|as is)\b", re.IGNORECASE
)
_POINTS = re.compile(r"\s?(?:points?|pts?|pp)\b")
_FROM = re.compile(r"\s?%?\s(?:to|auf)\s$")


class Around:
    """The words around the number at place `i` of `found`, up to the numbers beside it."""

    def __init__(self, text: str, found: Sequence[Quantity], i: int) -> None:
        self.text, self.quantity = text, found[i]
        self._last = found[i - 1] if i else None
        begin = max(self._last.end if self._last else 0, self.quantity.start - BEFORE)
        stop = min(found[i + 1].start if i + 1 < len(found) else len(text), self.quantity.end + AFTER)
        self.before, self.after = text[begin : self.quantity.start], text[self.quantity.end : stop]
        self.tight = cues.SENTENCE.split(self.before)[-1]
        self.behind = cues.STOP.split(self.after)[0]
        self.said = "" if self.both else cues.SENTENCE.split(self.after)[0]

    @property
    def both(self) -> bool:
        """Whether the number is said to be reached and needed alike."""
        return cues.BOTH.match(self.text, self.quantity.end) is not None

    @cached_property
    def rose(self) -> bool:
        """Whether it rose or fell to this."""
        return cues.ROSE.search(self.text, max(0, self.quantity.start - 24), self.quantity.start) is not None

    @cached_property
    def plain(self) -> bool:
        """Whether the words say by themselves that a bare number is a share."""
        return self.rose or bool(cues.BARE_AFTER.match(self.after) or cues.NAMED_QUALITY.match(self.after))

    @property
    def aimed_at(self) -> bool:
        """Whether it is what is needed, also as the number that a distance was measured from: "5 points short of 90"."""
        distance = cues.DISTANCE.match(self.text, self._last.end) if self._last else None
        if _UNEDITED.match(self.after) and re.search(r"\baccept", self.tight, re.IGNORECASE):
            return False  # "they accept 91% without edits" is what they do
        far = distance is not None and distance.end() >= self.quantity.start
        return far or bool(cues.TARGET_BEFORE.search(self.tight) or cues.TARGET_AFTER.match(self.said))

    @property
    def limits_time(self) -> bool:
        """Whether it goes on with a time or price: "it takes 9 seconds, 2 would be fine"."""
        if self._last is None or self._last.unit not in ("duration", "money") or self.quantity.value > FEW:
            return False
        written = self.text[self.quantity.start : self.quantity.end]
        return _LIMIT.match(written) is not None or not cues.SENTENCE.search(self.before)

    @property
    def counts_points(self) -> bool:
        """Whether it is a distance or a tolerance, or a share that is only preferred."""
        if cues.DISTANCE.match(self.text, self.quantity.end) or cues.PREFERRED.match(self.text, self.quantity.end):
            return True
        return cues.TOLERANCE.search(self.before) is not None and _POINTS.match(self.after) is not None

    @property
    def starts(self) -> bool:
        """Whether it is what something rose or fell from."""
        return cues.STARTED.search(self.tight) is not None and _FROM.match(self.after) is not None

    @property
    def worded(self) -> bool:
        """Whether it is written out."""
        return not any(letter.isdigit() for letter in self.text[self.quantity.start : self.quantity.end])

    @property
    def names_metric(self) -> bool:
        """Whether what is measured is named near it."""
        leading = cues.SENTENCE.split(self.text[max(0, self.quantity.start - NEAR) : self.quantity.start])[-1]
        return cues.METRIC.search(f"{leading}# {cues.SENTENCE.split(self.after)[0]}") is not None

    @property
    def counts_failures(self) -> bool:
        """Whether what is counted is failures; of what rose or fell it was said before the number that it started from."""
        if _UNEDITED.match(self.after):
            return False
        said = cues.STOP.split(self.text[: self.quantity.start])[-1] if self.rose else ""
        clause = f"{said}{cues.STOP.split(self.before)[-1]}# {self.behind}"
        return bool(cues.BAD.search(clause) or cues.COUNTS_BAD.search(self.tight))

    @property
    def measures_other(self) -> bool:
        """Whether it measures something else than how good the answers are."""
        topic = cues.TOPIC.split(self.text[max(0, self.quantity.start - BEFORE) : self.quantity.start])[-1]
        return cues.OTHER_MEASURE.search(f"{topic}# {self.behind}") is not None

    @property
    def past(self) -> bool:
        """Whether it was so once, or is so without what they have."""
        return bool(cues.PAST.search(self.tight) or cues.BASELINE.match(self.after))

    @property
    def now(self) -> bool:
        """Whether it is said to be so by now."""
        return bool(cues.NOW_BEFORE.search(self.tight) or cues.NOW_AFTER.match(self.after))
