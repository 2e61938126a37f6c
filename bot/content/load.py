"""Reads knowledge/ into one checked value; every problem is reported at once, with file and line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from bot.content.notes import load_notes
from bot.content.yaml_lines import Lines, line_of, read
from bot.core.evidence import Claim, Evidence, Source
from bot.core.facts import Catalogue, Frozen
from bot.core.knowledge import Knowledge, QuestionSpec, Term
from bot.core.policy import Dispute, Policy, Step
from bot.errors import ContentError

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
# Things that messages name by file and line though they are no file of their own: file, kind, key in the file.
LISTED = (
    ("policy.yaml", "method", "methods"),
    ("policy.yaml", "caution", "cautions"),
    ("policy.yaml", "after", "after"),
    ("facts.yaml", "impossible", "impossible"),
)
POLICY_FILES = ("facts.yaml", "policy.yaml", "steps.yaml", "questions.yaml", "disputes.yaml")


class _Steps(Frozen):
    """The file steps.yaml."""

    steps: tuple[Step, ...]


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
    disputes: dict[str, Dispute] = file("disputes.yaml", _mapping(Dispute), {}, "dispute")
    steps = file("steps.yaml", _Steps.model_validate, _Steps(steps=()), "step", "steps").steps
    for name, kind, key in LISTED:
        file(name, lambda raw: None, None, kind, key)

    def make_policy(raw: Any) -> Policy:
        return Policy.model_validate({**raw, "steps": steps, "disputes": disputes, "version": _version(folder)})

    empty = Policy(rules=(), after={}, methods=(), full_tuning={}, cautions=(), steps=(), disputes={})
    policy = file("policy.yaml", make_policy, empty, "rule", "rules")
    questions: dict[str, QuestionSpec] = file("questions.yaml", _mapping(QuestionSpec), {}, "question")
    sources: dict[str, Source] = file("sources.yaml", _mapping(Source), {}, "source")
    claims: dict[str, Claim] = file("claims.yaml", _mapping(Claim), {}, "claim")
    glossary: dict[str, Term] = file("glossary.yaml", _mapping(Term), {}, "term")
    notes, lines_of_notes = load_notes(folder / "notes", problems)
    for id, place in lines_of_notes.items():
        places.put("note", id, place)
    if problems:
        raise ContentError(problems)
    evidence = Evidence(notes=notes, claims=claims, sources=sources)
    return Knowledge(catalogue=catalogue, policy=policy, questions=questions, evidence=evidence, glossary=glossary)


def _mapping(model: type[M]) -> Callable[[Any], dict[str, M]]:
    """A reader of a mapping of names to such values."""
    adapter: TypeAdapter[dict[str, M]] = TypeAdapter(dict[str, model])  # type: ignore[valid-type]
    return adapter.validate_python


def _catalogue(raw: Any) -> Catalogue:
    impossible = [
        {"why": row.get("why", ""), "when": {k: v for k, v in row.items() if k != "why"}} for row in raw["impossible"]
    ]
    return Catalogue.model_validate({"facts": raw["facts"], "impossible": impossible})


def _entries(raw: Any, lines: Lines, key: str) -> list[tuple[str, int]]:
    inner = raw.get(key) if key and isinstance(raw, dict) else raw
    place: tuple[str | int, ...] = (key,) if key else ()
    if isinstance(inner, dict):
        return [(str(id), line_of(lines, (*place, id))) for id in inner]
    if isinstance(inner, list):
        return [
            (str(item.get("id", i)), line_of(lines, (*place, i)))
            for i, item in enumerate(inner)
            if isinstance(item, dict)
        ]
    return []


def _made(make: Callable[[Any], T], raw: Any, name: str, lines: Lines, problems: list[str], empty: T) -> T:
    try:
        return make(raw)
    except ValidationError as error:
        for item in error.errors():
            place = tuple(part for part in item["loc"] if isinstance(part, str | int))
            where = ".".join(str(part) for part in place)
            problems.append(f"{name}:{line_of(lines, place)}: {where}: {item['msg']}")
    except (KeyError, TypeError, AttributeError) as error:
        problems.append(f"{name}:1: the file is not laid out as expected ({error})")
    return empty


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in POLICY_FILES:
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes())
    return digest.hexdigest()[:12]
