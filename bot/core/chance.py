"""Chance: the exact distribution over the policy's outcomes, given what is known and the priors over what is not.

The table is compiled once into a decision diagram, splitting only on facts that a row still reads: first-hit semantics make every
split "inside the row's levels" or "outside". Facts are independent under the priors except for the impossible combinations,
which are rows of their own in front of the table whose mass is dropped. A distribution is then one pass over the diagram, and
one pass serves many states of knowledge at once: that is what makes weighing every question cheap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from bot.core.facts import Catalogue, holds
from bot.core.policy import Condition

Outcome = TypeVar("Outcome", bound=str)
Floats = npt.NDArray[np.float64]
Row = tuple[
    list[tuple[int, int]], int, int
]  # conditions as (variable, mask of levels), outcome (-1: impossible), own bit
Levels = Mapping[str, str]


class Chances(Generic[Outcome]):
    """A compiled table. `rows` are conjunctions with their outcome, read from the top; the last must always hold."""

    def __init__(
        self, catalogue: Catalogue, rows: Sequence[tuple[Condition, Outcome]], impossible: Sequence[Condition]
    ) -> None:
        self._catalogue = catalogue
        read = {key for when, _ in rows for key in when} | {key for when in impossible for key in when}
        self.variables = tuple(key for key in catalogue.variables if key in read)
        self.index = {key: i for i, key in enumerate(self.variables)}
        self.bits = [{name: 1 << b for b, name in enumerate(catalogue.facts[k].level_names)} for k in self.variables]
        self.outcomes: tuple[Outcome, ...] = tuple(dict.fromkeys(outcome for _, outcome in rows))
        number = {outcome: i for i, outcome in enumerate(self.outcomes)}
        dropped = [(self._masks(when), -1) for when in impossible]
        table = [(self._masks(when), number[outcome]) for when, outcome in rows]
        everything = [(1 << len(bits)) - 1 for bits in self.bits]
        self._diagrams = {
            constrained: Diagram(dropped * constrained + table, everything, len(self.outcomes))
            for constrained in (True, False)
        }

    def _masks(self, when: Condition) -> list[tuple[int, int]]:
        return [(self.index[k], sum(self.bits[self.index[k]][level] for level in levels)) for k, levels in when.items()]

    def levels_of(self, key: str) -> tuple[str, ...]:
        """The levels of a variable that this table reads."""
        return tuple(self.bits[self.index[key]])

    def prior(self, key: str, levels: Levels, known: frozenset[str] = frozenset()) -> dict[str, float]:
        """The priors over one fact's levels, given the levels that are known (and the names of facts with a value)."""
        spec = self._catalogue.facts[key]
        for other in spec.prior_when:
            if holds(other.when, levels, dict.fromkeys(known, True)):
                return other.prior
        return {name: spec.level(name).prior for name in spec.level_names}

    def given(self, levels: Levels, known: frozenset[str] = frozenset()) -> View[Outcome]:
        """The distribution's view from one state of knowledge; the priors stay those of this state."""
        priors = {key: self.prior(key, levels, known) for key in self.variables}
        masses = [
            _subset_masses([priors[k][name] for name in bits])
            for k, bits in zip(self.variables, self.bits, strict=True)
        ]
        view = View(self, priors, masses, self._diagrams[True])
        if (
            float(view.weights([levels]).sum()) <= 0
        ):  # what was said clashes with what we hold impossible: what was said counts
            view = View(self, priors, masses, self._diagrams[False])
        return view


class View(Generic[Outcome]):
    """Distributions under the priors of one state of knowledge."""

    def __init__(
        self,
        chances: Chances[Outcome],
        priors: Mapping[str, Mapping[str, float]],
        masses: list[Floats],
        diagram: Diagram,
    ) -> None:
        self.chances = chances
        self._priors = priors
        self._masses = masses
        self._diagram = diagram

    def weights(self, states: Sequence[Levels], base: Levels | None = None) -> Floats:
        """Per state and outcome the probability, unnormalised: shape (states, outcomes). What is missing to one is impossible.

        Every state is `base` (nothing known, if left out) with its own levels on top.
        """
        chances = self.chances
        evidence = np.empty((len(chances.variables), len(states)), dtype=np.int64)
        for v, (key, bits) in enumerate(zip(chances.variables, chances.bits, strict=True)):
            evidence[v] = bits[base[key]] if base and key in base else (1 << len(bits)) - 1
        for i, levels in enumerate(states):
            for key, level in levels.items():
                if (v_ := chances.index.get(key)) is not None:
                    evidence[v_, i] = chances.bits[v_][level]
        return self._diagram.evaluate(evidence, self._masses)

    def distribution(self, levels: Levels) -> dict[Outcome, float]:
        """Probability per outcome, most likely first; outcomes that cannot be are left out."""
        return self.distributions([levels])[0]

    def distributions(self, states: Sequence[Levels]) -> list[dict[Outcome, float]]:
        """`distribution` of many states in one pass."""
        result = []
        for row in self.weights(states):
            total = float(row.sum()) or 1.0
            pairs = [(o, float(w) / total) for o, w in zip(self.chances.outcomes, row, strict=True) if w > 0]
            result.append(dict(sorted(pairs, key=lambda pair: -pair[1])))
        return result

    def mass(self, key: str, level: str) -> float:
        """The prior probability of one level in this state of knowledge."""
        priors = self._priors[key]
        return priors[level] / sum(priors.values())


