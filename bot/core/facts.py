"""Facts: what can be known about a team's case, checked and turned into the levels that the policy reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.errors import FactError

Value = bool | int | float | str
LARGEST = 1e15  # no count or percentage of ours comes near it
LONGEST = 2000  # characters kept of a text
KNOWN = "known"  # in a condition: any value at all


class Frozen(BaseModel):
    """A value: immutable, and strict about what it is made of."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Level(Frozen):
    """One level of a fact. `prior` is how likely it is before anybody has said anything."""

    label: str = Field(max_length=75)
    says: str
    prior: float = Field(gt=0, le=1)


class Band(Level):
    """A named range of a number, both ends included (an open end is None); `typical` stands for it where one number is needed."""

    range: tuple[float, float | None]
    typical: int = 0


class PriorWhen(Frozen):
    """Other priors, for when other facts are already known."""

    when: dict[str, tuple[str, ...]]
    prior: dict[str, float]


class FactSpec(Frozen):
    """What a fact is: its kind, its levels, and how it is asked for."""

    name: str
    kind: Literal["levels", "yes_no", "number", "text"]
    effort: float = 1
    unit: str = ""
    integer: bool = False
    minimum: float | None = None
    maximum: float | None = None
    work_brings: tuple[str, ...] = ()
    dont_know_means: str | None = None
    close_within: float | None = None
    levels: dict[str, Level] = {}
    bands: dict[str, Band] = {}
    prior_when: tuple[PriorWhen, ...] = ()
    derived_from_task: dict[str, tuple[str, ...]] = {}

    @cached_property
    def level_names(self) -> tuple[str, ...]:
        """The levels (or bands) that the policy may read; empty for free text and for plain numbers."""
        return tuple(self.levels or self.bands)

    def level(self, name: str) -> Level:
        """The level or band called `name`."""
        return self.levels[name] if self.levels else self.bands[name]

    def band_of(self, number: float) -> str:
        """The band that holds `number`."""
        for name, band in self.bands.items():
            low, high = band.range
            if number >= low and (high is None or number <= high):
                return name
        raise FactError(f"{self.name}: {number:g} lies in no band")


class Impossible(Frozen):
    """A combination of levels that cannot be, and why."""

    when: dict[str, tuple[str, ...]]
    why: str


