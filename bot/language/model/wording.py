"""Wording: what is put to a model to have a reply said in better words, and what is taken of its answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.core.facts import Frozen
from bot.language.model import guard, tongue
from bot.language.model.client import as_input
from bot.language.model.failures import Failed
from bot.language.model.forms import Said
from bot.ports import Draft

LONGEST_PERSON = 300  # characters of a person's message that a model sees when it words a reply
LONGEST_PASSAGE = 700
SILENT_MARK = "[0]"
PART = 0.5  # of an answer's sentences, that must be sayable; fewer, and the rest is not trusted either


class Room(Frozen):
    """In which a reply is worded: for whom, in which language, and what may not get out."""

    said: tuple[str, ...] = ()
    language: str = "en"
    leaks: str = ""

    @property
    def person(self) -> str:
        """What the person wrote last."""
        return self.said[0][:LONGEST_PERSON] if self.said else ""


def worth_wording(draft: Draft, language: str) -> bool:
    """Whether a draft gains by a model: guidance always, plain sentences only where they have to change language."""
    return bool(draft.passages) or (language != "en" and any(c.isalpha() for c in draft.text))


def drafts_input(drafts: Sequence[Draft], room: Room) -> str:
    """Drafts and their passages as data, each passage once, whatever the number of drafts that may cite it."""
    passages = shared_passages(drafts)
    numbers = {text: number for number, text in enumerate(passages, 1)}
    return as_input(
        language=tongue.NAMES[room.language],
        person=room.person,
        passages=[{"n": n, "text": text[:LONGEST_PASSAGE]} for text, n in numbers.items()],
        drafts=[
            {"n": n, "say": draft.text, "passages": [numbers[text] for text in draft.passages]}
            for n, draft in enumerate(drafts, 1)
        ],
    )


def shared_passages(drafts: Iterable[Draft]) -> tuple[str, ...]:
    """All passages of some drafts, each once."""
    return tuple(dict.fromkeys(text for draft in drafts for text in draft.passages))


def answer_input(question: str, draft: Draft, room: Room) -> str:
    """A question and the passages to answer it from, as data."""
    passages = [{"n": n, "text": text[:LONGEST_PASSAGE]} for n, text in enumerate(draft.passages, 1)]
    return as_input(language=tongue.NAMES[room.language], passages=passages, question=question[:LONGEST_PERSON])


def said_of(said: Said, drafts: Sequence[Draft], room: Room) -> list[str | None]:
    """Every draft in the model's words, as far as they may be said; None where none of them may. Raises Failed where that
    holds for all drafts."""
    passages = shared_passages(drafts)
    by_number = {item.n: item for item in said.drafts}
    result: list[str | None] = []
    objections: list[str] = []
    for n, draft in enumerate(drafts, 1):
        own = {passages.index(text) + 1: at for at, text in enumerate(draft.passages, 1)}
        material = material_of(draft, room)
        kept: list[str] = []
        objected = 0
        for sentence in by_number[n].sentences if n in by_number else ():
            text, marks = guard.split_marks(guard.plain(sentence.text))
            cites = tuple(own.get(number, 0) for number in dict.fromkeys((*sentence.cites, *marks)))
            cites = cites if draft.passages else ()
            if (why := guard.objection(text, cites, material)) is None:
                kept.append(guard.marked(text, cites))
            else:
                objections.append(why)
                objected += 1
        # A draft that is put into another language has to be whole: half of a question asks something else.
        whole = draft.kind != "text" or (objected == 0 and _asks(" ".join(kept)) == _asks(draft.text))
        result.append(" ".join(kept) if kept and whole and guard.as_long(kept, draft.text) else None)
    if not any(result):
        raise Failed("wrong_language" if objections and set(objections) == {"language"} else "uncited")
    return result


def _asks(text: str) -> bool:
    return any(mark in text for mark in "?？؟;")


def material_of(draft: Draft, room: Room) -> guard.Material:
    """What a draft may be said from. The person's own words are no source."""
    return guard.Material(
        draft=draft.text if draft.kind != "answer" else "",
        passages=draft.passages,
        verdict=draft.verdict,
        tongue=room.language,
        leaks=room.leaks,
    )
