"""Rounds: what was not understood is asked again together with what is asked next, and what nobody tried to answer as it was."""

from __future__ import annotations

import pytest
from talking import app, ended, pick, say, through

from bot.core.ask import ROUND, as_asked, pick_question
from bot.core.session import Session
from bot.talk.said import GIVEN_UP, NOT_UNDERSTOOD
from bot.talk.turn import UNSURE, Talk

OPENING = "Our help desk bot for a wine shop sounds like a manual. We have 5,000 answers by our own people."


@pytest.fixture(scope="module")
def talk() -> Talk:
    return app().talk


@pytest.fixture(scope="module")
def asking(talk: Talk) -> Session:
    session, _ = through(talk, say(OPENING))
    assert len(session.open) > 1
    return session


def test_a_pick_stands_beside_the_next_questions(talk: Talk, asking: Session) -> None:
    questions = tuple(as_asked(talk.knowledge, name) for name in ("prompting", "retrieval"))
    lines = "green\nwe look pages up by search, and it finds the right ones"
    session, _ = through(talk, say(lines), start=asking.model_copy(update={"open": questions, "asked": ()}))
    assert session.entries["retrieval"].level == "works"
    again, *new = session.open
    assert again.facts == ("prompting",) and session.repicked == {"prompting"}
    assert new and len(session.open) <= ROUND and "retrieval" not in {fact for q in new for fact in q.facts}


def test_a_word_that_names_nothing_is_no_answer(talk: Talk, asking: Session) -> None:
    lines = "\n".join(["purple", *("don't know" for _ in asking.open[1:])])
    session, _ = through(talk, say(lines), start=asking)
    assert session.entries.keys() == asking.entries.keys()


@pytest.mark.parametrize(
    ("name", "reply", "told"),
    [
        ("speed_or_cost", "4 s. less than lunch for the team", {"cost_gap": False}),
        ("measure", "120 sheets, checklist, two foremen. 61. 85", {"score": 61, "target": 85}),
        ("evals", "170 old questions with the right page", {"evals": "test_set"}),
    ],
)
def test_a_terse_reply_is_no_small_talk(
    talk: Talk, asking: Session, name: str, reply: str, told: dict[str, object]
) -> None:
    open_ = asking.model_copy(update={"open": (as_asked(talk.knowledge, name),)})
    session, _ = through(talk, say(reply), start=open_)
    assert {fact: session.entries[fact].level for fact in told} == told
    assert session.entries["examples"].level == 5000  # what is measured on is not what is trained on


def test_a_line_to_each_question_is_no_small_talk(talk: Talk, asking: Session) -> None:
    questions = tuple(as_asked(talk.knowledge, name) for name in ("facts_or_behaviour", "retrieval", "scope"))
    lines = "non, la recette contient tout. c'est juste mais fade, pas notre ton\nla recette est jointe, aucun souci\nseulement les menus"
    session, _ = through(talk, say(lines), start=asking.model_copy(update={"open": questions, "asked": ()}))
    assert session.entries["scope"].level == "narrow" and session.entries["retrieval"].level == "works"


@pytest.mark.parametrize("words", ["thanks!\nhave a nice evening", "brb lunch\nback at 2"])
def test_small_talk_in_two_lines_answers_nothing(talk: Talk, asking: Session, words: str) -> None:
    questions = tuple(as_asked(talk.knowledge, name) for name in ("prompting", "scope"))
    session, _ = through(talk, say(words), start=asking.model_copy(update={"open": questions, "asked": ()}))
    assert session.entries.keys() == asking.entries.keys()


@pytest.mark.parametrize("words", ["lol the game ended 71 to 60", "happy birthday, 40 today!"])
def test_small_talk_with_numbers_is_no_measurement(talk: Talk, asking: Session, words: str) -> None:
    open_ = asking.model_copy(update={"open": (as_asked(talk.knowledge, "measure"),)})
    session, _ = through(talk, say(words), start=open_)
    assert session.entries.keys() == asking.entries.keys()


