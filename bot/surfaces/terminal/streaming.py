"""Streaming: prints the text of an answer while it comes, word by word, broken where lines end."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from rich.cells import cell_len
from rich.text import Text

from bot.surfaces.terminal.page import Page, clean


class Streamed:
    """Takes pieces from any thread and prints them from the event loop's. `text` is what has come so far."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._loop = asyncio.get_running_loop()
        self._column = 0
        self.text = ""
        self.before: Callable[[], None] = lambda: None
        """Called before the first piece is printed, such as to take a spinner away."""

    def __call__(self, piece: str) -> None:
        """See ports.Show."""
        self._loop.call_soon_threadsafe(self._print, piece)

    def _print(self, piece: str) -> None:
        if not self.text:
            self.before()
            self._page.blank()
        self.text += piece
        for part in re.findall(r"\n|[^\S\n]+|\S+", clean(piece, self._page.console.encoding)):
            self._put(part)

    def _put(self, part: str) -> None:
        width = cell_len(part)
        if part == "\n" or (self._column + width > self._page.width and not part.isspace()):
            self._write("\n")
            self._column = 0
        if part != "\n" and not (part.isspace() and self._column == 0):
            self._write(part)
            self._column += width

    def _write(self, text: str) -> None:
        self._page.console.print(Text(text), end="", soft_wrap=True, highlight=False, markup=False, emoji=False)

    def end(self) -> None:
        """Ends the line that was begun."""
        if self._column:
            self._write("\n")
            self._column = 0
