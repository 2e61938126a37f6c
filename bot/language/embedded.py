"""Embedded: the language port without any model server - a tuned reading model, grammar and small classifiers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.core.facts import Catalogue
from bot.language.acts import Acts
from bot.language.clauses import clauses, clean, sentences
from bot.language.heads import Features, VectorsOf
from bot.language.hearing import Hearing
from bot.language.intents import Intents
from bot.language.numbers import NUMBERS, quantities
from bot.language.ordered import apart, flat_asked, one_by_one, without_marks, without_opener
from bot.language.phrases import Patterns
from bot.language.proposals import Proposal, Read
from bot.language.quantify import read_numbers
from bot.language.reader import Reader
from bot.language.reading_model import ReadingModel
from bot.language.solved import Solved
from bot.language.statements import is_of_another
from bot.language.withdrawn import withdrawn, without_withdrawal
from bot.ports import ReadFact, ReadMessage

WHOLE = frozenset({"restart", "forget", "status", "help"})  # acts of a message that tells nothing beside
REPLIES = frozenset({"why_asked", "skip"})  # acts that nobody but who asked is told of, where something is asked
SHRUG = 3  # words: "no idea" answers what is asked, "no idea who that is" may be said to anybody
TELLING_NOTHING = frozenset({"dont_know", "skip", "why_asked", "explain", "what_if", "help"})
STATING = frozenset({"other", "correct", "disagree"})  # acts of a message that may state something
SHARES = ("score", "target")  # what the quality amounts to, and may be told as well where that is asked
MEASURES = frozenset({"evals", "quality", "score", "target"})
THEIRS = frozenset(
    {"score", "quality", "latency_gap", "cost_gap", "behaviour_gap"}
)  # what holds of the system that a team has
SURELY = 0.95  # how probably a reply that may look like small talk must tell a level all the same
SHORT_REPLY = 3  # words: so short a reply is an answer where it is a known wording of one
FEWEST_STATED = 3  # words beside a question that state anything
PLAIN_REPLY = 5  # words: the same where they are nothing but that wording
LIKELY_LINE = 0.7  # the same for most of the lines of a reply that has one to each question
MANY_FACTS = 3  # a message that tells so many is about a case
SURE_KIND = 0.8  # how sure it is that a first message is none of a case, whatever it seems to tell
UNSURE_KIND = 0.4  # how unsure, so that a fact that it tells decides
SURE_CASE = 0.55  # how sure it must be that a message opens a case which tells no fact and may be mere chatter
SURE_STORY = 0.7  # the same where it begins as a question of the field does
SURE_ASIDE = 0.6  # how sure it must be that a message is small talk or off-topic while a question is open
SHARES_NAMED = re.compile(r"\b(?:targets?|goals?|scores?|bar|need(?:s|ed)?|required|accuracy)\b", re.IGNORECASE)
_INSTEAD = re.compile(
    r"(?P<now>[~\d][\w.,%~]*)(?:\s+(?:\w+\s+){0,3}?(?:is|are|was|were) \w+)?\s*(,|and|-)?\s*(not|instead of|rather than|statt|pas|no)"
    r"\s+(?P<before>[~\d][\w.,%~]*)",
    re.IGNORECASE,
)

_AND = re.compile(r"(?:,\s+|\s+)(?:and|plus|und|et|y)\s+", re.IGNORECASE)


class EmbeddedLanguage:
    """Reads messages with what ships with the project. `solved` was solved on vectors as `vectors_of` gives them."""

    def __init__(
        self,
        catalogue: Catalogue,
        acts: Acts,
        patterns: Mapping[str, Sequence[Patterns]],
        model: ReadingModel,
        solved: Solved,
        hearing: Hearing,
        vectors_of: VectorsOf,
    ) -> None:
        self._features = features = Features(vectors_of)
        self._acts, self._model, self.hearing = acts, model, hearing
        self.reader = Reader(catalogue, acts, patterns, model, solved.router, features)
        self.intents = Intents(acts, solved.kinds, features)

    def read(self, text: str, asked: Sequence[Sequence[str]], known: frozenset[str]) -> ReadMessage:
        """See ports.Language."""
        said, text = text, without_opener(without_marks(text))
        act = self.intents.act(said)
        taken_back = withdrawn(said, known)
        if taken_back:
            return self._withdrawn(said, taken_back)
        flat = flat_asked(asked)
        if act == "what_if" and not (flat or known):
            act = "other"  # nothing is there yet that could be otherwise
        stated = self.intents.without_questions(text) if flat or known else text
        only_asks = not stated or (stated != text and not flat and len(stated.split()) < FEWEST_STATED)
        stated = "" if only_asks else stated
        if stated and stated != text:
            said = text = stated  # what is asked beside tells nothing
        shares = [fact for fact in SHARES if fact not in known]
        asked = [(*group, *(n for n in shares if n not in group)) if "quality" in group else group for group in asked]
        if act in WHOLE and len(text) < 160:
            return ReadMessage(act=act, kind=self.intents.kind(text)[0])
        if self.intents.is_parting(text):
            return ReadMessage(act="thanks", kind="smalltalk")
        answers = apart(without_opener(said), one_by_one(asked))
        if len(answers) > 1 and act == "dont_know":
            act = "other"  # who knows nothing of one question may know of the other
        seen = [words for reply in answers for words in self.reader.looked_at(*reply)]
        self._features.foresee([self.intents.looked_at(text), *seen])
        kind, sure = self.intents.kind(text, running=bool(flat or known))
        if act == "injection":
            text = self.intents.without_injection(text)
        if only_asks:
            kind = "question" if kind == "case" else kind
        elif flat and (self._answers(text, flat, kind, sure, act) or self._line_by_line(answers, kind, act)):
            kind = "case"
        corrects = self._correction(text)
        takes_back = bool(corrects) or act == "correct"
        aside = bool(flat) and self._tells_aside(text, flat, known)
        replies = bool(flat) and kind == "case" and not (takes_back or aside) and act != "injection"
        answer = self._answered(answers) if replies else Read()
        heard = bool(answer.proposals or answer.unclear or answer.dont_know)
        beside = (
            Read()
            if only_asks or act in TELLING_NOTHING or (not flat and self.intents.only_orders(text))
            else self.reader.unasked.read_opening(text, _skipped(flat, known, heard), first=not (flat or known))
        )
        tells = len(beside.proposals) >= MANY_FACTS or _all_facts(text, beside)
        if (
            kind != "case"
            and beside.proposals
            and (flat or known or sure < SURE_KIND or _all_facts(text, beside))
            and (
                self.intents.about_us(text)
                or (not self.intents.orders(text) and (tells or sure < UNSURE_KIND or self._is_news(text, flat, known)))
            )
        ):
            kind = "case"
        if kind == "question" and sure < SURE_KIND and not flat and not known and self.intents.tells_first(text):
            kind = "case"
        if act == "verdict" and not flat and not known and kind == "question":
            kind = "case"  # "should we fine-tune?" is how many begin
        opens = kind == "case" and not flat and not known
        if opens and not beside.proposals:
            if sure < SURE_CASE and self.intents.is_chatter(text):
                kind = "smalltalk"
            elif (sure < SURE_CASE and not self.intents.names_a_model(text)) or self.intents.wants_work(text):
                kind = "offtopic"
            elif sure < SURE_STORY and self.intents.asks_at_once(text):
                kind = "question"
        touches = ""
        unread = not (heard or beside.proposals or corrects or (flat and replies) or self.intents.asks(text))
        if known and unread and act in STATING:  # nothing was read of what is no question
            beside = Read(proposals=self.reader.statements.read_level(text) or self.reader.statements.read_news(text))
            touches = "" if beside.proposals else self.reader.statements.touched(text)
            kind = "case" if touches or beside.proposals else kind
        if known and kind == "question" and not self.intents.may_ask(text):
            kind = "case" if beside.proposals else "smalltalk"  # something is said, be it no fact that could be read
        beside = self._with_score(text, beside, known, takes_back)
        proposals = [*answer.proposals, *(beside.proposals if flat or takes_back or kind == "case" else ())]
        return ReadMessage(
            act=act,
            kind=kind,
            facts=tuple(_fact(p) for p in ([] if corrects else proposals)),
            unclear=answer.unclear,
            dont_know=answer.dont_know,
            complete=answer.complete,
            corrects=corrects,
            touches=touches,
        )

    def _withdrawn(self, text: str, facts: Sequence[str]) -> ReadMessage:
        """A message that takes something back, and what it says of just that instead."""
        rest = without_withdrawal(text)
        told = self.reader.read_answer(rest, facts) if re.search(r"\w", rest) and rest != clean(text) else Read()
        return ReadMessage(act="correct", facts=tuple(_fact(p) for p in told.proposals), withdrawn=tuple(facts))

    def _is_news(self, text: str, flat: Sequence[str], known: frozenset[str]) -> bool:
        """Whether a message that tells a fact goes on with a case, where nothing is asked and it asks nothing itself."""
        return bool(known) and not flat and not self.intents.may_ask(text)

    def _with_score(self, text: str, beside: Read, known: frozenset[str], takes_back: bool) -> Read:
        """What stands beside a reply, and the score that a message gives anew where one was known."""
        if "score" not in known:
            return beside
        score = self.reader.statements.read_score(text, takes_back)
        told = [p for p in beside.proposals if not (p.fact in THEIRS and is_of_another(clean(text), p.quote))]
        others = [p for p in told if p.fact != "score" and not (score and p.value == score[0].value)]
        return Read(proposals=(*score, *others)) if score else Read(proposals=tuple(told))

    def _answers(self, text: str, asked: Sequence[str], kind: str, sure: float, act: str) -> bool:
        """Whether a message that resembles an aside answers an open question after all."""
        if kind == "injection":
            return not self.intents.orders(text) or (act == "other" and self._surely_answers(text, asked))
        if kind == "question":
            return self.intents.is_reply(text)
        return not self.intents.is_general(text) and (sure < SURE_ASIDE or self._surely_answers(text, asked))

    def _line_by_line(self, answers: Sequence[tuple[str, Sequence[str]]], kind: str, act: str) -> bool:
        """Whether a message has a line to each open question, and most of the lines probably tell a level of what theirs asks."""
        if len(answers) == 1 or (kind == "injection" and act != "other") or any(r[0].endswith("?") for r in answers):
            return False
        lines = [reply for reply in answers if reply[0]]
        self._model.weigh(
            [(fact, clean(line)) for line, group in lines for fact in self._weighable(group)]
        )  # all at once is faster
        return 2 * sum(self._surely_answers(*reply, sure=LIKELY_LINE) for reply in lines) > len(lines)

    def _weighable(self, asked: Sequence[str]) -> list[str]:
        """Those of the facts asked whose levels the model weighs."""
        return [fact for fact in asked if fact in self._model.labels and fact not in NUMBERS]

    def _surely_answers(self, text: str, asked: Sequence[str], sure: float = SURELY) -> bool:
        """Whether words plainly tell a level of something asked, or a share: "narrow" is no small talk then."""
        known = self._weighable(asked)
        words = clean(text)
        if any(self.reader.plain.named_level(fact, words) for fact in known) or self.reader.plain.is_neither(
            words, asked
        ):
            return True
        if len(words.split()) <= SHORT_REPLY and any(self.reader.plain.is_worded(fact, words) for fact in known):
            return True
        if len(words.split()) <= PLAIN_REPLY and any(
            self.reader.plain.level(fact, words, alone=False) for fact in known if fact != "evals"
        ):
            return True
        shares = any(quantity.unit in ("percent", "scale", "fraction") for quantity in quantities(words))
        told = {told.fact for told in read_numbers(words, asked)}.intersection(SHARES, asked)
        if told and (shares or SHARES_NAMED.search(words)):
            return True
        return any(weighed.best[1] >= sure for weighed in self._model.weigh([(fact, words) for fact in known]))

    def _tells_aside(self, text: str, asked: Sequence[str], known: frozenset[str]) -> bool:
        """Whether a single sentence tells, in so many words, something else than what was asked, or a known number anew."""
        aside, recounts = (bool(self._acts.signs[sign].search(text)) for sign in ("aside", "recounts"))
        if not (aside or recounts) or len(sentences(clean(text))) > 1:
            return False
        told = {proposal.fact for proposal in self.reader.unasked.read_opening(text).proposals}
        return (aside and bool(told.difference(asked))) or (recounts and bool(told & known.intersection(NUMBERS)))

    def _correction(self, text: str) -> tuple[float, float] | None:
        """The number meant and the number taken back, in words such as "200, not 2,000"."""
        match = _INSTEAD.search(text)
        numbers = [quantities(match[part]) for part in ("now", "before")] if match else []
        return (numbers[0][0].value, numbers[1][0].value) if numbers and all(numbers) else None

    def is_to_us(self, text: str, asked: Sequence[Sequence[str]]) -> bool:
        """See ports.Language."""
        text = clean(text)
        act = self.intents.act(text)
        if act in WHOLE and len(text) < 160:
            return True
        if asked and ((act in REPLIES and len(text) < 80) or (act == "dont_know" and len(text.split()) <= SHRUG)):
            return True
        return bool(text) and self.hearing.is_ours(text, flat_asked(asked))

    def read_supposition(self, text: str) -> tuple[ReadFact, ...]:
        """See ports.Language."""
        return tuple(_fact(p) for p in self.reader.statements.read_statements(self._supposed(text)))

    def _supposed(self, text: str) -> str:
        """What stands behind "what if", each part of it a sentence of its own."""
        begins = dict(self._acts.acts)["what_if"].search(clean(text))
        return _AND.sub(". ", clean(text)[begins.end() if begins else 0 :].rstrip("? "))

    def _answered(self, replies: Sequence[tuple[str, Sequence[str]]]) -> Read:
        """A reply to one or several questions, in parts."""
        if len(replies) == 1:
            return self.reader.read_answer(*replies[0])
        unknown = [tuple(group) if self._acts.says_dont_know(line) else () for line, group in replies]
        lines = self.reader.read_answers(
            [("" if no else line, group) for (line, group), no in zip(replies, unknown, strict=True)]
        )
        parts = [Read(dont_know=no) if no else read for read, no in zip(lines, unknown, strict=True)]
        return Read(
            complete=all(line for line, _ in replies),
            proposals=tuple(p for part in parts for p in part.proposals),
            unclear=tuple(fact for part in parts for fact in part.unclear),
            dont_know=tuple(fact for part in parts for fact in part.dont_know),
        )


def _skipped(asked: Sequence[str], known: frozenset[str], heard: bool) -> tuple[str, ...]:
    """What a reply is not searched for beside what was asked: in a reply that was heard, a number belongs to what was asked for,
    and one that is known already is not told again by the way."""
    if not asked or not heard:
        return tuple(asked)
    numbers = NUMBERS if MEASURES.intersection(asked) else sorted(known.intersection(NUMBERS))
    return (*asked, *MEASURES, *numbers)


def _fact(proposal: Proposal) -> ReadFact:
    return ReadFact(**proposal.model_dump())


def _all_facts(text: str, read: Read) -> bool:
    """Whether a message is nothing but facts, as many as it has clauses: "no evals, one prompt"."""
    return "?" not in text and len(read.proposals) >= len(clauses(clean(text)))
