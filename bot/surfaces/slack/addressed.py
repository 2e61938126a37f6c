"""Addressed: whether a message in a thread of ours, without a mention, is meant for us. In doubt it is not.

What is certain is decided here; the rest is judged by the language, which knows what is asked and how people talk.
"""

from __future__ import annotations

import re

from bot.core.session import Session
from bot.talk.turn import Talk

OURS = re.compile(r"\btune-?wise\b", re.IGNORECASE)
# Both take what they have once taken for good, so that no message can make them try for ever.
ONLY_SIGNS = re.compile(r"(?>https?://\S+|:[\w+-]+:|[+-]1(?!\d)|[^\w?])*+")
ASSENT = re.compile(  # nothing but a reaction to what somebody said, or a slip
    r"(?>(?:\b(?:lol|ha(?:ha)+|rofl|wow|cool|nice|great|awesome|neat|lgtm|ack|agreed?|exactly|same(?: here)?|indeed|huh|"
    r"sounds good|good (?:point|idea|call|catch|one)|makes sense|fair(?: enough| point)?|will do|on it|i'?m on it|brb|afk|"
    r"thanks|thx|ty|thank you|cheers|np|no problem|everyone|everybody|all|guys|team|folks|so much|a lot|"
    r"(?:sorry|oops)?,? ?wrong (?:thread|channel|window|chat))\b|[+-]1(?!\d))[\s,.!…]*)++",
    re.IGNORECASE,
)
SHORT = re.compile(
    r"(?:yes|yep|yeah|y|no|nope|nah|n|both|neither|none|never|always|either|some|partly|"
    r"(?:about |around |roughly |maybe |~)?\d[\d.,]*\s?(?:%|k|m|percent|a day|per day)?)[\s.!]*",
    re.IGNORECASE,
)


def is_to_us(text: str, session: Session, talk: Talk) -> bool:
    """Whether words in a thread of ours are meant for us."""
    words = " ".join(text.split())
    if OURS.search(words):
        return True
    if ONLY_SIGNS.fullmatch(words) or ASSENT.fullmatch(words):
        return False
    if session.open and SHORT.fullmatch(words):
        return True
    asked = tuple(question.facts for question in session.open)
    return talk.language.is_to_us(words, asked)
