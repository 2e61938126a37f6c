"""Words: verdicts, certainty, facts and changes of facts as people read them, the same for every surface. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from bot.core.decision import Decision, Flip, HowToTune, Support
from bot.core.facts import Catalogue, FactSpec, Value
from bot.core.policy import Verdict

Certainty = Literal["settled", "likely", "open"]
FINE = 99  # percent: beyond it a hundredth matters
LIKELY = 0.75  # from this probability on, a verdict that is not settled is called likely


class VerdictWords(NamedTuple):
    """A verdict as a few words for the middle of a sentence, as a headline, and as the one sentence below it."""

    short: str
    headline: str
    sentence: str


VERDICT_WORDS: dict[Verdict, VerdictWords] = {
    "stop": VerdictWords(
        "stop here",
        "Do not fine-tune: what you have meets its target",
        "Keep it as it is and go on measuring it.",
    ),
    "prompt_first": VerdictWords(
        "prompt first",
        "Do not fine-tune yet: prompting has more to give",
        "Better prompts, examples, structured output or another model come first; they are quicker to try and to undo.",
    ),
    "rag_first": VerdictWords(
        "facts first",
        "Do not fine-tune yet: give the model the facts first",
        "What is missing is knowledge, and that belongs in front of the model, by retrieval or in a cached prompt.",
    ),
    "evals_first": VerdictWords(
        "evals first",
        "Do not fine-tune yet: build evals first",
        "Until quality is measured nobody can tell what is wrong, or whether anything helps.",
    ),
    "data_first": VerdictWords(
        "data first",
        "Do not fine-tune yet: get the examples ready first",
        "Tuning is the right direction, but there is not enough good material to train on.",
    ),
    "fine_tune": VerdictWords(
        "fine-tune",
        "Fine-tune: training can close the gap that is left",
        "This is one of the cases in which training is the right tool.",
    ),
    "rag_plus_fine_tune": VerdictWords(
        "retrieval plus fine-tuning",
        "Keep retrieval and fine-tune as well",
        "Retrieval goes on bringing the facts; training corrects what the model does with them.",
    ),
}
# Where a rule has more to say than its verdict: "prompting has more to give" is no headline where the answers are good already.
RULE_WORDS: dict[str, VerdictWords] = {
    "rights-before-training": VERDICT_WORDS["data_first"]._replace(
        headline="Do not fine-tune yet: settle the rights to the examples first",
        sentence="Tuning is the right direction, but nothing may be trained on what is not yours to train on.",
    ),
    "poor-examples": VERDICT_WORDS["data_first"]._replace(
        headline="Do not fine-tune yet: clean the examples first",
        sentence="Tuning is the right direction, but a model learns the faults of its examples as readily as what is good in them.",
    ),
    "bound-the-task": VERDICT_WORDS["prompt_first"]._replace(
        headline="Do not fine-tune yet: give the task bounds first",
        sentence="One bounded job can be prompted, measured and, if it is still needed, tuned; an assistant for everything cannot.",
    ),
    "constrain-the-format": VERDICT_WORDS["prompt_first"]._replace(
        headline="Do not fine-tune yet: constrain the format first",
        sentence="Structured output guarantees a shape without any training; see what is still wrong after it.",
    ),
    "cheaper-ways-first": VERDICT_WORDS["prompt_first"]._replace(
        headline="Do not fine-tune yet: cheaper ways come first",
        sentence="The answers are good; caching, batching or a smaller model may make them fast or cheap enough without training.",
    ),
    "too-few-calls-to-pay": VERDICT_WORDS["prompt_first"]._replace(
        headline="Do not fine-tune yet: too few calls to pay for it",
        sentence="The answers are good; at this volume a cached prompt or a cheaper model saves more than training would.",
    ),
}
CERTAINTY_WORDS: dict[Certainty, str] = {
    "settled": "Settled: nothing still open can change this.",
    "likely": "Likely: this holds unless something still open turns out unusual.",
    "open": "Open: what is not known yet could well change this.",
}
SETTLED_IF = "Settled, if what is assumed here holds: nothing else that is open can change this."
EVIDENCE_WORDS: dict[Support, str] = {
    "strong": "Strong evidence: three or more sources stand behind the reasons, at least two of them read closely.",
    "fair": "Fair evidence: more than one source stands behind the reasons, but not yet three that were well checked.",
    "thin": "Thin evidence: a single source stands behind the reasons. Test before you rely on it.",
}
METHOD_WORDS = {
    "sft": "Supervised fine-tuning",
    "dpo": "Preference tuning (DPO)",
    "rft": "Reinforcement fine-tuning",
    "distil": "Distillation into a small model",
    "classifier": "A small classifier in place of a text generator",
}
ALONE = {"score": "{} today", "target": "{} needed"}  # percentages that would not say of what they are


def verdict_words(verdict: str) -> str:
    """A verdict in a few words, for the middle of a sentence."""
    return next((words.short for name, words in VERDICT_WORDS.items() if name == verdict), verdict.replace("_", " "))


def certainty_of(decision: Decision) -> Certainty:
    """How sure a verdict is."""
    return "settled" if decision.settled else "likely" if decision.confidence >= LIKELY else "open"


def sure_words(decision: Decision) -> str:
    """How sure a verdict is, in a word or two for behind its name."""
    certainty = certainty_of(decision)
    return "still open" if certainty == "open" else certainty


def certainty_words(decision: Decision) -> str:
    """How sure a verdict is, in a sentence: what is settled on an assumption says so."""
    certainty = certainty_of(decision)
    return SETTLED_IF if certainty == "settled" and decision.assumed else CERTAINTY_WORDS[certainty]


def method_words(method: HowToTune) -> str:
    """How to tune, and why so."""
    weights = "with an adapter (LoRA)" if method.adapter else "with all weights"
    return f"{METHOD_WORDS[method.kind]}, {weights}. {method.why}"


def value_words(spec: FactSpec, value: Value) -> str:
    """A fact's value beside its name: "Not measured", "4,000", "71%"."""
    if spec.kind == "yes_no":
        return spec.levels["yes" if value else "no"].label
    if spec.kind == "levels":
        return spec.levels[str(value)].label
    if spec.kind == "number" and isinstance(value, int | float):
        return _number(spec, value)
    return str(value)


