"""Opinions: what somebody thinks of the verdict on the page, kept in the ledger in which Slack's opinions are.

Without a name everybody is "you", so that a thread has one thumb of those who gave none: the last.
"""

from __future__ import annotations

from typing import Any

from bot.core.session import Session
from bot.engine.mail import Mail, Post
from bot.errors import BadInput
from bot.surfaces.slack.values import Feedback

NO_CASE = "There is no verdict here any more. Tell me about the case, and I will look at it."
THANKS = "Thank you. It is kept with the verdict, for the people who look after the policy."
KINDS = {"up": "helpful", "down": "unhelpful", "disagree": "disagree"}  # a button -> what it says
DISAGREE = "I disagree"
LONGEST = 3000  # characters of a reason


def opinion_body(button: str, reason: str = "") -> dict[str, Any]:
    """What a press says, as the body of a mail. Raises BadInput."""
    if len(reason) > LONGEST:
        raise BadInput(f"A reason may have {LONGEST:,} characters at most, and yours has {len(reason):,}; shorten it.")
    return {"kind": KINDS[button], "text": " ".join(reason.split())}


def kept(session: Session, mail: Mail) -> Post:
    """The opinion in a mail, to be kept with the verdict that stands. Of a person's thumbs the last counts, and every objection.

    Raises BadInput where no verdict stands.
    """
    decision = session.decision
    if decision is None:
        raise BadInput(NO_CASE)
    given = Feedback.model_validate(
        {
            "at": mail.received,
            "by": mail.by,
            "kind": mail.body["kind"],
            "text": mail.body["text"],
            "verdict": decision.verdict,
            "rule": decision.rule,
            "policy": decision.policy,
            "facts": decision.facts,
        }
    )
    id = f"{session.thread}:{mail.id if given.kind == 'disagree' else mail.by}"
    return Post(kind="opinion", body={"id": id, "feedback": given.model_dump(mode="json")})


def forgotten(by: str | None) -> Post:
    """Takes names and words out of the opinions given in a thread; those of one person, or of everybody."""
    return Post(kind="forget_opinions", body={"by": by})
