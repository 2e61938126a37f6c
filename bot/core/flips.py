"""Flips: the smallest changes of what is known that change the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from bot.core.decision import Flip
from bot.core.facts import Facts, Reading, Value
from bot.core.knowledge import Knowledge
from bot.core.policy import Verdict

MAX_FLIPS = 6
ENOUGH_SINGLES = 3  # with this many single changes found, pairs are not looked for


def find_flips(knowledge: Knowledge, facts: Facts, reading: Reading, verdict: Verdict) -> tuple[Flip, ...]:
    """Changes of one known fact, then of two, under which the likeliest verdict is another; what the team can bring about first."""
    changes = list(_changes(knowledge, reading))
    singles = [flip for change in changes if (flip := _flip(knowledge, facts, reading, verdict, (change,)))]
    flips = _best_first(singles)
    if sum(flip.actionable for flip in flips) < ENOUGH_SINGLES:
        useless = {(key, level) for key, level in changes} - {
            (key, level) for key, level in changes if _flip(knowledge, facts, reading, verdict, ((key, level),))
        }
        doable = [c for c in changes if c in useless and (_actionable(knowledge, *c) or c[0] == "quality")]
        pairs = [
            flip
            for a, b in combinations(doable, 2)
            if a[0] != b[0] and (flip := _flip(knowledge, facts, reading, verdict, (a, b)))
        ]
        flips += _best_first(pairs)
    return tuple(flips[:MAX_FLIPS])


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


def _flip(
    knowledge: Knowledge, facts: Facts, reading: Reading, verdict: Verdict, changes: tuple[tuple[str, str], ...]
) -> Flip | None:
    levels = {key: level for key, level in reading.levels.items() if key not in reading.assumed or key not in dict(changes)}
    levels.update(changes)
    other = next(iter(knowledge.verdict_chances.given(levels, frozenset(facts.given)).distribution(levels)))
    if other == verdict:
        return None
    change: dict[str, Value] = {}
    for key, level in changes:
        change.update(_as_values(knowledge, facts.given, reading, key, level))
    return Flip(change=change, verdict=other, actionable=all(_actionable(knowledge, *c) for c in changes))


def _as_values(
    knowledge: Knowledge, given: Mapping[str, Value], reading: Reading, key: str, level: str
) -> dict[str, Value]:
    """A change as the values a person would give: a band by its lower end, quality by the score where there is one."""
    spec = knowledge.catalogue.facts[key]
    if key == "quality" and key in reading.derived and isinstance(target := given.get("target"), int | float):
        within = spec.close_within or 0
        score = {"met": float(target), "close": max(target - within, 0.0), "far": max(target - 2 * within - 1, 0.0)}
        if level in score:
            return {"score": round(score[level], 2)}
    if spec.bands:
        return {key: int(spec.bands[level].range[0])}
    return {key: knowledge.catalogue.value_of(key, level)}


def _best_first(flips: list[Flip]) -> list[Flip]:
    """What the team can bring about first; of changes of the same facts to the same verdict only the first."""
    seen: set[tuple[tuple[str, ...], Verdict]] = set()
    result = []
    for flip in sorted(flips, key=lambda flip: not flip.actionable):
        mark = (tuple(sorted(flip.change)), flip.verdict)
        if mark not in seen:
            seen.add(mark)
            result.append(flip)
    return result
