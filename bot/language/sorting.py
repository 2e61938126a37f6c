"""Sorting: what a message is taken for, from what its words resemble and from what it was found to tell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.language.clauses import clauses, clean
from bot.language.intents import Intents
from bot.language.numbers import NUMBERS, quantities
from bot.language.plain import Plain
from bot.language.proposals import Read
from bot.language.quantify import read_numbers
from bot.language.reading_model import ReadingModel

SHARES = ("score", "target")  # what the quality amounts to, and may be told as well where that is asked
MANY_FACTS = 3  # a message that tells so many is about a case
SURE_KIND = 0.8  # how sure it is that a first message is none of a case, whatever it seems to tell
UNSURE_KIND = 0.4  # how unsure, so that a fact that it tells decides
SURE_CASE = 0.55  # how sure it must be that a message opens a case which tells no fact and may be mere chatter
SURE_STORY = 0.7  # the same where it begins as a question of the field does
SURELY = 0.95  # how probably a reply that may look like small talk must tell a level all the same
SHORT_REPLY = 3  # words: so short a reply is an answer where it is a known wording of one
PLAIN_REPLY = 5  # words: the same where they are nothing but that wording
LIKELY_LINE = 0.7  # the same for most of the lines of a reply that has one to each question
SURE_ASIDE = 0.6  # how sure it must be that a message is small talk or off-topic while a question is open
SHARES_NAMED = re.compile(r"\b(?:targets?|goals?|scores?|bar|need(?:s|ed)?|required|accuracy)\b", re.IGNORECASE)


class Sorting:
    """Tells a case and answers to what is asked from everything else that people type."""

    def __init__(self, intents: Intents, plain: Plain, model: ReadingModel) -> None:
        self._intents = intents
        self._plain = plain
        self._model = model

    def kind(
        self, text: str, kind: str, sure: float, act: str, told: Read, asked: Sequence[str], known: frozenset[str]
    ) -> str:
        """What a message is, where its words resemble `kind` so surely and it was found to tell what `told` holds."""
        first = not (asked or known)
        if kind != "case" and told.proposals and self._is_case(text, sure, told, asked, known):
            kind = "case"
        if (
            first
            and kind == "question"
            and (
                (act == "verdict" and self._intents.names_a_model(text))
                or (sure < SURE_KIND and self._intents.tells_first(text))
            )
        ):
            kind = "case"  # "should we fine-tune?" is how many begin
        if not first or kind != "case" or told.proposals:
            return kind
        if sure < SURE_CASE and self._intents.is_chatter(text):
            return "smalltalk"
        if (sure < SURE_CASE and not self._intents.names_a_model(text)) or self._intents.wants_work(text):
            return "offtopic"
        return "question" if sure < SURE_STORY and self._intents.asks_at_once(text) else "case"

    def _is_case(self, text: str, sure: float, told: Read, asked: Sequence[str], known: frozenset[str]) -> bool:
        """Whether what a message tells makes it one about a case, whatever its words resemble."""
        running, facts_only = bool(asked or known), _all_facts(text, told)
        if not (running or sure < SURE_KIND or facts_only):
            return False
        if self._intents.about_us(text):
            return True
        is_news = bool(known) and not asked and not self._intents.may_ask(text)
        tells = len(told.proposals) >= MANY_FACTS or facts_only or sure < UNSURE_KIND or is_news
        return tells and not self._intents.orders(text)

    def answers(self, text: str, asked: Sequence[str], kind: str, sure: float, act: str) -> bool:
        """Whether a message that resembles an aside answers an open question after all."""
        if kind == "injection":
            return not self._intents.orders(text) or (act == "other" and self._surely(text, asked))
        if kind == "question":
            return self._intents.is_reply(text)
        return not self._intents.is_general(text) and (sure < SURE_ASIDE or self._surely(text, asked))

    def line_by_line(self, answers: Sequence[tuple[str, Sequence[str]]], kind: str, act: str) -> bool:
        """Whether a message has a line to each open question, and most of the lines probably tell a level of what theirs asks."""
        if len(answers) == 1 or (kind == "injection" and act != "other") or any(r[0].endswith("?") for r in answers):
            return False
        lines = [reply for reply in answers if reply[0]]
        self._model.weigh(
            [(fact, clean(line)) for line, group in lines for fact in self._weighable(group)]
        )  # all at once is faster
        return 2 * sum(self._surely(*reply, sure=LIKELY_LINE) for reply in lines) > len(lines)

    def _weighable(self, asked: Sequence[str]) -> list[str]:
        """Those of the facts asked whose levels the model weighs."""
        return [fact for fact in asked if fact in self._model.labels and fact not in NUMBERS]

    def _surely(self, text: str, asked: Sequence[str], sure: float = SURELY) -> bool:
        """Whether words plainly tell a level of something asked, or a share: "narrow" is no small talk then."""
        known = self._weighable(asked)
        words = clean(text)
        if any(self._plain.named_level(fact, words) for fact in known) or self._plain.is_neither(words, asked):
            return True
        if len(words.split()) <= SHORT_REPLY and any(self._plain.is_worded(fact, words) for fact in known):
            return True
        if len(words.split()) <= PLAIN_REPLY and any(
            self._plain.level(fact, words, alone=False) for fact in known if fact != "evals"
        ):
            return True
        shares = any(quantity.unit in ("percent", "scale", "fraction") for quantity in quantities(words))
        told = {told.fact for told in read_numbers(words, asked)}.intersection(SHARES, asked)
        if told and (shares or SHARES_NAMED.search(words)):
            return True
        return any(weighed.best[1] >= sure for weighed in self._model.weigh([(fact, words) for fact in known]))


def _all_facts(text: str, read: Read) -> bool:
    """Whether a message is nothing but facts, as many as it has clauses: "no evals, one prompt"."""
    return "?" not in text and len(read.proposals) >= len(clauses(clean(text)))
