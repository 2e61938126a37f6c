"""Case: the talk that the pictures show, taken to its verdict on a fixed day."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from bot.app import App
from bot.conversations import new_session
from bot.core.card import Card, make_card
from bot.core.facts import Value
from bot.core.session import Session
from bot.settings import Settings
from bot.surfaces.blockkit.picks import asked_about
from bot.talk.message import Message
from bot.talk.replies import Reply

TODAY = date(2026, 11, 20)
OPENING = (
    "Should we fine-tune our support bot? It answers shop customers, and retrieval over the help centre works: "
    "the right article is always there. But the tone is wrong, stiff and too long, whatever we put in the prompt."
)
# What the team picks when it is asked.
ANSWERS: dict[str, Value] = {
    "knowledge_needed": True,
    "behaviour_gap": True,
    "latency_gap": False,
    "cost_gap": False,
    "evals": "test_set",
    "score": 71,
    "target": 88,
    "prompting": "systematic",
    "constrained_output": True,
    "retrieval": "works",
    "context_fit": "too_large",
    "examples": 2400,
    "label_quality": "reviewed",
    "data_rights": "clear",
    "scope": "narrow",
    "coverage": "proprietary",
    "rule": "show_only",
    "answers": "agreed",
    "data_edge": True,
    "teacher": False,
    "freshness": "weekly",
}


def picture_app() -> App:
    """The talk as it ships, on that day."""
    return App(Settings(data=Path(tempfile.mkdtemp(prefix="tunewise-"))), today=lambda: TODAY)


def opened(app: App) -> tuple[Session, list[Reply]]:
    """The talk after its first message."""
    return app.talk.turn(new_session("picture"), Message(by="Ana", text=OPENING))


def decided(app: App, session: Session) -> tuple[Session, Reply, Card]:
    """The talk taken to its verdict: the session, the reply and its card."""
    replies: list[Reply] = []
    for _ in range(12):
        if session.state != "asking":
            break
        asked = {fact for question in session.open for fact in (*question.facts, *asked_about(question))}
        answers = {fact: ANSWERS.get(fact) for fact in sorted(asked)}
        session, replies = app.talk.turn(session, Message(by="Ben", answers=answers))
    reply = next(reply for reply in replies if reply.decision is not None)
    assert reply.decision is not None
    card = make_card(app.knowledge, session.entries, reply.decision, reply.passages, reply.closest_cases)
    return session, reply, card
