"""Defining: what the words mean that questions and cards use, for whoever asks "what is a test set?"."""

from __future__ import annotations

import re

from bot.core.knowledge import Knowledge

_TERM = r"(?P<term>[^?.!]{2,50}?)"
_END = (
    r"(?:,? (?:anyway|again|exactly|actually|though|here|really|then|please|by the way|btw|for (?:you|us|me)|"
    r"in (?:plain|simple) \w+))*\W*"
)
_ASKED = tuple(
    re.compile(pattern + _END, re.IGNORECASE)
    for pattern in (
        rf"\W*(?:what(?:'s|s| is| are)(?: even| exactly| actually)?|define) {_TERM}",
        rf"\W*explain(?: to me)?(?: what)? {_TERM}(?: is| are| means?| stands for)?",
        r"\W*what (?:even |exactly |actually )?(?:is|are|counts as|would be|is meant (?:by|with)|"
        rf"do you (?:mean|understand) (?:by|under|with)) {_TERM}",
        rf"\W*what (?:do|does|did) {_TERM} (?:mean|stand for|refer to)",
        rf"\W*(?:i (?:still )?(?:don't|dont|do not) (?:know|get|understand) )?what {_TERM} (?:is|are|means?|stands for)",
        rf"\W*(?:give|show)(?: me| us)? (?:an )?examples? (?:of|for) {_TERM}",
    )
)
_AROUND = re.compile(r"^(?:(?:an?|the|this|that|your|our) )+|[\"'\u201c\u201d\u2018\u2019*_`]+", re.IGNORECASE)
_LEAD = re.compile(
    r"^\W*(?:(?:sorry|ok|hey|hi|wait|lol|but|and|so|please|(?:can|could|would) (?:you|someone|anybody))\W+)+",
    re.IGNORECASE,
)


def definition(knowledge: Knowledge, text: str) -> str:
    """What a word means that one of the first sentences of a text asks for; empty where it asks for none of the glossary."""
    for sentence in re.split(r"(?<=[?.!])\s+", text.strip())[:2]:
        for words in dict.fromkeys((sentence, _LEAD.sub("", sentence))):
            asked = (pattern.fullmatch(words) for pattern in _ASKED)
            names = [_AROUND.sub("", match["term"].strip()).strip() for match in asked if match]
            for term in knowledge.glossary.values():
                if any(term.is_called(name) for name in names):
                    return f"{term.says} For example: {term.example}"
    return ""
