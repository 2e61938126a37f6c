"""After the verdict, and while people contradict each other: what is stated then is taken, or asked about, never lost."""

from __future__ import annotations

import pytest

from bot.app import App
from bot.conversations import new_session
from bot.core.session import Session
from bot.talk.message import Message
from bot.talk.replies import Reply

FACTS = {
    "evals": "test_set", "score": 88, "target": 92, "prompting": "systematic", "retrieval": "works", "scope": "narrow",
    "knowledge_needed": True, "behaviour_gap": True, "examples": 3000, "label_quality": "reviewed", "data_edge": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def app() -> App:
    return App()


def say(app: App, session: Session, text: str, by: str = "ana") -> tuple[Session, list[Reply]]:
    return app.talk.turn(session, Message(by=by, text=text))


@pytest.fixture
def decided(app: App) -> Session:
    session, _ = app.talk.turn(new_session("t"), Message(by="ana", answers=FACTS))
    while session.state == "asking":
        session, _ = say(app, session, "skip")
    assert session.state == "decided"
    return session


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("we now reach 96%", "score", 96),
        ("turns out we may not train on them", "data_rights", "unclear"),
        ("ok legal came round, we may use them now", "data_rights", "clear"),
        ("actually retrieval only partly works", "retrieval", "partly"),
        ("sorry, 95 is needed, not 92", "target", 95),
    ],
)
def test_a_correction_in_plain_words_is_taken(app: App, decided: Session, text: str, fact: str, value: object) -> None:
    after, _ = say(app, decided, text)
    assert after.entries[fact].level == value


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("turns out the labels are not so good", "label_quality"),
    ],
)
def test_a_statement_that_was_not_read_is_asked_about(app: App, decided: Session, text: str, fact: str) -> None:
    after, replies = say(app, decided, text)
    asked = {key for question in after.open for key in question.facts}
    assert fact in asked
    assert any(reply.question for reply in replies)
    assert after.entries == decided.entries


@pytest.mark.parametrize("text", ["ok let's do that then", "sounds good", "how's your day?"])
def test_what_states_nothing_asks_nothing(app: App, decided: Session, text: str) -> None:
    after, _ = say(app, decided, text)
    assert not after.open
    assert after.entries == decided.entries


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("what if retrieval worked?", {"retrieval": "works"}),
        (
            "what if we had 5,000 reviewed examples and retrieval worked?",
            {"retrieval": "works", "examples": 5000, "label_quality": "reviewed"},
        ),
        ("what if we reach 96%?", {"score": 96}),
        ("what if the weather was nice", {}),
    ],
)
def test_what_is_supposed_is_read_or_nothing_is(app: App, text: str, told: dict[str, object]) -> None:
    assert {fact.fact: fact.value for fact in app.language.read_supposition(text).facts} == told


@pytest.mark.parametrize(
    ("text", "by", "level"),
    [
        ("Ana is right, that test set is from another project", "ben", "none"),
        ("I was wrong, there is nothing", "ben", "none"),
        ("@ben has it right", "ana", "test_set"),
    ],
)
def test_naming_who_is_right_settles_a_contradiction(app: App, text: str, by: str, level: str) -> None:
    session, _ = app.talk.turn(new_session("t"), Message(by="ana", answers={"evals": "none", "scope": "narrow"}))
    session, _ = app.talk.turn(session, Message(by="ben", answers={"evals": "test_set"}))
    assert "evals" in session.conflicts
    session, _ = say(app, session, text, by)
    assert not session.conflicts
    assert session.entries["evals"].level == level


def test_saying_that_somebody_is_not_right_settles_nothing(app: App) -> None:
    session, _ = app.talk.turn(new_session("t"), Message(by="ana", answers={"evals": "none", "scope": "narrow"}))
    session, _ = app.talk.turn(session, Message(by="ben", answers={"evals": "test_set"}))
    session, _ = say(app, session, "I don't think ana is right", "ben")
    assert session.entries["evals"].level != "none" or "evals" in session.conflicts


@pytest.mark.parametrize(
    "words", ["I don't think ana is right that we have no test set", "ana isn't right to say nothing is measured"]
)
def test_what_is_denied_is_not_told(app: App, words: str) -> None:
    session, _ = app.talk.turn(new_session("t"), Message(by="ana", answers={"evals": "none", "scope": "narrow"}))
    session, _ = app.talk.turn(session, Message(by="ben", answers={"evals": "test_set"}))
    session, _ = say(app, session, words, "ben")
    assert session.entries["evals"].level != "none" or "evals" in session.conflicts


def test_what_stands_beside_a_denial_is_heard(app: App) -> None:
    session, _ = app.talk.turn(new_session("t"), Message(by="ana", answers={"evals": "none", "scope": "narrow"}))
    session, _ = app.talk.turn(session, Message(by="ben", answers={"evals": "test_set"}))
    session, _ = say(app, session, "I don't think ana is right, we score a test set of 200 answers", "ben")
    assert session.entries["evals"].level == "test_set" and not session.conflicts


def test_a_new_figure_of_ones_own_counts_whatever_is_asked(app: App) -> None:
    session, _ = app.talk.turn(
        new_session("t"), Message(by="ana", answers={"evals": "test_set", "score": 93, "target": 90})
    )
    session, _ = say(app, session, "sorry, the target is 97 now")
    assert session.entries["target"].level == 97


def test_a_verdict_that_fell_is_not_defended(app: App, decided: Session) -> None:
    asking, _ = say(app, decided, "turns out the labels are not so good")
    assert asking.state == "asking"
    _, replies = say(app, asking, "how sure are you?")
    assert "nothing still open" not in replies[0].text


def test_help_me_decide_is_a_case(app: App) -> None:
    text = "help me decide: fine-tune our call summariser or not. No evals yet, retrieval was never tried."
    session, _ = say(app, new_session("t"), text)
    assert session.entries["evals"].level == "none"