class Diagram:
    """A table as a diagram. A node splits the levels still possible for one variable; a leaf is an outcome or "impossible"."""

    def __init__(self, rows: Sequence[tuple[list[tuple[int, int]], int]], everything: list[int], outcomes: int) -> None:
        self._outcomes = outcomes
        self._nodes: list[
            tuple[int, int, int, int, int]
        ] = []  # variable, levels inside, levels before, node inside, node outside
        self._heights: list[int] = []
        self._known: dict[object, int] = {}
        numbered: list[Row] = [(masks, outcome, 1 << i) for i, (masks, outcome) in enumerate(rows)]
        self._root = self._build(numbered, list(everything))
        self._known.clear()
        self._layers = self._layered()

    @property
    def size(self) -> int:
        """Number of inner nodes."""
        return len(self._nodes)

    def _build(self, rows: list[Row], dom: list[int]) -> int:
        """The node for `rows` within `dom`; leaves are numbered 0 (impossible) to `outcomes`, inner nodes follow."""
        open_rows: list[Row] = []
        read = identity = 0
        for conditions, outcome, bit in rows:
            still = []
            for variable, mask in conditions:
                inside = dom[variable] & mask
                if not inside:
                    break
                if inside != dom[variable]:
                    still.append((variable, inside))
            else:
                open_rows.append((still, outcome, bit))
                identity |= bit
                if not still:
                    break  # no row after this one can be reached
                for variable, _ in still:
                    read |= 1 << variable
        first, outcome, _ = open_rows[0]
        if not first:
            return outcome + 1
        key = (identity, *[d for v, d in enumerate(dom) if read >> v & 1])  # all that the node depends on
        if key in self._known:
            return self._known[key]
        variable, within = first[0]
        whole = dom[variable]
        dom[variable] = within
        yes = self._build(open_rows, dom)
        dom[variable] = whole & ~within
        no = self._build(open_rows, dom)
        dom[variable] = whole
        self._nodes.append((variable, within, whole, yes, no))
        height = 1 + max(self._height(yes), self._height(no))
        self._heights.append(height)
        number = self._known[key] = self._outcomes + len(self._nodes)
        return number

    def _height(self, number: int) -> int:
        return 0 if number <= self._outcomes else self._heights[number - self._outcomes - 1]

    def _layered(self) -> list[tuple[npt.NDArray[np.int64], list[tuple[int, int, int]]]]:
        """Nodes by height, so that a layer only needs lower ones: their numbers, and per variable where its nodes start and end."""
        layers: dict[int, list[int]] = {}
        for i, height in enumerate(self._heights):
            layers.setdefault(height, []).append(i)
        result = []
        for height in sorted(layers):
            members = sorted(layers[height], key=lambda i: self._nodes[i][0])
            table = np.array([(*self._nodes[i], self._outcomes + 1 + i) for i in members], dtype=np.int64)
            runs: list[tuple[int, int, int]] = []
            for at, variable in enumerate(table[:, 0]):
                if runs and runs[-1][0] == variable:
                    runs[-1] = (int(variable), runs[-1][1], at + 1)
                else:
                    runs.append((int(variable), at, at + 1))
            result.append((table, runs))
        return result

    def evaluate(self, evidence: npt.NDArray[np.int64], masses: Sequence[Floats]) -> Floats:
        """Per state and outcome its probability. `evidence`: (variables, states) masks of the levels still possible;
        `masses`: per variable the summed prior of every subset of levels."""
        states = evidence.shape[1]
        values = np.zeros((self._outcomes + 1 + len(self._nodes), states, self._outcomes))
        for outcome in range(self._outcomes):
            values[outcome + 1, :, outcome] = 1.0
        for table, runs in self._layers:
            inside = np.empty((len(table), states))
            for variable, start, end in runs:
                seen, mass = evidence[variable], masses[variable]
                whole = mass[table[start:end, 2, None] & seen]
                inside[start:end] = mass[table[start:end, 1, None] & seen] / np.where(whole > 0, whole, 1.0)
            p = inside[:, :, None]
            values[table[:, 5]] = p * values[table[:, 3]] + (1.0 - p) * values[table[:, 4]]
        result: Floats = values[self._root]
        return result


def _subset_masses(priors: Sequence[float]) -> Floats:
    """The summed prior of every subset of levels, indexed by bit mask."""
    masks = np.arange(1 << len(priors))
    return np.sum([np.where(masks >> b & 1, p, 0.0) for b, p in enumerate(priors)], axis=0)  # type: ignore[no-any-return]
