"""Page: puts paragraphs and hanging lists on a rich console, for whatever that console can show.

Everything is laid out as Text, never as markup, and cleaned first: what people and notes wrote cannot colour, link,
move the cursor or ring the bell.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

WIDEST = 100  # columns; longer lines are hard to read
ESCAPES = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # titles and links
    r"|\x1b[P^_X][^\x1b]*(?:\x1b\\)?"  # device strings
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, cursor
    r"|\x1b.?"
)
UNSHOWN = ("Cc", "Cf", "Cs")  # control, invisible formatting (direction overrides among it), halves of characters
JOINERS = "\u200c\u200d"  # needed to write Persian and some Indic scripts, and harmless
PLAINER = str.maketrans(
    {"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "→": "->", "•": "-", "·": "-", "×": "x"}
    | {"≥": ">=", "≤": "<=", "\u00a0": " ", "\u202f": " ", "▸": ">", "✓": "*", "ß": "ss", "„": '"', "¿": "?"}
)


def clean(text: str, encoding: str = "utf-8") -> str:
    """`text` without escape sequences and control characters, in characters that `encoding` has."""
    text = ESCAPES.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = (c for c in text if c == "\n" or c in JOINERS or unicodedata.category(c) not in UNSHOWN)
    text = "".join(kept).replace("\u2028", "\n").replace("\u2029", "\n")
    try:
        text.encode(encoding)
        return text
    except (UnicodeEncodeError, LookupError):
        return "".join(_plainer(c, encoding) for c in text)


def _plainer(character: str, encoding: str) -> str:
    """The nearest thing to a character that `encoding` has."""
    try:
        character.encode(encoding)
        return character
    except (UnicodeEncodeError, LookupError):
        near = character.translate(PLAINER)
        return unicodedata.normalize("NFKD", near).encode("ascii", "ignore").decode() or "?"


def speaks_unicode(console: Console) -> bool:
    """Whether the console can show arrows and box lines."""
    try:
        return codecs.lookup(console.encoding).name.startswith("utf")
    except LookupError:
        return False


class Page:
    """A console with a width to write in and the marks it can show."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.width = max(min(console.width, WIDEST), 20)
        self.fancy = console.is_terminal and not console.is_dumb_terminal
        self.arrow = "→" if speaks_unicode(console) else "->"
        self.bullet = "•" if speaks_unicode(console) else "-"
        self.dots = "…" if speaks_unicode(console) else "..."
        self.between = " · " if speaks_unicode(console) else " | "

    def text(self, text: str, style: str = "") -> Text:
        """Cleaned text, safe to lay out; what is appended to it has its own style."""
        return Text().append(clean(text, self.console.encoding), style or None)

    def fit(self, text: str, room: int) -> str:
        """Cleaned text on one line of `room` columns, cut between words where it is longer."""
        words = clean(" ".join(text.split()), self.console.encoding)
        if cell_len(words) <= room:
            return words
        while words and cell_len(words + self.dots) > room:
            words = words.rpartition(" ")[0]
        return words.rstrip(" ,;:.-–") + self.dots

    def blank(self) -> None:
        """An empty line."""
        self.console.print()

    def headline(self, headline: str, below: str, style: str) -> None:
        """The first thing to be read: in a frame on a terminal, underlined elsewhere."""
        title = self.text(headline, f"bold {style}")
        if not self.fancy:
            self.line(title)
            self.line("=" * min(title.cell_len, self.width))
            self.line(below)
            return
        inside = Text("\n").join([title, self.text(below)])
        frame = box.ROUNDED if speaks_unicode(self.console) else box.ASCII
        panel = Panel(inside, box=frame, border_style=style, width=self.width, padding=(0, 1))
        self.console.print(panel, highlight=False)

    def title(self, title: str) -> None:
        """The title of a part, with a line of space above."""
        self.blank()
        self.line(self.text(title if self.fancy else f"{title}:", "bold"))

    def line(self, content: str | Text, style: str = "", lead: str = "", indent: int = 0) -> None:
        """A paragraph at `indent` behind `lead`, its further lines below its first word."""
        body = content if isinstance(content, Text) else self.text(content, style)
        lead = clean(lead, self.console.encoding)
        hang = indent + Text(lead).cell_len
        at = " " * indent + lead
        for wrapped in body.wrap(self.console, max(self.width - hang, 10)):
            wrapped.rstrip()
            line = Text(at if wrapped.plain else at.rstrip()).append_text(wrapped)
            self.console.print(line, soft_wrap=True, highlight=False, emoji=False, markup=False)
            at = " " * hang

    def unbroken(self, content: Text, indent: int) -> None:
        """A word that must stay whole to be of use, such as an address: it may run over the right edge."""
        line = Text(" " * min(indent, max(self.width - content.cell_len, 0))).append_text(content)
        self.console.print(line, soft_wrap=True, highlight=False, emoji=False, markup=False)

    def single(self, text: str, marks: tuple[int, ...] = (), style: str = "", lead: str = "", indent: int = 0) -> None:
        """One line: as much of a sentence as fits, and the numbers of its sources."""
        behind = sum(len(f"[{number}]") for number in marks) + bool(marks)
        room = self.width - indent - cell_len(lead) - behind
        self.line(self.cited(self.fit(text, max(room, 10)), marks, style), lead=lead, indent=indent)

    def prose(self, text: str, marks: tuple[int, ...] = ()) -> None:
        """Paragraphs as they were written, lists among them; the last one gets the numbers."""
        lines = text.splitlines() or [""]
        for at, line in enumerate(lines, 1):
            behind = marks if at == len(lines) else ()
            if line.startswith("- "):
                self.item(self.cited(line[2:], behind))
            else:
                self.line(self.cited(line, behind))

    def item(self, body: Text, mark: str = "") -> None:
        """A paragraph in a list."""
        self.line(body, lead=f"{mark or self.bullet} ", indent=1)

    def cited(self, text: str, marks: tuple[int, ...], style: str = "") -> Text:
        """A sentence with the numbers of its sources behind it."""
        body = self.text(text, style)
        if marks:
            body.append(" " + "".join(f"[{number}]" for number in marks), "cyan")
        return body
