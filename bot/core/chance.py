"""Chance: the exact distribution over the policy's outcomes, given what is known and the priors over what is not.

The table is walked once, splitting only on facts that a row still reads: first-hit semantics make every split
"inside the row's levels" or "outside". Facts are independent under the priors except for the impossible combinations, which are
rows of their own in front of the table whose mass is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from bot.core.facts import Catalogue, holds
from bot.core.policy import Condition

Outcome = TypeVar("Outcome", bound=str)
Domains = tuple[int, ...]  # per variable the levels still possible, as a bit mask
MEMO_LIMIT = 400_000


class Chances(Generic[Outcome]):
    """A compiled table. `rows` are conjunctions with their outcome, read from the top; the last must always hold."""

    def __init__(
        self, catalogue: Catalogue, rows: Sequence[tuple[Condition, Outcome]], impossible: Sequence[Condition]
    ) -> None:
        self._catalogue = catalogue
        read = {key for when, _ in rows for key in when} | {key for when in impossible for key in when}
        self.variables = tuple(key for key in catalogue.variables if key in read)
        self._index = {key: i for i, key in enumerate(self.variables)}
        self._bits = [{name: 1 << b for b, name in enumerate(catalogue.facts[k].level_names)} for k in self.variables]
        self.outcomes: tuple[Outcome, ...] = tuple(dict.fromkeys(outcome for _, outcome in rows))
        number = {outcome: i for i, outcome in enumerate(self.outcomes)}
        self._rows = [(self._masks(when), number[outcome]) for when, outcome in rows]
        self._with_impossible = [(self._masks(when), -1) for when in impossible] + self._rows
        self._tables = {True: (self._with_impossible, _live(self._with_impossible)), False: (self._rows, _live(self._rows))}
        self._leaves = [tuple(float(i == j) for j in range(len(self.outcomes))) for i in range(len(self.outcomes))]
        self._nothing = tuple(0.0 for _ in self.outcomes)
        self._memos: dict[object, dict[object, tuple[float, ...]]] = {}
        self._masses: dict[object, list[list[float]]] = {}

    def _masks(self, when: Condition) -> list[tuple[int, int]]:
        return [(self._index[k], sum(self._bits[self._index[k]][level] for level in levels)) for k, levels in when.items()]

    def domains(self, levels: Mapping[str, str]) -> Domains:
        """What is still possible when these levels are known."""
        return tuple(
            bits[levels[key]] if key in levels else (1 << len(bits)) - 1
            for key, bits in zip(self.variables, self._bits, strict=True)
        )

    def prior(self, key: str, levels: Mapping[str, str], known: frozenset[str] = frozenset()) -> dict[str, float]:
        """The priors over one fact's levels, given the levels that are known (and the names of known numbers)."""
        spec = self._catalogue.facts[key]
        for other in spec.prior_when:
            if holds(other.when, levels, dict.fromkeys(known, True)):
                return other.prior
        return {name: spec.level(name).prior for name in spec.level_names}

    def given(self, levels: Mapping[str, str], known: frozenset[str] = frozenset()) -> View[Outcome]:
        """The distribution's view from one state of knowledge; the priors stay those of this state."""
        priors = [self.prior(key, levels, known) for key in self.variables]
        profile = tuple(tuple(p.values()) for p in priors)
        if profile not in self._masses:
            if len(self._masses) > 500:
                self._masses.clear()
                self._memos.clear()
            self._masses[profile] = [_subset_masses([p[name] for name in bits]) for p, bits in zip(priors, self._bits, strict=True)]
            self._memos[profile] = {}
        view = View(self, profile, True)
        if sum(view.weights(levels)) <= 0:  # what people said clashes with what we hold impossible: what they said counts
            view = View(self, (profile, "clash"), False)
            self._masses.setdefault((profile, "clash"), self._masses[profile])
            self._memos.setdefault((profile, "clash"), {})
        return view

    def walk(self, profile: object, constrained: bool, domains: Domains) -> tuple[float, ...]:
        """Per outcome its probability within `domains`; sums to less than one where part of them is impossible."""
        memo = self._memos[profile]
        if len(memo) > MEMO_LIMIT:
            memo.clear()
        rows, live = self._tables[constrained]
        return self._walk(0, list(domains), rows, live, self._masses[profile], memo)

    def _walk(
        self,
        i: int,
        dom: list[int],
        rows: list[tuple[list[tuple[int, int]], int]],
        live: list[tuple[int, ...]],
        masses: list[list[float]],
        memo: dict[object, tuple[float, ...]],
    ) -> tuple[float, ...]:
        while True:
            conditions, outcome = rows[i]
            split = -1
            for variable, mask in conditions:
                inside = dom[variable] & mask
                if not inside:
                    break
                if split < 0 and inside != dom[variable]:
                    split, within = variable, inside
            else:
                break
            i += 1
        if split < 0:
            return self._leaves[outcome] if outcome >= 0 else self._nothing
        key = (i, *[dom[v] for v in live[i]])
        known = memo.get(key)
        if known is not None:
            return known
        whole = dom[split]
        mass = masses[split]
        p = mass[within] / mass[whole]
        dom[split] = within
        yes = self._walk(i, dom, rows, live, masses, memo)
        dom[split] = whole & ~within
        no = self._walk(i + 1, dom, rows, live, masses, memo)
        dom[split] = whole
        q = 1 - p
        result = tuple([p * a + q * b for a, b in zip(yes, no, strict=True)])
        memo[key] = result
        return result

    def mass(self, profile: object, key: str, level: str) -> float:
        """The prior probability of one level."""
        i = self._index[key]
        table = self._masses[profile][i]
        return table[self._bits[i][level]] / table[-1]

    def levels_of(self, key: str) -> tuple[str, ...]:
        """The levels of a variable that this table reads."""
        return tuple(self._bits[self._index[key]])


class View(Generic[Outcome]):
    """Distributions under the priors of one state of knowledge."""

    def __init__(self, chances: Chances[Outcome], profile: object, constrained: bool) -> None:
        self.chances = chances
        self.constrained = constrained
        self._profile = profile

    def weights(self, levels: Mapping[str, str]) -> tuple[float, ...]:
        """Unnormalised probability per outcome: what is missing to one is impossible."""
        return self.chances.walk(self._profile, self.constrained, self.chances.domains(levels))

    def distribution(self, levels: Mapping[str, str]) -> dict[Outcome, float]:
        """Probability per outcome, most likely first; outcomes that cannot be are left out."""
        weights = self.weights(levels)
        total = sum(weights) or 1.0
        pairs = [(o, w / total) for o, w in zip(self.chances.outcomes, weights, strict=True) if w > 0]
        return dict(sorted(pairs, key=lambda pair: -pair[1]))

    def mass(self, key: str, level: str) -> float:
        """The prior probability of one level in this state of knowledge."""
        return self.chances.mass(self._profile, key, level)


def _live(rows: Sequence[tuple[list[tuple[int, int]], int]]) -> list[tuple[int, ...]]:
    """Per row the variables that it or a later row reads."""
    seen: set[int] = set()
    result = []
    for conditions, _ in reversed(rows):
        seen |= {variable for variable, _ in conditions}
        result.append(tuple(sorted(seen)))
    return result[::-1]


def _subset_masses(priors: Sequence[float]) -> list[float]:
    """The summed prior of every subset of levels, indexed by bit mask."""
    return [sum(p for b, p in enumerate(priors) if mask >> b & 1) for mask in range(1 << len(priors))]
