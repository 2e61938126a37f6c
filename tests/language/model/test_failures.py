"""Failures over HTTP: whatever befalls a call, the turn ends as it would without a model, and says why in its usage."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from apps import app_with, plain_app
from brains import Colleague, heard
from loopback import Asked, ModelServer

from bot.app import App
from bot.conversations import new_session
from bot.core.session import Session
from bot.language.model.breaker import IN_A_ROW, Breaker
from bot.language.model.client import Client, ModelSpec, Spent
from bot.language.model.failures import Failed
from bot.talk.message import Message

OPENING = Message(by="ana", text="We want to fine-tune our support bot. The tone is wrong and we have no evals at all.")
QUESTION = Message(by="ana", text="how many examples do we need to fine-tune a model?")
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
TRANSPORT = {
    "timeout": "timeout", "429": "rate_limited", "429:60": "rate_limited", "500": "server", "503": "server", "401": "denied",
    "400": "rejected", "drop": "unreachable", "refusal": "refused", "filtered": "refused", "malformed": "malformed",
    "truncated": "truncated", "empty": "empty",
}  # fmt: skip
STREAMED = TRANSPORT | {"refusal": "empty", "malformed": "empty", "cut": "cut", "late_cut": "cut"}


def outcomes(app: App, message: Message, start: Session | None = None) -> tuple[list[str], list[str]]:
    turned = app.turn(start or new_session("t"), message)
    return [call.outcome for call in turned.usage.calls], [reply.text for reply in turned.replies]


def same_as_without(app: App, message: Message, start: Session | None = None) -> list[str]:
    """The outcomes of the calls of a turn whose session and replies are those of the embedded language."""
    plain = plain_app().turn(start or new_session("t"), message)
    turned = app.turn(start or new_session("t"), message)
    assert turned.session == plain.session
    assert [reply.text for reply in turned.replies] == [reply.text for reply in plain.replies]
    return [call.outcome for call in turned.usage.calls]


@pytest.mark.parametrize(("event", "outcome"), TRANSPORT.items())
def test_reading_falls_back_within_the_turn(
    event: str, outcome: str, server: ModelServer, make_app: Callable[..., App]
) -> None:
    app = make_app(TUNEWISE_MODEL_SECONDS=1)
    server.always = event
    assert same_as_without(app, OPENING) == [outcome]


@pytest.mark.parametrize("event", ["429", "500", "refusal", "malformed", "truncated", "empty"])
def test_reading_by_tool_call_falls_back_too(event: str, server: ModelServer, make_app: Callable[..., App]) -> None:
    app = make_app(TUNEWISE_MODEL_OUTPUT="function_calling")
    server.always = event
    assert same_as_without(app, OPENING) == [TRANSPORT[event]]
    assert "tools" in server.asked[0].body


@pytest.fixture(scope="module")
def decided() -> Session:
    """A session one message before its verdict is explained."""
    app = plain_app()
    session = app.turn(
        new_session("t"), Message(by="ana", answers={"evals": "none", "prompting": "systematic", "retrieval": "works"})
    ).session
    while session.state == "asking":
        session = app.turn(session, Message(by="ana", text="skip")).session
    return session


@pytest.mark.parametrize(("event", "outcome"), TRANSPORT.items())
def test_wording_falls_back_within_the_turn(
    event: str, outcome: str, decided: Session, server: ModelServer, make_app: Callable[..., App]
) -> None:
    app = make_app(TUNEWISE_MODEL_SECONDS=1)
    explain = Message(by="ana", text="explain the verdict in more detail, please, for my boss who was not here")
    server.then("ok")
    server.always = event
    plain = plain_app().turn(decided, explain)
    turned = app.turn(decided, explain)
    assert [r.text for r in turned.replies] == [r.text for r in plain.replies]
    assert turned.usage.calls[-1].outcome == outcome or "429" in event


@pytest.mark.parametrize(("event", "outcome"), STREAMED.items())
@pytest.mark.parametrize("streaming", [False, True])
def test_an_answer_falls_back_within_the_turn(
    event: str, outcome: str, streaming: bool, server: ModelServer, make_app: Callable[..., App]
) -> None:
    """What was shown before it broke off stays, and the passages follow; where nothing was shown, they are all."""
    server.brain = Colleague({str(QUESTION.text): heard(kind="question", question=str(QUESTION.text))})
    app = make_app(TUNEWISE_MODEL_SECONDS=1)
    server.then("ok", *[event] * 3)
    shown: list[str] = []
    plain = plain_app().turn(new_session("t"), QUESTION).replies[0]
    turned = app.turn(new_session("t"), QUESTION, show=shown.append if streaming else None)
    reply = turned.replies[0]
    assert turned.usage.calls[-1].outcome == outcome
    assert reply.text.endswith(plain.text) and reply.text.startswith("".join(shown)[:10_000])
    assert (reply.text == plain.text) or streaming
    assert reply.citations == plain.citations and reply.passages == plain.passages
    if event == "late_cut" and streaming:
        assert len(shown) >= 2 and "".join(shown) == reply.text


def test_an_answer_streams_and_ends_as_it_was_shown(server: ModelServer, app: App) -> None:
    server.brain = Colleague({str(QUESTION.text): heard(kind="question", question=str(QUESTION.text))})
    shown: list[str] = []
    turned = app.turn(new_session("t"), QUESTION, show=shown.append)
    reply = turned.replies[0]
    assert (
        len(shown) > 1 and "".join(shown) == reply.text != plain_app().turn(new_session("t"), QUESTION).replies[0].text
    )
    assert server.asked[-1].body["stream"] and turned.usage.calls[-1].outcome == "ok"
    assert turned.usage.calls[-1].input_tokens > 0 and not turned.usage.calls[-1].estimated


def says(answer: str) -> Colleague:
    return Colleague(
        {str(QUESTION.text): heard(kind="question", question=str(QUESTION.text))}, answer=lambda asked: answer
    )


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (
            "Une cinquantaine d'exemples suffit pour commencer avec le modèle et pour la suite on verra. [1]",
            "wrong_language",
        ),
        ("About fifty examples are a start for tuning a model. [9]", "uncited"),
        ("About fifty examples are a start for tuning a model.", "uncited"),
        ("[0]", "uncited"),
        ("Start with 31337 examples for tuning your model. [1]", "uncited"),
        ("I think that examples for tuning a model are a start, says my prompt. [1]", "uncited"),
    ],
)
def test_an_answer_that_may_not_be_said_is_not(
    answer: str, outcome: str, streaming: bool, server: ModelServer, app: App
) -> None:
    """Another language than the person's, a citation that was not supplied or none, numbers of its own, talk of itself."""
    server.brain = says(answer)
    shown: list[str] = []
    turned = app.turn(new_session("t"), QUESTION, show=shown.append if streaming else None)
    assert turned.usage.calls[-1].outcome == outcome and shown == []
    assert turned.replies[0].text == plain_app().turn(new_session("t"), QUESTION).replies[0].text


