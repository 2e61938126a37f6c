"""Remote: an embedder that answers over the network, of OpenAI or anything compatible, through langchain.

It takes the place of the shipped one in search alone; understanding was trained on the shipped one's vectors and keeps it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from typing import Any

import numpy as np

from bot.core.facts import Frozen
from bot.encoder.weights import Floats
from bot.errors import Passing

AT_ONCE = 128  # texts in one request
SECONDS = 20.0
LOG = logging.getLogger("tunewise.embedder")
LOG.addHandler(logging.NullHandler())


class EmbedderSpec(Frozen):
    """Which embedder, and where."""

    provider: str
    name: str
    base_url: str | None = None
    key: str | None = None

    def __repr__(self) -> str:
        return f"EmbedderSpec({self.provider}:{self.name})"  # never the key

    __str__ = __repr__


class RemoteEmbedder:
    """The port Encoder over the network; connects on first use. Any thread may call it."""

    def __init__(self, spec: EmbedderSpec) -> None:
        self.spec = spec
        named = f"{spec.provider}:{spec.name}@{spec.base_url or ''}"
        self.fingerprint = hashlib.sha256(named.encode()).hexdigest()[:12]
        """Names the embedder: vectors of another name or another server are not its own."""
        self._made: Any = None

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row of length 1 for each text. Raises Passing where it does not answer, or not with vectors of one width."""
        try:
            if self._made is None:
                self._made = _make(self.spec)
            rows = [
                row
                for at in range(0, len(texts), AT_ONCE)
                for row in self._made.embed_documents(texts[at : at + AT_ONCE])
            ]
            vectors: Floats = np.asarray(rows, dtype=np.float32)
            if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
                raise ValueError("not one vector for each text")
        except Exception as error:  # whatever a provider's library raises
            LOG.info("embedder failed", extra={"embedder": str(self.spec), "error": type(error).__name__})
            raise Passing(f"The embedder {self.spec.provider}:{self.spec.name} does not answer.") from None
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Floats = vectors / np.maximum(lengths, np.float32(1e-12))
        return unit


def _make(spec: EmbedderSpec) -> Any:
    from langchain.embeddings import init_embeddings

    options: dict[str, Any] = {}
    if spec.provider == "openai":
        # Without the length check nothing looks for a tokenizer to download; our texts are far below any limit.
        options = {
            "check_embedding_ctx_length": False,
            "timeout": SECONDS,
            "max_retries": 1,
            "api_key": spec.key or "none",
        }
        if spec.base_url:
            options["base_url"] = spec.base_url
    return init_embeddings(spec.name, provider=spec.provider, **options)
