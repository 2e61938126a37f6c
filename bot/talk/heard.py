"""Heard: what a message that was read means for the session - the entries it makes, and the questions it closes."""

from __future__ import annotations

from bot.core.facts import Catalogue, Value
from bot.core.session import Entry, Session
from bot.errors import FactError
from bot.ports import ReadMessage
from bot.talk.rounds import passed_over

SHORTEST_TASK = 3  # words: "yes, why" describes no task
SURE_NEWS = 1.0  # probability of a figure that is said to be new
LONGEST_TASK = 400  # characters of a first message that stand for its task


def starts_case(session: Session, read: ReadMessage) -> bool:
    """Whether a message that tells no fact opens a case all the same."""
    return session.state in ("idle", "answered") and not session.entries and read.kind == "case"


def entries_of(catalogue: Catalogue, session: Session, by: str, text: str, read: ReadMessage) -> dict[str, Entry]:
    """The facts that a message tells, as entries of a session: legal ones, and not what is only touched on again."""
    entries = {
        p.fact: Entry(level=p.value, by=by, quote=p.quote, grade=p.grade)
        for p in read.facts
        if _legal(catalogue, p.fact, p.value) and not _by_the_way(session, by, p.fact, read)
    }
    if read.corrects:
        meant, before = read.corrects
        for key, entry in session.entries.items():
            if not isinstance(entry.level, bool | str) and entry.level == before and _legal(catalogue, key, int(meant)):
                entries[key] = Entry(level=int(meant), by=by, quote=text[:200], grade="stated")
    opens = read.kind == "case" and not session.open and not read.touches and len(text.split()) >= SHORTEST_TASK
    opens = opens and (bool(read.facts) or session.state in ("idle", "answered"))
    if opens and "task" not in session.entries and "task" not in entries:
        entries["task"] = Entry(level=_shortened(text), by=by, quote=" ".join(text.split())[:200], grade="inferred")
    return entries


def _shortened(text: str) -> str:
    """A message as the description of a task: its beginning, cut between words."""
    words = " ".join(text.split())
    if len(words) <= LONGEST_TASK:
        return words
    return (words[: LONGEST_TASK - 1].rpartition(" ")[0] or words[: LONGEST_TASK - 1]).rstrip(" ,;:.-–") + "…"


def _by_the_way(session: Session, by: str, fact: str, read: ReadMessage) -> bool:
    """Whether somebody only touches, in reply to another question, on what they told before."""
    asked = {key for question in session.open for key in question.facts}
    known = session.entries.get(fact)
    return (
        bool(asked)
        and fact not in asked
        and read.act != "correct"
        and known is not None
        and known.by == by
        and known.grade != "inferred"
        and not any(p.fact == fact and p.probability >= SURE_NEWS for p in read.facts)
        and not (
            fact in ("score", "target") and asked.isdisjoint(p.fact for p in read.facts)
        )  # a new figure, and no more
    )


def _legal(catalogue: Catalogue, fact: str, value: Value) -> bool:
    try:
        catalogue.check(fact, value)
    except FactError:
        return False
    return True


def closed(session: Session, before: Session, read: ReadMessage) -> Session:
    """The session with the questions closed that were answered; a pick that should have named them all means no to the rest."""
    entries = dict(session.entries)
    told = {p.fact for p in read.facts}
    for question in before.open:
        answered = told.intersection(question.facts)
        if question.multiple and answered and not set(read.unclear).intersection(question.facts) and read.complete:
            quote = entries[min(answered)].quote if min(answered) in entries else ""
            by = next((entries[key].by for key in answered if key in entries), "")
            for key in {key for option in question.options for key in option.sets} - told - set(read.dont_know):
                entries.setdefault(key, Entry(level=False, by=by, quote=quote, grade="inferred"))
    heard = told | set(read.unclear) | set(read.dont_know)
    session = passed_over(session, (question for question in before.open if not heard.intersection(question.facts)))
    return session.model_copy(update={"entries": entries, "open": ()})
