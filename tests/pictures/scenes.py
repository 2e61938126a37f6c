"""Scenes: what the pictures show, taken from a real talk on a fixed day."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from bot.app import App
from bot.conversations import new_session
from bot.core.ask import as_asked
from bot.core.card import Card, make_card
from bot.core.decision import Decision
from bot.core.facts import Value
from bot.core.session import Session
from bot.settings import Settings
from bot.surfaces.blockkit.answers import answer_message, error_message, help_message
from bot.surfaces.blockkit.build import Shown
from bot.surfaces.blockkit.card import card_message
from bot.surfaces.blockkit.details import details_view
from bot.surfaces.blockkit.home import HomeCase, HomeRules, Privacy, home_view, privacy_notes
from bot.surfaces.blockkit.limits import View, check_message, check_view
from bot.surfaces.blockkit.modals import facts_view, intake_questions, intake_view
from bot.surfaces.blockkit.picks import asked_about
from bot.surfaces.blockkit.questions import STALE, Answered, ask_round, clashes_in, closed_round
from bot.talk.asides import HELP, knowledge_answer
from bot.talk.message import Message
from bot.talk.replies import Reply
from bot.talk.turn import Talk

README = ("card-slack", "questions-slack", "home-slack")
OPENING = (
    "Should we fine-tune our support bot? It answers shop customers, and retrieval over the help centre works: "
    "the right article is always there. But the tone is wrong, stiff and too long, whatever we put in the prompt."
)
CLASHING = (
    "Our summaries have the wrong emphasis. A few prompts were tried. We have no evals.",
    "That's not true, we do have a test set that we score.",
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
    clashing, _ = talk.turn(new_session("clash"), Message(by="Ana", text=CLASHING[0]))
    clashing, _ = talk.turn(clashing, Message(by="Ben", text=CLASHING[1]))
    found["questions-clash"] = of_message(ask_round("2", clashing.open, clashes=clashes_in(app.knowledge, clashing)))
    session, replies = decided(talk, session)
    verdict = next(reply for reply in replies if reply.type == "verdict")
    assert verdict.decision is not None
    card = make_card(app.knowledge, session.entries, verdict.decision, verdict.passages, verdict.closest_cases)
    found["card-slack"] = of_message(card_message(card, verdict.decision, "picture.1"))
    found["details-slack"] = of_view(details_view(card, verdict.decision))
    found["questions-multiple"] = of_message(ask_round("1", [as_asked(app.knowledge, "today")]))
    intake = intake_view("C1", intake_questions(app.knowledge))
    found["modal-slack"] = of_view(intake)
    found["facts-slack"] = of_view(facts_view("picture.1", [(fact.label, fact.value) for fact in card.facts[:8]]))
    found["home-slack"] = of_view(home(card, verdict.decision))
    found["answer-slack"] = of_message(
        answer_message(knowledge_answer(talk, "how many examples do I need?"), share="x")
    )
    privacy = privacy_notes(Privacy(180))
    found["help-slack"] = of_message(help_message(HELP, privacy))
    found["error-slack"] = of_message(
        error_message("The store cannot be reached just now; try again in a minute.", "7f3a")
    )
    return found


def home(card: Card, decision: Decision) -> View:
    """A Home tab with two cases."""
    steps = tuple(step.title for step in card.steps)
    where = "https://team.slack.com/archives/C1/p1763632800000100"
    cases = [
        HomeCase(
            key="one",
            title="Support bot: answers shop customers, but stiff and too long",
            state="decided",
            where="#support",
            verdict=card.headline,
            decided=decision.as_of.isoformat(),
            steps=steps,
            done=steps[:2],
            url=where,
        ),
        HomeCase(key="two", title="Sort incoming invoices", state="asking", where="direct message", url=where),
    ]
    return home_view(cases, Privacy(180), HomeRules(("#support", "#ml"), model=False))


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
