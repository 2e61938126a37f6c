"""Guarded: a language that reads messages only after what is not their writer's telling was taken out: orders, and machine text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.facts import Value
from bot.language.orders import gives_orders, without_orders
from bot.language.speech import holds_machine_text, own_words
from bot.ports import AskedFact, Language, ReadMessage, Supposition

ORDERS = ReadMessage(act="injection", kind="injection")
WIPES = frozenset({"forget", "restart"})


class GuardedLanguage:
    """The port Language over another one."""

    def __init__(self, inner: Language) -> None:
        self._inner = inner

    def read(self, text: str, asked: Sequence[Sequence[str]], known: frozenset[str]) -> ReadMessage:
        """See ports.Language. Where there were orders, what is left tells facts at most: it does nothing else.

        Beside code, markup and the like only what people say for themselves is read.
        """
        if not gives_orders(text):
            told = own_words(text, vouched=False) if holds_machine_text(text) else text
            return self._inner.read(told, asked, known) if told else ORDERS
        rest = without_orders(text)
        if not any(character.isalpha() for character in rest):
            return ORDERS
        read = self._inner.read(rest, asked, known)
        return read.model_copy(update={"act": "injection", "unclear": (), "dont_know": ()})

    def is_to_us(self, text: str, asked: Sequence[Sequence[str]]) -> bool:
        """See ports.Language. Orders that nobody mentioned us with are left alone; what stands beside them is judged."""
        rest = without_orders(text) if gives_orders(text) else text
        return any(character.isalnum() for character in rest) and self._inner.is_to_us(rest, asked)

    def read_supposition(self, text: str) -> Supposition:
        """See ports.Language."""
        return Supposition() if gives_orders(text) else self._inner.read_supposition(text)

    def read_weighed(self, text: str, known: Mapping[str, Value]) -> tuple[AskedFact, ...]:
        """See ports.Language."""
        return () if gives_orders(text) else self._inner.read_weighed(text, known)
