"""Say: the sentences of the talk itself - what was understood, what changed - in plain words."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.decision import Decision
from bot.core.facts import Catalogue, Value
from bot.core.session import Entry, Session
from bot.core.words import amount_words, fact_words, verdict_words

SO_FAR = "So far I have understood:"  # how a list of everything begins, with the words that people said it in


def value_words(catalogue: Catalogue, key: str, value: Value) -> str:
    """A fact's value as it reads back beside its name: "nothing is measured", "2,000 examples", "81%"."""
    spec = catalogue.facts[key]
    if spec.kind == "text":
        return str(value)
    if spec.kind == "number" and isinstance(value, int | float):
        return amount_words(spec, value)
    return fact_words(catalogue, key, value)


def understood(catalogue: Catalogue, session: Session, keys: Iterable[str]) -> str:
    """What was just understood, shown back so that it can be corrected; empty where there is nothing."""
    words = told(catalogue, session, keys)
    return f"Understood: {words}. Tell me if I got something wrong." if words else ""


def everything(catalogue: Catalogue, session: Session) -> str:
    """All that is understood so far, with who said it."""
    if not session.entries:
        return "Nothing so far. Tell me what the model should do and what is wrong with it today."
    lines = []
    for key, spec in catalogue.facts.items():
        if key in session.conflicts:
            entries = session.conflicts[key].entries
            told = " or ".join(f"{value_words(catalogue, key, entry.level)} ({entry.by})" for entry in entries)
            lines.append(f"- {spec.name}: contradictory - {told}")
        elif key in session.entries:
            entry = session.entries[key]
            lines.append(f"- {_entry_words(catalogue, key, entry)} ({_how(entry)})")
    if names := ", ".join(catalogue.facts[key].name for key in session.dont_know if key not in session.entries):
        lines.append(f"- Nobody knows: {names}")
    return f"{SO_FAR}\n" + "\n".join(lines)


def what_changed(catalogue: Catalogue, session: Session, keys: Iterable[str], before: Decision, after: Decision) -> str:
    """What new facts did to a verdict that stood before."""
    words = told(catalogue, session, keys) or "the task"
    return f"Noted: {words}. {verdict_change(before, after)}"


def verdict_change(before: Decision, after: Decision) -> str:
    """What became of a verdict that stood before."""
    then, now = verdict_words(before.verdict), verdict_words(after.verdict)
    if after.verdict != before.verdict:
        return f"That changes the verdict from “{then}” to “{now}”."
    if after.settled and not before.settled:
        return f"The verdict stays “{now}”, and it is settled now."
    return f"The verdict stays “{now}”."


def had_already(catalogue: Catalogue, session: Session, keys: Iterable[str], decision: Decision) -> str:
    """What to say where somebody tells what was known, with a verdict given."""
    return (
        f"I had that already: {told(catalogue, session, keys)}. The verdict stays “{verdict_words(decision.verdict)}”."
    )


def told(catalogue: Catalogue, session: Session, keys: Iterable[str]) -> str:
    """What is now known of these facts; the task itself is not repeated."""
    entries = session.entries
    return "; ".join(_entry_words(catalogue, key, entries[key]) for key in keys if key in entries and key != "task")


def _entry_words(catalogue: Catalogue, key: str, entry: Entry) -> str:
    """A fact in words that stand alone; a picked band reads as the band, not as the number that stands for it."""
    spec = catalogue.facts[key]
    level = catalogue.level_of(key, entry.level) if entry.grade == "picked" and spec.bands else None
    return spec.level(level).says if level else fact_words(catalogue, key, entry.level)


def _how(entry: Entry) -> str:
    """How an entry became known."""
    quote = " ".join(entry.quote.split())
    if quote and " ".join(str(entry.level).split()).startswith(quote):
        return f"in the words of {entry.by}"
    if entry.grade == "inferred":
        return f"I concluded that from “{quote}”" if quote else "I concluded that"
    if entry.grade == "picked":
        return f"{entry.by} picked “{quote}”" if quote else f"{entry.by} picked it"
    return f"{entry.by} said: “{quote}”" if quote else f"{entry.by} said so"
