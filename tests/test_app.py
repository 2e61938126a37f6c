"""The app under several threads: turns at the same time come out as they do one after the other."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "talk"))
from talking import app, say, through

from bot.core.session import Session

SAID = (
    "Should we fine-tune our support bot? It answers in the wrong tone.",
    "We have no evals, and 1,200 reviewed examples.",
    "how many examples do I need?",
    "We tried a few prompts. The score is 74% and we need 90%.",
    "What if retrieval worked?",
    "It is too slow and too expensive at 40,000 requests a day.",
)


def talk_through(start: int) -> Session:
    said = [say(SAID[(start + n) % len(SAID)]) for n in range(len(SAID))]
    session = Session(thread="t")
    for message in said:
        session = app().turn(session, message).session
    return session


def test_turns_at_the_same_time_come_out_as_one_after_the_other():
    app().warm()
    alone = [talk_through(start) for start in range(len(SAID))]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(talk_through, range(len(SAID))))
    assert together == alone


def test_anyone_can_have_forgotten_what_they_said_and_the_starter_everything():
    talk = app().talk
    session, _ = through(
        talk, say("Should we fine-tune our bot? We have no evals.", by="ana"), say("Its scope is narrow.", by="bo")
    )
    assert session.started_by == "ana"
    after, (reply,) = talk.turn(session, say("forget everything", by="bo"))
    assert "bo" not in {entry.by for entry in after.entries.values()} | {line.by for line in after.transcript}
    assert after.entries["evals"] == session.entries["evals"] and "What others said stays" in reply.text
    assert talk.turn(session, say("forget everything", by="ana"))[0] == Session(thread="t")
