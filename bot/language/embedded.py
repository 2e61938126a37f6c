"""Embedded: the language port without any model server - a tuned reading model, grammar and small classifiers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.core.facts import Catalogue, Value
from bot.language.acts import Acts
from bot.language.asked_about import AskedAbout
from bot.language.asking import Asking
from bot.language.clauses import clauses, clean, sentences
from bot.language.corrections import correction, without_correction
from bot.language.heads import Features, VectorsOf
from bot.language.hearing import Hearing
from bot.language.intents import Intents
from bot.language.numbers import NUMBERS
from bot.language.ordered import apart, flat_asked, one_by_one, without_marks, without_opener
from bot.language.phrases import Patterns
from bot.language.proposals import Read
from bot.language.reader import Reader
from bot.language.reading_model import ReadingModel
from bot.language.solved import Solved
from bot.language.sorting import SHARES, Sorting
from bot.language.statements import is_of_another
from bot.language.supposing import Supposing
from bot.language.withdrawn import withdrawn, without_withdrawal
from bot.ports import AskedFact, ReadMessage, Supposition

WHOLE = frozenset({"restart", "forget", "status", "help"})  # acts of a message that tells nothing beside
REPLIES = frozenset({"why_asked", "skip"})  # acts that nobody but who asked is told of, where something is asked
SHRUG = 3  # words: "no idea" answers what is asked, "no idea who that is" may be said to anybody
TELLING_NOTHING = frozenset({"dont_know", "skip", "why_asked", "explain", "what_if", "weigh", "help"})
STATING = frozenset({"other", "correct", "disagree"})  # acts of a message that may state something
OPENING = 200  # characters in which a message says that it is an aside
FEWEST_ELSEWHERE = 8  # words of a reply that tells only something else than was asked
MEASURES = frozenset({"evals", "quality", "score", "target"})
THEIRS = frozenset(
    {"score", "quality", "latency_gap", "cost_gap", "behaviour_gap"}
)  # what holds of the system that a team has
# A count of examples told in so many words, whatever was asked: "we have 2k examples", "3,400 after dedup".
_COUNTS_EXAMPLES = re.compile(
    r"\d[\d.,]*k? (?:\w+ ){0,2}(?:training )?(?:examples|pairs|samples)\b|"
    r"\d[\d.,]*k? (?:left )?after (?:de-?dup|clean|filter)|\b(?:0|zero|none|nothing) (?:\w+ )?(?:for|to) train",
    re.IGNORECASE,
)
_TESTS = re.compile(
    r"\b(?:test|eval|score|scored|measure|graded?|held|gold|few-?shot|in the prompt)\w*\b", re.IGNORECASE
)


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
        self._asked_about = AskedAbout(catalogue, acts)
        self._asking = Asking(self.intents, self._asked_about)
        self._supposing = Supposing(acts, self.reader.statements)
        self._sorting = Sorting(self.intents, self.reader.plain, model)

    def read(self, text: str, asked: Sequence[Sequence[str]], known: frozenset[str]) -> ReadMessage:
        """See ports.Language."""
        said, text = text, without_opener(without_marks(text))
        flat = flat_asked(asked)
        parted = self._asking.part(said, text, asked=bool(flat), known=bool(known))
        act = "correct" if parted.act == "other" and text != without_marks(said) else parted.act
        taken_back = withdrawn(said, known)
        if taken_back:
            return self._withdrawn(said, taken_back)
        named = self.reader.statements.read_named(said)
        if named and len(named) >= len(clauses(clean(said))):  # and nothing beside, which would be lost
            return ReadMessage(act="correct", facts=tuple(p.as_fact() for p in named))
        only_asks = not parted.stated
        if parted.stated and parted.stated != clean(text):
            said = text = parted.stated  # what is asked beside tells nothing
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
        elif flat and (
            self._sorting.answers(text, flat, kind, sure, act) or self._sorting.line_by_line(answers, kind, act)
        ):
            kind = "case"
        corrects = correction(text)
        if corrects and (rest := without_correction(text)):
            read = self.read(rest, asked, known)
            act = "correct" if read.act == "other" else read.act
            return read.model_copy(update={"act": act, "corrects": corrects, "asks": parted.asks or read.asks})
        takes_back = bool(corrects) or act == "correct"
        aside = bool(flat) and self._tells_aside(text, flat, known)
        act = "correct" if aside and act == "other" else act  # what it tells it tells on purpose, be it known
        replies = bool(flat) and kind == "case" and not (takes_back or aside) and act != "injection"
        answer = self._answered(answers) if replies else Read()
        heard = bool(answer.proposals or answer.unclear or answer.dont_know)
        beside = (
            Read()
            if only_asks or act in TELLING_NOTHING or (not flat and self.intents.only_orders(text))
            else self.reader.unasked.read_opening(
                text, (*_skipped(flat, known, heard), *_follows(known)), first=not (flat or known)
            )
        )
        kind = self._sorting.kind(text, kind, sure, act, beside, flat, known)
        touches = ""
        unread = not (
            only_asks or heard or beside.proposals or corrects or (flat and replies) or self.intents.asks(text)
        )
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
            facts=tuple(p.as_fact() for p in ([] if corrects else proposals)),
            unclear=answer.unclear,
            dont_know=answer.dont_know,
            complete=answer.complete,
            corrects=corrects,
            touches=touches,
            asks=parted.asks,
        )

    def _withdrawn(self, text: str, facts: Sequence[str]) -> ReadMessage:
        """A message that takes something back, and what it says of just that instead."""
        rest = without_withdrawal(text)
        told = self.reader.read_answer(rest, facts) if re.search(r"\w", rest) and rest != clean(text) else Read()
        return ReadMessage(act="correct", facts=tuple(p.as_fact() for p in told.proposals), withdrawn=tuple(facts))

    def _with_score(self, text: str, beside: Read, known: frozenset[str], takes_back: bool) -> Read:
        """What stands beside a reply, and the score that a message gives anew where one was known."""
        if "score" not in known:
            return beside
        told = self.reader.statements.read_score(text, takes_back)
        score = tuple(p.model_copy(update={"probability": 1.0}) for p in told)  # said to be news
        ours = [p for p in beside.proposals if not (p.fact in THEIRS and is_of_another(clean(text), p.quote))]
        others = [p for p in ours if p.fact != "score" and not (score and p.value == score[0].value)]
        return Read(proposals=(*score, *others)) if score else Read(proposals=tuple(ours))

    def _tells_aside(self, text: str, asked: Sequence[str], known: frozenset[str]) -> bool:
        """Whether a single sentence tells, in so many words, something else than what was asked, or a known number anew."""
        opening = text[:OPENING]
        aside, recounts = (bool(self._acts.signs[sign].search(opening)) for sign in ("aside", "recounts"))
        elsewhere = len(text.split()) >= FEWEST_ELSEWHERE and self.reader.plain.is_of_others(text, asked)
        counts = _COUNTS_EXAMPLES.search(text) is not None and "examples" not in asked and not _TESTS.search(text)
        if not (aside or recounts or elsewhere or counts) or len(sentences(clean(text))) > 1:
            return False
        told = {proposal.fact for proposal in self.reader.unasked.read_opening(text).proposals}
        if (elsewhere or (counts and "examples" in told)) and told and not told.intersection(asked):
            return True
        return (aside and bool(told.difference(asked))) or (recounts and bool(told & known.intersection(NUMBERS)))

    def is_to_us(self, text: str, asked: Sequence[Sequence[str]]) -> bool:
        """See ports.Language."""
        text = clean(text)
        act = self.intents.act(text)
        if act in WHOLE and len(text) < 160:
            return True
        if asked and ((act in REPLIES and len(text) < 80) or (act == "dont_know" and len(text.split()) <= SHRUG)):
            return True
        return bool(text) and self.hearing.is_ours(text, flat_asked(asked))

    def read_supposition(self, text: str) -> Supposition:
        """See ports.Language."""
        return self._supposing.read(text)

    def read_weighed(self, text: str, known: Mapping[str, Value]) -> tuple[AskedFact, ...]:
        """See ports.Language."""
        return self._asked_about.read(text, known)

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


def _follows(known: frozenset[str]) -> tuple[str, ...]:
    """What need not be told by the way, because it follows from what is known."""
    return ("quality",) if known.issuperset(SHARES) else ()
