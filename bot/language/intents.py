"""Intents: what a message is - a conversational act, a case of one's own, a general question, small talk, off-topic."""

from __future__ import annotations

import re
from itertools import takewhile

from bot.language.acts import READ, Acts
from bot.language.clauses import clauses, clean, sentences
from bot.language.heads import Features, Head, softmax
from bot.language.solved import REPLY

SHARPNESS = 3.0
UNSURE = 0.5
TOLD_FIRST, FEWEST_SAID = 10, 3  # words: of all that is told before a question, and of a sentence that tells anything
LEAST_CHATTER, CHATTER = 8, 20  # words: fewer may name a task, more tell a story
_OURS = re.compile(r"\b(?:we|our|ours|wir|unser\w*|nous|nos|notre|nosotros|nuestr\w+)\b", re.IGNORECASE)
_WANTS = re.compile(
    r"^\W*(?:(?:so|ok|and|please|pls|hm+|btw|just|(?:can|could) (?:someone|anyone|you)|someone|anyone|somebody|anybody)\W+)*"
    r"(?:wondering|curious|trying to understand|tell|explain|describe|show|compare|define|elaborate|list|give|remind|talk|more|"
    r"(?:the |any )?(?:difference|pros|details|info\w*|tips|advice|thoughts)|how|what|which|who|where|when|is|are|do|does|can|could|"
    r"should|would|erklär\w*|wie|was|welche\w*|explique\w*|comment|quel\w*|qué|cómo|cuál\w*)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\W*(?:what|whats|which|who|whose|where|when|why|how|is|are|was|were|do|does|did|can|could|should|shall|would|will|won.?t|isn.?t|"
    r"aren.?t|doesn.?t|don.?t|shouldn.?t|has|may|might|must|am|wdym|wie|warum|wieso|wer|wo|wann|kann|können|soll|sollen|ist|sind|"
    r"muss|müssen|que|qu|quel|quels|quelle|comment|pourquoi|est-ce|faut-il|peut-on|qué|cómo|por qué|cuál|puede|pode)\b",
    re.IGNORECASE,
)
# How questions begin that many write without a question mark; "is fine" and "what it lacks" are answers.
_PLAINLY = re.compile(
    r"\W*(?:why (?:not|is|are|do|does|would|should|can|can.?t|don.?t)\b|how (?:many|much|long|often)\b.*\b(?:would|do|does|should|will)\b|"
    r"(?:would|could|should|does|do|can|will|shall) (?:we|i|you|it|that|this|they|an?|the|our|my|q?lora|rag|fine-?tuning|tuning|"
    r"distill\w*|prompting|retrieval)\b|which model\b|what (?:should|would|do|does|can|could) \w+|"
    r"i (?:still )?(?:don.?t|do not) (?:know|get|understand) what\b)",
    re.IGNORECASE,
)
_IF = re.compile(r"\b(?:if|wenn|falls|si)\b", re.IGNORECASE)
_BIDDING = re.compile(r"\W*(?:like )?(?:give|show|tell|explain|list|remind|name)(?: to)? (?:me|us|it)\b", re.IGNORECASE)
_WORK = re.compile(
    r"^\W*(?:(?:please|pls|hey|hi|(?:can|could) (?:you|someone|anyone|somebody))\W+)*"
    r"(?:translate|write|draft|summari[sz]e|fix|book|order|remind|calculate|compute|convert|approve|übersetz\w*|traduis|traduce)\b",
    re.IGNORECASE,
)
FEWEST_ASKED = 4  # words of a question without a question mark
SURE_REPLY = 0.5  # how surely a first message goes on with something, so that it belongs to a case
SURE_INJECTION = 0.75
LIKELY_INJECTION = 0.35  # enough where a message also sounds like orders to the bot


