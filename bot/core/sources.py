"""Sources: the numbered list of what is cited, each source once. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.evidence import Citation
from bot.core.facts import Frozen


class Listed(Frozen):
    """A source in the numbered list; without `url` it is shown without a link."""

    number: int
    title: str
    author: str
    publication: str
    date: str
    url: str | None

    @classmethod
    def of(cls, number: int, c: Citation) -> Listed:
        """The source of a citation, under that number."""
        return cls(number=number, title=c.title, author=c.author, publication=c.publication, date=c.date, url=c.url)


class Numbers:
    """Gives every source a number when it is first cited."""

    def __init__(self) -> None:
        self.listed: list[Listed] = []
        self._number: dict[tuple[str | None, ...], int] = {}

    def of(self, citations: Iterable[Citation]) -> tuple[int, ...]:
        """The numbers of these citations, in rising order."""
        found = set()
        for c in citations:
            key = (c.title, c.author, c.publication, c.date, c.url)
            if key not in self._number:
                number = self._number[key] = len(self.listed) + 1
                self.listed.append(Listed.of(number, c))
            found.add(self._number[key])
        return tuple(sorted(found))


def list_sources(citations: Iterable[Citation]) -> tuple[Listed, ...]:
    """Citations as a numbered list, each source once."""
    numbers = Numbers()
    numbers.of(citations)
    return tuple(numbers.listed)
