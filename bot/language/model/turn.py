"""Turn: a language model's part in one turn - it reads the message and words the reply, one call each, or is left out.

Implements the ports Language and Wording over the embedded language. Whatever fails, the turn goes on with what is embedded;
what failed stands in `usage`, for the log, and people are not told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from bot.content.prompts import Prompts
from bot.core.facts import Catalogue
from bot.core.usage import CallUsage, Prices, Purpose, TurnUsage
from bot.language.embedded import flat_asked
from bot.language.model import tongue, wording
from bot.language.model.breaker import Breaker
from bot.language.model.client import Client, Spent, as_input, estimate
from bot.language.model.failures import ANSWERED, Failed, failure_of
from bot.language.model.forms import HEARD_SCHEMA, SAID_SCHEMA, read_heard, read_said
from bot.language.model.merge import merge
from bot.language.model.sentences import whole_sentences
from bot.language.model.understanding import catalogue_lines, checked, letters_in
from bot.language.orders import gives_orders, may_steer
from bot.language.speech import own_words
from bot.ports import Draft, Language, ReadFact, ReadMessage, Show

LONGEST_MESSAGE = 4000  # characters of a message that a model is shown; the embedded language reads all of it
PLAIN_ACTS = frozenset({"forget", "restart", "status", "help", "thanks", "greet", "skip", "dont_know", "why_asked"})
# A reply of fewer characters, every asked fact of which was read for sure, needs no second opinion: in any language, and in English.
SHORT, WHOLE, SURE = 40, 300, 0.9
SHORT_REPLY = 80  # characters of a reply to a question, that may do without a word for whoever says it
ANSWER_TOKENS = 400  # reserved in the budget for what a call gives back
T = TypeVar("T")


class Parts:
    """What all turns share: the model, the prompts, what may be spent, and the breaker."""

    def __init__(
        self,
        client: Client,
        prompts: Prompts,
        catalogue: Catalogue,
        prices: Prices | None,
        turn_tokens: int,
        day_tokens: int,
    ) -> None:
        self.client, self.prompts, self.catalogue, self.prices = client, prompts, catalogue, prices
        self.turn_tokens, self.day_tokens = turn_tokens, day_tokens
        self.breaker = Breaker()
        self.understand = prompts["understand"].filled(facts=catalogue_lines(catalogue))
        self.word = prompts["word"].filled()
        self.answer = prompts["answer"].filled()


class ModelTurn:
    """For one turn of one thread, in one thread of the process. `spent` are the workspace's tokens of today."""

    def __init__(self, parts: Parts, embedded: Language, spent: int = 0, show: Show | None = None) -> None:
        self._parts, self._embedded, self._spent, self._show = parts, embedded, spent, show
        self._calls: list[CallUsage] = []
        self._left_out: list[str] = []
        self._supposed: tuple[ReadFact, ...] = ()
        self._orders = False
        self._language: str | None = None

    @property
    def usage(self) -> TurnUsage:
        """What the turn took so far."""
        return TurnUsage(prompts=self._parts.prompts.version, calls=tuple(self._calls), left_out=tuple(self._left_out))

    # --- the port Language ------------------------------------------------------------------------------------------

    def read(self, text: str, asked: Sequence[Sequence[str]], known: frozenset[str]) -> ReadMessage:
        """See ports.Language: both readings merged by the rule in `merge`."""
        base = self._embedded.read(text, asked, known)
        keys = flat_asked(asked)
        self._orders = base.act == "injection" or base.kind == "injection" or gives_orders(text)
        if self._orders or not _worth_reading(text, base, keys):
            self._left_out.append("understand:orders" if self._orders else "understand:plain")
            return base
        shown = text[:LONGEST_MESSAGE]
        given = as_input(asked=keys, message=shown)
        form = self._call(
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

    def read_supposition(self, text: str) -> tuple[ReadFact, ...]:
        """See ports.Language; what the model took to be supposed when it read the message, where the embedded one reads nothing."""
        return self._embedded.read_supposition(text) or self._supposed

    # --- the port Wording -------------------------------------------------------------------------------------------

    def word(self, said: Sequence[str], drafts: Sequence[Draft]) -> Sequence[str | None]:
        """See ports.Wording."""
        none: list[str | None] = [None] * len(drafts)
        if self._orders or any(gives_orders(line) for line in said[:1]):
            self._left_out.append("word:orders")
            return none
        room = wording.Room(said=tuple(said), language=self._spoken(said), leaks=self._parts.prompts.words)
        places = [place for place, draft in enumerate(drafts) if wording.worth_wording(draft, room.language)]
        chosen = [drafts[place] for place in places]
        if not chosen:
            return none
        if len(chosen) == 1 and chosen[0].kind == "answer":
            worded: Sequence[str | None] | None = self._answered(chosen[0], room)
        else:
            given = wording.drafts_input(chosen, room)
            worded = self._call(
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

    def _answered(self, draft: Draft, room: wording.Room) -> list[str | None]:
        """An answer from passages, shown sentence by sentence as each has been checked."""
        given = wording.answer_input(room.person, draft, room)
        spent: list[Spent] = []
        shown: list[str] = []
        dropped = 0

        def texts() -> Iterator[str]:
            for piece in self._parts.client.stream(self._parts.answer, given):
                if isinstance(piece, Spent):
                    spent.append(piece)
                else:
                    yield piece

        def sayable() -> Sequence[str]:
            nonlocal dropped
            for sentence in whole_sentences(texts()):
                if sentence == wording.SILENT_MARK:
                    raise Failed("uncited")
                if (text := wording.answered(sentence, draft, room)) is None:
                    dropped += 1
                    continue
                shown.append(text)
                if self._show is not None:
                    self._show(text if len(shown) == 1 else f" {text}")
            return shown

        def judge(sentences: Sequence[str]) -> str:
            if not sentences and not dropped:
                raise Failed("empty")
            if len(sentences) < wording.PART * (len(sentences) + dropped):
                raise Failed("uncited")
            return " ".join(sentences)

        text = self._call("word", self._parts.answer, given, lambda: (sayable(), spent[0] if spent else Spent()), judge)
        if (
            text is None and shown and self._show is not None
        ):  # what was shown stays, and the passages themselves follow
            rest = f"\n\n{draft.text}"
            self._show(rest)
            return [" ".join(shown) + rest]
        return [text]

    # --- calls ------------------------------------------------------------------------------------------------------

    def _call(
        self,
        purpose: Purpose,
        system: str,
        given: str,
        ask: Callable[[], tuple[object, Spent]],
        use: Callable[..., T],
    ) -> T | None:
        """One call within the budgets, and what `use` makes of the answer; None where it came to nothing."""
        parts = self._parts
        expected = estimate(system, given) + ANSWER_TOKENS
        used = sum(call.tokens for call in self._calls)
        if used + expected > parts.turn_tokens or self._spent + used + expected > parts.day_tokens:
            self._left_out.append(f"{purpose}:budget")
            return None
        if not parts.breaker.allows():
            self._left_out.append(f"{purpose}:breaker")
            return None
        start = time.monotonic()
        spent, outcome, value = Spent(), "ok", None
        try:
            raw, spent = ask()
            value = use(raw)
            parts.breaker.succeeded()
        except Exception as error:  # whatever a provider's library raises, the turn goes on
            failure = failure_of(error)
            outcome = failure.why
            if spent == Spent():
                spent = Spent(tries=failure.tries)
            if failure.why in ANSWERED:
                parts.breaker.succeeded()
            else:
                parts.breaker.failed(failure.after)
        self._record(purpose, outcome, spent, time.monotonic() - start, system, given)
        return value

    def _record(self, purpose: Purpose, outcome: str, spent: Spent, seconds: float, system: str, given: str) -> None:
        into, out, estimated = spent.input_tokens, spent.output_tokens, False
        if not into and outcome not in ("rate_limited", "server", "unreachable", "denied", "rejected"):
            into, out, estimated = estimate(system, given), 0 if outcome == "timeout" else ANSWER_TOKENS // 4, True
        prices = self._parts.prices
        self._calls.append(
            CallUsage(
                purpose=purpose,
                model=self._parts.client.spec.label,
                outcome=outcome,
                tries=spent.tries,
                input_tokens=into,
                cached_tokens=spent.cached_tokens,
                output_tokens=out,
                estimated=estimated,
                seconds=round(seconds, 3),
                cost=prices.cost(into, spent.cached_tokens, out) if prices else None,
            )
        )


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
