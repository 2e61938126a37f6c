"""Weighing: what people ask about a fact of their own case - "is 2k enough?", "do we need evals?" - answered from the policy.

What another level would bring is computed, as a verdict is; the reasons are those of the verdicts, with the notes behind them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.core.decide import decide
from bot.core.facts import Facts, FactSpec
from bot.core.session import Session
from bot.core.weigh import Weighed, outcome_clause, supposing, value_within, weigh
from bot.core.words import fact_words, verdict_words
from bot.ports import AskedFact
from bot.talk import say
from bot.talk.grounds import passage
from bot.talk.replies import Passage, Reply

if TYPE_CHECKING:
    from bot.talk.turn import Talk

MOST_FOUND = 2  # passages of the knowledge base, where no reason of a verdict speaks of the fact
NEAR = 0.6  # of the best passage's score: others that are shown beside it
SUPPOSED = "Supposing {}: the verdict would {} “{}”."
UNTOLD = "Nobody has told me yet: {}."
UNREAD = "No rule reads that, so the verdict does not hang on it."
WHATEVER = "It makes no difference to the verdict as it looks now: “{}” either way."
ENOUGH = "For the verdict that is enough: more would not change it."
HOW_MANY = "how many examples are enough to fine-tune"
_WHY_NOT = re.compile(
    r"\W*(?:(?:and|but|so|ok)\W+)*why not (?:just |simply |rather |instead )?(?!(?:fine-? ?)?tun|train)", re.IGNORECASE
)
_HAVING = re.compile(r"[;,]\s*you have [\d,.]*\d(?=[.;])")  # the number supposed is no number that they have
_HOW_MUCH = re.compile(
    r"\b(?:enough|sufficient|suffice|plenty|too (?:few|little|small)|need|needed|necessary|required|how (?:many|much))\b",
    re.IGNORECASE,
)


def own_case(talk: Talk, session: Session, text: str, act: str) -> Reply | None:
    """The answer to a question about a fact of one's own case; None where a message is no such question."""
    asks = act == "weigh" or (act == "explain" and _WHY_NOT.match(text) is not None)
    asks = asks or (act == "what_if" and not talk.language.read_supposition(text).facts)
    return weighed_answer(talk, session, text, act) if asks else None


def weighed_answer(talk: Talk, session: Session, text: str, act: str = "weigh") -> Reply | None:
    """What the facts that a question weighs mean for the verdict as it stands or looks now; None where it names none.

    A question that names none in so many words - "is that enough?" - is about what was told last, if it is no "what if".
    """
    known = {key: entry.level for key, entry in session.entries.items()}
    asked = talk.language.read_weighed(text, known)
    if not asked and act == "weigh":
        asked = tuple(AskedFact(fact=key) for key in _told_last(session)[:1])
    if not asked:
        return None
    cited: list[str] = []
    told = "\n".join(_weighed(talk, session, one, text, cited) for one in asked)
    if (
        cited and _HOW_MUCH.search(text) and any(one.fact == "examples" for one in asked)
    ):  # what sources hold of the number
        more = [part for part in _found(talk, HOW_MANY) if part.note not in cited][:1]
        told += "".join(f"\n\n{part.text} [{len(cited) + 1}]" for part in more)
        cited += [part.note for part in more]
    names = ", ".join(talk.knowledge.catalogue.facts[one.fact].name for one in asked)
    found = _passages(talk, cited) or _found(talk, text) or _found(talk, f"{text} ({names})")
    if not cited and found:
        told += "".join(f"\n\n{part.text} [{number}]" for number, part in enumerate(found, 1))
    citations = talk.knowledge.evidence.citations([part.note for part in found])
    return Reply(type="answer", text=told, passages=found, citations=citations)


def _told_last(session: Session) -> list[str]:
    numbers = (
        [key for key in session.last if isinstance(session.entries[key].level, int | float)] if session.last else []
    )
    return [*numbers, *(key for key in session.last if key not in numbers)]


