"""Alike: whether two cards tell a team the same, so that the second need not be shown in full. Pure."""

from __future__ import annotations

from bot.core.card import Card


def advises_alike(a: Card, b: Card) -> bool:
    """Whether two cards tell a team the same: the verdict, how sure, why, what to do, and what to beware of."""

    def advice(card: Card) -> tuple[object, ...]:
        texts = [cited.text for cited in (*card.reasons, *card.cautions, *((card.method,) if card.method else ()))]
        return card.verdict, card.certainty, texts, card.steps, card.route, [point.question for point in card.disputed]

    return advice(a) == advice(b)
