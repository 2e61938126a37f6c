"""Turns texts into unit vectors with the sentence model that ships in `knowledge/embedder`.

The token states of all-MiniLM-L6-v2 are averaged and scaled to length one
(https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2).
"""

from collections.abc import Sequence

import numpy as np

from bot.encoder.bert import Bert, batches, bounds_of
from bot.encoder.layer import WIDTH
from bot.encoder.weights import Floats

LONGEST_TEXT = 256
"""Tokens, with the opening and the closing one; the model was trained on no more. What follows is left out."""


class Embedder:
    """Sentence vectors from a model. Calls share nothing they write to: any thread may encode."""

    dimensions = WIDTH

    def __init__(self, bert: Bert) -> None:
        self._bert = bert
        self.fingerprint = bert.fingerprint

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row of length 1 for each text, in the order given: shape (len(texts), 384)."""
        vectors = np.empty((len(texts), WIDTH), np.float32)
        tokens = [self._bert.wordpiece.ids(text, LONGEST_TEXT) for text in texts]
        for batch in batches(tokens):
            vectors[batch] = self._forward([tokens[place] for place in batch])
        return vectors

    def _forward(self, texts: list[list[int]]) -> Floats:
        """The vectors of `texts`, token ids in order of length."""
        sums: Floats = np.add.reduceat(self._bert.states(texts), bounds_of(texts)[:-1], axis=0)
        # Dividing by the token count would change the length only, and that becomes 1 anyway.
        sums /= np.linalg.norm(sums, axis=1, keepdims=True)
        return sums