class Catalogue(Frozen):
    """All facts there are, in the order in which they are shown."""

    facts: dict[str, FactSpec]
    impossible: tuple[Impossible, ...] = ()

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The facts that have levels, hence can be read by the policy."""
        return tuple(key for key, spec in self.facts.items() if spec.level_names)

    def spec(self, key: str) -> FactSpec:
        """The fact called `key`; raises FactError with the nearest names where there is none."""
        try:
            return self.facts[key]
        except KeyError:
            import difflib

            near = difflib.get_close_matches(str(key), self.facts, n=1)
            hint = f" Did you mean {near[0]}?" if near else f" Facts are: {', '.join(self.facts)}."
            raise FactError(f"There is no fact called {str(key)[:60]!r}.{hint}") from None

    def check(self, key: str, value: Any) -> Value:
        """`value` as a legal value of fact `key`; raises FactError otherwise."""
        spec = self.spec(key)
        if spec.kind == "yes_no":
            if isinstance(value, bool):
                return value
            if isinstance(value, str) and value.lower() in ("yes", "no"):
                return value.lower() == "yes"
            raise FactError(f"{key} is true or false (yes or no), not {_short(value)}.")
        if spec.kind == "levels":
            if isinstance(value, str) and value in spec.levels:
                return value
            raise FactError(f"{key} is one of {', '.join(spec.levels)}, not {_short(value)}.")
        if spec.kind == "number":
            return _number(key, spec, value)
        if isinstance(value, str) and value.strip():
            return value.strip()[:LONGEST]
        raise FactError(f"{key} is a sentence of text, not {_short(value)}.")

    def level_of(self, key: str, value: Value) -> str | None:
        """The level that a legal value stands for; None where the fact has no levels."""
        spec = self.facts[key]
        if spec.kind == "yes_no":
            return "yes" if value else "no"
        if spec.kind == "levels":
            return str(value)
        if spec.bands:
            return spec.band_of(value)  # type: ignore[arg-type]
        return None

    def value_of(self, key: str, level: str) -> Value:
        """A value that stands for `level`, for programs that want one (a band gives its typical number)."""
        spec = self.facts[key]
        if spec.kind == "yes_no":
            return level == "yes"
        return spec.bands[level].typical if spec.bands else level


def _short(value: Any) -> str:
    text = "null" if value is None else repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _number(key: str, spec: FactSpec, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise FactError(f"{key} is a number, not {_short(value)}.")
    if abs(value) > LARGEST:
        raise FactError(f"{key} is a number, but not one as large as {_short(value)}.")
    if spec.integer and value != int(value):
        raise FactError(f"{key} is a whole number, not {value}.")
    low, high = spec.minimum, spec.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        span = f"between {low:g} and {high:g}" if high is not None and low is not None else f"{low:g} or more"
        raise FactError(f"{key} must be {span}, not {_short(value)}.")
    return int(value) if spec.integer else value


class Facts(Frozen):
    """What is known of one case: values that were given, and facts that nobody knows."""

    given: dict[str, Value] = {}
    dont_know: frozenset[str] = frozenset()

    def with_(self, changes: Mapping[str, Value]) -> Facts:
        """The same case with other or more values."""
        given = {**self.given, **changes}
        return Facts(given=given, dont_know=self.dont_know - changes.keys())


def read_facts(catalogue: Catalogue, raw: Any) -> Facts:
    """Facts from plain JSON values. `null` means that nobody knows. Raises FactError naming the first problem."""
    if not isinstance(raw, Mapping):
        raise FactError('Facts are an object such as {"evals": "none", "examples": 200}.')
    given: dict[str, Value] = {}
    unknown: set[str] = set()
    for key, value in raw.items():
        catalogue.spec(key)
        if value is None:
            unknown.add(key)
        else:
            given[key] = catalogue.check(key, value)
    return Facts(given=given, dont_know=frozenset(unknown))


class Reading(Frozen):
    """The levels that a case's facts amount to, and which of them were concluded rather than said."""

    levels: dict[str, str]
    assumed: dict[str, str] = {}
    derived: frozenset[str] = frozenset()


def read_levels(catalogue: Catalogue, facts: Facts) -> Reading:
    """The level of every known fact: as given, derived from numbers or the task's words, or meant by not knowing."""
    levels: dict[str, str] = {}
    assumed: dict[str, str] = {}
    derived: set[str] = set()
    for key, value in facts.given.items():
        level = catalogue.level_of(key, value)
        if level is not None:
            levels[key] = level
    quality = quality_level(catalogue, facts.given.get("score"), facts.given.get("target"))
    if quality is not None:
        levels["quality"] = quality
        derived.add("quality")
    task = facts.given.get("task")
    if isinstance(task, str):
        for key, spec in catalogue.facts.items():
            if key not in levels and (level := _from_task(spec, task)):
                levels[key] = level
                derived.add(key)
    for key in sorted(facts.dont_know):
        means = catalogue.facts[key].dont_know_means
        if means and key not in levels:
            levels[key] = assumed[key] = means
    return Reading(levels=levels, assumed=assumed, derived=frozenset(derived))


def quality_level(catalogue: Catalogue, score: Any, target: Any) -> str | None:
    """met, close or far, from a measured score and the score needed; None unless both are numbers."""
    if score is None or target is None:
        return None
    missing = float(target) - float(score)
    if missing <= 0:
        return "met"
    return "close" if missing <= (catalogue.facts["quality"].close_within or 0) + 1e-9 else "far"


def _from_task(spec: FactSpec, task: str) -> str | None:
    for level, patterns in spec.derived_from_task.items():
        if any(re.search(pattern, task, re.IGNORECASE) for pattern in patterns):
            return level
    return None


def holds(when: Mapping[str, tuple[str, ...]], levels: Mapping[str, str], given: Mapping[str, Value]) -> bool:
    """Whether a condition is known to hold: every fact it names is known and has one of the levels it lists."""
    return all(key in given if KNOWN in allowed else levels.get(key) in allowed for key, allowed in when.items())
