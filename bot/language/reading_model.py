"""Reading model: the sentence encoder with its layers tuned to read facts, in two ways.

*Tags* say, token by token, which levels of which facts a message tells of itself. *Answers* weigh the levels of one fact
for words given in reply to a question about it, together with the chances that the words are about something else, or
say that nobody knows. `knowledge/reader/train.py` makes the weights; what lies below
the tuned layers, be it only the word embeddings, is the embedder's own (knowledge/embedder).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from bot.core.facts import Catalogue
from bot.encoder.bert import Bert, batches, bounds_of
from bot.encoder.layer import read_layer
from bot.encoder.weights import Floats, Weights, read_description, read_tensors
from bot.language.clauses import sentences
from bot.language.tagged import Reading
from bot.language.weighed import Weighed, mean_of
from bot.language.words import Word, words_of

WEIGHTS = "weights.safetensors"
DRILLED = "drilled.safetensors"  # the second opinion on replies
FIRST = 0.7  # the first opinion's share
TOLD = "told"  # the one level of facts that are numbers
LONGEST_MESSAGE = 254  # word pieces that are read at once; a longer message is read in windows that end with a sentence
LONGEST_ANSWER = 120
RECENT = 256  # pairs of a fact and words whose chances are kept for a while
ENDS = " .,;"  # how a reply ends says nothing: teams type none of these, sentences taken from messages do


def _windows(places: Sequence[int], beginnings: Sequence[int]) -> list[tuple[int, int]]:
    """The pieces from which to which a message is read at once: `places` is where each stands, `beginnings` where sentences do."""
    begins = [bisect_left(places, beginning) for beginning in beginnings]
    windows: list[tuple[int, int]] = []
    start = 0
    while len(places) - start > LONGEST_MESSAGE:
        fitting = [begin for begin in begins if start < begin <= start + LONGEST_MESSAGE]
        stop = fitting[-1] if fitting else start + LONGEST_MESSAGE
        windows.append((start, stop))
        start = stop
    return [*windows, (start, len(places))]


class ReadingModel:
    """The tuned layers in `folder` on top of `bert`. Any thread may use it."""

    def __init__(self, bert: Bert, folder: Path, catalogue: Catalogue, file: str = WEIGHTS) -> None:
        content = (folder / file).read_bytes()
        weights, described = Weights(read_tensors(content)), read_description(content)
        self._bert = bert
        self._upper = tuple(read_layer(weights, f"encoder.layer.{n}") for n in range(int(described["layers"])))
        self._tag, self._answer = weights.linear("tag"), weights.linear("answer")
        self._labels = [(fact, level) for label in described["labels"].split() for fact, level in [label.split("=")]]
        self._columns: dict[str, list[int]] = {}
        for column, (fact, _) in enumerate(self._labels):
            self._columns.setdefault(fact, []).append(column)
        self._levels = {
            fact: [self._labels[column][1] for column in columns] for fact, columns in self._columns.items()
        }
        self._recent: Mapping[int, Weighed] = {}
        self._asked = {fact: self._pieces(words_of(catalogue.facts[fact].name)) for fact in self._columns}

    @property
    def labels(self) -> Mapping[str, Sequence[str]]:
        """The levels known per fact."""
        return self._levels

    def read(self, text: str) -> Reading:
        """What a message tells, word piece by word piece."""
        pieces = [(piece, word) for word in words_of(text) for piece in self._bert.wordpiece.pieces(word.text)]
        windows = _windows([word.start for _, word in pieces], [sentence.start for sentence in sentences(text)])
        read = self._states([[piece for piece, _ in pieces[start:stop]] for start, stop in windows])
        states = np.concatenate([window[1:-1] for window in read])
        chances = 1 / (1 + np.exp(-self._tag.apply(states).astype(np.float64)))
        return Reading([word for _, word in pieces], chances, self._labels, self._columns)

    def weigh(self, pairs: Sequence[tuple[str, str]]) -> list[Weighed]:
        """What words may answer, for pairs of the fact asked about and the words.

        Within one turn a pair comes up again: where words belong is told by the same chances as what they tell.
        """
        keys = [hash(pair) for pair in pairs]  # the words themselves are not kept
        known = {key: found for key in keys if (found := self._recent.get(key)) is not None}
        new = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in known}
        if new:
            known |= dict(zip(new, self._weigh(list(new.values())), strict=True))
            self._recent = dict([*self._recent.items(), *known.items()][-RECENT:])  # replaced whole: others may read it
        return [known[key] for key in keys]

    def _weigh(self, pairs: Sequence[tuple[str, str]]) -> list[Weighed]:
        last = self._bert.wordpiece.last
        texts, starts = [], []
        for fact, text in pairs:
            asked = self._asked[fact]
            starts.append(len(asked) + 2)  # behind the opening token, the question and the token that ends it
            texts.append([*asked, last, *self._pieces(words_of(text.rstrip(ENDS)))[:LONGEST_ANSWER]])
        result = []
        for (fact, _), start, states in zip(pairs, starts, self._states(texts), strict=True):
            said = states[start:-1].mean(axis=0) if len(states) > start + 1 else np.zeros(states.shape[1], np.float32)
            scores = self._answer.apply(np.concatenate((states[0], said))[None, :])[0].astype(np.float64)
            columns = self._columns[fact]
            scores = scores[[*columns, len(self._labels), len(self._labels) + 1]]
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            result.append(
                Weighed(
                    levels={self._labels[column][1]: float(p) for column, p in zip(columns, chances, strict=False)},
                    elsewhere=float(chances[-2]),
                    dont_know=float(chances[-1]),
                )
            )
        return result

    def glance(self, pairs: Sequence[tuple[str, str]]) -> list[Weighed]:
        """The same by one model alone: enough for telling what words are about."""
        return ReadingModel.weigh(self, pairs)

    def _pieces(self, words: Sequence[Word]) -> list[int]:
        return [piece for word in words for piece in self._bert.wordpiece.pieces(word.text)]

    def _states(self, texts: Sequence[list[int]]) -> list[Floats]:
        """The token states of each text, framed by the opening and the closing token: shapes (tokens, 384)."""
        framed = [[self._bert.wordpiece.first, *text, self._bert.wordpiece.last] for text in texts]
        states: list[Floats] = [np.empty((0, 0), np.float32)] * len(framed)
        for batch in batches(framed):
            together = [framed[place] for place in batch]
            hidden, bounds = self._bert.states(together, self._upper), bounds_of(together)
            for place, start, stop in zip(batch, bounds, bounds[1:], strict=False):
                states[place] = hidden[start:stop]
        return states


class TwoReadingModels(ReadingModel):
    """A reading model with a second opinion on replies: one learned from how teams talk of a situation, one from plain statements.

    Replies are read by both, since what one of them gets wrong for sure the other seldom does; messages by the first.
    """

    def __init__(self, bert: Bert, folder: Path, catalogue: Catalogue) -> None:
        super().__init__(bert, folder, catalogue)
        self._second = ReadingModel(bert, folder, catalogue, DRILLED)

    def weigh(self, pairs: Sequence[tuple[str, str]]) -> list[Weighed]:
        """See ReadingModel.weigh."""
        return [mean_of(*both, FIRST) for both in zip(super().weigh(pairs), self._second.weigh(pairs), strict=True)]
