"""Decide: facts in, decision out. Pure: no clock (today is an argument), no files, no network, no model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np

from bot.core.ask import plan_round
from bot.core.decision import (
    Alternative,
    Decision,
    Disputed,
    DisputeSide,
    HowToTune,
    NextStep,
    Reason,
    Support,
    Warned,
)
from bot.core.facts import Facts, Reading, Value, holds, read_levels
from bot.core.flips import find_flips
from bot.core.knowledge import Knowledge
from bot.core.policy import TUNING, Condition, Rule, Verdict
from bot.core.sums import chance_warning

MAX_STEPS = 5
MAX_ROUTE = 5


def decide(knowledge: Knowledge, facts: Facts, today: date, skip: Iterable[str] = ()) -> Decision:
    """The verdict on these facts, on that day, with its reasons and everything else the card shows.

    `skip` are facts that must not be asked about; they only concern `next_question`.
    """
    reading = read_levels(knowledge.catalogue, facts)
    levels, known = reading.levels, frozenset(facts.given)
    chances = knowledge.verdict_chances.given(levels, known).distribution(levels)
    verdict = next(iter(chances))
    settled = len(chances) == 1
    rule = _winning_rule(knowledge, levels, known, verdict)
    assumed = reading.assumed | ({} if settled else _assumptions(knowledge, levels, known, verdict))
    shown = {**assumed, **levels}
    reasons = _reasons(knowledge, rule, facts, _told_or_decisive(rule, levels, shown))
    reasons = reasons or _reasons(knowledge, rule, facts, shown)
    cautions, caution_disputes = _cautions(knowledge, verdict, facts, reading, today)
    rests_on = [
        entry if isinstance(entry, str) else entry.id
        for entry in rule.disputes
        if isinstance(entry, str) or holds(entry.when, shown, facts.given)
    ]
    disputed = _disputed(knowledge, [*rests_on, *caution_disputes])
    steps = _steps(knowledge, verdict, facts, shown)
    method = _method(knowledge, facts, shown) if verdict in TUNING else None
    questions = plan_round(knowledge, facts, reading, tuple(skip), size=1)
    cited = [
        note
        for notes in [*(r.notes for r in reasons), *(c.notes for c in cautions), *(s.notes for s in steps)]
        for note in notes
    ]
    cited += list(method.notes) if method else []
    cited += [note for point in disputed for side in point.sides for note in side.notes]
    return Decision(
        verdict=verdict,
        settled=settled,
        confidence=1.0 if settled else round(chances[verdict], 4),
        rule=rule.id,
        reasons=reasons,
        alternatives=tuple(Alternative(verdict=v, probability=round(p, 4)) for v, p in chances.items() if v != verdict),
        flips=find_flips(knowledge, facts, reading, verdict),
        assumed=assumed,
        next_question=questions[0] if questions else None,
        next_steps=steps,
        route=_route(knowledge, verdict, levels, known),
        method=method,
        cautions=cautions,
        disputed=disputed,
        support=_support(knowledge, [note for reason in reasons for note in reason.notes]),
        sources=knowledge.evidence.citations(cited),
        facts={key: facts.given[key] for key in knowledge.catalogue.facts if key in facts.given},
        unknown=tuple(key for key in knowledge.catalogue.facts if key not in facts.given and key not in levels),
        policy=knowledge.policy.version,
        as_of=today,
    )


def likeliest(knowledge: Knowledge, levels: Mapping[str, str], known: frozenset[str] = frozenset()) -> Verdict:
    """The most probable verdict at these levels."""
    return next(iter(knowledge.verdict_chances.given(levels, known).distribution(levels)))


def _winning_rule(knowledge: Knowledge, levels: Mapping[str, str], known: frozenset[str], verdict: Verdict) -> Rule:
    by_rule = knowledge.rule_chances.given(levels, known).distribution(levels)
    return next(rule for id in by_rule if (rule := knowledge.policy.rule(id)).verdict == verdict)


def _assumptions(
    knowledge: Knowledge, levels: Mapping[str, str], known: frozenset[str], verdict: Verdict
) -> dict[str, str]:
    """The most probable levels of unknown facts under which the verdict holds, as few as settle it."""
    table = knowledge.verdict_chances
    view = table.given(levels, known)
    index = table.outcomes.index(verdict)
    assumed: dict[str, str] = {}
    open_facts = [key for key in table.variables if key not in levels]
    while open_facts:
        now = {**levels, **assumed}
        if len(view.distribution(now)) < 2:
            break
        best: tuple[float, float, str, str] | None = None
        choices = [(key, name) for key in open_facts for name in table.levels_of(key)]
        weights = view.weights([{key: name} for key, name in choices], now)
        for key in open_facts:
            rows = [i for i, choice in enumerate(choices) if choice[0] == key]
            if float(np.ptp(weights[rows], axis=0).max()) < 1e-12:
                continue  # this fact no longer matters
            at = max(rows, key=lambda i: view.mass(*choices[i]) * float(weights[i, index]))
            share = float(weights[at, index] / max(float(weights[at].sum()), 1e-300))
            candidate = (share, view.mass(*choices[at]), *choices[at])
            best = max(best, candidate) if best else candidate
        if best is None:
            break
        assumed[best[2]] = best[3]
        open_facts.remove(best[2])
    return assumed


def fill_in(knowledge: Knowledge, text: str, given: Mapping[str, Value]) -> str:
    """A sentence of the policy with the team's own numbers in its places."""
    for key, value in given.items():
        place = "{" + key + "}"
        if place in text and isinstance(value, int | float):
            unit = knowledge.catalogue.facts[key].unit
            text = text.replace(place, f"{value:g}%" if unit == "%" else f"{value:,}")
    return text


