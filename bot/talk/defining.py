"""Defining: what the words mean that questions and cards use, and what the questions can be answered with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.decision import Question
from bot.core.knowledge import Knowledge

ROUND = 2  # facts explained at most where none of those asked about is named
ASKING = frozenset({"question", "mean", "what", "that", "does", "with", "your", "answer"})  # words that name no fact
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
        rf"\W*i (?:still )?(?:don't|dont|do not) (?:really )?(?:know|get|understand|follow) "
        rf"(?:what you mean by |what you mean with )?{_TERM}",
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


def meant(knowledge: Knowledge, questions: Sequence[Question], text: str) -> str:
    """What the open questions can be answered with; only that of the fact that a text names, where it names one."""
    facts = [key for question in questions for key in question.facts if knowledge.catalogue.facts[key].level_names]
    words = set(re.findall(r"\w{4,}", text.casefold())) - ASKING
    named = [key for key in facts if words & _words_of(knowledge, key)]
    named = named or [key for key in knowledge.catalogue.variables if words & _words_of(knowledge, key)][:ROUND]
    specs = [knowledge.catalogue.facts[key] for key in dict.fromkeys(named or facts)]
    lines = [f"- {spec.name}: {'; '.join(spec.level(name).label for name in spec.level_names)}" for spec in specs]
    return (
        "\n".join(["These are the answers I can do something with:", *lines])
        if lines
        else "A number is enough, or \u201cdon't know\u201d."
    )


def _words_of(knowledge: Knowledge, key: str) -> set[str]:
    """The words by which a fact goes: its name, its levels, and how they are put."""
    spec = knowledge.catalogue.facts[key]
    put = " ".join(
        [spec.name, key, *(f"{name} {spec.level(name).label}" for name in spec.level_names if not spec.bands)]
    )
    stems = set(re.findall(r"\w{4,}", put.casefold().replace("_", " ")))
    return stems | {f"{stem}ally" for stem in stems} | {f"{stem}ly" for stem in stems}
