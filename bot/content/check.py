"""Check: what is wrong with a knowledge base that reads well: loose ends, rows that never decide, gaps in the table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise, product

from bot.content.load import Places
from bot.core.chance import Chances, Outcome, View
from bot.core.evidence import Claim, Evidence
from bot.core.facts import KNOWN, Catalogue, FactSpec, Frozen
from bot.core.knowledge import Knowledge, QuestionSpec
from bot.core.policy import VERDICTS, Condition, Rule
from bot.errors import FactError

ROUNDING = 0.011  # how far priors may sum beside 1
MIN_STEPS = 3  # next steps that every verdict must be able to show
NAMED = 4  # rows named at most in one message
IMPOSSIBLE, OUTSIDE, GAP = "(impossible)", "(outside)", "(gap)"  # outcomes beside the rows' own
FILES = {
    "fact": "facts.yaml",
    "impossible": "facts.yaml",
    "source": "sources.yaml",
    "claim": "claims.yaml",
    "step": "steps.yaml",
}


class Report(Frozen):
    """What was found, each as `file:line: what`. A problem must be mended; a warning asks for a look."""

    problems: list[str]
    warnings: list[str]


class _Findings:
    """Gathers what was found, with the place of the thing it was found in."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self.problems: list[str] = []
        self.warnings: list[str] = []

    def problem(self, kind: str, id: str, found: str | Iterable[str]) -> None:
        self.problems += self._placed(kind, id, found)

    def warning(self, kind: str, id: str, found: str | Iterable[str]) -> None:
        self.warnings += self._placed(kind, id, found)

    def _placed(self, kind: str, id: str, found: str | Iterable[str]) -> list[str]:
        place = self._places.of(kind, id)
        if place.startswith("knowledge:"):
            place = f"{FILES.get(kind, 'policy.yaml')}:1"
        return [f"{place}: {what}" for what in ([found] if isinstance(found, str) else found)]


def check_knowledge(knowledge: Knowledge, places: Places, today: date) -> Report:
    """Everything wrong with what was loaded; `places` is what the loader noted down."""
    findings = _Findings(places)
    _check_vocabulary(knowledge, findings)
    sound = not findings.problems  # the table can only be compiled over facts and levels that exist
    _check_ids(knowledge, findings)
    for kind, id, claims in _citing(knowledge):
        findings.problem(kind, id, _cited(knowledge.evidence, claims))
    _check_notes(knowledge, findings)
    _check_claims(knowledge.evidence, findings)
    if sound and _check_table(knowledge, findings):
        _check_shown(knowledge, findings)
    for id, note in knowledge.evidence.notes.items():
        if knowledge.evidence.overdue(id, today):
            findings.warning("note", id, f"was to be looked at again by {note.review_by}")
    return Report(problems=findings.problems, warnings=findings.warnings)


def stats(knowledge: Knowledge) -> dict[str, object]:
    """How much there is: notes, claims (covered ones by how far they were checked), sources, rules, questions."""
    evidence = knowledge.evidence
    covered = Counter(claim.checked for id, claim in evidence.claims.items() if id in evidence.note_of_claim)
    return {
        "notes": len(evidence.notes),
        "claims": len(evidence.claims),
        "covered": dict(sorted(covered.items())),
        "left_out": {id: claim.left_out for id, claim in evidence.claims.items() if claim.left_out},
        "sources": len(evidence.sources),
        "rules": len(knowledge.policy.rules),
        "questions": len(knowledge.questions),
    }


def _check_vocabulary(knowledge: Knowledge, findings: _Findings) -> None:
    """Facts, levels and priors: everything that a condition may name."""
    catalogue, policy = knowledge.catalogue, knowledge.policy
    for key, fact in catalogue.facts.items():
        findings.problem("fact", key, _fact(catalogue, key, fact))
    for i, row in enumerate(catalogue.impossible):
        findings.problem("impossible", str(i), _condition(catalogue, row.when))
    for rule in policy.rules:
        findings.problem("rule", rule.id, _rule(catalogue, rule))
    for verdict, becomes in policy.after.items():
        findings.problem("after", verdict, _condition(catalogue, {key: (level,) for key, level in becomes.items()}))
    for i, method in enumerate(policy.methods):
        for when in (method.when, *method.any_of):
            findings.problem("method", str(i), _condition(catalogue, when))
    if not policy.methods or policy.methods[-1].when or policy.methods[-1].any_of:
        findings.problem(
            "method", str(len(policy.methods) - 1), "the last method must hold always: its `when` is empty"
        )
    findings.problem("full_tuning", "", _condition(catalogue, policy.full_tuning))
    for caution in policy.cautions:
        findings.problem("caution", caution.id, _told(catalogue, caution.when, caution.text))
    for step in policy.steps:
        findings.problem("step", step.id, _told(catalogue, step.when, step.detail + step.done_when))
    for name, question in knowledge.questions.items():
        findings.problem("question", name, _question(catalogue, question))


