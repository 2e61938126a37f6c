"""Notes: reads the Markdown notes with their front matter."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from bot.content.yaml_lines import line_of, parse
from bot.core.evidence import Note
from bot.errors import ContentError


def load_notes(folder: Path, problems: list[str]) -> tuple[dict[str, Note], dict[str, str]]:
    """The notes of a folder by id, and where each stands; what is wrong is added to `problems` as `file:line: what`."""
    notes: dict[str, Note] = {}
    places: dict[str, str] = {}
    for path in sorted(folder.glob("*.md")):
        name = f"notes/{path.name}"
        try:
            note = _note(path, name)
        except ContentError as error:
            problems.extend(error.problems)
            continue
        if note.id != path.stem:
            problems.append(f"{name}:2: the id {note.id!r} differs from the file's name")
        notes[note.id] = note
        places[note.id] = f"{name}:2"
    if not notes and not problems:
        problems.append("notes:1: there are no notes")
    return notes, places


def _note(path: Path, name: str) -> Note:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError([f"{name}:1: cannot be read: {error}"]) from None
    head, mark, body = text.removeprefix("---\n").partition("\n---\n")
    if not text.startswith("---\n") or not mark:
        raise ContentError([f"{name}:1: a note starts with front matter between two lines of ---"])
    raw, lines = parse(head, name, first_line=2)
    if not isinstance(raw, dict):
        raise ContentError([f"{name}:2: the front matter is not a list of keys"])
    try:
        return Note.model_validate({**raw, "text": _paragraphs(body)})
    except ValidationError as error:
        places = [(tuple(p for p in e["loc"] if isinstance(p, str | int)), e["msg"]) for e in error.errors()]
        raise ContentError(
            [f"{name}:{line_of(lines, place)}: {'.'.join(map(str, place))}: {message}" for place, message in places]
        ) from None


def _paragraphs(body: str) -> str:
    """A note's text with its lines joined; an empty line still parts paragraphs."""
    return "\n\n".join(" ".join(part.split()) for part in body.split("\n\n") if part.strip())
