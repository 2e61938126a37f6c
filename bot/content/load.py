"""Reads knowledge/ into one checked value; every problem is reported at once, with file and line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.content.yaml_lines import Lines, line_of, parse, read
from bot.core.evidence import Claim, Evidence, Note, Source
from bot.core.facts import Catalogue
from bot.core.knowledge import Knowledge, QuestionSpec
from bot.core.policy import Dispute, Policy, Step
from bot.errors import ContentError

T = TypeVar("T")
POLICY_FILES = ("facts.yaml", "policy.yaml", "steps.yaml", "questions.yaml", "disputes.yaml")


class Places:
    """Where in which file every loaded thing stands, for messages about it."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], str] = {}

    def put(self, kind: str, id: str, place: str) -> None:
        """Remembers that the thing stands at `file:line`."""
        self._places[(kind, id)] = place

    def of(self, kind: str, id: str) -> str:
        """`file:line` of the thing."""
        return self._places.get((kind, id), "knowledge:1")


def load_knowledge(folder: Path, places: Places | None = None) -> Knowledge:
    """Everything under `folder` as one value. Raises ContentError listing every problem found."""
    places = places if places is not None else Places()
    problems: list[str] = []

    def file(name: str, make: Callable[[Any], T], empty: T, kind: str = "", key: str = "") -> T:
        try:
            raw, lines = read(folder / name, name)
        except ContentError as error:
            problems.extend(error.problems)
            return empty
        for id, line in _entries(raw, lines, key):
            places.put(kind, id, f"{name}:{line}")
        return _made(make, raw, name, lines, problems, empty)

    catalogue = file("facts.yaml", _catalogue, Catalogue(facts={}), "fact", "facts")
    disputes = file("disputes.yaml", dict, {}, "dispute")
    steps = file("steps.yaml", lambda raw: list(raw["steps"]), [], "step", "steps")
    for kind in ("methods", "cautions"):
        file("policy.yaml", lambda raw: None, None, kind.rstrip("s"), kind)

    def make_policy(raw: Any) -> Policy:
        return Policy.model_validate({**raw, "steps": steps, "disputes": disputes, "version": _version(folder)})

    empty = Policy(rules=(), after={}, methods=(), full_tuning={}, cautions=(), steps=(), disputes={})
    policy = file("policy.yaml", make_policy, empty, "rule", "rules")
    questions = file("questions.yaml", TypeAdapter(dict[str, QuestionSpec]).validate_python, {}, "question")
    sources = file("sources.yaml", TypeAdapter(dict[str, Source]).validate_python, {}, "source")
    claims = file("claims.yaml", TypeAdapter(dict[str, Claim]).validate_python, {}, "claim")
    notes = _notes(folder / "notes", places, problems)
    if problems:
        raise ContentError(problems)
    evidence = Evidence(notes=notes, claims=claims, sources=sources)
    return Knowledge(catalogue=catalogue, policy=policy, questions=questions, evidence=evidence)


def _catalogue(raw: Any) -> Catalogue:
    impossible = [{"why": row.get("why", ""), "when": {k: v for k, v in row.items() if k != "why"}} for row in raw["impossible"]]
    return Catalogue.model_validate({"facts": raw["facts"], "impossible": impossible})


def _entries(raw: Any, lines: Lines, key: str) -> list[tuple[str, int]]:
    inner = raw.get(key) if key and isinstance(raw, dict) else raw
    place: tuple[str | int, ...] = (key,) if key else ()
    if isinstance(inner, dict):
        return [(str(id), line_of(lines, (*place, id))) for id in inner]
    if isinstance(inner, list):
        return [
            (str(item.get("id", i)), line_of(lines, (*place, i))) for i, item in enumerate(inner) if isinstance(item, dict)
        ]
    return []


def _made(make: Callable[[Any], T], raw: Any, name: str, lines: Lines, problems: list[str], empty: T) -> T:
    try:
        return make(raw)
    except ValidationError as error:
        for item in error.errors():
            place = tuple(part for part in item["loc"] if isinstance(part, str | int))
            where = ".".join(str(part) for part in place)
            origin = "steps.yaml" if place[:1] == ("steps",) else "disputes.yaml" if place[:1] == ("disputes",) else name
            line = line_of(lines, place) if origin == name else 1
            problems.append(f"{origin}:{line}: {where}: {item['msg']}")
    except (KeyError, TypeError, AttributeError) as error:
        problems.append(f"{name}:1: the file is not laid out as expected ({error})")
    return empty


def _notes(folder: Path, places: Places, problems: list[str]) -> dict[str, Note]:
    notes: dict[str, Note] = {}
    for path in sorted(folder.glob("*.md")):
        name = f"notes/{path.name}"
        try:
            note = _note(path, name, problems)
        except ContentError as error:
            problems.extend(error.problems)
            continue
        if note is None:
            continue
        if note.id != path.stem:
            problems.append(f"{name}:2: the id {note.id!r} differs from the file's name")
        notes[note.id] = note
        places.put("note", note.id, f"{name}:2")
    if not notes:
        problems.append("notes:1: there are no notes")
    return notes


def _note(path: Path, name: str, problems: list[str]) -> Note | None:
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
    made = _made(lambda data: Note.model_validate({**data, "text": _paragraphs(body)}), raw, name, lines, problems, None)
    return made


def _paragraphs(body: str) -> str:
    """A note's text with its lines joined; an empty line still parts paragraphs."""
    return "\n\n".join(" ".join(part.split()) for part in body.split("\n\n") if part.strip())


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in POLICY_FILES:
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes())
    return digest.hexdigest()[:12]