def _check_ids(knowledge: Knowledge, findings: _Findings) -> None:
    """Ids that stand twice, disputes that do not exist, facts that nobody can be asked about."""
    policy = knowledge.policy
    for kind, items in (("rule", policy.rules), ("caution", policy.cautions), ("step", policy.steps)):
        for id, times in Counter(item.id for item in items).items():
            if times > 1:
                findings.problem(kind, id, f"{id!r} stands here {times} times")
    for kind, items in (("rule", policy.rules), ("caution", policy.cautions)):
        for item in items:
            unknown = [id for id in item.disputes if id not in policy.disputes]
            findings.problem(kind, item.id, (f"there is no dispute {id!r}" for id in unknown))
    for key in dict.fromkeys(key for rule in policy.rules for when in rule.conjunctions for key in when):
        if not any(question.fills == (key,) for question in knowledge.questions.values()):
            findings.problem("fact", key, f"the policy reads {key}, but no question asks for it alone")


def _condition(catalogue: Catalogue, when: Condition, known: bool = False) -> Iterator[str]:
    """What is wrong with a condition; `known` tells whether it may ask for a fact to be known at all."""
    for key, allowed in when.items():
        if key not in catalogue.facts:
            yield f"there is no fact called {key!r}"
        elif KNOWN in allowed:
            if not known:
                yield f"{key}: {KNOWN!r} cannot be asked for here; list its levels"
            elif len(allowed) > 1:
                yield f"{key}: {KNOWN!r} stands alone, without levels beside it"
        elif not allowed:
            yield f"{key}: the list of levels is empty"
        else:
            yield from _levels(catalogue, key, allowed)


def _levels(catalogue: Catalogue, key: str, levels: Iterable[str]) -> Iterator[str]:
    names = catalogue.facts[key].level_names
    for level in levels:
        if level not in names:
            yield f"{key} has no level {level!r}; " + (f"it has {', '.join(names)}" if names else "it has none at all")


def _told(catalogue: Catalogue, when: Condition, text: str) -> Iterator[str]:
    """Like `_condition`, for something shown to people: its text may only fill in what is sure to be known then."""
    yield from _condition(catalogue, when, known=True)
    for key in dict.fromkeys(re.findall(r"\{(\w*)\}", text)):
        if when.get(key) != (KNOWN,):
            yield f"the text fills in {{{key}}}, so `when` must say {key}: [{KNOWN}]"


def _fact(catalogue: Catalogue, key: str, spec: FactSpec) -> Iterator[str]:
    names = set(spec.level_names)
    expected = {"yes_no": names == {"yes", "no"} and not spec.bands, "levels": bool(spec.levels) and not spec.bands}
    if not expected.get(spec.kind, not spec.levels and (spec.kind == "number" or not spec.bands)):
        yield f"{key}: its levels do not suit the kind {spec.kind}"
    meant = (spec.dont_know_means,) if spec.dont_know_means else ()
    yield from _levels(catalogue, key, (*spec.work_brings, *meant, *spec.derived_from_task))
    if names:
        yield from _priors(key, names, {name: spec.level(name).prior for name in names})
    for other in spec.prior_when:
        yield from _condition(catalogue, other.when, known=True)
        yield from _priors(key, names, other.prior)
    for pattern in (p for patterns in spec.derived_from_task.values() for p in patterns):
        try:
            re.compile(pattern)
        except re.error as error:
            yield f"{key}: {pattern!r} is not a pattern: {error}"
    yield from _bands(key, spec)


def _priors(key: str, names: set[str], prior: Mapping[str, float]) -> Iterator[str]:
    if set(prior) != names:
        yield f"{key}: the priors are for {', '.join(sorted(prior))}, the levels are {', '.join(sorted(names))}"
    if not all(0 < p <= 1 for p in prior.values()):
        yield f"{key}: a prior lies above 0, up to 1; a level that cannot be belongs under `impossible`"
    if abs(sum(prior.values()) - 1) > ROUNDING:
        yield f"{key}: the priors sum to {sum(prior.values()):.3f}, not to 1"


def _bands(key: str, spec: FactSpec) -> Iterator[str]:
    if not spec.bands:
        return
    ends = [band.range for band in spec.bands.values()]
    step = 1 if spec.integer else 0
    if ends[0][0] != spec.minimum or ends[-1][1] != spec.maximum:
        yield f"{key}: the bands do not reach from the lowest value to the highest"
    for (_, high), (low, _) in pairwise(ends):
        if high is None or low != high + step:
            yield f"{key}: the bands overlap or leave a gap before {low:g}"
    for name, band in spec.bands.items():
        low, top = band.range
        if band.typical < low or (top is not None and band.typical > top):
            yield f"{key}: the typical number of {name} ({band.typical}) lies outside it"


def _rule(catalogue: Catalogue, rule: Rule) -> Iterator[str]:
    for when in (rule.when, *rule.any_of):
        yield from _condition(catalogue, when)
    for key in dict.fromkeys(key for other in rule.any_of for key in other if key in rule.when):
        yield f"{key} stands in `when` and in `any_of`, where it would replace the former"
    for because in rule.because:
        yield from _told(catalogue, because.when, because.text)
        yield from (f"there is no fact called {key!r}" for key in because.facts if key not in catalogue.facts)