def _told_or_decisive(rule: Rule, levels: Mapping[str, str], shown: Mapping[str, str]) -> dict[str, str]:
    """The levels that reasons may speak of: what was told, and of what was assumed only that on which the rule itself turns,
    which the card names as assumed."""
    decisive = {key for when in rule.conjunctions for key in when}
    return {key: level for key, level in shown.items() if key in levels or key in decisive}


def _reasons(knowledge: Knowledge, rule: Rule, facts: Facts, levels: Mapping[str, str]) -> tuple[Reason, ...]:
    """What the rule says for itself; a sentence with a condition only where these levels meet it."""
    return tuple(
        Reason(
            text=fill_in(knowledge, because.text, facts.given),
            facts=because.facts,
            notes=knowledge.evidence.notes_for(because.claims),
        )
        for because in rule.because
        if holds(because.when, levels, facts.given)
    )


def _cautions(
    knowledge: Knowledge, verdict: Verdict, facts: Facts, reading: Reading, today: date
) -> tuple[tuple[Warned, ...], tuple[str, ...]]:
    warned: list[Warned] = []
    disputes: tuple[str, ...] = ()
    for clash in knowledge.catalogue.impossible:
        if holds(clash.when, reading.levels, facts.given):
            names = " and ".join(knowledge.catalogue.facts[key].name for key in clash.when)
            warned.append(Warned(text=f"What was said about {names} does not go together: {clash.why}.", notes=()))
    for caution in knowledge.policy.cautions:
        if verdict in caution.verdicts and caution.on(today) and holds(caution.when, reading.levels, facts.given):
            notes = knowledge.evidence.notes_for(caution.claims)
            warned.append(Warned(text=fill_in(knowledge, caution.text, facts.given), notes=notes))
            disputes += caution.disputes
    if close := chance_warning(facts):
        warned.append(Warned(text=close, notes=()))
    overdue = sorted({n for w in warned for n in w.notes if knowledge.evidence.overdue(n, today)})
    if overdue:
        titles = "; ".join(knowledge.evidence.notes[note].title for note in overdue)
        warned.append(Warned(text=f"Past its review date, check before relying on it: {titles}.", notes=tuple(overdue)))
    return tuple(warned), disputes


def _disputed(knowledge: Knowledge, ids: Iterable[str]) -> tuple[Disputed, ...]:
    result = []
    for id in dict.fromkeys(ids):
        dispute = knowledge.policy.disputes[id]
        sides = tuple(
            DisputeSide(says=side.says, notes=knowledge.evidence.notes_for(side.claims)) for side in dispute.sides
        )
        result.append(Disputed(id=id, question=dispute.question, sides=sides, working_rule=dispute.working_rule))
    return tuple(result)


def _steps(knowledge: Knowledge, verdict: Verdict, facts: Facts, levels: Mapping[str, str]) -> tuple[NextStep, ...]:
    fitting = [s for s in knowledge.policy.steps if verdict in s.verdicts and holds(s.when, levels, facts.given)]
    return tuple(
        NextStep(
            title=step.title,
            detail=fill_in(knowledge, step.detail, facts.given),
            done_when=fill_in(knowledge, step.done_when, facts.given),
            notes=knowledge.evidence.notes_for(step.claims),
        )
        for step in fitting[:MAX_STEPS]
    )


def _either(when: Condition, any_of: tuple[Condition, ...], levels: Mapping[str, str], facts: Facts) -> bool:
    return holds(when, levels, facts.given) and (not any_of or any(holds(c, levels, facts.given) for c in any_of))


def _method(knowledge: Knowledge, facts: Facts, levels: Mapping[str, str]) -> HowToTune | None:
    for method in knowledge.policy.methods:
        if _either(method.when, method.any_of, levels, facts):
            full = holds(knowledge.policy.full_tuning, levels, facts.given)
            notes = knowledge.evidence.notes_for(method.claims)
            return HowToTune(kind=method.kind, adapter=not full, why=method.why, notes=notes)
    return None


def _route(
    knowledge: Knowledge, verdict: Verdict, levels: Mapping[str, str], known: frozenset[str]
) -> tuple[Verdict, ...]:
    """The verdicts that follow one another as each is done and the target is still missed."""
    route = [verdict]
    now = dict(levels)
    while route[-1] in knowledge.policy.after and len(route) < MAX_ROUTE:
        for key, level in knowledge.policy.after[route[-1]].items():
            if key == "quality" and now.get("quality") == "met":
                continue  # what is missed then is speed or price, not quality
            now[key] = level
        following = likeliest(knowledge, now, known)
        if following in route:
            break
        route.append(following)
    return tuple(route)


def _support(knowledge: Knowledge, notes: Iterable[str]) -> Support:
    """How good the evidence is: how many independent sources stand behind the reasons, and whether they were read."""
    claims = [claim for note in set(notes) for claim in knowledge.evidence.notes[note].claims]
    sources = {key for claim in claims for key in knowledge.evidence.sources_of(claim)}
    read = {
        key
        for claim in claims
        for key in knowledge.evidence.sources_of(claim)
        if knowledge.evidence.claims[claim].checked in ("seed", "read")
    }
    if len(sources) >= 3 and len(read) >= 2:
        return "strong"
    return "fair" if len(sources) >= 2 else "thin"
