"""Ports: what the talk needs from outside, as small protocols. Adapters live in language/, retrieval/ and stores/."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from bot.core.facts import Facts, Frozen, Value
from bot.core.session import Grade, Session

LONGEST_MESSAGE = 20_000  # characters; more than that is a document, not talk
CLOSE_ENOUGH = 0.4  # a documented case with a lower score shares next to nothing with the one it is compared with


class ReadFact(Frozen):
    """A fact that a message tells, in the words `quote`, and how probable it is that it was read right."""

    fact: str
    value: Value
    quote: str
    probability: float
    grade: Grade = "stated"


class AskedFact(Frozen):
    """A fact that a question weighs. `value` is the number that it supposes, where that is not the known one."""

    fact: str
    value: Value | None = None


class ReadMessage(Frozen):
    """What a message is and tells.

    `act`: a conversational act by its plain wording ("why_asked", "what_if", "injection" ..., else "other"); `kind`: what it would be as a
    first message (case, question, smalltalk, offtopic, injection); `unclear`: facts asked about that something was said about,
    but not clearly enough; `complete`: whether every part of a reply was understood; `question`: a general question in
    English, where it was asked in another language and somebody put it so.
    """

    act: str = "other"
    kind: str = "case"
    facts: tuple[ReadFact, ...] = ()
    unclear: tuple[str, ...] = ()
    dont_know: tuple[str, ...] = ()
    complete: bool = True
    corrects: tuple[float, float] | None = None  # the number meant, and the one taken back
    question: str = ""
    touches: str = ""  # the fact that a message which tells none seems to be about
    asks: tuple[str, ...] = ()  # the questions beside what it states, to be answered one by one
    withdrawn: tuple[str, ...] = ()  # known facts that it takes back without saying what holds instead


class Supposition(Frozen):
    """What a "what if" supposes: facts, and the parts of it in which none could be read."""

    facts: tuple[ReadFact, ...] = ()
    unread: tuple[str, ...] = ()


class Language(Protocol):
    """Reads messages. It proposes facts; it never decides."""

    def read(self, text: str, asked: Sequence[Sequence[str]], known: frozenset[str]) -> ReadMessage:
        """What a message is and tells, `asked` being the facts of each open question, in order."""

    def read_supposition(self, text: str) -> Supposition:
        """What a "what if" supposes."""

    def read_weighed(self, text: str, known: Mapping[str, Value]) -> tuple[AskedFact, ...]:
        """The facts of a case that a question about it weighs, `known` being what is known: "is 2k enough?", "do we need evals?"."""

    def is_to_us(self, text: str, asked: Sequence[Sequence[str]]) -> bool:
        """Whether words typed where people also talk to each other are meant for us, `asked` being as in `read`.

        A mention of somebody stands in them as @NAME. In doubt they are not.
        """


class Draft(Frozen):
    """Something to say, as composed without a model: `passages` are the texts that it may cite, numbered from 1.

    An "answer" is passages put one after the other, to be answered from freely. A "reason" rests on its passages and keeps
    what it says. A "text" rests on none, and is at most put into another language. `verdict` is the verdict it goes with.
    """

    kind: Literal["answer", "reason", "text"]
    text: str
    passages: tuple[str, ...] = ()
    verdict: str | None = None


class Wording(Protocol):
    """Says things in better words than those they were composed in."""

    def word(self, said: Sequence[str], drafts: Sequence[Draft]) -> Sequence[str | None]:
        """Each draft in other words, with the numbers of its passages as [1]; None where the draft itself is to be said.

        `said` is what the person wrote, newest first. The text of an answer may be shown while it comes: see `Show`.
        """


class Show(Protocol):
    """Takes the text of an answer piece by piece while it is made. The pieces so far always begin the text of the reply."""

    def __call__(self, piece: str) -> None:
        """More of the text. Called from the thread in which the turn runs."""


class Passages(Protocol):
    """Finds notes of the knowledge base: for a question, and for a situation."""

    def search(self, query: str, k: int = 5) -> list[tuple[str, float]]:
        """The notes that answer a question, best first, with a score from 0 to 1; empty where the knowledge base does not say."""

    def for_case(
        self, facts: Facts, levels: Mapping[str, str], verdict: str, words: str, k: int = 3
    ) -> list[tuple[str, float]]:
        """Notes that bear on this very situation: its kind of task and trouble (`words` are the team's own)."""

    def closest_cases(
        self, facts: Facts, levels: Mapping[str, str], words: str, k: int = 2
    ) -> list[tuple[str, tuple[str, ...], float]]:
        """Notes that document a case like this one, the facts in which they agree, and a score from 0 to 1.

        They share a fact and score CLOSE_ENOUGH or more; where none does, the nearest one stands alone.
        """


class Sessions(Protocol):
    """Keeps sessions by thread."""

    async def load(self, thread: str) -> Session | None:
        """The session of a thread, or None where there is none. Raises StoreError where it cannot be read."""

    async def save(self, session: Session, instead_of: Session | None = None) -> None:
        """Stores a session. Raises StoreError where that fails, and also where what is stored is not `instead_of`.

        What was stored before is then still there.
        """

    async def delete(self, thread: str) -> bool:
        """Forgets a thread; whether there was one."""

    async def last(self) -> str | None:
        """The thread saved last, or None."""
