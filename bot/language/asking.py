"""Asking: a message parted into what it states and what it asks, so that the one is noted and the other answered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.language.asked_about import AskedAbout
from bot.language.clauses import clean, sentences
from bot.language.hearsay import is_hearsay, without_hearsay
from bot.language.intents import Intents

WHOLE_ACTS = frozenset({"injection", "forget", "restart", "what_if"})  # hold for all of a message that begins so
WEIGHABLE = frozenset({"other", "question"})  # acts that a question of what a fact matters may look like
FEWEST_STATED = 3  # words beside a question that state anything, where nothing is asked of them
STANDING_ACTS = frozenset({"disagree", "explain", "what_if", "injection", "forget", "restart"})
FEWEST_SAID = 4  # words of not knowing that say of what
MOST_ASKED = 2  # questions that one message is answered
SURE_QUESTION = 0.8  # how sure it must be that a first message asks something beside telling of a case
SURE_BESIDE = 0.6  # and that the rest of it does tell of one


# A question behind what is stated, in one sentence: "the target is 90, and does distillation save money?"
_BEHIND = re.compile(
    r"(?:,|\s[-\u2013\u2014])\s+(?:and |but |so |also |or )?"
    r"(?=(?:do|does|did|should|would|could|can|is|are|will|what|why|how|which|where|when|who)\b[^,.;!?]{6,}\?\s*$)",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\W*(?:let'?s (?:say|assume)|say|assume)\W+~?[\d.,]+ ?%?\W*$", re.IGNORECASE)
# A question about what was said before it, by somebody or in the sentence in front: "our CTO says tuning is dead. is he right?"
_POINTER = re.compile(
    r"\W*(?:so |and )?(?:is|was|are) (?:he|she|that|it|this|they|(?:the|our|my) \w+) (?:right|true|correct|wrong|nonsense|so)\b.{0,20}$|"
    r"\W*(?:true|right|correct|really|thoughts|agree|is that so|any truth to (?:it|that))\W*\?\W*$",
    re.IGNORECASE,
)


_CLAIMS = re.compile(
    r"\b(?:says?|said|reads?|thinks?|claims?|told|tells|heard|insists?|argues?|believes?|suggests?|swears?|pitch\w*|wants?)\b",
    re.IGNORECASE,
)


class Parted(NamedTuple):
    """What a message states (empty where it only asks), the act that this is, and what it asks beside."""

    act: str
    stated: str
    asks: tuple[str, ...] = ()


class Asking:
    """Parts messages."""

    def __init__(self, intents: Intents, asked_about: AskedAbout) -> None:
        self._intents = intents
        self._asked_about = asked_about

    def act(self, text: str, running: bool) -> str:
        """The act that a text is by its wording; where a case is `running`, it may also weigh a fact of that."""
        act = self._intents.act(text)
        if act == "what_if" and _AMOUNT.match(text):
            return "other"  # "let's say 90" answers what is asked
        return "weigh" if running and act in WEIGHABLE and self._asked_about.weighs(text) else act

    def part(self, said: str, text: str, *, asked: bool, known: bool) -> Parted:
        """A message, `said` as it was typed and `text` without what opens it; `asked` is whether a question is open."""
        running = asked or known
        act = self.act(said, running)
        if not running:
            return self._first(act, text)
        if act == "dont_know" and not asked and len(text.split()) >= FEWEST_SAID:
            act = "other"  # nothing is open: "not sure we may train on them" says so of something
        stated, asking = self._parted(text)
        if claim := _claimed(stated, asking):
            stated, asking = without_hearsay(stated.replace(claim, "").strip()), [f"{claim} {asking[0]}", *asking[1:]]
            return Parted("other", stated if re.search(r"\w", stated) else "", tuple(asking[:MOST_ASKED]))
        if stated and not re.search(r"\w", own := without_hearsay(stated)):
            claimed = f"{stated.rstrip(' .!')}. Is that so?"
            return Parted(act if act in STANDING_ACTS else "other", "", (*asking, claimed)[:MOST_ASKED])
        stated = own if stated else stated
        if asking and self._intents.is_lead(stated):
            stated = ""  # "great. are our deeds a problem?"
        if act == "meaning" and said.rstrip().endswith("?") and re.search(r"\blike\b", stated, re.IGNORECASE):
            stated = ""  # an example of what is asked about
        acting = tuple(words for words in asking if self.act(words, True) != "other")[:MOST_ASKED]
        if not stated or (asking and not asked and len(stated.split()) < FEWEST_STATED):
            several = len(acting) > 1 or (act == "other" and acting)
            return Parted("other" if several else act, "", tuple(asking[:MOST_ASKED]) if several else ())
        if not asking or act in WHOLE_ACTS:
            return Parted(act, stated)
        return Parted(self.act(stated, True), stated, acting or (" ".join(asking),))

    def _first(self, act: str, text: str) -> Parted:
        """A first message: it may ask a question of the field before it tells of a case, or behind that."""
        act = "other" if act == "what_if" else act  # nothing is there yet that could be otherwise
        weighing = self._asked_about.with_numbers(text)
        if act == "other" and weighing and self._is("case", text):
            return Parted(
                act, without_hearsay(text) or text, tuple(weighing[:MOST_ASKED])
            )  # the number that it asks about is theirs as a rule
        stated, asking = self._intents.parted(text)
        general = [words for words in asking if self._asks_in_general(words)]
        if act != "other" or not stated or len(general) < len(asking) or not general:
            return Parted(act, without_hearsay(text) or text)
        ours = self._intents.about_us(stated) and self._intents.names_a_model(stated)
        if not ours or not self._is("case", stated, SURE_BESIDE):
            return Parted(act, text)
        return Parted(act, stated, (" ".join(general),))

    def _parted(self, text: str) -> tuple[str, list[str]]:
        """See Intents.parted; here a question of what a fact matters needs no question mark."""
        parts = [part.text for part in sentences(_BEHIND.sub(". ", clean(text)))]
        asking = [words for words in parts if self._intents.only_asks(words) or self._asked_about.weighs(words)]
        return ("\n".join(words for words in parts if words not in asking) if asking else text), asking

    def _asks_in_general(self, words: str) -> bool:
        return not self._intents.about_us(words) and self._is("question", words, SURE_QUESTION)

    def _is(self, kind: str, words: str, least: float = 0.0) -> bool:
        found, sure = self._intents.kind(words)
        return found == kind and sure >= least


def _claimed(stated: str, asking: Sequence[str]) -> str:
    """The claim that a message ends with before it asks whether that is so; empty where it does not."""
    last = next((part.text for part in reversed(sentences(clean(stated)))), "")
    points = bool(asking) and _POINTER.match(asking[0]) is not None
    return last if points and (_CLAIMS.search(last) or is_hearsay(last)) else ""
