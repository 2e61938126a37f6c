"""Samples: what people may be shown, from real talks and from hostile strings, and the check that all of it has to pass."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from slack_sdk.models.blocks import Block as SlackBlock
from slack_sdk.models.views import View as SlackView

from bot.app import App
from bot.conversations import new_session
from bot.core.ask import as_asked
from bot.core.card import Card, CardCase, CardDispute, CardFlip, CardPassage, CardStep, Cited, make_card
from bot.core.decision import Decision, Question
from bot.core.facts import Value
from bot.core.knowledge import Knowledge
from bot.core.policy import VERDICTS
from bot.core.rests import CardFact
from bot.core.session import Entry, Session
from bot.core.sources import Listed
from bot.settings import Settings
from bot.surfaces.blockkit.build import Shown
from bot.surfaces.blockkit.limits import View, check_message, check_view, strings
from bot.talk.message import Message
from bot.talk.replies import Reply

CASES = Path(__file__).parents[2] / "evals" / "cases-own.jsonl"
HOSTILE = (
    "<!channel> <!here|x> <@U0HACKED> <#C1|general> <http://evil.example|our docs> @everyone",
    "*bold* _it_ ~no~ `code` ```block``` &amp; &lt;!channel&gt; [1] [2](http://evil.example)",
    "\u202edlrow\u202c \u200bzero\ufeff \x00\x07\x1b[31m \u2028line \u2066iso\u2069",
    "\ud800 lone \udfff",
    "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 40,
    "a" * 9_000,
    "word & <tag> " * 900,
    "&" * 5_000,
    "",
    " \n\t ",
    "שלום مرحبا 你好 नमस्ते\n\n\n\n- item\n- item",
    "# Heading\n> quote\n1. one\n<script>alert(1)</script>",
)


class Decided(NamedTuple):
    """A verdict as a talk gives it."""

    session: Session
    reply: Reply
    decision: Decision
    card: Card


@lru_cache(maxsize=1)
def app() -> App:
    """The app on a fixed day, with a data folder of its own."""
    return App(Settings(TUNEWISE_DATA=tempfile.mkdtemp(prefix="tunewise-")), today=lambda: date(2026, 11, 20))


@lru_cache(maxsize=1)
def verdicts() -> dict[str, Decided]:
    """A talk that ends in each verdict."""
    found: dict[str, Decided] = {}
    for line in CASES.read_text("utf-8").splitlines():
        case = json.loads(line)
        if case["expected"] in VERDICTS and case["expected"] not in found:
            decided = talk_through(case["opening"], case["facts"])
            found.setdefault(decided.decision.verdict, decided)
        if len(found) == len(VERDICTS):
            break
    return found


def talk_through(opening: str, facts: dict[str, Value], by: str = "ana") -> Decided:
    """A talk in which everything that is known is picked, to its verdict."""
    talk = app().talk
    session, replies = talk.turn(new_session("t"), Message(by=by, text=opening))
    session, replies = talk.turn(session, Message(by=by, answers=facts))
    for _ in range(12):
        if session.state == "decided":
            break
        session, replies = talk.turn(session, Message(by=by, text="skip"))
    reply = next(reply for reply in replies if reply.type == "verdict")
    assert reply.decision is not None
    card = make_card(app().knowledge, session.entries, reply.decision, reply.passages, reply.closest_cases)
    return Decided(session, reply, reply.decision, card)


def all_questions(knowledge: Knowledge) -> Iterator[Question]:
    """Every question that can be asked."""
    for name in knowledge.questions:
        yield as_asked(knowledge, name)


# --- what has to hold of everything -----------------------------------------------------------------------------------


def hold(shown: Shown) -> None:
    """A message that Slack takes and in which nothing that was written does anything."""
    check_message(shown.text, shown.blocks)
    assert [block.to_dict() for block in SlackBlock.parse_all(shown.blocks)] == shown.blocks
    _inert(shown.blocks)
    assert "<" not in shown.text and "@everyone" not in shown.text and "://" not in shown.text
    assert not any(mark in shown.text for mark in ("\u202e", "\x00", "\x1b"))


def hold_view(view: View) -> None:
    """A view that Slack takes and in which nothing that was written does anything."""
    check_view(view)
    assert SlackView(**view).to_dict()["blocks"] == view["blocks"]
    _inert(view["blocks"], names_channels=view["callback_id"] in ("home", "settings"))


def _inert(blocks: Sequence[dict[str, Any]], names_channels: bool = False) -> None:
    """Only the views that say where we may be used name channels."""
    active = {"mrkdwn", "user", "usergroup", "broadcast", "markdown"} | (set() if names_channels else {"channel"})
    known = {source.url for source in app().knowledge.evidence.sources.values()} | {None}
    json.dumps(blocks).encode()
    for key, text in strings(blocks):
        assert key != "type" or text not in active
        assert key != "url" or text in known or text.startswith(("https://good.example/", "https://team.slack.com/")), (
            text
        )
        assert not set(text) & set("\u202e\u202c\u2066\u2069\u200b\ufeff\x00\x07\x1b\u2028\ud800\udfff"), (key, text)


# --- hostile values ---------------------------------------------------------------------------------------------------

texts: SearchStrategy[str] = st.sampled_from(HOSTILE) | st.text(max_size=300) | st.just("A plain sentence.")
marks = st.lists(st.integers(1, 60), max_size=12).map(tuple)
urls = st.sampled_from(
    [None, "https://good.example/a?b=c&d", "javascript:alert(1)", "http://x y", "https://good.example/" + "a" * 4000]
)


def _some(strategy: SearchStrategy[Any], most: int) -> SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


cited = st.builds(Cited, text=texts, marks=marks)
cards: SearchStrategy[Card] = st.builds(
    Card,
    verdict=st.sampled_from(VERDICTS),
    headline=texts,
    sentence=texts,
    certainty=st.sampled_from(["settled", "likely", "open"]),
    certainty_words=texts,
    assumed=_some(texts, 12),
    evidence=texts,
    facts=_some(
        st.builds(
            CardFact,
            key=texts,
            label=texts,
            value=texts,
            by=texts,
            quote=texts,
            grade=st.sampled_from(["measured", "stated", "picked", "inferred"]),
            said=texts,
        ),
        40,
    ),
    reasons=_some(cited, 12),
    flips=_some(
        st.builds(CardFlip, condition=texts, verdict=st.sampled_from(VERDICTS), words=texts, actionable=st.booleans()),
        8,
    ),
    steps=_some(st.builds(CardStep, title=texts, detail=texts, done_when=texts, marks=marks), 14),
    route=_some(texts, 7),
    method=st.none() | cited,
    cautions=_some(cited, 14),
    disputed=_some(st.builds(CardDispute, question=texts, sides=_some(cited, 5), working_rule=texts), 12),
    passages=_some(st.builds(CardPassage, title=texts, sentence=texts, marks=marks), 5),
    cases=_some(
        st.builds(CardCase, who=texts, task=texts, words=texts, outcome=texts, shared=_some(texts, 5), marks=marks), 5
    ),
    sources=_some(
        st.builds(
            Listed, number=st.integers(1, 60), title=texts, author=texts, publication=texts, date=texts, url=urls
        ),
        60,
    ),
)
entries = st.builds(Entry, level=texts, by=texts, quote=texts)
