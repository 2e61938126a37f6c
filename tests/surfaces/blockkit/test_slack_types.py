"""Slack's own TypeScript types: everything that we build is of them. Needs node and npm; installs what it needs beside this file."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from samples import HOSTILE, all_questions, app, verdicts

from bot.core.knowledge import Knowledge
from bot.surfaces.blockkit.answers import answer_message, error_message, help_message, text_message
from bot.surfaces.blockkit.build import Shown
from bot.surfaces.blockkit.card import card_message, forgotten_card
from bot.surfaces.blockkit.details import details_view
from bot.surfaces.blockkit.home import HomeCase, HomeRules, Privacy, home_view
from bot.surfaces.blockkit.limits import View
from bot.surfaces.blockkit.modals import disagree_view, facts_view, intake_questions, intake_view, share_view
from bot.surfaces.blockkit.questions import Answered, Clash, ask_round, closed_round, stale_answer
from bot.talk.asides import HELP, knowledge_answer

SCHEMA = Path(__file__).parent / "schema"


@pytest.fixture(scope="module")
def node() -> str:
    """Node, with the packages of schema/package.json."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found is None or npm is None:
        pytest.skip("node and npm are not on PATH")
    if not (SCHEMA / "node_modules" / "@slack" / "types").is_dir():
        command = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
        done = subprocess.run(command, cwd=SCHEMA, capture_output=True, text=True, timeout=300)
        if done.returncode:
            pytest.skip(
                f"npm could not install the packages of {SCHEMA.name}/package.json: {done.stderr.strip()[-200:]}"
            )
    return found


def problems(node: str, values: list[tuple[str, str, Any]]) -> list[dict[str, str]]:
    """What does not hold among values, each with a name and its type."""
    told = "\n".join(json.dumps({"name": name, "type": kind, "value": value}) for name, kind, value in values)
    done = subprocess.run(
        [node, str(SCHEMA / "check.mjs")], input=told, capture_output=True, text=True, check=True, timeout=300
    )
    *found, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert last == {"checked": len(values)}
    return found


def messages(knowledge: Knowledge) -> Iterator[tuple[str, Shown]]:
    """Every kind of message."""
    for question in all_questions(knowledge):
        yield f"question {question.id}", ask_round("1", [question], "Understood: it is slow.")
        yield f"closed {question.id}", closed_round([question], {question.id: Answered("Ana", "Not at all")})
    clash = Clash("evals", "How?", (("Ana", "none", "no"), ("Ben", "a test set", "yes")))
    questions = list(all_questions(knowledge))[:3]
    yield "clash", ask_round("1", questions, "", {questions[1].id: Answered("A", "x")}, {questions[0].id: clash})
    yield "stale", stale_answer()
    for verdict, decided in verdicts().items():
        yield f"card {verdict}", card_message(decided.card, decided.decision, "ref", "Noted.", "Ana")
    yield "forgotten", forgotten_card()
    yield "answer", answer_message(knowledge_answer(app().talk, "how many examples do I need?"), share="x")
    yield "help", help_message(HELP, ["One.", "Two."])
    yield "error", error_message("That did not work.", "abc")
    for text in HOSTILE:
        yield "text", text_message(text)


def views(knowledge: Knowledge) -> Iterator[tuple[str, View]]:
    """Every kind of view."""
    for verdict, decided in verdicts().items():
        yield f"details {verdict}", details_view(decided.card, decided.decision)
    yield "intake", intake_view("C1", intake_questions(knowledge))
    yield "facts", facts_view("ref", [("a", "b")])
    yield "disagree", disagree_view("ref", "Stop")
    yield "share", share_view("ref")
    case = HomeCase(
        "key", "Title", "decided", "#x", "Stop", "2026-11-20", ("a", "b"), ("a",), "https://team.slack.com/x"
    )
    yield "home", home_view([case], Privacy(90, "OpenAI"), HomeRules(("#x",)))


def test_everything_is_of_slacks_types(node: str, knowledge: Knowledge) -> None:
    values = [
        (f"{name} {block['type']}", "KnownBlock", block)
        for name, shown in messages(knowledge)
        for block in shown.blocks
    ]
    values += [(name, "HomeView" if view["type"] == "home" else "ModalView", view) for name, view in views(knowledge)]
    values += [(name, "KnownBlock", block) for name, view in views(knowledge) for block in view["blocks"]]
    assert problems(node, values) == []


def test_what_is_not_of_them_is_found(node: str) -> None:
    bad = [
        ("type", "KnownBlock", {"type": "paragraph"}),
        ("key", "KnownBlock", {"type": "divider", "colour": "red"}),
        ("text", "KnownBlock", {"type": "header", "text": {"type": "mrkdwn", "text": "x"}}),
        ("missing", "KnownBlock", {"type": "actions"}),
        ("view", "ModalView", {"type": "modal", "blocks": []}),
    ]
    assert [each["name"] for each in problems(node, bad)] == ["type", "key", "text", "missing", "view"]
