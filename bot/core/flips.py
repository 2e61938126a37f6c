"""Flips: the smallest changes of what is known that change the verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from math import ceil

from bot.core.decision import Flip
from bot.core.facts import Facts, Reading, Value, quality_level
from bot.core.knowledge import Knowledge
from bot.core.policy import Verdict

MAX_FLIPS = 6
MAX_PER_VERDICT = 2  # more ways to the same verdict crowd out the others
ENOUGH_SINGLES = 3  # with this many single changes found, pairs are not looked for

Change = tuple[tuple[str, str], ...]  # facts with their new levels


def find_flips(knowledge: Knowledge, facts: Facts, reading: Reading, verdict: Verdict) -> tuple[Flip, ...]:
    """Changes of one known fact, then of two, under which the likeliest verdict is another.

    What the team can bring about comes first. A pair brings what neither of its changes brings alone.
    """
    known = frozenset(facts.given)
    outcomes: dict[Change, Verdict | None] = {}

    def outcome(change: Change) -> Verdict | None:
        if change not in outcomes:
            after = _after(reading, change)
            outcomes[change] = next(iter(knowledge.verdict_chances.given(after, known).distribution(after)), None)
        return outcomes[change]

    changes = [(change,) for change in _changes(knowledge, reading)]
    flips = _flips(knowledge, facts, reading, verdict, changes, outcome)
    if sum(flip.actionable for flip in flips) < ENOUGH_SINGLES:
        useful = {"quality" if key == "score" else key for flip in flips for key in flip.change}
        doable = [c for (c,) in changes if (_actionable(knowledge, *c) or c[0] == "quality") and c[0] not in useful]
        pairs = [(a, b) for a, b in combinations(doable, 2) if a[0] != b[0]]
        flips += _flips(knowledge, facts, reading, verdict, pairs, outcome)
    return tuple(_varied(flips))


def _varied(flips: Sequence[Flip]) -> Iterator[Flip]:
    """The first flips, not too many of them to the same verdict."""
    shown: Counter[Verdict] = Counter()
    for flip in flips:
        if shown[flip.verdict] < MAX_PER_VERDICT and shown.total() < MAX_FLIPS:
            shown[flip.verdict] += 1
            yield flip


def _flips(
    knowledge: Knowledge,
    facts: Facts,
    reading: Reading,
    verdict: Verdict,
    changes: Sequence[Change],
    outcome: Callable[[Change], Verdict | None],
) -> list[Flip]:
    """The changes that flip the verdict: one pass under today's priors finds candidates, each is decided afresh."""
    if not changes:
        return []
    states = [_after(reading, change) for change in changes]
    likely = knowledge.verdict_chances.given(reading.levels, frozenset(facts.given)).distributions(states)
    found: list[Flip] = []
    seen: set[tuple[tuple[str, ...], Verdict]] = set()
    for i in sorted(range(len(changes)), key=lambda i: not all(_actionable(knowledge, *c) for c in changes[i])):
        change = changes[i]
        if next(iter(likely[i]), verdict) == verdict:
            continue
        values = [_as_values(knowledge, facts.given, reading, key, level) for key, level in change]
        if not all(values):
            continue  # no score lies there
        other = outcome(change)
        if other is None or other == verdict:
            continue
        mark = (tuple(sorted(key for key, _ in change)), other)
        if mark in seen or (len(change) > 1 and any(outcome((one,)) == other for one in change)):
            continue
        seen.add(mark)
        merged = {key: value for part in values for key, value in part.items()}
        found.append(Flip(change=merged, verdict=other, actionable=all(_actionable(knowledge, *c) for c in change)))
        if len(found) >= 2 * MAX_FLIPS:
            break
    return found


def _after(reading: Reading, change: Change) -> dict[str, str]:
    """The levels after a change; what had only been concluded about a changed fact goes."""
    return {**reading.levels, **dict(change)}


def _actionable(knowledge: Knowledge, key: str, level: str) -> bool:
    return level in knowledge.catalogue.facts[key].work_brings


def _changes(knowledge: Knowledge, reading: Reading) -> Iterator[tuple[str, str]]:
    """Every other level of a known fact that the policy reads; where work can only improve a fact, not the way back."""
    for key in knowledge.verdict_chances.variables:
        if key not in reading.levels:
            continue
        spec = knowledge.catalogue.facts[key]
        names = spec.level_names
        now = names.index(reading.levels[key])
        for i, level in enumerate(names):
            improves = level in spec.work_brings and (i > now if len(spec.work_brings) > 1 else True)
            if i != now and (improves or not spec.work_brings):
                yield key, level


def _as_values(
    knowledge: Knowledge, given: Mapping[str, Value], reading: Reading, key: str, level: str
) -> dict[str, Value]:
    """A change as the values a person would give: a band by its lower end, quality by the score where there is one."""
    spec = knowledge.catalogue.facts[key]
    if key == "quality" and key in reading.derived and isinstance(target := given.get("target"), int | float):
        within = spec.close_within or 0
        least = {"met": target, "close": target - within, "far": target - 2 * within - 1}.get(level)
        score = None if least is None else min(max(ceil(least * 100) / 100, 0.0), float(target))
        if score is None or quality_level(knowledge.catalogue, score, target) != level:
            return {}
        return {"score": score}
    if spec.bands:
        return {key: int(spec.bands[level].range[0])}
    return {key: knowledge.catalogue.value_of(key, level)}
