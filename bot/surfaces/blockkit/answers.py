"""Answers: everything that is said beside questions and cards - answers with citations, plain words, help, errors.

answer_message(reply, share="") -> Shown     a grounded answer; `share` gives it a button with that value, for an answer that
                                             only one person sees (the control is `share/answer`)
text_message(text) -> Shown                  plain words; lines that begin with "- " become a list
replies_message(replies) -> Shown            several replies of one turn as one message; only texts and answers
help_message(text, notes=()) -> Shown        how to use it, and what is kept (`home.privacy_notes`)
error_message(sentence, reference="") -> Shown
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.core.evidence import Citation
from bot.core.sources import Listed, list_sources
from bot.surfaces.blockkit.build import Shown, Spans, actions, button, context, lines, link, say, words
from bot.surfaces.blockkit.fit import Part, detail, keep, message
from bot.surfaces.blockkit.limits import Block
from bot.surfaces.blockkit.text import clean
from bot.talk.replies import Reply

MARK = re.compile(r"\[(\d{1,2})\]")
SHARE = "share/answer"
PARAGRAPHS, PARAGRAPH = 30, 2_500  # how many, and how long


def answer_message(reply: Reply, share: str = "") -> Shown:
    """An answer, its marks linked to the sources listed below it."""
    parts = _answer(reply)
    if share:
        parts += keep(
            actions("share.answer", button("Share", SHARE, share, spoken="Share this answer with everyone here"))
        )
        parts += keep(context("Only you see this."))
    return message(reply.text, parts)


def text_message(text: str) -> Shown:
    """Plain words."""
    return message(text, _prose(text, {}))


def replies_message(replies: Sequence[Reply]) -> Shown:
    """What one turn answers, in one message."""
    parts = [
        part for reply in replies for part in (_answer(reply) if reply.type == "answer" else _prose(reply.text, {}))
    ]
    return message("\n".join(reply.text for reply in replies), parts)


def help_message(text: str, notes: Iterable[str] = ()) -> Shown:
    """How to use it, and what is kept."""
    told = list(notes)
    kept = detail(1, lines([words(note) for note in told], title="What is kept, and who sees it")) if told else []
    return message("\n".join([text, *told]), [*_prose(text, {}), *kept])


def error_message(sentence: str, reference: str = "") -> Shown:
    """One clear sentence, and under which name the rest is in the log."""
    parts = keep(say(words(f"⚠️ {sentence}")))
    if reference:
        parts += keep(context(f"Reference: {reference}"))
    return message(f"{sentence}{f' (reference {reference})' if reference else ''}", parts)


def _answer(reply: Reply) -> list[Part]:
    """An answer. Numbers in its text are those of its passages; without any the sources are simply listed."""
    if reply.passages and MARK.search(reply.text):
        groups = [(number, passage.citations) for number, passage in reply.numbered()]
        urls = {number: next((c.url for c in citations if c.url), None) for number, citations in groups}
        listed = [_passage(number, citations) for number, citations in groups]
        return [*_prose(reply.text, urls), *detail(2, _sources(listed))]
    sources = list_sources(reply.citations)
    return [*_prose(reply.text, {}), *detail(2, _sources([_source(f"[{s.number}] ", s) for s in sources]))]


def _prose(text: str, urls: dict[int, str | None]) -> list[Part]:
    """Paragraphs, and lists where lines begin with a dash; the later ones give way where there is no room."""
    parts: list[Part] = []
    items: list[Spans] = []

    def close() -> None:
        if items:
            parts.extend(_ranked(parts, lines(items)))
            items.clear()

    for line in clean(text, lines=True).split("\n")[:PARAGRAPHS]:
        if line.startswith("- "):
            items.append(_marked(line[2:], urls))
        elif line:
            close()
            parts.extend(_ranked(parts, [say(_marked(line, urls))]))
    close()
    return parts or keep(say(words("–")))


def _ranked(before: Sequence[Part], blocks: Sequence[Block]) -> list[Part]:
    return detail(3, blocks) if before else keep(*blocks)


def _marked(text: str, urls: dict[int, str | None]) -> Spans:
    """Text whose marks are links to their sources."""
    spans: Spans = []
    at = 0
    for found in MARK.finditer(text):
        if url := urls.get(int(found[1])):
            spans = [*spans, *words(text[at : found.start()], PARAGRAPH), *link(url, found[0])]
            at = found.end()
    return [*spans, *words(text[at:], PARAGRAPH)]


def _passage(number: int, citations: Sequence[Citation]) -> Spans:
    """The sources of a passage, one after the other."""
    spans = words(f"[{number}] ")
    for at, citation in enumerate(citations[:4]):
        spans = [*spans, *(words("; ") if at else []), *_source("", Listed.of(number, citation))]
    return spans


def _source(before: str, source: Listed) -> Spans:
    after = f", {source.date}" if source.date else ""
    return [*words(f"{before}{source.author}, ", 200), *link(source.url, source.title), *words(after, 100)]


def _sources(listed: Sequence[Spans]) -> list[Block]:
    return lines(listed, title="Sources", style="rows") if listed else []
