"""Trains the hearing: `hearing.safetensors` from knowledge/threads.jsonl.

    pip install torch   # a build for the CPU will do
    python knowledge/reader/hear.py             # on one core about three minutes

`--without jk` leaves out the messages of the authors j and k and prints how well those are judged; the file is not
written then.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from network import HearingNetwork, padded
from torch import Tensor, nn
from torch.nn import functional

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "knowledge" / "embedder"))

from quantise import packed, quantised  # noqa: E402

from bot.content.load import load_knowledge  # noqa: E402
from bot.encoder.bert import VOCABULARY  # noqa: E402
from bot.encoder.wordpiece import WordPiece  # noqa: E402
from bot.language.hearing import WEIGHTS, digest_of, pieces_of  # noqa: E402
from bot.language.threads import ThreadMessage, load_threads  # noqa: E402

BATCH = 32
WARM_UP = 0.1  # of all steps
Example = tuple[list[int], int, bool]  # token ids, where the message begins, whether it is meant for us


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the hearing.")
    parser.add_argument("--tuned", type=int, default=3, help="how many of the upper layers move")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=2e-4, help="of the layers; the head learns five times as fast")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without", default="", help="letters of authors to leave out, and to measure on")
    chosen = parser.parse_args()
    torch.manual_seed(chosen.seed)
    torch.set_num_threads(1)
    knowledge = ROOT / "knowledge"
    catalogue = load_knowledge(knowledge).catalogue
    wordpiece = WordPiece(knowledge / "embedder" / VOCABULARY)

    def example(message: ThreadMessage) -> Example:
        ids, start = pieces_of(wordpiece, catalogue, message.text, message.asked)
        return ids, start, bool(message.to_us)

    messages = [message for message in load_threads(knowledge, catalogue) if message.to_us is not None]
    kept = [message for message in messages if message.author not in chosen.without]
    network = HearingNetwork(knowledge / "embedder", chosen.tuned)
    train(network, [example(message) for message in kept], chosen.epochs, chosen.rate, random.Random(chosen.seed))
    if chosen.without:
        measure(network, [example(message) for message in messages if message.author in chosen.without])
        return
    described = {"model": "hearing of Tunewise", "layers": str(chosen.tuned), "threads": digest_of(knowledge)}
    file = Path(__file__).parent / WEIGHTS
    file.write_bytes(packed(quantised(network.tensors()), described))
    print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB from {len(kept)} messages")


def train(network: HearingNetwork, examples: list[Example], epochs: int, rate: float, chance: random.Random) -> None:
    """Runs the epochs, with the learning rate rising at first and then falling to nothing."""
    parts = [list(network.upper.parameters()), list(network.ours.parameters())]
    optimiser = torch.optim.AdamW([{"params": part} for part in parts], lr=rate, weight_decay=0.01)
    step, steps = 0, epochs * -(-len(examples) // BATCH)
    for number in range(epochs):
        network.train()
        begin, losses = time.monotonic(), []
        for batch in batches(examples, chance):
            done = step / steps
            for group, full in zip(optimiser.param_groups, (rate, 5 * rate), strict=True):
                group["lr"] = full * max(0.01, min(1.0, done / WARM_UP) * (1 - done))
            with torch.autocast("cpu", dtype=torch.bfloat16):
                found = scores(network, batch).float()
            wanted = torch.tensor([float(ours) for _, _, ours in batch])
            loss = functional.binary_cross_entropy_with_logits(found, wanted)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            losses.append(loss.item())
            step += 1
        print(f"epoch {number + 1}: {sum(losses) / len(losses):.3f}, {time.monotonic() - begin:.0f} s", flush=True)


def batches(examples: list[Example], chance: random.Random) -> list[list[Example]]:
    """Batches of texts of like length."""
    chance.shuffle(examples)
    chunks = [
        sorted(examples[i : i + 20 * BATCH], key=lambda example: len(example[0]))
        for i in range(0, len(examples), 20 * BATCH)
    ]
    result = [chunk[i : i + BATCH] for chunk in chunks for i in range(0, len(chunk), BATCH)]
    chance.shuffle(result)
    return result


def scores(network: HearingNetwork, batch: Sequence[Example]) -> Tensor:
    """Log-odds of each message being meant for us."""
    ids, mask = padded([tokens for tokens, _, _ in batch])
    said = torch.zeros(ids.shape)
    for row, (tokens, start, _) in enumerate(batch):
        said[row, start : len(tokens) - 1] = 1
    return network(ids, mask, said)


@torch.no_grad()
def measure(network: HearingNetwork, examples: Sequence[Example]) -> None:
    """Prints how well messages are judged that taught nothing."""
    network.eval()
    taken = [float(scores(network, [example])[0]) > 0 for example in examples]
    for ours, name in ((True, "answered when meant"), (False, "silent when not")):
        right = [found is ours for found, example in zip(taken, examples, strict=True) if example[2] is ours]
        print(f"{name}: {sum(right) / max(1, len(right)):.3f} of {len(right)}")


if __name__ == "__main__":
    main()
