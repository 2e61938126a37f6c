"""Vocabulary: whether every fact, level and name that the content uses exists and is laid out soundly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from bot.content.findings import Findings
from bot.core.facts import KNOWN, Catalogue, FactSpec
from bot.core.knowledge import Knowledge, QuestionSpec
from bot.core.policy import Condition, Rule

ROUNDING = 0.011  # how far priors may sum beside 1


def check_vocabulary(knowledge: Knowledge, findings: Findings) -> None:
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


def check_ids(knowledge: Knowledge, findings: Findings) -> None:
    """Ids that stand twice, disputes that do not exist, facts that nobody can be asked about."""
    policy = knowledge.policy
    for kind, items in (("rule", policy.rules), ("caution", policy.cautions), ("step", policy.steps)):
        for id, times in Counter(item.id for item in items).items():
            if times > 1:
                findings.problem(kind, id, f"{id!r} stands here {times} times")
    for kind, items in (("rule", policy.rules), ("caution", policy.cautions)):
        for item in items:
            named = item.dispute_ids if isinstance(item, Rule) else item.disputes
            unknown = [id for id in named if id not in policy.disputes]
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
