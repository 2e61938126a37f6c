"""Phrases: the example phrases and patterns under knowledge/ that teach the embedded reader, read and checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.content.yaml_lines import line_of, read
from bot.core.facts import Catalogue
from bot.errors import ContentError

TOLD = "told"  # the one level of facts that are numbers or free text: the phrase is about them


@dataclass(frozen=True)
class Phrase:
    """One example: what it is about, at which level, and whether it is clear on its own (`said`) or only as a reply."""

    fact: str
    level: str
    text: str
    said: bool


@dataclass(frozen=True)
class Patterns:
    """The patterns of one fact's level: those that hold anywhere, and those that hold in reply to its question."""

    level: str
    anywhere: tuple[re.Pattern[str], ...]
    answer: tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class PhraseBook:
    """All examples. `other` tell no fact; `intents` are conversational acts."""

    phrases: tuple[Phrase, ...]
    other: tuple[str, ...]
    intents: dict[str, tuple[str, ...]]

    def texts(self) -> list[str]:
        """Every text whose vector is needed."""
        everything = [p.text for p in self.phrases] + list(self.other)
        return list(dict.fromkeys(everything + [text for texts in self.intents.values() for text in texts]))


def load_phrases(folder: Path, catalogue: Catalogue) -> PhraseBook:
    """The phrase book from knowledge/. Raises ContentError listing what is wrong, with file and line."""
    problems: list[str] = []
    phrases: list[Phrase] = []
    other: list[str] = []
    intents: dict[str, tuple[str, ...]] = {}
    for path in sorted((folder / "phrases").glob("*.yaml")):
        name = f"phrases/{path.name}"
        for level, kind, texts, line in _entries(path, name, problems):
            if path.stem == "other":
                other += texts
            elif path.stem == "intents":
                intents[level] = (*intents.get(level, ()), *texts)
            elif not _legal(catalogue, path.stem, level):
                problems.append(f"{name}:{line}: {path.stem} has no level {level!r}")
            else:
                phrases += [Phrase(fact=path.stem, level=level, text=text, said=kind == "said") for text in texts]
    if problems:
        raise ContentError(problems)
    return PhraseBook(phrases=tuple(phrases), other=tuple(dict.fromkeys(other)), intents=intents)


def _legal(catalogue: Catalogue, fact: str, level: str) -> bool:
    spec = catalogue.facts.get(fact)
    if spec is None:
        return False
    return level in spec.levels or (level == TOLD and spec.kind in ("number", "text"))


def _entries(path: Path, name: str, problems: list[str]) -> Iterator[tuple[str, str, Sequence[str], int]]:
    try:
        raw, lines = read(path, name)
    except ContentError as error:
        problems.extend(error.problems)
        return
    levels = raw.get("levels") if isinstance(raw, dict) else None
    if not isinstance(levels, dict):
        problems.append(f"{name}:1: a phrase file is a mapping `levels:`")
        return
    for level, kinds in levels.items():
        for kind, texts in (kinds or {}).items():
            line = line_of(lines, ("levels", level, kind))
            if kind not in ("said", "answered") or not all(
                isinstance(text, str) and text.strip() for text in texts or []
            ):
                problems.append(f"{name}:{line}: phrases stand as texts under `said` or `answered`")
            else:
                yield str(level), kind, texts or [], line


def load_patterns(folder: Path, catalogue: Catalogue) -> dict[str, tuple[Patterns, ...]]:
    """The patterns per fact, in order. Raises ContentError listing what is wrong, with file and line."""
    path = folder / "patterns.yaml"
    raw, lines = read(path, path.name)
    problems: list[str] = []
    result: dict[str, tuple[Patterns, ...]] = {}
    for fact, levels in raw.items():
        rows = []
        for level, kinds in levels.items():
            if not _legal(catalogue, fact, level):
                problems.append(f"{path.name}:{line_of(lines, (fact, level))}: {fact} has no level {level!r}")
                continue
            try:
                compiled = {
                    k: tuple(re.compile(p, re.IGNORECASE) for p in kinds.get(k, [])) for k in ("anywhere", "answer")
                }
            except re.error as error:
                problems.append(
                    f"{path.name}:{line_of(lines, (fact, level))}: a pattern is not a regular expression: {error}"
                )
                continue
            rows.append(Patterns(level=level, **compiled))
        result[fact] = tuple(rows)
    if problems:
        raise ContentError(problems)
    return result
