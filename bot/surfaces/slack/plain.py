"""Plain: a message as Slack sends it, in the words that its reader sees."""

from __future__ import annotations

import re

MARKUP = re.compile(r"<([^<>]*)>")
LONGEST = 12_000  # characters of a message that are read at all


def plain_words(text: str, bot: str) -> str:
    """The words of a message: without the bot's own mention, links as their text, entities as characters."""

    def shown(found: re.Match[str]) -> str:
        inside, _, label = found[1].partition("|")
        if inside == f"@{bot}":
            return " "
        if inside.startswith(("@", "#", "!")):
            name = label or inside.lstrip("!").removeprefix("subteam^").removeprefix("date^")
            return f"{inside[0]}{name}" if inside[0] == "#" and label else (label or f"@{name.lstrip('@#')}")
        return label or inside.removeprefix("mailto:")

    words = MARKUP.sub(shown, text[:LONGEST])
    words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return re.sub(r"[^\S\n]+", " ", words).strip()


def mentions(text: str, user: str) -> bool:
    """Whether a message as Slack sends it mentions somebody."""
    return re.search(rf"<@{re.escape(user)}(\|[^<>]*)?>", text) is not None
