"""Ask: the questions whose answers can still change the verdict, those worth most per effort first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import product
from math import log2

from bot.core.chance import View
from bot.core.decision import Option, Question
from bot.core.facts import Facts, Frozen, Reading, holds
from bot.core.knowledge import Knowledge, QuestionSpec
from bot.core.policy import Verdict

MIN_BITS = 0.02  # a question that tells less about the verdict than this is not worth anybody's time
SURE = 0.93  # from this probability on only questions that tell a lot are asked
MIN_BITS_WHEN_SURE = 0.12
ROUND = 3  # questions in one round at most
MIN_SHARE = 0.3  # a further question joins a round if it tells at least this share of what the first one tells


class Worth(Frozen):
    """What a question is worth: bits of information about the verdict, and those per unit of effort."""

    question: str
    bits: float
    per_effort: float


def plan_round(
    knowledge: Knowledge, facts: Facts, reading: Reading, skip: Collection[str] = (), size: int = ROUND
) -> tuple[Question, ...]:
    """The next questions to ask together; empty when nothing worth asking can change the verdict.

    `skip` are facts not to be asked about (again). Every question after the first is valued by what it tells once
    the first is answered.
    """
    view = knowledge.verdict_chances.given(reading.levels, frozenset(facts.given))
    chances = view.distribution(reading.levels)
    if len(chances) < 2:
        return ()
    candidates = _candidates(knowledge, facts, reading, skip)
    ranked = sorted(
        (worth for name, spec in candidates.items() if (worth := _worth(knowledge, view, reading.levels, name, spec))),
        key=lambda worth: (-worth.per_effort, worth.question),
    )
    if not ranked or ranked[0].bits < (MIN_BITS_WHEN_SURE if max(chances.values()) >= SURE else MIN_BITS):
        return ()
    chosen = [ranked[0].question]
    for _ in range(size - 1):
        follower = _follower(knowledge, view, reading.levels, candidates, chosen, ranked)
        if follower is None:
            break
        chosen.append(follower)
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
        if spec.fills == (fact,):
            return as_asked(knowledge, name)
    spec_ = knowledge.catalogue.spec(fact)
    catalogue = knowledge.catalogue
    options = tuple(
        Option(label=spec_.level(level).label, sets={fact: catalogue.value_of(fact, level)}) for level in spec_.level_names
    )
    return Question(id=fact, facts=(fact,), text=f"What about this: {spec_.name}?", why="So that I read you right.", options=options)


def _candidates(
    knowledge: Knowledge, facts: Facts, reading: Reading, skip: Collection[str]
) -> dict[str, QuestionSpec]:
    closed = reading.levels.keys() | facts.given.keys() | facts.dont_know | set(skip)
    return {
        name: spec
        for name, spec in knowledge.questions.items()
        if not closed.intersection(spec.fills) and holds(spec.when, reading.levels, facts.given)
    }


def _read_by_policy(knowledge: Knowledge, spec: QuestionSpec) -> tuple[str, ...]:
    """The facts of a question that the table reads; a target with its score amounts to the quality."""
    names = ("quality" if key == "target" else key for key in spec.fills)
    return tuple(key for key in dict.fromkeys(names) if key in knowledge.verdict_chances.variables)


def _answers(
    knowledge: Knowledge, view: View[Verdict], levels: Mapping[str, str], keys: tuple[str, ...]
) -> Iterator[tuple[dict[str, str], tuple[float, ...]]]:
    """Every answer to a question with the joint weight of each verdict."""
    for combination in product(*(view.chances.levels_of(key) for key in keys)):
        answer = dict(zip(keys, combination, strict=True))
        mass = 1.0
        for key, level in answer.items():
            mass *= view.mass(key, level)
        yield answer, tuple(mass * w for w in view.weights({**levels, **answer}))


def _bits(joint: list[tuple[float, ...]]) -> float:
    """Mutual information between answer and verdict, in bits, from their joint weights."""
    total = sum(map(sum, joint))
    if total <= 0:
        return 0.0
    verdicts = [sum(column) / total for column in zip(*joint, strict=True)]
    bits = 0.0
    for row in joint:
        p_answer = sum(row) / total
        for weight, p_verdict in zip(row, verdicts, strict=True):
            if weight > 0:
                bits += weight / total * log2(weight / total / (p_answer * p_verdict))
    return max(bits, 0.0)


def _worth(
    knowledge: Knowledge, view: View[Verdict], levels: Mapping[str, str], name: str, spec: QuestionSpec
) -> Worth | None:
    keys = tuple(key for key in _read_by_policy(knowledge, spec) if key not in levels)
    if not keys:
        return None
    bits = _bits([weights for _, weights in _answers(knowledge, view, levels, keys)])
    return Worth(question=name, bits=bits, per_effort=bits / spec.effort) if bits > 1e-9 else None


def _follower(
    knowledge: Knowledge,
    view: View[Verdict],
    levels: Mapping[str, str],
    candidates: Mapping[str, QuestionSpec],
    chosen: list[str],
    ranked: list[Worth],
) -> str | None:
    """The best further question, valued by what it still tells after the last chosen one has been answered."""
    taken = {key for name in chosen for key in candidates[name].fills}
    rivals = [w for w in ranked if not taken.intersection(candidates[w.question].fills)][:4]
    last = _read_by_policy(knowledge, candidates[chosen[0]])
    best: tuple[float, float, str] | None = None
    outcomes = [(answer, sum(weights)) for answer, weights in _answers(knowledge, view, levels, last)]
    total = sum(mass for _, mass in outcomes) or 1.0
    likely = [(answer, mass / total) for answer, mass in outcomes if mass / total >= 0.03]
    for rival in rivals:
        spec = candidates[rival.question]
        keys = _read_by_policy(knowledge, spec)
        bits = sum(
            p * _bits([weights for _, weights in _answers(knowledge, view, {**levels, **answer}, keys)]) for answer, p in likely
        )
        if best is None or bits / spec.effort > best[1]:
            best = (bits, bits / spec.effort, rival.question)
    if best is None or best[0] < max(MIN_BITS * 2, MIN_SHARE * ranked[0].bits * 0.5):
        return None
    return best[2]
