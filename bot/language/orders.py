"""Orders: whether a message tries to steer the bot instead of telling it something, in the words people use for that.

This is one wall of several, and no complete list of what can be said: a model that follows an order which is not seen here can
still propose no fact without words of the message that speak of it, and word nothing that the passages do not hold.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata

from bot.language.clauses import clean, sentences
from bot.language.order_words import (
    CODE,
    COMPLAINT,
    ENCODED,
    LEET,
    LOOKALIKES,
    META,
    MORE,
    OTHER_SCRIPTS,
    SPACED,
    TEMPLATE,
    WORDS,
)


def gives_orders(text: str, broad: bool = True) -> bool:
    """Whether a text looks like orders to the bot, also where they are written backwards, spaced out, encoded and the like.

    Without `broad`, wordings are left out that advice may have too, such as "set up evals to ...".
    """
    plain = COMPLAINT.sub(" ", _plain(text))
    if TEMPLATE.search(plain) or ENCODED.search(plain) or (CODE.search(plain) and re.search(r"\S{12,}", plain)):
        return True
    return any(
        WORDS.search(reading) or (broad and MORE.search(reading)) or OTHER_SCRIPTS.search(reading)
        for reading in _readings(plain)
    )


def may_steer(text: str) -> bool:
    """Whether a text speaks of the bot or tells it to do something, be it harmless. Weaker than `gives_orders`."""
    return any(META.search(reading) for reading in _readings(_plain(text)))


def without_orders(text: str) -> str:
    """The sentences of a text that neither give orders nor speak of the bot; nothing where they do together."""
    parts = (part.text for part in sentences(clean(text)))
    rest = " ".join(part for part in parts if not gives_orders(part) and not may_steer(part))
    return "" if gives_orders(rest) else rest


def _plain(text: str) -> str:
    kept = (c for c in unicodedata.normalize("NFKC", text)[:20_000] if unicodedata.category(c) != "Cf")
    return "".join(kept)


def _readings(plain: str) -> list[str]:
    """A text, and what it says to somebody who undoes the usual disguises."""
    readings = [plain, _latin(plain), codecs.encode(plain, "rot13"), plain[::-1], re.sub(r"\s*\n\s*", "", plain)]
    readings += [plain.translate(LEET), SPACED.sub(lambda match: re.sub(r"[ .\-_*]", "", match[0]), plain)]
    readings += [re.sub(r"(?<=\w)[.\-_*~|](?=\w)", "", plain), re.sub(r"[*_~`|]", "", plain), *_decoded(plain)]
    return list(dict.fromkeys(readings))


def _latin(text: str) -> str:
    """The text with letters that only look Latin made Latin, in words that mix both."""
    return re.sub(r"\b(?=\w*[A-Za-z])(?=\w*[\u0370-\u04ff])\w+\b", lambda match: match[0].translate(LOOKALIKES), text)


def _decoded(text: str) -> list[str]:
    """What shorter encoded pieces of a text say."""
    found = []
    for piece in re.findall(r"[A-Za-z0-9+/]{12,}={0,2}", text)[:20]:
        try:
            found.append(base64.b64decode(piece + "=" * (-len(piece) % 4)).decode("ascii"))
        except (binascii.Error, ValueError):
            continue
    return found
