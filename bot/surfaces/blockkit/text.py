"""Text: strings that people, notes or models wrote, made safe and short enough to show.

clean(text, lines=False) -> str      without control and direction characters; on one line unless `lines`
escape(text) -> str                  for the fallback text of a message, which Slack parses
as_markdown(piece) -> str            for a piece of an answer that is shown while it comes, which Slack reads as Markdown
shorten(text, most) -> str           at most that long, cut at the end of a word
size(text) -> int                    length as Slack counts it
linkable(url) -> bool                whether a source's address may be made a link
"""

from __future__ import annotations

import re
import unicodedata

ELLIPSIS = "…"
JOINER = "\u2060"  # shows as nothing; keeps what stands on both sides of it from being read as one
KEPT = {"\u200c", "\u200d"}  # joiners inside words of some scripts, and inside emoji
BLANK = re.compile(r"[^\S\n]+")
PARSED = re.compile(r"[*_~`]")
MENTION = re.compile(r"@(?=\w)")
SCHEME = re.compile(r"(?<=\w):(?=//)|(?<=mailto):|(?<=javascript):", re.IGNORECASE)
URL = re.compile(
    r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?(?:[/?#][\w!$&'()*+,;=:@/?%.~#\[\]-]*)?", re.ASCII
)
LONGEST_URL = 3000


def clean(text: str, lines: bool = False) -> str:
    """The text without what could hide or turn around what is read: control, direction and unassigned characters."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(char if char == "\n" or char in KEPT else _shown(char) for char in text)
    if not lines:
        return " ".join(kept.split())
    rows = (BLANK.sub(" ", row).strip() for row in kept.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip()


def _shown(char: str) -> str:
    kind = unicodedata.category(char)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    return "" if kind in ("Cf", "Cs", "Co", "Cn") else char


def escape(text: str) -> str:
    """Cleaned text for a place where Slack reads markup: no mention, link, channel, code or emphasis comes of it."""
    text = MENTION.sub(f"@{JOINER}", SCHEME.sub(f":{JOINER}", clean(text, lines=True)))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return PARSED.sub(lambda found: f"{JOINER}{found[0]}{JOINER}", text)


def as_markdown(piece: str) -> str:
    """A piece of text for a place where Slack reads Markdown, with the blanks at its ends: no link, mention or emphasis."""
    before, after = piece[: len(piece) - len(piece.lstrip())], piece[len(piece.rstrip()) :]
    text = escape(piece).replace("](", f"]{JOINER}(")
    return f"{before}{text}{after}" if text else before


def size(text: str) -> int:
    """The length in UTF-16 code units, the largest of the ways in which characters are counted."""
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)


def shorten(text: str, most: int) -> str:
    """The text, or as many of its words as fit into `most` with an ellipsis; a single word that is too long is cut."""
    if size(text) <= most:
        return text
    room, kept = most - 1, 0
    for at, char in enumerate(text):
        room -= size(char)
        if room < 0:
            kept = at
            break
    cut = text[:kept]
    if not text[kept : kept + 1].isspace():
        word_end = max(cut.rfind(" "), cut.rfind("\n"))
        cut = cut[:word_end] if word_end >= kept // 2 else cut
    return cut.rstrip(" \n,;:-–(") + ELLIPSIS


def linkable(url: str | None) -> bool:
    """Whether this is a plain web address."""
    return url is not None and len(url) <= LONGEST_URL and URL.fullmatch(url) is not None
