"""Scenes: what the pictures of Slack show, taken from a real talk on a fixed day."""

from __future__ import annotations

from typing import Any

from bot.conversations import new_session
from bot.core.ask import as_asked
from bot.core.card import Card
from bot.core.decision import Decision
from bot.surfaces.blockkit.answers import answer_message, error_message, help_message
from bot.surfaces.blockkit.build import Shown
from bot.surfaces.blockkit.card import card_message
from bot.surfaces.blockkit.details import details_view
from bot.surfaces.blockkit.home import HomeCase, HomeRules, Privacy, home_view, privacy_notes
from bot.surfaces.blockkit.limits import View, check_message, check_view
from bot.surfaces.blockkit.modals import facts_view, intake_questions, intake_view
from bot.surfaces.blockkit.questions import STALE, Answered, ask_round, clashes_in, closed_round
from bot.surfaces.blockkit.settings import SettingsForm, only_words, settings_view
from bot.surfaces.slack.admin import ADMINS_ONLY
from bot.talk.asides import HELP, knowledge_answer
from bot.talk.message import Message
from tests.pictures.case import decided, opened, picture_app

README = ("card-slack", "questions-slack", "modal-slack", "home-slack", "settings-slack")
CLASHING = (
    "Our summaries have the wrong emphasis. A few prompts were tried. We have no evals.",
    "That's not true, we do have a test set that we score.",
)
CHANNELS = [{"id": "C0SUPPORT", "name": "support"}, {"id": "C0ML", "name": "ml"}]  # by the ids that the views name


def scenes() -> dict[str, dict[str, Any]]:
    """Everything there is to look at, by name."""
    app = picture_app()
    talk = app.talk
    session, replies = opened(app)
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
    session, verdict, card = decided(app, session)
    assert verdict.decision is not None
    found["card-slack"] = of_message(card_message(card, verdict.decision, "picture.1"))
    found["details-slack"] = of_view(details_view(card, verdict.decision))
    found["questions-multiple"] = of_message(ask_round("1", [as_asked(app.knowledge, "today")]))
    intake = intake_view("C1", intake_questions(app.knowledge))
    found["modal-slack"] = of_view(intake)
    found["facts-slack"] = of_view(facts_view("picture.1", [(fact.label, fact.value) for fact in card.facts[:8]]))
    found["home-slack"] = of_view(home(card, verdict.decision))
    form = SettingsForm(
        channels=("C0SUPPORT", "C0ML"),
        mention_only=False,
        may_connect=True,
        provider="openai",
        changed="Last changed by Ana on 2026-11-20 at 10:04 UTC.",
    )
    found["settings-slack"] = of_view(settings_view(form))
    bound = form._replace(allowed_channels=("C0SUPPORT", "C0ML"), may_follow=False, may_connect=False, changed="")
    found["settings-bound"] = of_view(settings_view(bound._replace(may_use_model=False, channels=())))
    found["settings-not-yours"] = of_view(only_words("Settings", ADMINS_ONLY))
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
    return home_view(
        cases,
        Privacy(180, "openai"),
        HomeRules(
            ("C0ML", "C0SUPPORT"), model=True, changed="Last changed by Ana on 2026-11-20 at 10:04 UTC.", admin=True
        ),
    )


def of_message(shown: Shown) -> dict[str, Any]:
    """A message for the drawing."""
    check_message(*shown)
    return {"kind": "message", "blocks": shown.blocks}


def of_view(view: View) -> dict[str, Any]:
    """A modal or the Home tab for the drawing."""
    check_view(view)
    told = {key: view[key]["text"] for key in ("title", "submit", "close") if key in view}
    return {"kind": view["type"], "blocks": view["blocks"], **told}
