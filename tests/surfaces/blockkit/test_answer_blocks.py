"""Answers as blocks: citations lead to their sources, lists stay lists, and nothing hostile gets through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import HOSTILE, app, hold, texts, verdicts

from bot.conversations import new_session
from bot.core.evidence import Citation
from bot.surfaces.blockkit.answers import (
    SHARE,
    answer_message,
    error_message,
    help_message,
    replies_message,
    text_message,
)
from bot.surfaces.blockkit.home import Privacy, privacy_notes
from bot.surfaces.blockkit.limits import strings
from bot.talk.asides import HELP, knowledge_answer
from bot.talk.message import Message
from bot.talk.replies import Passage, Reply


def shown(message_blocks: list[dict[str, object]]) -> str:
    return "\n".join(text for key, text in strings(message_blocks) if key == "text")


@pytest.mark.parametrize(
    "question", ["how many examples do I need?", "does fine-tuning teach facts?", "who won the match?"]
)
def test_an_answer_is_shown_with_what_it_cites(question: str) -> None:
    reply = knowledge_answer(app().talk, question)
    message = answer_message(reply)
    hold(message)
    for passage in reply.passages:
        assert " ".join(passage.text.split()) in shown(message.blocks).replace("\n", "")  # marks are spans of their own
        for citation in passage.citations[:4]:
            assert citation.title in shown(message.blocks)
    urls = {citation.url for passage in reply.passages for citation in passage.citations if citation.url}
    assert {text for key, text in strings(message.blocks) if key == "url"} == urls
    assert ("Sources" in shown(message.blocks)) is bool(reply.passages)


def test_what_a_talk_says_beside_its_case_holds() -> None:
    talk, session = app().talk, verdicts()["evals_first"].session
    for said in ("why?", "I disagree", "what if we had 500 examples?", "help", "what do you know so far?", "thanks"):
        _, replies = talk.turn(session, Message(by="ana", text=said))
        told = [reply for reply in replies if reply.type in ("text", "answer")]
        assert told, said
        hold(replies_message(told))
        for reply in told:
            hold(answer_message(reply) if reply.type == "answer" else text_message(reply.text))


def test_dashes_become_a_list() -> None:
    message = text_message("So far:\n- one\n- two\n\nThat is all.")
    kinds = [part["type"] for block in message.blocks for part in block["elements"]]
    assert kinds == ["rich_text_section", "rich_text_list", "rich_text_section"]


def test_a_private_answer_can_be_shared() -> None:
    message = answer_message(knowledge_answer(app().talk, "how many examples do I need?"), share="abc")
    hold(message)
    (button,) = (each for block in message.blocks if block["type"] == "actions" for each in block["elements"])
    assert (button["action_id"], button["value"]) == (SHARE, "abc")
    assert "Only you see this." in shown(message.blocks)


def test_help_says_what_is_kept_and_who_sees_it() -> None:
    message = help_message(HELP, privacy_notes(Privacy(retention_days=30, provider="OpenAI")))
    hold(message)
    assert "30 days" in shown(message.blocks) and "OpenAI" in shown(message.blocks) and HELP in shown(message.blocks)
    assert "No language model provider" in shown(help_message(HELP, privacy_notes(Privacy(30))).blocks)


def test_an_error_is_one_sentence_with_a_reference() -> None:
    message = error_message("The store cannot be reached just now; please try again in a minute.", "a1b2c3")
    hold(message)
    assert "a1b2c3" in shown(message.blocks) and "a1b2c3" in message.text


def test_a_mark_without_a_passage_is_no_link() -> None:
    passage = Passage(note="n", title="t", text="x", score=1.0, citations=())
    message = answer_message(Reply(type="answer", text="As [1] and [9] say.", passages=(passage,)))
    hold(message)
    assert "As [1] and [9] say." in shown(message.blocks)


def test_the_first_message_of_a_talk_holds_whatever_it_says() -> None:
    talk = app().talk
    for text in HOSTILE:
        _, replies = talk.turn(new_session("t"), Message(by="<@U1>", text=text[:2000]))
        for reply in replies:
            hold(text_message(reply.text))


citations = st.lists(
    st.builds(
        Citation,
        note=texts,
        title=texts,
        author=texts,
        publication=texts,
        date=texts,
        url=st.sampled_from([None, "https://good.example/x", "javascript:x"]),
        claims=st.just(()),
    ),
    max_size=6,
).map(tuple)
replies = st.builds(
    Reply,
    type=st.just("answer"),
    text=texts | texts.map(lambda text: f"{text} [1][2]\n- {text}"),
    passages=st.lists(
        st.builds(Passage, note=texts, title=texts, text=texts, score=st.just(1.0), citations=citations), max_size=4
    ).map(tuple),
    citations=citations,
)


@given(replies, texts)
def test_any_answer_holds(reply: Reply, text: str) -> None:
    hold(answer_message(reply))
    hold(answer_message(reply, share="x"))
    hold(replies_message([reply, Reply(type="text", text=text)]))
    hold(text_message(text))
    hold(error_message(text, text))
    hold(help_message(text, [text]))
