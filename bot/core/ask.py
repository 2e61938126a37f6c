"""Ask: the questions whose answers can still change the verdict, those worth most per effort first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import product

import numpy as np

from bot.core.chance import Floats, View
from bot.core.decision import Option, Question
from bot.core.facts import Facts, Reading, holds
from bot.core.knowledge import Knowledge, QuestionSpec
from bot.core.policy import Verdict

# What a question must tell about the verdict, in bits, to be worth anybody's time: little while the verdict is open, more the
# surer it is. (A fact that overturns it in 3 of 100 cases tells about 0.2 bits.)
MIN_BITS = ((0.75, 0.05), (0.9, 0.15), (1.0, 0.3))
FOLLOW_BITS = 0.2  # a further question joins a round if it is expected to tell this much once the first is answered
ROUND = 3  # questions in one round at most
RIVALS = 4  # how many candidates are weighed for each further place in a round
LIKELY = 0.05  # answers to the first question rarer than this are passed over when the further ones are weighed

Levels = Mapping[str, str]


def plan_round(
    knowledge: Knowledge, facts: Facts, reading: Reading, skip: Collection[str] = (), size: int = ROUND
) -> tuple[Question, ...]:
    """The next questions to ask together; empty when nothing worth asking can change the verdict.

    `skip` are facts not to be asked about (again). Every question after the first is valued by what it tells once
    the first is answered.
    """
    levels = reading.levels
    view = knowledge.verdict_chances.given(levels, frozenset(facts.given))
    chances = view.distribution(levels)
    if len(chances) < 2:
        return ()
    needed = next(bits for sure, bits in MIN_BITS if max(chances.values()) <= sure)
    candidates = _candidates(knowledge, facts, reading, skip)
    bits = _bits(view, levels, candidates)
    ranked = sorted(
        (name for name in candidates if bits[name] >= needed),
        key=lambda name: (-bits[name] / knowledge.questions[name].effort, name),
    )
    chosen = ranked[:1]
    if chosen and size > 1:
        chosen += _followers(knowledge, view, levels, candidates, ranked)[: size - 1]
    return tuple(as_asked(knowledge, name) for name in chosen)


def as_asked(knowledge: Knowledge, name: str) -> Question:
    """A question as people meet it, its options set to values."""
    spec = knowledge.questions[name]
    catalogue = knowledge.catalogue
    options = tuple(
        Option(label=option.label, sets={key: catalogue.value_of(key, level) for key, level in option.sets.items()})
        for option in spec.options
    )
    return Question(
        id=name,
        facts=spec.fills + spec.also,
        text=spec.text,
        why=spec.why,
        multiple=spec.multiple,
        options=options,
        none_of_these=spec.none_of_these,
    )


def pick_question(knowledge: Knowledge, fact: str) -> Question:
    """The question about one fact alone, to be answered by picking a level."""
    for name, spec in knowledge.questions.items():
        if spec.fills == (fact,) and spec.options:
            asked = as_asked(knowledge, name)
            return asked.model_copy(update={"facts": (fact,), "text": f"To be sure: {asked.text}"})
    catalogue = knowledge.catalogue
    about = catalogue.spec(fact)
    options = tuple(
        Option(label=about.level(level).label, sets={fact: catalogue.value_of(fact, level)})
        for level in about.level_names
    )
    return Question(
        id=fact,
        facts=(fact,),
        text=f"{about.name.capitalize()}: which fits?",
        why="So that I read you right.",
        options=options,
    )


def _candidates(
    knowledge: Knowledge, facts: Facts, reading: Reading, skip: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """The questions that make sense now, each with the facts it asks for that the table reads."""
    closed = reading.levels.keys() | facts.given.keys() | facts.dont_know | set(skip)
    result = {}
    for name, spec in knowledge.questions.items():
        if not closed.intersection(spec.fills) and holds(spec.when, reading.levels, facts.given):
            keys = tuple(key for key in _read_by_policy(knowledge, spec) if key not in reading.levels)
            if keys:
                result[name] = keys
    return result


def _read_by_policy(knowledge: Knowledge, spec: QuestionSpec) -> tuple[str, ...]:
    """The facts of a question that the table reads; a target with its score amounts to the quality."""
    names = ("quality" if key == "target" else key for key in spec.fills)
    return tuple(key for key in dict.fromkeys(names) if key in knowledge.verdict_chances.index)


def _answers(view: View[Verdict], keys: Sequence[str]) -> tuple[list[dict[str, str]], Floats]:
    """Every answer to a question about these facts, and how probable each is by the priors."""
    combinations = product(*(view.chances.levels_of(key) for key in keys))
    answers = [dict(zip(keys, combination, strict=True)) for combination in combinations]
    masses = [np.prod([view.mass(key, level) for key, level in answer.items()]) for answer in answers]
    return answers, np.array(masses)


def _bits(view: View[Verdict], levels: Levels, candidates: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Per question the mutual information between its answer and the verdict, in bits."""
    return _expected_bits(view, levels, candidates, [({}, 1.0)])


def _expected_bits(
    view: View[Verdict],
    levels: Levels,
    candidates: Mapping[str, Sequence[str]],
    firsts: Sequence[tuple[Mapping[str, str], float]],
) -> dict[str, float]:
    """The same, on average over what may have been answered before: `firsts` are such answers with their probability."""
    answers = {name: _answers(view, keys) for name, keys in candidates.items()}
    states = [{**first, **answer} for first, _ in firsts for possible, _ in answers.values() for answer in possible]
    weights = view.weights(states, levels)
    result = dict.fromkeys(candidates, 0.0)
    at = 0
    for _, probability in firsts:
        for name, (possible, masses) in answers.items():
            result[name] += probability * _mutual_information(masses[:, None] * weights[at : at + len(possible)])
            at += len(possible)
    return result


def _mutual_information(joint: Floats) -> float:
    """Bits that a row's number tells about the column's, from their joint weights (rows, columns)."""
    total = float(joint.sum())
    if total <= 0:
        return 0.0
    p = joint / total
    independent = p.sum(axis=1, keepdims=True) * p.sum(axis=0, keepdims=True)
    there = p > 0
    return float(max(np.sum(p[there] * np.log2(p[there] / independent[there])), 0.0))


def _about(knowledge: Knowledge, name: str) -> tuple[str, ...]:
    """Every fact that an answer to the question may tell."""
    spec = knowledge.questions[name]
    return spec.fills + spec.also


def _followers(
    knowledge: Knowledge,
    view: View[Verdict],
    levels: Levels,
    candidates: Mapping[str, Sequence[str]],
    ranked: Sequence[str],
) -> list[str]:
    """Further questions for the round, best first, valued by what they still tell after the first has been answered."""
    first = ranked[0]
    taken = set(_about(knowledge, first))
    rivals = [name for name in ranked if not taken.intersection(_about(knowledge, name))][:RIVALS]
    possible, masses = _answers(view, candidates[first])
    outcomes = masses * view.weights(possible, levels).sum(axis=1)
    outcomes = outcomes / (outcomes.sum() or 1.0)
    firsts = [(answer, float(p)) for answer, p in zip(possible, outcomes, strict=True) if p >= LIKELY]
    expected = _expected_bits(view, levels, {name: candidates[name] for name in rivals}, firsts)
    rivals.sort(key=lambda name: (-expected[name] / knowledge.questions[name].effort, name))
    result = []
    for name in rivals:
        about = set(_about(knowledge, name))
        if expected[name] >= FOLLOW_BITS and not taken.intersection(about):
            result.append(name)
            taken |= about
    return result
