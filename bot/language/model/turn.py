"""Turn: a language model's part in one turn - it reads the message and words the reply, one call each, or is left out.

Implements the ports Language and Wording over the embedded language. Whatever fails, the turn goes on with what is embedded;
what failed stands in `usage`, for the log, and people are not told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.facts import Value
from bot.core.usage import TurnUsage
from bot.language.model import tongue, wording
from bot.language.model.answering import answered
from bot.language.model.calls import Calls, Parts
from bot.language.model.client import as_input
from bot.language.model.forms import HEARD_SCHEMA, SAID_SCHEMA, read_heard, read_said
from bot.language.model.merge import merge
from bot.language.model.understanding import checked, letters_in
from bot.language.ordered import flat_asked
from bot.language.orders import gives_orders, may_steer
from bot.language.speech import own_words
from bot.ports import AskedFact, Draft, Language, ReadFact, ReadMessage, Show, Supposition

LONGEST_MESSAGE = 4000  # characters of a message that a model is shown; the embedded language reads all of it
PLAIN_ACTS = frozenset({"forget", "restart", "status", "help", "thanks", "greet", "skip", "dont_know", "why_asked"})
# A reply of fewer characters, every asked fact of which was read for sure, needs no second opinion: in any language, and in English.
SHORT, WHOLE, SURE = 40, 300, 0.9
SHORT_REPLY = 80  # characters of a reply to a question, that may do without a word for whoever says it


class ModelTurn:
    """For one turn of one thread, in one thread of the process. `spent` are the workspace's tokens of today."""

    def __init__(self, parts: Parts, embedded: Language, spent: int = 0, show: Show | None = None) -> None:
        self._parts, self._embedded, self._show = parts, embedded, show
        self._calls = Calls(parts, spent)
        self._supposed: tuple[ReadFact, ...] = ()
        self._orders = False
        self._language: str | None = None

    @property
    def usage(self) -> TurnUsage:
        """What the turn took so far."""
        return self._calls.usage

    # --- the port Language ------------------------------------------------------------------------------------------

    def read(self, text: str, asked: Sequence[Sequence[str]], known: frozenset[str]) -> ReadMessage:
        """See ports.Language: both readings merged by the rule in `merge`."""
        base = self._embedded.read(text, asked, known)
        keys = flat_asked(asked)
        self._orders = base.act == "injection" or base.kind == "injection" or gives_orders(text)
        if self._orders or not _worth_reading(text, base, keys):
            self._calls.left_out.append("understand:orders" if self._orders else "understand:plain")
            return base
        shown = text[:LONGEST_MESSAGE]
        given = as_input(asked=keys, message=shown)
        form = self._calls.make(
            "understand",
            self._parts.understand,
            given,
            lambda: self._parts.client.fill(self._parts.understand, given, "heard", HEARD_SCHEMA),
            read_heard,
        )
        if form is None:
            return base
        self._language = form.language.lower()[:2]
        own = own_words(shown, vouched=bool(base.facts) or (bool(keys) and len(shown) <= SHORT_REPLY))
        understood = checked(form, own, keys, self._parts.catalogue, letters_in(shown))
        self._supposed = understood.supposed
        return merge(base, form, understood, keys, trusted=not may_steer(text))

    def read_supposition(self, text: str) -> Supposition:
        """See ports.Language; what the model took to be supposed when it read the message, where the embedded one reads nothing."""
        read = self._embedded.read_supposition(text)
        return read if read.facts or not self._supposed else Supposition(facts=self._supposed)

    def read_weighed(self, text: str, known: Mapping[str, Value]) -> tuple[AskedFact, ...]:
        """See ports.Language. No model is asked: what a fact is called is in words of ours."""
        return self._embedded.read_weighed(text, known)

    def is_to_us(self, text: str, asked: Sequence[Sequence[str]]) -> bool:
        """See ports.Language. No model is asked: most of what people say to each other should reach none."""
        return self._embedded.is_to_us(text, asked)

    # --- the port Wording -------------------------------------------------------------------------------------------

    def word(self, said: Sequence[str], drafts: Sequence[Draft]) -> Sequence[str | None]:
        """See ports.Wording."""
        none: list[str | None] = [None] * len(drafts)
        if self._orders or any(gives_orders(line) for line in said[:1]):
            self._calls.left_out.append("word:orders")
            return none
        room = wording.Room(said=tuple(said), language=self._spoken(said), leaks=self._parts.prompts.words)
        places = [place for place, draft in enumerate(drafts) if wording.worth_wording(draft, room.language)]
        chosen = [drafts[place] for place in places]
        if not chosen:
            return none
        if len(chosen) == 1 and chosen[0].kind == "answer":
            worded: Sequence[str | None] | None = [answered(self._parts, self._calls, chosen[0], room, self._show)]
        else:
            given = wording.drafts_input(chosen, room)
            worded = self._calls.make(
                "word",
                self._parts.word,
                given,
                lambda: self._parts.client.fill(self._parts.word, given, "said", SAID_SCHEMA),
                lambda raw: wording.said_of(read_said(raw), chosen, room),
            )
        for place, text in zip(places, worded or (), strict=False):
            none[place] = text
        return none

    def _spoken(self, said: Sequence[str]) -> str:
        """The language to answer in: the person's, as told by their words, else as the model named it."""
        named = self._language if self._language in tongue.NAMES else None
        return tongue.tongue_of_person(said) or named or "en"


def _worth_reading(text: str, base: ReadMessage, asked: Sequence[str]) -> bool:
    """Whether a model may tell more about a message than the embedded language, which is sure of plain and short ones."""
    if sum(c.isalpha() for c in text) < 2:
        return False
    if base.act in PLAIN_ACTS and len(text) < 2 * SHORT:
        return False
    told = {fact.fact for fact in base.facts if fact.probability >= SURE} | set(base.dont_know)
    if told.issuperset(("score", "target")):
        told.add("quality")  # which follows from them
    plain = len(text) < (WHOLE if tongue.tongue_of(text) in (None, "en") else SHORT)
    return not (asked and plain and base.complete and not base.unclear and told.issuperset(asked))
