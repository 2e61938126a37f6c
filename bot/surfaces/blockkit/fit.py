"""Fit: makes a message small enough to be sent - drops what matters least, then cuts texts at word ends.

message(text, parts) -> Shown     parts are blocks, or `detail(n, blocks)` that may be dropped, the largest n first
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from bot.surfaces.blockkit import shapes
from bot.surfaces.blockkit.build import Shown, fallback
from bot.surfaces.blockkit.limits import Block, weight
from bot.surfaces.blockkit.text import shorten, size

SHORTEST = 40  # characters to which a text may be cut


class Part(NamedTuple):
    """A block; those with a larger `rank` are dropped first, those of rank 0 never."""

    block: Block
    rank: int = 0


def detail(rank: int, blocks: Iterable[Block]) -> list[Part]:
    """Blocks that may be dropped."""
    return [Part(block, rank) for block in blocks]


def keep(*blocks: Block) -> list[Part]:
    """Blocks that stay."""
    return [Part(block) for block in blocks]


def message(text: str, parts: Sequence[Part]) -> Shown:
    """A message with its fallback text; every part that there is room for."""
    return Shown(fallback(text), fit(parts, shapes.MESSAGE_BLOCKS, shapes.MESSAGE_TEXT))


def fit(parts: Sequence[Part], most_blocks: int, most_text: int) -> list[Block]:
    """The blocks that fit, in order. Raises ValueError where even those of rank 0 are too many."""
    kept = list(parts)
    while len(kept) > most_blocks or weight([part.block for part in kept]) > most_text:
        last = max(range(len(kept)), key=lambda i: (kept[i].rank, i))
        if kept[last].rank == 0:
            break
        del kept[last]
    blocks = [part.block for part in kept]
    if len(blocks) > most_blocks:
        raise ValueError(f"{len(blocks)} blocks that may not be dropped")
    most = shapes.SECTION
    while weight(blocks) > most_text and most > SHORTEST:
        most = max(most * 3 // 4, SHORTEST)
        blocks = [_cut(block, most) for block in blocks]
    return blocks


def view_blocks(parts: Sequence[Part]) -> list[Block]:
    """The blocks of a view that fit."""
    return fit(parts, shapes.VIEW_BLOCKS, shapes.VIEW_BYTES // 8)


def _cut(value: Any, most: int) -> Any:
    """A block with every text that people read cut to `most`; ids, values and options stay as they are."""
    if isinstance(value, dict):
        kept = {"options", "option_groups", "initial_options", "initial_option", "value", "url"}
        return {k: v if k in kept or k.endswith("_id") else _cut_text(k, v, most) for k, v in value.items()}
    return [_cut(each, most) for each in value] if isinstance(value, list) else value


def _cut_text(key: str, value: Any, most: int) -> Any:
    if isinstance(value, str):
        return shorten(value, most) if key == "text" and size(value) > most else value
    return _cut(value, most)