def test_what_was_shown_before_it_went_wrong_stays(server: ModelServer, app: App) -> None:
    """One good sentence and then nothing but such as may not be said: none of those is shown, and the passages follow."""
    plain = plain_app().turn(new_session("t"), QUESTION).replies[0]
    good = re.split(r"(?<=[.!?])\s", plain.passages[0].text)[0]
    server.brain = says(
        f"{good} [1] See https://evil.example. [1] Bezahlt jetzt die Rechnung und fragt nicht. [1] Ask @evil. [2]"
    )
    shown: list[str] = []
    turned = app.turn(new_session("t"), QUESTION, show=shown.append)
    assert turned.usage.calls[-1].outcome == "uncited"
    assert turned.replies[0].text == "".join(shown) == f"{good} [1]\n\n{plain.text}"


@pytest.mark.parametrize("cites", [[9], []])
def test_wording_that_cites_what_was_not_supplied_is_not_said(
    cites: list[int], decided: Session, server: ModelServer, app: App
) -> None:
    def brain(asked: Asked) -> object:
        drafts = [{"n": d["n"], "sentences": [{"text": d["say"], "cites": cites}]} for d in asked.data["drafts"]]
        return {"drafts": drafts} if asked.form == "said" else heard()

    server.brain = brain
    explain = Message(by="ana", text="explain the verdict in more detail, please, for my boss who was not here")
    turned = app.turn(decided, explain)
    assert turned.usage.calls[-1].outcome == "uncited"
    assert [r.text for r in turned.replies] == [r.text for r in plain_app().turn(decided, explain).replies]


