"""Say: the sentences of the talk itself - what was understood, what changed - in plain words."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.decision import Decision
from bot.core.facts import Catalogue, Value
from bot.core.policy import Verdict
from bot.core.session import Session

VERDICT_WORDS: dict[Verdict, str] = {
    "stop": "keep what you have and do not tune",
    "prompt_first": "prompt first",
    "rag_first": "retrieval first",
    "evals_first": "build evals first",
    "data_first": "get the data right first",
    "fine_tune": "fine-tune",
    "rag_plus_fine_tune": "keep retrieval and fine-tune",
}


def value_words(catalogue: Catalogue, key: str, value: Value) -> str:
    """A fact's value as it reads back: "nothing is measured", "2,000 examples", "81%"."""
    spec = catalogue.facts[key]
    if spec.kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}%" if spec.unit == "%" else f"{value:,} {spec.unit}"
    if spec.kind == "text":
        return str(value)
    level = catalogue.level_of(key, value)
    return spec.level(level).says if level else str(value)


def fact_words(catalogue: Catalogue, key: str, value: Value) -> str:
    """A fact with its value in words that stand alone."""
    words = value_words(catalogue, key, value)
    return f"{catalogue.facts[key].name}: {words}" if catalogue.facts[key].kind in ("number", "text") else words


def understood(catalogue: Catalogue, session: Session, keys: Iterable[str]) -> str:
    """One sentence that shows back what was just understood, so that it can be corrected; empty where there is nothing."""
    parts = [fact_words(catalogue, k, session.entries[k].level) for k in keys if k in session.entries and k != "task"]
    return f"Understood: {'; '.join(parts)}. Tell me if I got something wrong." if parts else ""


def everything(catalogue: Catalogue, session: Session) -> str:
    """All that is understood so far, with who said it."""
    if not session.entries:
        return "Nothing so far. Tell me what the model should do and what is wrong with it today."
    lines = []
    for key in catalogue.facts:
        if key in session.conflicts:
            told = " or ".join(f"{value_words(catalogue, key, e.level)} ({e.by})" for e in session.conflicts[key].entries)
            lines.append(f"- {catalogue.facts[key].name}: contradictory - {told}")
        elif key in session.entries:
            entry = session.entries[key]
            how = "I concluded that" if entry.grade == "inferred" else f"{entry.by} said: \u201c{entry.quote}\u201d" if entry.grade != "picked" else f"{entry.by} picked it"
            lines.append(f"- {fact_words(catalogue, key, entry.level)} ({how})")
    if session.dont_know:
        names = ", ".join(catalogue.facts[key].name for key in session.dont_know if key not in session.entries)
        if names:
            lines.append(f"- Nobody knows: {names}")
    return "So far I have understood:\n" + "\n".join(lines)


def what_changed(catalogue: Catalogue, session: Session, keys: Iterable[str], before: Decision, after: Decision) -> str:
    """What new facts did to a verdict that stood before."""
    told = "; ".join(fact_words(catalogue, key, session.entries[key].level) for key in keys if key in session.entries)
    if after.verdict == before.verdict:
        surer = "and it is settled now" if after.settled and not before.settled else "the verdict stays"
        return f"Noted: {told}. That changes nothing about it: {surer} - {VERDICT_WORDS[after.verdict]}."
    return f"Noted: {told}. That changes the verdict from \u201c{VERDICT_WORDS[before.verdict]}\u201d to \u201c{VERDICT_WORDS[after.verdict]}\u201d."