def card_words(decision: Decision) -> VerdictWords:
    """How a decision is headed: as its rule says, or as its verdict."""
    return RULE_WORDS.get(decision.rule, VERDICT_WORDS[decision.verdict])


def amount_words(spec: FactSpec, value: float) -> str:
    """A number with its unit: "4,000 examples", "1 request a day", "no examples", "71%"."""
    if spec.unit == "%":
        return _number(spec, value)
    noun, _, rest = spec.unit.partition(" ")
    unit = " ".join(part for part in (noun.removesuffix("s") if value == 1 else noun, rest) if part)
    return f"{_number(spec, value) if value else 'no'} {unit}"


def fact_words(catalogue: Catalogue, key: str, value: Value) -> str:
    """A fact with its value in words that stand alone: "quality is not measured", "4,000 examples", "71% today"."""
    spec = catalogue.facts[key]
    if spec.kind == "number" and isinstance(value, int | float):
        return ALONE.get(key, "{}").format(amount_words(spec, value))
    level = catalogue.level_of(key, value)
    return spec.level(level).says if level else f"{spec.name}: {value}"


def flip_condition(catalogue: Catalogue, flip: Flip, facts: Mapping[str, Value]) -> str:
    """The changes of a flip as the beginning of a sentence; `facts` are those of today."""
    clauses = [_clause(catalogue, key, value, facts.get(key)) for key, value in flip.change.items()]
    return f"If {' and '.join(clauses)}"


def level_clause(key: str, spec: FactSpec, level: str) -> str:
    """A level as a clause: "a test set is scored", "there are 200 to 999 examples"."""
    if spec.bands:
        return span_clause(spec, *spec.bands[level].range)
    says = spec.levels[level].says
    return f"this is {says}" if key == "task_kind" else says


def span_clause(spec: FactSpec, low: float, high: float | None) -> str:
    """A range of a number as a clause, both ends included: "there are at most 49 examples"."""
    if high == 0:
        return f"there are no {spec.unit}"
    if high is None:
        return f"there are {low:,.10g} {spec.unit} or more"
    return f"there are {f'{low:,.10g} to' if low else 'at most'} {high:,.10g} {spec.unit}"


def _clause(catalogue: Catalogue, key: str, value: Value, now: Value | None) -> str:
    """A value as a clause; a plain number is worded by the way it moves from what it is `now`."""
    spec = catalogue.spec(key)
    if (level := catalogue.level_of(key, value)) is not None:
        return level_clause(key, spec, level)
    if isinstance(value, int | float) and isinstance(now, int | float):
        return f"the {spec.name} {'reaches' if value > now else 'falls to'} {_number(spec, value)}"
    return f"the {spec.name} is {value_words(spec, value)}"


def _number(spec: FactSpec, value: float) -> str:
    return f"{round(value, 2 if value > FINE else 1):g}%" if spec.unit == "%" else f"{value:,.10g}"