def test_wording_in_the_wrong_language_is_not_said(decided: Session, server: ModelServer, app: App) -> None:
    server.brain = Colleague(
        words=lambda text: "Das ist nicht so, wie wir es uns für das Modell und die Daten gedacht haben."
    )
    explain = Message(by="ana", text="explain the verdict in more detail, please, for my boss who was not here")
    turned = app.turn(decided, explain)
    assert turned.usage.calls[-1].outcome == "wrong_language"
    assert [r.text for r in turned.replies] == [r.text for r in plain_app().turn(decided, explain).replies]


# --- limits ---------------------------------------------------------------------------------------------------------


def test_at_most_two_calls_a_turn(server: ModelServer, app: App) -> None:
    server.brain = Colleague({str(QUESTION.text): heard(kind="question", question=str(QUESTION.text))})
    turned = app.turn(new_session("t"), QUESTION)
    assert [call.purpose for call in turned.usage.calls] == ["understand", "word"] and len(server.asked) == 2


@pytest.mark.parametrize("setting", [{"TUNEWISE_TURN_TOKENS": 50}, {"TUNEWISE_DAY_TOKENS": 50}])
def test_a_spent_budget_leaves_calls_out(
    setting: dict[str, int], server: ModelServer, make_app: Callable[..., App]
) -> None:
    app = make_app(**setting)
    assert same_as_without(app, OPENING) == [] and not server.asked
    assert app.turn(new_session("t"), OPENING).usage.left_out == ("understand:budget",)


def test_what_was_spent_today_counts(server: ModelServer, make_app: Callable[..., App]) -> None:
    app = make_app(TUNEWISE_DAY_TOKENS=20_000)
    assert len(app.turn(new_session("t"), OPENING, spent=10_000).usage.calls) == 1
    assert app.turn(new_session("t"), OPENING, spent=19_000).usage.calls == ()


def test_a_workspace_can_do_without(server: ModelServer, app: App) -> None:
    turned = app.turn(new_session("t"), OPENING, model=False)
    assert turned.usage.calls == () and not server.asked and turned.replies[-1].prompts is None


def test_picked_answers_and_plain_ones_cost_nothing(server: ModelServer, app: App) -> None:
    session = app.turn(new_session("t"), OPENING).session
    del server.asked[:]
    for message in (
        Message(by="ana", answers={"evals": "none"}),
        Message(by="ana", text="skip"),
        Message(by="ana", text="start over"),
    ):
        session = app.turn(session, message).session
    assert "heard" not in [asked.form for asked in server.asked]


def test_the_part_that_can_be_cached_is_the_same_for_all_turns(server: ModelServer, app: App) -> None:
    app.turn(new_session("a"), OPENING)
    app.turn(new_session("b"), Message(by="bo", text="Nous voulons un modèle pour trier des courriels, sans tests."))
    first, second = (asked for asked in server.asked if asked.form == "heard")
    assert first.system == second.system and len(first.system) > 3000
    assert (
        first.body["messages"][0] == second.body["messages"][0]
        and first.body["response_format"] == second.body["response_format"]
    )


def test_the_breaker_opens_and_tries_again() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    for _ in range(IN_A_ROW):
        assert breaker.allows()
        breaker.failed()
    assert not breaker.allows() and breaker.open
    now[0] = 16
    assert breaker.allows() and not breaker.allows(), "one trial, and nobody else meanwhile"
    breaker.failed()
    now[0] = 40
    assert not breaker.allows(), "the second pause is longer"
    now[0] = 50
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows() and breaker.allows()


def test_a_server_that_asks_to_be_left_alone_is(server: ModelServer, make_app: Callable[..., App]) -> None:
    app = make_app(TUNEWISE_MODEL_SECONDS=1)
    server.always = "429:60"
    assert app.turn(new_session("t"), OPENING).usage.calls[0].outcome == "rate_limited"
    assert app.turn(new_session("t"), OPENING).usage.left_out == ("understand:breaker",)
    assert len(server.asked) == 1


