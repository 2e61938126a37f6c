"""Hearsay: what a message tells of others than the team - a friend's firm, a meetup, a vendor's pitch - which is no fact of theirs."""

from __future__ import annotations

import re

from bot.language.clauses import clean, sentences

# People and places outside a team that things are heard from.
_OUTSIDE = (
    r"(?:(?:a|some|one) (?:friend|guy|person|colleague|buddy|speaker|consultant|vendor|startup|company|firm|team|blog|article|paper|post|"
    r"talk|podcast|study|benchmark)\b(?! of ours)|my (?:friend|brother|sister|husband|wife|old (?:team|company|firm))\b|"
    r"(?:someone|somebody|people|folks|guys|they|a \w+) (?:at|on|from|in) (?:a |the |an |another |other )?"
    r"(?:meetup|conference|linkedin|twitter|x|reddit|hacker ?news|hn|podcast|talk|webinar|blog|other \w+|another \w+)\b|"
    r"(?:our|the|a|that|this) (?:competitors?|rivals?)\b|competitors?\b|"
    r"(?:another|other) (?:teams?|compan(?:y|ies)|firms?|startups?|orgs?)\b|"
    r"(?:the|a|this|that) (?:blog|article|paper|podcast|meetup|webinar|conference|linkedin post|tweet)\b)"
)
_SAYS = (
    r"(?:says?|said|told|tells|claims?|claimed|swears?|read|reads|thinks?|has|have|had|got|gets|uses?|used|reports?|reported|reached|reaches|"
    r"fine-?tuned|tuned|trained|needs?|needed|did|does|went|recommends?|suggests?|pitche[sd])\b"
)
_HEARD = re.compile(
    rf"^(?:\W|and\b|but\b|btw\b|also\b|well\b|by the way\b)*{_OUTSIDE}[^.;!?]{{0,40}}?\b{_SAYS}", re.IGNORECASE
)
# What those inside may pass on of the field, rather than tell of the case: "our vendor says we need 50,000 examples".
_RULE_OF_THUMB = re.compile(
    r"^(?:\W|and\b|but\b|btw\b|also\b)*(?:(?:our|the|my) (?:\w+ ){0,2}|they |he |she |someone |somebody |everyone |i )"
    r"(?:says?|said|told us|tells us|claims?|swears?|read|reads|thinks?|heard|insists?)(?: \w+){0,2}? "
    r"(?:(?:that )?(?:we|you|one)(?:'d| would)? (?:need|require|have to have)s? (?:at least |some |about |around |like )?[\d~]|"
    r"(?:that )?(?:fine-?tuning|tuning|lora|training|it) (?:only |just |always |really )?(?:needs|requires|takes) )",
    re.IGNORECASE,
)


def is_hearsay(sentence: str) -> bool:
    """Whether a sentence tells what somebody outside the team says, has or reached, or a rule of thumb that was heard."""
    return _HEARD.match(sentence) is not None or _RULE_OF_THUMB.match(sentence) is not None


def without_hearsay(text: str) -> str:
    """A message without the sentences that are hearsay; empty where it is nothing else, and as it is where none is."""
    parts = sentences(clean(text))
    own = [part.text for part in parts if not is_hearsay(part.text)]
    return text if len(own) == len(parts) else "\n".join(own)