def _question(catalogue: Catalogue, question: QuestionSpec) -> Iterator[str]:
    yield from _condition(catalogue, question.when, known=True)
    own = question.fills + question.also
    yield from (f"there is no fact called {key!r}" for key in own if key not in catalogue.facts)
    yield from (f"{key} stands twice among its facts" for key, times in Counter(own).items() if times > 1)
    for option in question.options:
        for key, level in option.sets.items():
            if key not in own:
                yield f"the option {option.label!r} sets {key}, which the question is not about"
            elif key in catalogue.facts:
                yield from _levels(catalogue, key, [level])
    labels = Counter(option.label for option in question.options)
    yield from (f"the option {label!r} stands there {times} times" for label, times in labels.items() if times > 1)
    kinds = {catalogue.facts[key].kind for key in question.fills if key in catalogue.facts}
    if question.multiple and kinds - {"yes_no"}:  # an option that is not picked means no
        yield "only yes/no facts can be asked with several options to pick"


def _citing(knowledge: Knowledge) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Everything that cites claims and is shown to people: its kind, its id, the claims."""
    policy = knowledge.policy
    for rule in policy.rules:
        yield "rule", rule.id, [claim for because in rule.because for claim in because.claims]
    for i, method in enumerate(policy.methods):
        yield "method", str(i), method.claims
    for caution in policy.cautions:
        yield "caution", caution.id, caution.claims
    for step in policy.steps:
        yield "step", step.id, step.claims
    for id, dispute in policy.disputes.items():
        yield "dispute", id, [claim for side in dispute.sides for claim in side.claims]


def _cited(evidence: Evidence, claims: Iterable[str]) -> Iterator[str]:
    for id in dict.fromkeys(claims):
        if id not in evidence.claims:
            yield f"there is no claim {id!r}"
        elif evidence.claims[id].checked == "recall":
            yield f"the claim {id} is from memory only and may not be cited"
        elif id not in evidence.note_of_claim:
            yield f"the claim {id} is cited, but no note covers it"


def _check_notes(knowledge: Knowledge, findings: _Findings) -> None:
    catalogue, claims = knowledge.catalogue, knowledge.evidence.claims
    for id, note in knowledge.evidence.notes.items():
        for claim in note.claims:
            if claim not in claims:
                findings.problem("note", id, f"there is no claim {claim!r}")
            elif claims[claim].checked == "recall":
                findings.problem("note", id, f"the claim {claim} is from memory only and may not be shown")
        if note.case:
            kind = {"task_kind": note.case.task_kind} if note.case.task_kind else {}
            for key, value in {**kind, **note.case.facts}.items():
                try:
                    catalogue.check(key, value)
                except FactError as error:
                    findings.problem("note", id, f"the case: {error}")


def _check_claims(evidence: Evidence, findings: _Findings) -> None:
    covering: dict[str, list[str]] = {}
    for note in evidence.notes.values():
        for covered in note.claims:
            covering.setdefault(covered, []).append(note.id)
    for id, claim in evidence.claims.items():
        findings.problem("claim", id, _claim(evidence, id, claim, covering.get(id, [])))
    used = {claim.source for claim in evidence.claims.values()}
    for key in evidence.sources:
        if key not in used:
            findings.problem("source", key, f"no claim comes from {key}")


def _claim(evidence: Evidence, id: str, claim: Claim, notes: Sequence[str]) -> Iterator[str]:
    if len(notes) > 1:
        yield f"{id} is covered by more than one note: {', '.join(notes)}"
    if not notes and not claim.left_out and claim.checked != "recall":
        yield f"{id} is covered by no note; write one, or give the reason under `left_out`"
    if notes and claim.left_out:
        yield f"{id} is left out ({claim.left_out}), yet {notes[0]} covers it"
    if bool(claim.source) == bool(claim.derived_from):
        yield f"{id} needs either a source or the claims it was derived from"
    if claim.source and claim.source not in evidence.sources:
        yield f"{id}: there is no source {claim.source!r}"
    for origin in claim.derived_from:
        if origin not in evidence.claims:
            yield f"{id} is derived from {origin!r}, which does not exist"
    if _rests_on_itself(evidence, id):
        yield f"{id} is derived from itself in the end"


def _rests_on_itself(evidence: Evidence, id: str) -> bool:
    seen: set[str] = set()
    ahead = list(evidence.claims[id].derived_from)
    while ahead:
        origin = ahead.pop()
        if origin == id:
            return True
        if origin in evidence.claims and origin not in seen:
            seen.add(origin)
            ahead.extend(evidence.claims[origin].derived_from)
    return False


def _check_table(knowledge: Knowledge, findings: _Findings) -> bool:
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


def _check_shown(knowledge: Knowledge, findings: _Findings) -> None:
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