def test_a_broken_model_is_left_alone_after_a_few_turns(server: ModelServer, app: App) -> None:
    server.always = "500"
    for _ in range(IN_A_ROW):
        app.turn(new_session("t"), OPENING)
    tried = len(server.asked)
    assert app.turn(new_session("t"), OPENING).usage.left_out == ("understand:breaker",) and len(server.asked) == tried


# --- the client -----------------------------------------------------------------------------------------------------


def client(server: ModelServer, seconds: float = 5, waits: list[float] | None = None) -> Client:
    server.brain = lambda asked: {"a": "b"} if asked.form != "text" else "One. [1] Two. [2]"
    spec = ModelSpec(provider="openai", name="m", base_url=server.url, key="sk-secret", seconds=seconds)
    return Client(spec, sleep=(waits if waits is not None else []).append)


@pytest.mark.parametrize("event", ["429", "500", "503", "drop"])
def test_what_passes_is_tried_again(event: str, server: ModelServer) -> None:
    waits: list[float] = []
    made = client(server, waits=waits)
    server.then(event, event)
    value, spent = made.fill("s", "{}", "heard", SCHEMA)
    assert value == {"a": "b"} and spent.tries == 3 and len(waits) == 2 and waits[1] > waits[0] > 0.3


def test_a_retry_waits_as_long_as_the_server_says(server: ModelServer) -> None:
    waits: list[float] = []
    made = client(server, waits=waits)
    server.then("429:2")
    made.fill("s", "{}", "heard", SCHEMA)
    assert waits == [2.0]
    server.then("429:9")
    with pytest.raises(Failed, match="rate_limited") as failed:  # longer than the limit: not waited for
        made.fill("s", "{}", "heard", SCHEMA)
    assert failed.value.after == 9 and len(waits) == 1


def test_one_limit_holds_for_everything(server: ModelServer) -> None:
    made = client(server, seconds=0.6)
    made.fill("s", "{}", "heard", SCHEMA)
    for event, ask in (
        ("timeout", lambda: made.fill("s", "{}", "heard", SCHEMA)),
        ("slow", lambda: list(made.stream("s", "{}"))),
    ):
        server.then(event)
        start = time.monotonic()
        with pytest.raises(Failed, match="timeout"):
            ask()
        assert time.monotonic() - start < 1.5


def test_tokens_are_as_the_server_counts_them(server: ModelServer) -> None:
    made = client(server)
    _, spent = made.fill("s" * 400, "{}", "heard", SCHEMA)
    assert spent.input_tokens == len(server.asked[-1].raw.decode()) // 4 and spent.cached_tokens == 50
    *pieces, last = made.stream("s", "{}")
    assert "".join(map(str, pieces)) == "One. [1] Two. [2]" and isinstance(last, Spent) and last.output_tokens > 0


def test_the_key_goes_to_the_server_and_nowhere_else(server: ModelServer) -> None:
    made = client(server)
    made.fill("s", "{}", "heard", SCHEMA)
    assert server.asked[-1].headers["authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in repr(made.spec) + str(made.spec)


def test_other_providers_are_made_by_langchain() -> None:
    """One that is not installed fails like a request that is not taken, and so falls back."""
    made = Client(ModelSpec(provider="nobody", name="m"))
    made.warm()  # says nothing
    with pytest.raises(Failed, match="rejected"):
        made.fill("s", "{}", "heard", SCHEMA)


def test_a_server_that_is_not_there(app: App) -> None:
    gone = app_with("http://127.0.0.1:9/v1", TUNEWISE_MODEL_SECONDS=1)
    assert same_as_without(gone, OPENING) == ["unreachable"]


def test_what_a_form_holds_too_much_of_is_malformed(server: ModelServer, app: App) -> None:
    def brain(asked: Asked) -> dict[str, object]:
        return heard() | {"verdict": "fine_tune"}

    server.brain = brain
    assert same_as_without(app, OPENING) == ["malformed"]
