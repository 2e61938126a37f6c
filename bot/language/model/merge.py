"""Merge: the embedded reading and a model's become one. The rule:

1. What both read alike is taken.
2. What they read differently is taken from neither: it is asked about, with answers to pick from, if it still matters.
3. What only the embedded language read is kept: it is what was measured.
4. What only the model read is taken where its words are the writer's own (`speech`), speak of that fact (`anchors`) and
   claim that level (`claims`), or where it was asked for and is all that the message says, and where the same words are not
   made to prove more than MOST_BY_ONE facts. Otherwise it is left alone, or asked about once more where it was asked for.
   Where a message may steer a model, nothing of its is taken.
5. Forgetting, starting over and injection are never a model's to say. For the rest, the embedded language's word on what a
   message does stands where it has one, and the model's where it has none.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.facts import Value
from bot.language.model.anchors import anchored
from bot.language.model.claims import claims
from bot.language.model.forms import Heard
from bot.language.model.understanding import Understood, letters_in
from bot.ports import ReadFact, ReadMessage

MOST_BY_ONE = 2  # facts that the same words may tell, where only a model says so
KEEPS_KIND = frozenset({"injection"})
FEWEST_SIGNS = 4  # of a quote in a script without blanks between words
WHOLE = 0.6  # of a message's letters: a quote with so many is all that it says
ALIKE = 0.02  # numbers that differ by less are the same


def merge(
    base: ReadMessage, heard: Heard, understood: Understood, asked: Sequence[str], trusted: bool = True
) -> ReadMessage:
    """One reading out of two; `base` is the embedded one. Without `trusted`, the message may steer a model."""
    question = heard.question[:300] if heard.kind == "question" else ""
    if base.corrects is not None or not trusted:
        return base.model_copy(update={"question": question})
    mine = {fact.fact: fact for fact in base.facts}
    theirs = {fact.fact: fact for fact in understood.facts}
    alone = [fact for fact in understood.facts if fact.fact not in mine]
    facts: dict[str, ReadFact] = {}
    unsure: list[str] = [key for key in understood.doubtful if key not in mine]
    for key in dict.fromkeys((*mine, *theirs)):
        if key in mine and key in theirs and not _alike(mine[key].value, theirs[key].value):
            if key == "task":
                facts[key] = mine[key]
            else:
                unsure.append(key)
        elif key in mine:
            facts[key] = mine[key]
        elif _believed(theirs[key], asked, alone, understood.letters):
            facts[key] = theirs[key]
        elif key in asked:
            unsure.append(key)
    heard_of = set(facts) | set(unsure)
    dont_know = [key for key in base.dont_know if key not in heard_of]
    dont_know += [key for key in understood.unknown if key not in heard_of and key not in dont_know]
    unclear = [key for key in base.unclear if key not in facts and key not in dont_know]
    unclear += [key for key in unsure if key not in unclear]
    return base.model_copy(
        update={
            "act": base.act if base.act != "other" else _act(heard, asked),
            "kind": base.kind if base.kind in KEEPS_KIND else _kind(base, heard, bool(facts)),
            "facts": tuple(facts.values()),
            "unclear": tuple(unclear),
            "dont_know": tuple(dont_know),
            "complete": base.complete or (not unclear and bool(set(facts) & set(asked))),
            "question": question,
        }
    )


def _alike(a: Value, b: Value) -> bool:
    if isinstance(a, bool | str) or isinstance(b, bool | str):
        return a == b
    return abs(a - b) <= ALIKE * max(abs(a), abs(b), 1)


def _believed(fact: ReadFact, asked: Sequence[str], alone: Sequence[ReadFact], letters: int) -> bool:
    """Whether a fact that only the model read is taken; `alone` are all such facts of the message."""
    if fact.fact == "task":
        return True
    sharing = sum(_overlap(fact.quote, other.quote) for other in alone if other.fact != "task")
    if sharing > MOST_BY_ONE or not claims(fact.fact, fact.value, fact.quote):
        return False
    if fact.fact in asked and sharing == 1 and letters_in(fact.quote) >= WHOLE * letters:
        return True
    return anchored(fact.fact, fact.quote) and (fact.fact in asked or _says_enough(fact.quote))


def _overlap(a: str, b: str) -> bool:
    """Whether two quotes rest on the same words, half of the shorter one's at least."""
    if a in b or b in a:
        return True
    first, second = set(a.lower().split()), set(b.lower().split())
    return 2 * len(first & second) >= min(len(first), len(second))


def _says_enough(quote: str) -> bool:
    """Whether a quote is more than one word, which any order may happen to hold."""
    return len(quote.split()) > 1 or (not quote.isascii() and letters_in(quote) >= FEWEST_SIGNS)


def _act(heard: Heard, asked: Sequence[str]) -> str:
    """What the model takes a message to do; not knowing and skipping are answers, so they need a question."""
    return heard.act if heard.act not in ("dont_know", "skip") or asked else "other"


def _kind(base: ReadMessage, heard: Heard, tells: bool) -> str:
    """A message that tells facts is about a case whatever a model says; a model's word alone makes no injection."""
    if heard.kind == "injection" or (tells and base.kind == "case"):
        return base.kind
    return heard.kind
