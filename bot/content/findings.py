"""Findings: gathers what is wrong, with file and line."""

from __future__ import annotations

from collections.abc import Iterable

from bot.content.load import Places

FILES = {
    "fact": "facts.yaml",
    "impossible": "facts.yaml",
    "source": "sources.yaml",
    "claim": "claims.yaml",
    "step": "steps.yaml",
}


class Findings:
    """Gathers what was found, with the place of the thing it was found in."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self.problems: list[str] = []
        self.warnings: list[str] = []

    def problem(self, kind: str, id: str, found: str | Iterable[str]) -> None:
        """Something that must be mended."""
        self.problems += self._placed(kind, id, found)

    def warning(self, kind: str, id: str, found: str | Iterable[str]) -> None:
        """Something that asks for a look."""
        self.warnings += self._placed(kind, id, found)

    def _placed(self, kind: str, id: str, found: str | Iterable[str]) -> list[str]:
        place = self._places.of(kind, id)
        if place.startswith("knowledge:"):
            place = f"{FILES.get(kind, 'policy.yaml')}:1"
        return [f"{place}: {what}" for what in ([found] if isinstance(found, str) else found)]
