"""Wording: a finished reply cut into drafts, said in better words where somebody can, and put together again.

What is decided, numbered, linked and cited stays as it is composed; only sentences are said in other words. A verdict keeps
its own line, and a list its order, its marks and its headings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from bot.core.session import Session
from bot.core.words import card_words
from bot.ports import Draft, Wording
from bot.talk.replies import Passage, Reply, Worded

LINES_OF_PERSON = 3  # of what somebody wrote, newest first, that tell in which language they write
MOST_PASSAGES = 3  # behind one sentence
_PICKED = re.compile(r"^[a-z_]+: ")
_MARKS = re.compile(r"(?:\s*\[\d+\])+\s*$")

Put = Callable[[str | None], Reply]  # the reply with one of its drafts in other words


class AsComposed:
    """The port Wording for where there is nobody to word things: everything is said as it was composed."""

    def word(self, said: Sequence[str], drafts: Sequence[Draft]) -> Sequence[str | None]:
        """See ports.Wording."""
        return [None] * len(drafts)


def worded(wording: Wording, session: Session, text: str | None, replies: list[Reply]) -> list[Reply]:
    """The replies to a message in better words; `text` is what was typed, None where answers were picked."""
    said = [text] if text else []
    earlier = [
        line.text for line in reversed(session.transcript) if line.by != "tunewise" and not _PICKED.match(line.text)
    ]
    said += earlier[: LINES_OF_PERSON - len(said)]
    drafts = [_drafts(reply) for reply in replies]
    words = iter(wording.word(said, [draft for some in drafts for draft in some]))
    return [_put(reply, [next(words, None) for _ in some]) for reply, some in zip(replies, drafts, strict=True)]


def _drafts(reply: Reply) -> list[Draft]:
    """What of a reply may be said in other words."""
    if reply.decision is not None:
        return _verdict_drafts(reply)
    if reply.question is not None:
        return [Draft(kind="text", text=reply.question.text), Draft(kind="text", text=reply.question.why)]
    if reply.type == "answer" and reply.passages and reply.text == as_passages(reply.passages):
        return [Draft(kind="answer", text=reply.text, passages=tuple(passage.text for passage in reply.passages))]
    return [_line_draft(line, reply) for line in reply.text.split("\n") if _says_something(line)]


def _verdict_drafts(reply: Reply) -> list[Draft]:
    decision = reply.decision
    assert decision is not None
    verdict = decision.verdict

    def draft(text: str, notes: Iterable[str]) -> Draft:
        texts = [reply.notes[note] for note in notes if note in reply.notes]
        return Draft(kind="reason", text=text, passages=tuple(texts[:MOST_PASSAGES]), verdict=verdict)

    first = decision.reasons[0].notes if decision.reasons else ()
    return [
        draft(card_words(decision).sentence, first),
        *(draft(reason.text, reason.notes) for reason in decision.reasons),
    ]


def _line_draft(line: str, reply: Reply) -> Draft:
    """A line of a list: with the passages that its marks name, or a plain text where it has none."""
    marks = _MARKS.search(line)
    numbers = [int(number) for number in re.findall(r"\d+", marks[0])] if marks else []
    known = dict(reply.numbered())
    texts = [known[number].text for number in numbers if number in known]
    return Draft(kind="reason" if texts else "text", text=_bare(line), passages=tuple(texts[:MOST_PASSAGES]))


def _put(reply: Reply, words: Sequence[str | None]) -> Reply:
    if not any(words):
        return reply
    if reply.decision is not None:
        return _put_verdict(reply, words)
    if reply.question is not None:
        text, why = words
        question = reply.question.model_copy(
            update={"text": text or reply.question.text, "why": why or reply.question.why}
        )
        return reply.model_copy(update={"text": question.text, "question": question})
    if len(words) == 1 and reply.type == "answer" and reply.text == as_passages(reply.passages):
        return reply.model_copy(update={"text": words[0]})
    given = iter(words)
    lines = [_put_line(line, next(given)) if _says_something(line) else line for line in reply.text.split("\n")]
    return reply.model_copy(update={"text": "\n".join(lines)})


def _put_verdict(reply: Reply, words: Sequence[str | None]) -> Reply:
    """A verdict's own line stays; its sentence and reasons are kept beside the decision, without marks: the card has those."""
    assert reply.decision is not None
    sentence, *reasons = (_unmarked(text) if text else None for text in words)
    composed = [reason.text for reason in reply.decision.reasons]
    said = tuple(new or old for new, old in zip(reasons, composed, strict=True))
    line = reply.text
    if composed and line.endswith(composed[0]):
        line = line.removesuffix(composed[0]) + said[0]
    return reply.model_copy(update={"text": line, "worded": Worded(sentence=sentence, reasons=said)})


def _put_line(line: str, words: str | None) -> str:
    """A line with other words between its bullet and its marks, which are ours."""
    if words is None:
        return line
    bullet = "- " if line.startswith("- ") else ""
    marks = _MARKS.search(line)
    return f"{bullet}{_unmarked(words)}{marks[0].rstrip() if marks else ''}"


def as_passages(passages: Sequence[Passage]) -> str:
    """Passages one after the other, each with its number: an answer that nobody worded."""
    return "\n\n".join(f"{part.text} [{number}]" for number, part in enumerate(passages, 1))


def _bare(line: str) -> str:
    return _MARKS.sub("", line.removeprefix("- "))


def _unmarked(text: str) -> str:
    return re.sub(r"\s*\[\d+\]", "", text)


def _says_something(line: str) -> bool:
    return any(character.isalpha() for character in line)
