"""Trains the reading model: `weights.safetensors` from knowledge/talk.jsonl and knowledge/phrases/.

    pip install torch   # a build for the CPU will do
    python knowledge/reader/train.py --threads 2                                        # on two cores about an hour
    python knowledge/reader/train.py --threads 2 --go-on --epochs 2 --rate 8e-5         # goes on from what it made

The layers of the sentence encoder are tuned together with two heads, one that tags the words of a message with what they
tell, and one that weighs the levels of the fact a reply was asked for. The weights that ship saw nine epochs of the talk with ids
up to 77, with half as much drilled talk and a third as many messages that tell nothing as stands here, then two such as stand
here (rate 8e-5), then five of all the talk there is (rate 1.2e-4).
Matrices are stored as int8 with one factor a row, as the embedder's are. `--without PREFIX` leaves out the talk whose
ids begin so and prints how well it is read, for trying a change; the file is not written then.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from examples import Answer, Examples, Message
from network import Network, padded
from torch import Tensor, nn
from torch.nn import functional

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "knowledge" / "embedder"))

from quantise import packed, quantised  # noqa: E402

from bot.content.load import load_knowledge  # noqa: E402
from bot.encoder.bert import VOCABULARY  # noqa: E402
from bot.encoder.wordpiece import WordPiece  # noqa: E402
from bot.language.labelled import TeamTalk, load_talk  # noqa: E402
from bot.language.phrases import load_phrases  # noqa: E402
from bot.language.reading_model import WEIGHTS  # noqa: E402

ANSWERS, MESSAGES = 48, 16  # a batch
WARM_UP = 0.06  # of all steps
SITUATIONS = ("6", "7", "8", "9")  # how the ids of talk begin that was written from a situation, as teams tell it
DRILLED = 0.5  # the share of the other talk, written to tell given facts, that an epoch sees
Example = TypeVar("Example", Answer, Message)
Epoch = Callable[[], list[list[Answer] | list[Message]]]


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the reading model.")
    parser.add_argument("--tuned", type=int, default=6, help="how many of the upper layers move")
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument(
        "--rate", type=float, default=2e-4, help="the learning rate of the layers; the heads learn five times as fast"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="more help only on cores that nothing else wants")
    parser.add_argument("--without", default="", help="leave out talk whose id begins so, and measure on it")
    parser.add_argument(
        "--go-on", action="store_true", help="begin with the weights that ship, not with the embedder's"
    )
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)
    torch.manual_seed(chosen.seed)
    torch.set_num_threads(chosen.threads)
    knowledge = ROOT / "knowledge"
    catalogue = load_knowledge(knowledge).catalogue
    examples = Examples(catalogue, WordPiece(knowledge / "embedder" / VOCABULARY), chance)
    book, talks = load_phrases(knowledge, catalogue), load_talk(knowledge, catalogue)
    kept = [talk for talk in talks if not (chosen.without and talk.id.startswith(chosen.without))]
    network = Network(knowledge / "embedder", len(examples.labels), chosen.tuned)
    if chosen.go_on:
        network.go_on_from(Path(__file__).parent / WEIGHTS)

    situations = [talk for talk in kept if talk.id.startswith(SITUATIONS)]
    drilled = [talk for talk in kept if not talk.id.startswith(SITUATIONS)]

    def epoch() -> list[list[Answer] | list[Message]]:
        some = chance.sample(drilled, int(DRILLED * len(drilled)))
        phrased = examples.phrased(book)  # many and much alike: a part of them each time
        answers = chance.sample(phrased, len(phrased) // 4)
        told = examples.replies(situations) + examples.quotes(situations)
        answers += chance.sample(told, len(told) // 4) + examples.replies(some) + examples.quotes(some)
        answers += examples.elsewheres(kept, book, 1500) + examples.silences(kept, 1200)
        messages = examples.messages(situations, parts=0.4) + examples.messages(some, parts=0.4)
        messages += examples.mixtures(book, 400) + examples.untold(book, 300)
        batches: list[list[Answer] | list[Message]] = [
            *_batches(answers, ANSWERS, chance),
            *_batches(messages, MESSAGES, chance),
        ]
        chance.shuffle(batches)
        return batches

    train(network, epoch, chosen.epochs, chosen.rate)
    if chosen.without:
        measure(network, examples, [talk for talk in talks if talk.id.startswith(chosen.without)])
        return
    described = {"model": "reading model of Tunewise", "layers": str(chosen.tuned), "labels": " ".join(examples.labels)}
    file = Path(__file__).parent / WEIGHTS
    file.write_bytes(packed(quantised(network.tensors()), described))
    print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB from {len(kept)} teams and {len(book.phrases)} phrases")


def train(network: Network, epoch: Epoch, epochs: int, rate: float) -> None:
    """Runs the epochs, with the learning rate rising at first and then falling to nothing."""
    heads = [*network.tag.parameters(), *network.answer.parameters()]
    layers = list(network.upper.parameters())
    rates = (rate, 5 * rate)
    optimiser = torch.optim.AdamW([{"params": layers}, {"params": heads}], lr=rate, weight_decay=0.01)
    step = 0
    for number in range(epochs):
        network.train()
        start, losses = time.monotonic(), {Answer: [0.0], Message: [0.0]}
        batches = epoch()
        for batch in batches:
            done = step / (len(batches) * epochs)
            for group, full in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = full * max(0.01, min(1.0, done / WARM_UP) * (1 - done))
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss = answer_loss(network, batch) if isinstance(batch[0], Answer) else message_loss(network, batch)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_([*layers, *heads], 1.0)
            optimiser.step()
            losses[type(batch[0])].append(loss.item())
            step += 1
        means = {kind.__name__.lower(): round(float(np.mean(found)), 3) for kind, found in losses.items()}
        print(f"epoch {number + 1}: {means}, {time.monotonic() - start:.0f} s", flush=True)


def answer_loss(network: Network, batch: Sequence[Answer]) -> Tensor:
    """Cross-entropy over the levels of the fact asked about, "else" and "unknown"."""
    scores = answer_scores(network, batch)
    return functional.cross_entropy(scores, torch.tensor([answer.column for answer in batch]))


def answer_scores(network: Network, batch: Sequence[Answer]) -> Tensor:
    ids, mask = padded([answer.ids for answer in batch])
    said = torch.zeros(ids.shape)
    for row, answer in enumerate(batch):
        said[row, answer.start : len(answer.ids) - 1] = 1
    scores = network.answers(ids, mask, said).float()
    widest = max(len(answer.columns) for answer in batch)
    chosen = torch.full((len(batch), widest), -1e4)
    for row, answer in enumerate(batch):
        chosen[row, : len(answer.columns)] = scores[row, answer.columns]
    return chosen


def message_loss(network: Network, batch: Sequence[Message]) -> Tensor:
    """Binary cross-entropy of every label at every token, and of the strongest token for the whole message."""
    ids, mask = padded([message.ids for message in batch])
    found = network.tags(ids, mask).float()
    wanted, counts = torch.zeros_like(found), mask[..., None].float().expand_as(found).clone()
    whole, whole_counts = torch.zeros(found.shape[0], found.shape[2]), torch.ones(found.shape[0], found.shape[2])
    for row, message in enumerate(batch):
        for column, places in message.told:
            wanted[row, places, column] = 1
            whole[row, column] = 1
        counts[row, :, message.unsure] = 0
        whole_counts[row, message.unsure] = 0
        counts[row] *= message.weight
        whole_counts[row] *= message.weight
    tokens = functional.binary_cross_entropy_with_logits(found, wanted, reduction="none") * counts
    messages = functional.binary_cross_entropy_with_logits(found.max(1).values, whole, reduction="none") * whole_counts
    return tokens.sum() / (wanted.sum() + 20) + 0.5 * messages.sum() / len(batch)


@torch.no_grad()
def measure(network: Network, examples: Examples, talks: Sequence[TeamTalk]) -> None:
    """Prints how well talk is read that was not trained on."""
    network.eval()
    answers = [answer for answer in examples.replies(talks) if answer.column < len(answer.columns) - 2]
    levels = [answer_scores(network, [answer])[0, : len(answer.columns) - 2] for answer in answers]
    right = sum(int(found.argmax()) == answer.column for found, answer in zip(levels, answers, strict=True))
    print(f"answers: {right / max(1, len(answers)):.3f} right of {len(answers)}")
    for sure in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        told = hit = false = 0
        for talk in talks:
            message = examples.message(talk)
            ids, mask = padded([message.ids])
            top = torch.sigmoid(network.tags(ids, mask))[0].max(0).values
            truth = {column for column, _ in message.told}
            read = {int(column) for column in (top >= sure).nonzero()} - set(message.unsure)
            told, hit, false = told + len(truth), hit + len(read & truth), false + len(read - truth)
        print(f"told, from {sure}: precision {hit / max(1, hit + false):.3f}, recall {hit / max(1, told):.3f}")


def _batches(examples: list[Example], size: int, chance: random.Random) -> list[list[Example]]:
    """Batches of texts of like length."""
    chance.shuffle(examples)
    chunks = [sorted(examples[i : i + 20 * size], key=lambda e: len(e.ids)) for i in range(0, len(examples), 20 * size)]
    return [chunk[i : i + size] for chunk in chunks for i in range(0, len(chunk), size)]


if __name__ == "__main__":
    main()
