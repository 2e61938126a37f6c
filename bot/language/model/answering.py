"""Answering: a question answered from passages, shown sentence by sentence as each has been checked."""

from __future__ import annotations

from collections.abc import Iterator

from bot.language.model import guard, wording
from bot.language.model.calls import Calls, Parts
from bot.language.model.client import Spent
from bot.language.model.failures import Failed
from bot.language.model.sentences import whole_sentences
from bot.ports import Draft, Show


def answered(parts: Parts, calls: Calls, draft: Draft, room: wording.Room, show: Show | None) -> str | None:
    """The answer in the model's words, or None where the passages are to be said as they are.

    Where it breaks off after something was shown, that stays, and the passages follow: what is shown begins the answer.
    """
    given = wording.answer_input(room.person, draft, room)
    answer = _Answer(draft, room, show)

    def ask() -> tuple[object, Spent]:
        spent = Spent()

        def texts() -> Iterator[str]:
            nonlocal spent
            for piece in parts.client.stream(parts.answer, given):
                if isinstance(piece, Spent):
                    spent = piece
                else:
                    yield piece

        for sentence in whole_sentences(texts()):
            answer.add(sentence)
        return None, spent

    text = calls.make("word", parts.answer, given, ask, lambda _: answer.judged())
    if text is None and answer.said and show is not None:
        rest = f"\n\n{draft.text}"
        show(rest)
        return " ".join(answer.said) + rest
    return text


class _Answer:
    """An answer while it comes: the sentences that may be said, and why others may not."""

    def __init__(self, draft: Draft, room: wording.Room, show: Show | None) -> None:
        self._material, self._show = wording.material_of(draft, room), show
        self.said: list[str] = []
        self._objections: list[str] = []

    def add(self, sentence: str) -> None:
        """Takes a whole sentence, and shows it where it may be said. Raises Failed where the model has no answer."""
        if sentence == wording.SILENT_MARK:
            raise Failed("uncited")
        text, cites = guard.split_marks(guard.plain(sentence))
        if (why := guard.objection(text, cites, self._material)) is not None:
            self._objections.append(why)
            return
        self.said.append(guard.marked(text, cites))
        if self._show is not None:
            self._show(self.said[-1] if len(self.said) == 1 else f" {self.said[-1]}")

    def judged(self) -> str:
        """The whole answer. Raises Failed where too little of it may be said."""
        whole = len(self.said) + len(self._objections)
        if not whole:
            raise Failed("empty")
        if len(self.said) < wording.PART * whole:
            raise Failed("wrong_language" if set(self._objections) == {"language"} else "uncited")
        return " ".join(self.said)
