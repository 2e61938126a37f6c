"""Learn: puts what was understood into the session - new facts, corrections, contradictions between people, not knowing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.core.facts import Catalogue, Frozen, Value
from bot.core.session import Conflict, Entry, Session


class Learned(Frozen):
    """What a message changed: facts new to the session, facts changed by the one who gave them, and new contradictions."""

    session: Session
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether the message told anything, be it only what was known already."""
        return bool(self.new or self.changed or self.conflicts or self.confirmed)

    def after(self, earlier: Learned) -> Learned:
        """What this and something learned before it changed together."""
        names = ("new", "changed", "conflicts", "confirmed")
        both = {name: tuple(dict.fromkeys((*getattr(earlier, name), *getattr(self, name)))) for name in names}
        return self.model_copy(update=both)


def learn(catalogue: Catalogue, session: Session, entries: Mapping[str, Entry], settle: Iterable[str] = ()) -> Learned:
    """The session with these entries. A different value from another person is a conflict, unless it settles one.

    What was only inferred gives way to what is said; the same person's later word replaces the earlier.
    """
    known = dict(session.entries)
    conflicts = dict(session.conflicts)
    new: list[str] = []
    changed: list[str] = []
    clashing: list[str] = []
    confirmed: list[str] = []
    for key, entry in entries.items():
        before = known.get(key)
        if key in settle or key in conflicts:
            conflicts.pop(key, None)
            known[key] = entry
            changed.append(key)
        elif before is None:
            known[key] = entry
            new.append(key)
        elif _same(catalogue, key, before.level, entry.level):
            confirmed.append(key)
            if before.grade == "inferred" and entry.grade != "inferred":
                known[key] = entry
        elif entry.grade == "inferred":
            continue
        elif before.by == entry.by or before.grade == "inferred":
            known[key] = entry
            changed.append(key)
        else:
            conflicts[key] = Conflict(fact=key, entries=(before, entry))
            clashing.append(key)
    dont_know = {key: by for key, by in session.dont_know.items() if key not in entries}
    told_in = {key: message for key, message in session.dont_know_in.items() if key in dont_know}
    updated = session.model_copy(
        update={"entries": known, "conflicts": conflicts, "dont_know": dont_know, "dont_know_in": told_in}
    )
    return Learned(
        session=updated, new=tuple(new), changed=tuple(changed), conflicts=tuple(clashing), confirmed=tuple(confirmed)
    )


def note_unknown(session: Session, facts: Iterable[str], by: str) -> Session:
    """The session with these facts marked as known to nobody; what somebody did say stays."""
    unknown = {key: by for key in facts if key not in session.entries}
    told_in = {key: message for key, message in session.dont_know_in.items() if key not in unknown}
    return session.model_copy(update={"dont_know": {**session.dont_know, **unknown}, "dont_know_in": told_in})


def _same(catalogue: Catalogue, key: str, a: Value, b: Value) -> bool:
    if catalogue.facts[key].kind == "text":
        return True  # a task told in other words is no contradiction
    return a == b
