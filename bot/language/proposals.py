"""Proposals: facts that words may tell, before anything is taken from them."""

from __future__ import annotations

from bot.core.facts import Catalogue, Frozen, Value
from bot.core.session import Grade
from bot.language.quantify import Told
from bot.ports import ReadFact


class Proposal(Frozen):
    """A fact that a message tells, in the words `quote`, with the probability that it was read right."""

    fact: str
    value: Value
    quote: str
    probability: float
    grade: Grade = "stated"

    def as_fact(self) -> ReadFact:
        """As the talk gets it."""
        return ReadFact(**self.model_dump())


class Read(Frozen):
    """What a message tells. `unclear` are facts asked about that something was said about, but not clearly enough; `complete`
    is whether no part of a reply may be about a fact that got no value."""

    proposals: tuple[Proposal, ...] = ()
    unclear: tuple[str, ...] = ()
    dont_know: tuple[str, ...] = ()
    complete: bool = True


def number_proposal(catalogue: Catalogue, told: Told) -> Proposal:
    """A number as read by grammar, in the unit of its fact."""
    spec = catalogue.facts[told.fact]
    value = int(told.value) if spec.integer else round(told.value, 2)
    return Proposal(
        fact=told.fact,
        value=value,
        quote=told.quote[:200],
        probability=0.97,
        grade="stated" if told.hedged else "measured" if told.fact == "score" else "stated",
    )