class Intents:
    """Tells what kind of message somebody wrote."""

    def __init__(self, acts: Acts, head: Head, features: Features) -> None:
        self._acts = acts
        self._head = head
        self._features = features

    def act(self, text: str) -> str:
        """The conversational act that a message plainly is by its wording; "other" where it is none."""
        return self._acts.act_of(text)

    def about_us(self, text: str) -> bool:
        """Whether a message speaks of the writer's own team."""
        return bool(self._acts.signs["ours"].search(clean(text)))

    def orders(self, text: str) -> bool:
        """Whether a message sounds like orders to the bot."""
        return bool(self._acts.signs["orders"].search(clean(text)))

    def only_orders(self, text: str) -> bool:
        """Whether a message speaks to the bot, and neither of the writer's team nor of anything that matters to a case."""
        return self.orders(text) and not self.about_us(text) and not self._acts.signs["topic"].search(clean(text))

    def without_injection(self, text: str) -> str:
        """A message without the sentences that try to give orders."""
        pattern = dict(self._acts.acts)["injection"]
        return " ".join(part.text for part in sentences(clean(text)) if not pattern.search(part.text))

    def is_parting(self, text: str) -> bool:
        """Whether a message is thanks or a goodbye and nothing else."""
        return bool(self._acts.signs["parting"].search(clean(text)))

    def names_a_model(self, text: str) -> bool:
        """Whether a message names a model, a bot, data or anything else that a case is about."""
        return any(self._acts.signs[sign].search(clean(text)) for sign in ("topic", "product"))

    def is_chatter(self, text: str) -> bool:
        """Whether a short message names nothing that a case could be about: no bot, no model, no data, not one number."""
        text = clean(text)
        theirs = self.names_a_model(text) or _OURS.search(text) or re.search(r"\d", text)
        return not theirs and LEAST_CHATTER <= len(text.split()) <= CHATTER

    def is_general(self, text: str) -> bool:
        """Whether a message is worded like a general question: what, how, which ..."""
        return bool(self._acts.signs["general"].search(clean(text)))

    def is_lead(self, text: str) -> bool:
        """Whether a text is nothing but words that lead to something: "great.", "ok so"."""
        return re.search(r"\w", text) is not None and self._acts.is_lead(clean(text))

    def parted(self, text: str) -> tuple[str, list[str]]:
        """What a message states, as it is where nothing in it only asks, and the sentences that only ask."""
        text = clean(text)
        parts = sentences(text)
        asking = [part.text for part in parts if self.only_asks(part.text)]
        return ("\n".join(part.text for part in parts if part.text not in asking) if asking else text), asking

    def only_asks(self, sentence: str) -> bool:
        """Whether a sentence asks something and states nothing: a question by how it begins, one with an if, or a bidding to tell."""
        words = self._acts.without_lead(sentence)
        begins = _ASKING.match(words) or _ASKING.match(sentence)
        asks = sentence.endswith("?") and bool(begins or _IF.search(words))
        plainly = len(words.split()) >= FEWEST_ASKED and _PLAINLY.match(words) is not None
        return asks or plainly or _BIDDING.match(words) is not None

    def asks(self, text: str) -> bool:
        """Whether a message is worded as a question."""
        return clean(text).endswith("?") or self.is_general(text)

    def may_ask(self, text: str) -> bool:
        """Whether a message may want to be told something: a question, or a request to explain, compare and the like."""
        return self.asks(text) or "?" in text or _WANTS.search(clean(text)) is not None

    def asks_at_once(self, text: str) -> bool:
        """Whether a message that speaks of nobody's team begins as a question or a request to explain does."""
        return not self._acts.signs["ours"].search(clean(text)) and _WANTS.search(clean(text)) is not None

    def wants_work(self, text: str) -> bool:
        """Whether a message asks for some other piece of work: to translate this, to write that."""
        text = clean(text)
        return _WORK.search(text) is not None and not any(self._acts.signs[s].search(text) for s in ("ours", "topic"))

    def tells_first(self, text: str) -> bool:
        """Whether a message says something at length before it asks, as one about a case does; others ask at once."""
        parts = sentences(clean(text))
        told = [len(part.text.split()) for part in takewhile(lambda part: not part.text.endswith("?"), parts)]
        asks = len(told) < len(parts) or sum(words >= FEWEST_SAID for words in told) > 1
        return not (self.is_general(text) or _WANTS.search(clean(text))) and asks and sum(told) >= TOLD_FIRST

    def is_reply(self, text: str) -> bool:
        """Whether a message may answer an open question although it looks like one: "what's in stock, a tool looks that up"."""
        text = clean(text)
        if text.endswith("?"):
            return False
        return not (self.is_general(text) and (len(clauses(text)) == 1 or self._acts.signs["topic"].search(text)))

    def looked_at(self, text: str) -> str:
        """The words whose vector `kind` will want."""
        return clean(text)[:READ]

    def kind(self, text: str, running: bool = False) -> tuple[str, float]:
        """What a message is: case, question, smalltalk, offtopic or injection, and how sure.

        `running` is whether it may go on with a case that was told before.
        """
        text, seen = clean(text), self.looked_at(text)
        probabilities = softmax(self._head.scores(self._features.of([seen]))[0], SHARPNESS)
        scores = dict(zip(self._head.classes, (float(p) for p in probabilities), strict=True))
        reply = scores.pop(REPLY, 0.0)
        if running or reply >= SURE_REPLY:
            scores["case"] += reply
        total = sum(scores.values())
        orders = self.orders(text) and not self.is_general(text) and self.parted(text)[0] != ""
        if scores["injection"] < (LIKELY_INJECTION if orders else SURE_INJECTION) * total:
            scores["injection"] = 0.0  # that word is not lightly used of somebody
        best = max(scores, key=lambda name: scores[name])
        sure = scores[best] / total
        return best, sure if any(c.isalpha() for c in text) else min(sure, UNSURE)  # a bare number may answer anything
