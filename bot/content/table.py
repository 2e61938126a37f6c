"""Table: whether every row can decide and every case has a row, decided exactly on the compiled diagram."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from bot.content.findings import Findings
from bot.core.chance import Chances, Outcome, View
from bot.core.facts import KNOWN
from bot.core.knowledge import Knowledge
from bot.core.policy import VERDICTS, Condition

MIN_STEPS = 3  # next steps that every verdict must be able to show
NAMED = 4  # rows named at most in one message
IMPOSSIBLE, OUTSIDE, GAP = "(impossible)", "(outside)", "(gap)"  # outcomes beside the rows' own


def check_table(knowledge: Knowledge, findings: Findings) -> bool:
    """Rows that never decide, and cases that no row decides; returns whether every case is decided.

    Exact: the compiled table reaches a row only if some completion gets there. What people say may clash with the
    impossible combinations and is decided all the same, so there must be no gap there either; a last row for that
    alone is in order.
    """
    rules = knowledge.policy.rules
    rows = [(when, f"{rule.id}/{n}") for rule in rules for n, when in enumerate(rule.conjunctions, 1)]
    everything = Chances(knowledge.catalogue, [*rows, ({}, GAP)], ()).given({})
    decided_at_all = everything.distribution({})
    decided = _among_possible(knowledge, [*rows, ({}, GAP)])
    for when, row in rows:
        id, number = _rule_of(row), row.rpartition("/")[2]
        if row in decided:
            continue
        if not when and row in decided_at_all:
            findings.warning("rule", id, f"{id!r} decides only where what was said is held impossible")
            continue
        name = f"alternative {number} of {id!r}" if knowledge.policy.rule(id).any_of else repr(id)
        findings.problem("rule", id, f"{name} never decides: {_why_dead(knowledge, rows, row, when)}")
    if GAP in decided_at_all:
        case = ", ".join(f"{key}: {level}" for key, level in _example(everything).items())
        last = rules[-1].id if rules else ""
        findings.problem("rule", last, f"the table ends before every case is decided, for one {case or 'any'}")
    return GAP not in decided_at_all


def check_shown(knowledge: Knowledge, findings: Findings) -> None:
    """Reasons and warnings that can never be shown, verdicts with too few next steps."""
    policy, steps = knowledge.policy, knowledge.policy.steps
    verdicts, by_rule = knowledge.verdict_chances.given({}), knowledge.rule_chances.given({})
    possible = by_rule.distribution({})
    for rule in policy.rules:
        for because in rule.because:
            if rule.id in possible and not _can_hold(by_rule, rule.id, because.when):
                findings.problem("rule", rule.id, f"this reason can never be shown: {because.text}")
    for caution in policy.cautions:
        if not any(_can_hold(verdicts, verdict, caution.when) for verdict in caution.verdicts):
            findings.problem("caution", caution.id, "can never be shown with its verdicts")
    if not steps:
        findings.problem("step", "", "there are no next steps")
    for verdict in VERDICTS if steps else ():
        fitting = [step for step in steps if verdict in step.verdicts]
        able = sum(_can_hold(verdicts, verdict, step.when) for step in fitting)
        if able < MIN_STEPS:
            last = fitting[-1].id if fitting else ""
            findings.problem("step", last, f"{verdict} has {able} next steps that can be shown, and needs {MIN_STEPS}")


def _rule_of(row: str) -> str:
    return row.rpartition("/")[0]


def _among_possible(knowledge: Knowledge, rows: Sequence[tuple[Condition, str]]) -> dict[str, float]:
    """The rows that decide some possible case, and how often, most often first.

    The impossible combinations are rows too here, in front of all others.
    """
    front = [(row.when, IMPOSSIBLE) for row in knowledge.catalogue.impossible]
    return Chances(knowledge.catalogue, [*front, *rows], ()).given({}).distribution({})


def _why_dead(knowledge: Knowledge, rows: Sequence[tuple[Condition, str]], row: str, when: Condition) -> str:
    """What decides the cases that the row asks for."""
    names = {key: knowledge.catalogue.facts[key].level_names for key in when}
    others = {key: tuple(name for name in names[key] if name not in when[key]) for key in when}
    outside: list[tuple[Condition, str]] = [({key: levels}, OUTSIDE) for key, levels in others.items() if levels]
    before = list(rows[: [name for _, name in rows].index(row)])
    ahead = _among_possible(knowledge, [*outside, *before, ({}, GAP)])
    rules = list(dict.fromkeys(_rule_of(name) for name in ahead if name not in (IMPOSSIBLE, OUTSIDE, GAP)))
    if not rules:
        return "what it asks for is impossible"
    more = f" and {len(rules) - NAMED} more" if len(rules) > NAMED else ""
    return f"what it asks for is decided before, by {', '.join(rules[:NAMED])}{more}"


def _example(view: View[str]) -> dict[str, str]:
    """Levels that lead into the gap; those that make no difference are left out."""
    table = view.chances
    column = table.outcomes.index(GAP)
    fixed: dict[str, str] = {}
    for key in table.variables:
        names = table.levels_of(key)
        weights = view.weights([{key: name} for name in names], fixed)
        shares = weights[:, column] / weights.sum(axis=1)
        if float(shares.max() - shares.min()) > 1e-12:
            fixed[key] = names[int(shares.argmax())]
    return fixed


def _can_hold(view: View[Outcome], outcome: Outcome, when: Condition) -> bool:
    """Whether some possible completion has this outcome and meets the condition."""
    table = view.chances
    if outcome not in table.outcomes:
        return False
    read = {key: levels for key, levels in when.items() if key in table.index and KNOWN not in levels}
    states = [dict(zip(read, choice, strict=True)) for choice in product(*read.values())]
    return bool((view.weights(states)[:, table.outcomes.index(outcome)] > 0).any())
