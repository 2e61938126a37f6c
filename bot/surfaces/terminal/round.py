"""Round: the questions of one round in a terminal, shown one at a time."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from bot.core.decision import Question
from bot.core.session import State
from bot.surfaces.terminal.render import render_question
from bot.talk.numbered import asked_about
from bot.talk.replies import Reply


class Round:
    """The questions that still wait for an answer, and what was asked before."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.clear()

    def clear(self) -> None:
        """Lets go of everything, for another case."""
        self.waiting: list[Question] = []
        self.skipped: set[str] = set()  # ids of questions that are not to be asked again
        self._size = 0
        self._asked: list[Question] = []
        self._in_words: set[str] = set()  # facts that were asked about and answered in words

    @property
    def now(self) -> Question | None:
        """The question in sight."""
        return self.waiting[0] if self.waiting else None

    def take(self, state: State, replies: Sequence[Reply]) -> None:
        """Takes over the questions among the replies; those that wait stay if the talk waits too and asks no others."""
        questions = [reply.question for reply in replies if reply.question is not None]
        if questions or state != "asking":
            self.waiting = [question for question in questions if question.id not in self.skipped]
            self._size = len(self.waiting)

    def answered_in_words(self) -> None:
        """Notes that the question in sight gets words for an answer, which may leave part of it open."""
        self._in_words.update(asked_about(self.waiting[0]) if self.waiting else ())
        self.skipped.clear()

    def close(self, skipped: bool) -> None:
        """Takes the question in sight away."""
        if skipped:
            self.skipped.add(self.waiting[0].id)
        del self.waiting[0]

    def ask(self, in_full: bool = False) -> None:
        """Shows the question whose turn it is, if any; as a follow-up where it is about what words left open.

        Right after an aside its words are enough: what can be picked still stands above, and Enter shows it again.
        """
        question = self.now
        if question is None:
            return
        place = (self._size - len(self.waiting) + 1, self._size)
        left_open = len(question.facts) == 1 and self._in_words.issuperset(question.facts)
        again = left_open and bool(question.options) and question not in self._asked
        reminds = not in_full and self._asked[-1:] == [question]
        render_question(self._console, question, place, again, reminds)
        self._asked.append(question)
