"""Ship: makes the files that are computed from the content and shipped with it.

python -m bot.ship     after notes, phrases or talk changed; the tests say when it is due
"""

from __future__ import annotations

import sys

from bot.content.load import load_knowledge
from bot.encoder.bert import Bert
from bot.language.heads import Features
from bot.language.labelled import load_talk
from bot.language.messages import load_messages
from bot.language.phrases import load_phrases
from bot.language.solved import SHIPPED as HEADS
from bot.language.solved import digest_of, solve
from bot.retrieval.embedder import Embedder
from bot.retrieval.index import texts_of
from bot.retrieval.vectors import SHIPPED as VECTORS
from bot.retrieval.vectors import precompute
from bot.retrieval.wording import read_wording
from bot.settings import content_folder


def main() -> None:
    """Makes vectors.npz (sentence vectors of all notes) and heads.npz (classifiers solved in closed form) anew."""
    folder = content_folder() / "knowledge"
    knowledge = load_knowledge(folder)
    embedder = Embedder(Bert(folder / "embedder"))
    texts = list(read_wording(folder).outside)
    for note in knowledge.evidence.notes.values():
        texts += [*texts_of(note), *([note.case.task] if note.case else [])]
    vectors = folder / "embedder" / VECTORS
    number = precompute(texts, embedder, vectors)
    sys.stdout.write(f"{vectors.name}: {number} vectors, {vectors.stat().st_size / 1e6:.1f} MB\n")
    heads = folder / "reader" / HEADS
    book, talks = load_phrases(folder, knowledge.catalogue), load_talk(folder, knowledge.catalogue)
    messages = load_messages(folder)
    solve(book, talks, messages, Features(embedder.encode)).save(heads, digest_of(folder))
    sys.stdout.write(
        f"{heads.name}: from {len(book.phrases)} phrases, {len(talks)} teams, "
        f"{len(messages)} messages, {heads.stat().st_size / 1e6:.1f} MB\n"
    )


if __name__ == "__main__":
    main()