def _weighed(talk: Talk, session: Session, asked: AskedFact, text: str, cited: list[str]) -> str:
    """What is known of one fact and what it brings; the notes behind it are added to `cited`, and called by their number there."""
    knowledge, facts = talk.knowledge, session.facts()
    now = weigh(knowledge, facts, asked.fact)
    spec = knowledge.catalogue.facts[now.fact]
    weighed = now
    if asked.value is not None:
        facts = supposing(facts, {asked.fact: asked.value})
        weighed = weigh(knowledge, facts, asked.fact)
        verb = "stay" if weighed.verdict == now.verdict else "be"
        said = fact_words(knowledge.catalogue, asked.fact, asked.value)
        parts = [SUPPOSED.format(said, verb, verdict_words(weighed.verdict))]
    else:
        parts = [_told(talk, session, asked.fact, now)]
    how_much = _HOW_MUCH.search(text) is not None
    if how_much and weighed.matters and _enough(spec, weighed):
        parts.append(ENOUGH)
    if not weighed.outcomes:
        parts.append(UNREAD)
    elif not weighed.matters:
        why = _why(talk, facts, now.fact, cited)
        if why != ".":
            parts.append(f"“{verdict_words(weighed.verdict)}” rests on just this{why}")
        elif asked.value is None:
            parts.append(WHATEVER.format(verdict_words(weighed.verdict)))
    lines = [" ".join(parts), *(_bearing(talk, facts, weighed, cited) if weighed.matters else ())]
    return "\n".join(lines)


def _told(talk: Talk, session: Session, fact: str, weighed: Weighed) -> str:
    catalogue = talk.knowledge.catalogue
    shares = ("score", "target") if weighed.fact == "quality" else (fact,)
    known = [key for key in shares if key in session.entries and key not in session.conflicts]
    if known:
        return f"You told me: {say.told(catalogue, session, known)}."
    if weighed.level is not None and not catalogue.facts[weighed.fact].bands:
        return f"As I understand it, {catalogue.facts[weighed.fact].level(weighed.level).says}."
    return UNTOLD.format(catalogue.facts[fact].name)


def _bearing(talk: Talk, facts: Facts, weighed: Weighed, cited: list[str]) -> list[str]:
    """A line for every other verdict that the fact could bring, and one for the verdict as it is."""
    others = [outcome for outcome in weighed.outcomes if outcome.verdict != weighed.verdict]
    lines = []
    for outcome in others:
        supposed = supposing(facts, {weighed.fact: value_within(talk.knowledge, weighed, outcome)})
        why = _why(talk, supposed, weighed.fact, cited)
        clause = outcome_clause(talk.knowledge, weighed.fact, outcome)
        lines.append(f"- If {clause}, it would be “{verdict_words(outcome.verdict)}”{why}")
    word = "would be" if weighed.level is None else "stays"
    return [*lines, f"- Otherwise it {word} “{verdict_words(weighed.verdict)}”{_why(talk, facts, weighed.fact, cited)}"]


def _why(talk: Talk, facts: Facts, fact: str, cited: list[str]) -> str:
    """The reason of a verdict that rests on the fact, with its notes; a full stop where none does."""
    reasons = decide(talk.knowledge, facts, talk.today()).reasons
    facts_of_it = {fact, *(("score", "target") if fact == "quality" else ())}
    reason = next((reason for reason in reasons if facts_of_it.intersection(reason.facts)), None)
    if reason is None:
        return "."
    notes = [note for note in reason.notes if note in talk.knowledge.evidence.notes]
    cited += [note for note in notes if note not in cited]
    text = _HAVING.sub("", reason.text)
    return f": {text} {''.join(f'[{cited.index(note) + 1}]' for note in notes)}".rstrip()


def _enough(spec: FactSpec, weighed: Weighed) -> bool:
    """Whether a number that more work would raise is as high as the verdict asks for."""
    if not (spec.bands and spec.work_brings) or weighed.level is None:
        return False
    higher = spec.level_names[spec.level_names.index(weighed.level) :]
    return all(weighed.verdict_at(level) == weighed.verdict for level in higher)


def _passages(talk: Talk, notes: Sequence[str]) -> tuple[Passage, ...]:
    return tuple(passage(talk.knowledge, note, 1.0) for note in notes)


def _found(talk: Talk, text: str) -> tuple[Passage, ...]:
    found = talk.passages.search(text, k=MOST_FOUND)
    best = found[0][1] if found else 0.0
    return tuple(passage(talk.knowledge, id, score) for id, score in found if score >= NEAR * best)
