"""Scenes: what the pictures show, taken from a real talk on a fixed day."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from bot.app import App, new_session
from bot.core.ask import as_asked
from bot.core.card import make_card
from bot.core.facts import Value
from bot.core.session import Session
from bot.settings import Settings
from bot.surfaces.blockkit.build import Shown
from bot.surfaces.blockkit.card import card_message
from bot.surfaces.blockkit.details import details_view
from bot.surfaces.blockkit.limits import View, check_message, check_view
from bot.surfaces.blockkit.picks import asked_about
from bot.surfaces.blockkit.questions import STALE, Answered, ask_round, clashes_in, closed_round
from bot.talk.replies import Reply
from bot.talk.turn import Message, Talk

README = ("card-slack", "questions-slack", "home-slack")
OPENING = (
    "Should we fine-tune our support bot? It answers shop customers, and retrieval over the help centre works: "
    "the right article is always there. But the tone is wrong, stiff and too long, whatever we put in the prompt."
)
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
    "examples": 2400,
    "label_quality": "reviewed",
    "data_rights": "clear",
    "scope": "narrow",
    "rule": "show_only",
    "answers": "agreed",
}


def scenes() -> dict[str, dict[str, Any]]:
    """Everything there is to look at, by name."""
    app = App(Settings(data=Path(tempfile.mkdtemp(prefix="tunewise-"))), today=lambda: date(2026, 11, 20))
    talk = app.talk
    session, replies = talk.turn(new_session("picture"), Message(by="Ana", text=OPENING))
    understood = next((reply.text for reply in replies if reply.type == "text"), "")
    first = session.open
    picks = {first[0].id: Answered("Ana", first[0].options[0].label)}
    found = {
        "questions-slack": of_message(ask_round("1", first, understood)),
        "questions-partly": of_message(ask_round("1", first, understood, picks)),
        "questions-answered": of_message(
            closed_round(first, {q.id: Answered("Ana", q.options[-1].label) for q in first}, understood)
        ),
        "questions-stale": of_message(closed_round(first, picks, understood, STALE)),
    }
    clashing, said = talk.turn(new_session("clash"), Message(by="Ana", text=f"{OPENING} We have 300 examples."))
    clashing, said = talk.turn(clashing, Message(by="Ben", text="no, we only have 40 examples"))
    found["questions-clash"] = of_message(
        ask_round("2", clashing.open, said[0].text, clashes=clashes_in(app.knowledge, clashing))
    )
    session, replies = decided(talk, session)
    verdict = next(reply for reply in replies if reply.type == "verdict")
    assert verdict.decision is not None
    card = make_card(app.knowledge, session.entries, verdict.decision, verdict.passages, verdict.closest_cases)
    found["card-slack"] = of_message(card_message(card, verdict.decision, "picture.1"))
    found["details-slack"] = of_view(details_view(card, verdict.decision))
    found["questions-multiple"] = of_message(ask_round("1", [as_asked(app.knowledge, "today")]))
    return found


def decided(talk: Talk, session: Session) -> tuple[Session, list[Reply]]:
    """The talk taken to its verdict."""
    replies: list[Reply] = []
    for _ in range(12):
        if session.state != "asking":
            break
        asked = {fact for question in session.open for fact in (*question.facts, *asked_about(question))}
        message = Message(by="Ben", answers={fact: ANSWERS.get(fact) for fact in sorted(asked)})
        session, replies = talk.turn(session, message)
    return session, replies


def of_message(shown: Shown) -> dict[str, Any]:
    """A message for the drawing."""
    check_message(*shown)
    return {"kind": "message", "blocks": shown.blocks}


def of_view(view: View) -> dict[str, Any]:
    """A modal or the Home tab for the drawing."""
    check_view(view)
    told = {key: view[key]["text"] for key in ("title", "submit", "close") if key in view}
    return {"kind": view["type"], "blocks": view["blocks"], **told}
