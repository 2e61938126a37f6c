"""Acts: the wordings under knowledge/acts.yaml by which a message is something else than telling facts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content.yaml_lines import line_of, read
from bot.errors import ContentError
from bot.language.clauses import clean

ACTS = (
    "injection", "forget", "restart", "status", "help", "steps", "change", "sure", "model", "verdict", "meaning", "cases", "question",
    "unsaid", "undo",
    "skip", "why_asked", "explain", "what_if", "disagree", "correct",
    "thanks", "greet",
)  # fmt: skip
READ = 1500  # characters of a message that it is judged by
SIGNS = ("ours", "general", "topic", "product", "orders", "parting", "aside", "recounts")


@dataclass(frozen=True)
class Acts:
    """`acts` in the order in which they are tried; `signs` weigh in on what a first message is.

    `weighed` are questions of what a fact matters, and `called` the names by which facts go in them.
    """

    acts: tuple[tuple[str, re.Pattern[str]], ...]
    signs: dict[str, re.Pattern[str]]
    lead: re.Pattern[str]
    dont_know: re.Pattern[str]
    still: re.Pattern[str]
    weighed: re.Pattern[str]
    called: dict[str, re.Pattern[str]]

    def act_of(self, words: str) -> str:
        """The conversational act that a message plainly is by its wording; "other" where it is none."""
        words = clean(words)
        if self.says_dont_know(words):
            return "dont_know"
        seen = words[:READ]
        ways = [seen] if seen == (bare := self.without_lead(seen)) else [seen, bare]
        return next((act for act, pattern in self.acts if any(pattern.search(way) for way in ways)), "other")

    def without_lead(self, words: str) -> str:
        """The words without what stands before the matter: "hm ok, so what if ..."; as they are where nothing else is said."""
        match = self.lead.match(words)
        rest = words[match.end() :] if match else words
        return rest if re.search(r"\w", rest) else words

    def is_lead(self, words: str) -> bool:
        """Whether words are nothing but what stands before a matter."""
        match = self.lead.match(words)
        return match is not None and not re.search(r"\w", words[match.end() :])

    def says_dont_know(self, words: str) -> bool:
        """Whether the words say that nobody knows - and nothing beside that."""
        parts = [part for part in re.split(r"(?<=[.!?])\s+|\n+", words) if re.search(r"\w", part)]
        return bool(parts) and all(self._one_does(part) for part in parts)

    def _one_does(self, words: str) -> bool:
        match = self.dont_know.match(words)
        rest = words[match.end() :] if match else ""
        return bool(match) and len(rest) < 45 and not self.still.search(rest)


def load_acts(folder: Path) -> Acts:
    """The acts from knowledge/. Raises ContentError listing what is wrong, with file and line."""
    name = "acts.yaml"
    raw, lines = read(folder / name, name)
    problems: list[str] = []

    def compiled(place: tuple[str, ...]) -> re.Pattern[str]:
        patterns: Any = raw
        for key in place:
            patterns = patterns.get(key) if isinstance(patterns, dict) else None
        if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
            problems.append(f"{name}:{line_of(lines, place)}: {'.'.join(place)} is a list of regular expressions")
            return re.compile(r"(?!)")
        for i, pattern in enumerate(patterns):
            try:
                re.compile(pattern)
            except re.error as error:
                problems.append(f"{name}:{line_of(lines, (*place, i))}: not a regular expression: {error}")
                return re.compile(r"(?!)")
        return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)

    given = raw.get("acts", {}) if isinstance(raw, dict) else {}
    problems += [f"{name}:{line_of(lines, ('acts', act))}: there is no act {act!r}" for act in given if act not in ACTS]
    acts = tuple((act, compiled(("acts", act))) for act in (given if not problems else ()))
    result = Acts(
        acts=acts,
        signs={sign: compiled(("signs", sign)) for sign in SIGNS},
        lead=compiled(("lead",)),
        dont_know=compiled(("dont_know",)),
        still=compiled(("still",)),
        weighed=compiled(("weighed",)),
        called={fact: compiled(("called", fact)) for fact in (raw.get("called", {}) if isinstance(raw, dict) else {})},
    )
    if problems:
        raise ContentError(problems)
    return result
