"""Training examples for the reading model, made of knowledge/talk.jsonl and knowledge/phrases/."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.core.facts import Catalogue, Value
from bot.encoder.wordpiece import WordPiece
from bot.language.clauses import sentences
from bot.language.labelled import ELSEWHERE, UNKNOWN, TeamTalk
from bot.language.numbers import NUMBERS
from bot.language.phrases import PhraseBook
from bot.language.reading_model import ENDS, LONGEST_ANSWER, LONGEST_MESSAGE, TOLD
from bot.language.words import words_of

UNREAD = ("task", "format_problem")  # free text, and what no question asks for
# Facts that are often told in the same words, so that words about one are no example of not being about another.
NEAR = (
    {"task_kind", "coverage", "data_edge", "rule", "answers", "grader", "stakes", "scope", "knowledge_needed"},
    {"quality", "teacher", "evals", "grader", "score", "target"},
    {"cost_gap", "cheaper_tried", "latency_gap"},
    {"examples", "label_quality", "data_edge", "data_rights"},
    {"provider", "venue", "residency", "personal_data"},
    {"retrieval", "context_fit", "knowledge_needed", "coverage"},
    {"prompting", "constrained_output"},
)


@dataclass(frozen=True)
class Message:
    """A first message: token ids, the labels told with their token places, and the labels that teach nothing here."""

    ids: list[int]
    told: list[tuple[int, list[int]]]
    unsure: list[int] = field(default_factory=list)
    weight: float = 1.0


@dataclass(frozen=True)
class Answer:
    """A reply to a question: token ids, where the reply begins, the columns it may be, and which it is."""

    ids: list[int]
    start: int
    columns: list[int]
    column: int


class Examples:
    """Makes examples. `labels` are the columns of both heads, as fact=level; after them come "else" and "unknown"."""

    def __init__(self, catalogue: Catalogue, pieces: WordPiece, chance: random.Random) -> None:
        self._catalogue, self._pieces, self._chance = catalogue, pieces, chance
        self.facts = [fact for fact in catalogue.facts if fact not in UNREAD]
        self.labels = [
            f"{fact}={level}"
            for fact in self.facts
            for level in ([TOLD] if fact in NUMBERS else catalogue.facts[fact].levels)
        ]
        self._column = {label: column for column, label in enumerate(self.labels)}
        self._columns = {
            fact: [c for label, c in self._column.items() if label.startswith(f"{fact}=")] for fact in self.facts
        }
        self.elsewhere, self.unknown = len(self.labels), len(self.labels) + 1

    # --- messages ---------------------------------------------------------------------------------------------------

    def messages(self, talks: Sequence[TeamTalk], parts: float = 1.0) -> list[Message]:
        """The first messages, and of this share of them a part: what is told must not depend on what stands around it."""
        result = []
        for talk in talks:
            result.append(self.message(talk))
            pieces = sentences(talk.text)
            if len(pieces) > 1 and self._chance.random() < parts:
                first = self._chance.randrange(len(pieces))
                last = self._chance.randrange(first, len(pieces))
                result.append(self._message(talk, pieces[first].start, pieces[last].end))
        return result

    def message(self, talk: TeamTalk) -> Message:
        """The whole first message."""
        return self._message(talk, 0, len(talk.text))

    def _message(self, talk: TeamTalk, begin: int, end: int) -> Message:
        text = talk.text[begin:end]
        told = [
            (t.fact, t.level, place - begin, len(t.quote))
            for t in talk.told
            if t.fact in self.facts
            for place in [talk.text.find(t.quote)]
        ]
        inside = [(fact, level, at, length) for fact, level, at, length in told if at >= 0 and at + length <= len(text)]
        cut = {fact for fact, _, _, _ in told} - {fact for fact, _, _, _ in inside}
        sure = {fact for fact, _, _, _ in inside}
        unsure = {t.fact for t in talk.maybe if t.fact in self.facts} | cut
        ids, at = self._tokens(text, LONGEST_MESSAGE)
        return Message(
            ids=self._framed(ids),
            told=[
                (self._label(fact, level), [i + 1 for i, (a, b) in enumerate(at) if a < place + length and b > place])
                for fact, level, place, length in inside
            ],
            unsure=[column for fact in unsure - sure for column in self._columns[fact]],
        )

    def mixtures(self, book: PhraseBook, number: int) -> list[Message]:
        """Messages put together of phrases; they count for less, since nobody writes like that."""
        said = [p for p in book.phrases if p.said and p.fact in self.facts]
        tasks = [p.text for p in book.phrases if p.fact == "task"]
        result = []
        for _ in range(number):
            chosen = {p.fact: p for p in self._chance.sample(said, self._chance.choice([0, 1, 1, 2, 2, 3]))}
            parts = [(p.text, self._column[f"{p.fact}={p.level}"]) for p in chosen.values()]
            parts += [(self._chance.choice(tasks), -1)] if self._chance.random() < 0.6 else []
            parts += [(self._chance.choice(book.other), -1)] if self._chance.random() < 0.5 else []
            self._chance.shuffle(parts)
            ids: list[int] = []
            told = []
            for text, column in parts:
                more = self._tokens(f"{text}.", LONGEST_MESSAGE)[0]
                told += [(column, list(range(len(ids) + 1, len(ids) + 1 + len(more))))] if column >= 0 else []
                ids += more
            if ids and len(ids) <= LONGEST_MESSAGE:
                result.append(Message(self._framed(ids), told, weight=0.5))
        return result

    def untold(self, book: PhraseBook, number: int) -> list[Message]:
        """Messages that tell nothing: questions, small talk, orders to the bot."""
        acts = ("knowledge_question", "smalltalk", "greet", "offtopic", "injection", "dont_know", "ask_decision")
        texts = [text for act in acts for text in book.intents.get(act, ())] + list(book.other)
        return [
            Message(self._framed(self._tokens(text, LONGEST_MESSAGE)[0]), [])
            for text in self._chance.sample(texts, min(number, len(texts)))
        ]

    # --- answers ----------------------------------------------------------------------------------------------------

    def phrased(self, book: PhraseBook) -> list[Answer]:
        """Replies from the phrases."""
        result = [
            self._answer(p.fact, p.text, self._column[f"{p.fact}={p.level}"])
            for p in book.phrases
            if p.fact in self.facts
        ]
        unknown = book.intents["dont_know"]
        return result + [
            self._answer(fact, text, self.unknown) for fact in self.facts for text in self._chance.sample(unknown, 8)
        ]

    def replies(self, talks: Sequence[TeamTalk]) -> list[Answer]:
        """The replies of teams to the questions that they answer."""
        special = {UNKNOWN: self.unknown, ELSEWHERE: self.elsewhere}
        return [
            self._answer(
                fact, reply.text, special[reply.level] if reply.level in special else self._label(fact, reply.level)
            )
            for talk in talks
            for fact, reply in talk.answers.items()
            if fact in self.facts
        ]

    def quotes(self, talks: Sequence[TeamTalk]) -> list[Answer]:
        """The words of first messages that tell a fact, as if they had been replies."""
        told = [told for talk in talks for told in talk.told if told.fact in self.facts]
        return [self._answer(t.fact, t.quote, self._label(t.fact, t.level)) for t in told]

    def elsewheres(self, talks: Sequence[TeamTalk], book: PhraseBook, number: int) -> list[Answer]:
        """Replies that are about something else than the fact asked for."""
        said = [(p.fact, p.text) for p in book.phrases if p.fact in self.facts]
        said += [
            (fact, reply.text)
            for talk in talks
            for fact, reply in talk.answers.items()
            if fact in self.facts and reply.level not in (UNKNOWN, ELSEWHERE)
        ]
        result = []
        while len(result) < number:
            asked = self._chance.choice(self.facts)
            about, text = (
                self._chance.choice(said) if self._chance.random() < 0.85 else ("", self._chance.choice(book.other))
            )
            if about != asked and not any({asked, about} <= near for near in NEAR) and len(text.split()) > 2:
                result.append(self._answer(asked, text, self.elsewhere))
        return result

    def silences(self, talks: Sequence[TeamTalk], number: int) -> list[Answer]:
        """Sentences of first messages, as if in reply to a question about a fact that the whole message does not tell."""
        result = []
        while len(result) < number:
            talk = self._chance.choice(talks)
            told = {t.fact for t in (*talk.told, *talk.maybe)}
            untold = [fact for fact in self.facts if fact not in told]
            piece = self._chance.choice(sentences(talk.text) or [None])
            if untold and piece is not None and len(piece.text.split()) > 2:
                result.append(self._answer(self._chance.choice(untold), piece.text, self.elsewhere))
        return result

    def _answer(self, fact: str, text: str, column: int) -> Answer:
        asked = self._tokens(self._catalogue.facts[fact].name, LONGEST_ANSWER)[0]
        said = self._tokens(text.rstrip(ENDS), LONGEST_ANSWER)[0]
        columns = [*self._columns[fact], self.elsewhere, self.unknown]
        ids = self._framed([*asked, self._pieces.last, *said])
        return Answer(ids, len(asked) + 2, columns, columns.index(column))

    # --- tokens -----------------------------------------------------------------------------------------------------

    def _label(self, fact: str, level: Value) -> int:
        if fact in NUMBERS:
            return self._column[f"{fact}={TOLD}"]
        return self._column[f"{fact}={self._catalogue.level_of(fact, self._catalogue.check(fact, level))}"]

    def _tokens(self, text: str, limit: int) -> tuple[list[int], list[tuple[int, int]]]:
        pairs = [(piece, (word.start, word.end)) for word in words_of(text) for piece in self._pieces.pieces(word.text)]
        return [piece for piece, _ in pairs[:limit]], [place for _, place in pairs[:limit]]

    def _framed(self, ids: Iterable[int]) -> list[int]:
        return [self._pieces.first, *ids, self._pieces.last]