@pytest.mark.parametrize(
    ("reply", "count"), [("we have 400 labelled examples to train on", 400), ("300 past emails", 300)]
)
def test_what_is_there_to_train_on_is_no_test_set(talk: Talk, asking: Session, reply: str, count: int) -> None:
    open_ = asking.model_copy(
        update={
            "open": (as_asked(talk.knowledge, "evals"),),
            "entries": {k: e for k, e in asking.entries.items() if k != "examples"},
        }
    )
    session, _ = through(talk, say(reply), start=open_)
    assert "evals" not in session.entries and session.entries["examples"].level == count


def test_the_same_words_again_and_again_come_to_an_end(talk: Talk, asking: Session) -> None:
    session = asking
    for _ in range(12):
        session, _ = through(talk, say("that is cheaper than our coffee"), start=session)
    assert session.state == "decided", [q.facts for q in session.open]


def test_what_nobody_tried_to_answer_is_asked_as_it_was(talk: Talk, asking: Session) -> None:
    first = asking.open[0].facts[0]
    level = talk.knowledge.catalogue.facts[first].level_names[0]
    session, _ = through(talk, pick(**{first: talk.knowledge.catalogue.value_of(first, level)}), start=asking)
    kept = {question.id: question.text for question in asking.open[1:]}
    assert {q.id: q.text for q in session.open if q.id in kept} and not session.repicked
    assert all(kept[q.id] == q.text for q in session.open if q.id in kept)


def test_a_question_passed_over_twice_is_not_asked_for_ever(talk: Talk, asking: Session) -> None:
    session, neglected = asking, asking.open[0]
    times = 1
    for _ in range(12):
        others = [question for question in session.open if not set(question.facts) & set(neglected.facts)]
        if session.state != "asking" or not others:
            break
        fact = others[-1].facts[0]
        levels = talk.knowledge.catalogue.facts[fact].level_names
        value = talk.knowledge.catalogue.value_of(fact, levels[0]) if levels else 10
        session, _ = through(talk, pick(**{fact: value}), start=session)
        times += any(question.id == neglected.id for question in session.open)
    assert times <= 3, times


def test_a_pick_is_not_dropped_without_a_word(talk: Talk, asking: Session) -> None:
    typed = asking.open[0]
    offered = pick_question(talk.knowledge, "prompting")
    start = asking.model_copy(update={"open": (offered, typed), "repicked": frozenset({"prompting"})})
    session, replies = through(talk, say("bananas, bananas everywhere today"), start=start)
    assert replies[0].text == NOT_UNDERSTOOD
    assert "prompting" in {fact for question in session.open for fact in question.facts}
    session, replies = through(talk, say("bananas, bananas everywhere today"), start=session)
    assert replies[0].text == GIVEN_UP


def test_who_pressed_is_not_told_that_words_were_unclear(talk: Talk, asking: Session) -> None:
    session = asking
    for _ in range(6):
        if session.state != "asking":
            return
        session, replies = through(talk, pick(**{session.open[-1].facts[0]: None}), start=session)
        assert all(reply.text != UNSURE for reply in replies)


def test_picks_beside_words_are_read_back_with_them(talk: Talk, asking: Session) -> None:
    questions = tuple(as_asked(talk.knowledge, name) for name in ("prompting", "retrieval"))
    start = asking.model_copy(update={"open": questions})
    _, replies = through(
        talk, say("we look pages up by search, and it finds the right ones", prompting="systematic"), start=start
    )
    assert "systematic" in replies[0].text and "right facts reach the model" in replies[0].text


def test_forgetting_beside_picks_asks_nothing(talk: Talk, asking: Session) -> None:
    session, replies = through(talk, say("forget this thread", prompting="systematic"), start=asking)
    assert session.blank and not session.open and [reply.type for reply in replies] == ["text"]


def test_a_pick_beside_thanks_changes_a_verdict(talk: Talk) -> None:
    decided, _ = ended(talk, through(talk, pick(evals="none", prompting="systematic"))[0])
    session, replies = through(talk, say("thanks!", evals="test_set", score=95, target=90), start=decided)
    assert session.entries["evals"].level == "test_set"
    assert replies[-1].type in ("verdict", "question")
