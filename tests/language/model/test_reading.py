"""Reading with a model: what is thrown away of what it proposes, and how its reading and the embedded one become one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from apps import plain_app
from brains import Colleague, heard
from loopback import ModelServer

from bot.app import App
from bot.conversations import new_session
from bot.core.facts import Value
from bot.language.model.forms import HEARD_SCHEMA, Heard, read_heard
from bot.language.model.merge import merge
from bot.language.model.understanding import Understood, checked
from bot.ports import ReadFact, ReadMessage
from bot.talk.message import Message

Check = Callable[..., Understood]


@pytest.fixture
def check() -> Check:
    def run(text: str, how: str = "stated", **facts: tuple[str, str]) -> Understood:
        form = heard(**facts)
        for fact in form["facts"]:
            fact["how"] = how
        return checked(read_heard(form), text, (), plain_app().knowledge.catalogue)

    return run


def values(facts: tuple[ReadFact, ...]) -> dict[str, Value]:
    return {fact.fact: fact.value for fact in facts}


@pytest.mark.parametrize(
    ("text", "fact", "value", "quote", "taken"),
    [
        ("wir messen nichts", "evals", "none", "wir messen nichts", "none"),
        ("Wir  MESSEN\nnichts.", "evals", "none", "wir messen nichts", "none"),  # blanks and capitals do not matter
        ("wir messen nichts", "evals", "none", "we measure nothing", None),  # not in the message
        ("wir messen nichts", "evals", "nichts", "wir messen nichts", None),  # no such level
        ("wir messen nichts", "evls", "none", "wir messen nichts", None),  # no such fact
        ("wir messen nichts", "evals", "none", "", None),
        ("wir messen nichts", "evals", "none", "en nich", None),  # pieces of words are no words
        ("on a 1.500 exemples", "examples", "1500", "1.500 exemples", 1500),
        ("deux mille exemples", "examples", "2000", "deux mille exemples", None),  # a number that nobody can check
        ("about 300 pairs", "examples", "3000", "300 pairs", None),
        ("it gets 81% of them right", "score", "81", "81%", 81.0),
        ("it gets 81% of them right", "score", "181", "81%", None),
        ("目で見ているだけです", "evals", "eyeballed", "目で見ているだけ", "eyeballed"),
        ("too slow, that thing", "latency_gap", "yes", "too slow", True),
        ("too slow, that thing", "latency_gap", "maybe", "too slow", None),
        ("set evals=automated", "evals", "automated", "evals=automated", None),  # nobody talks like that
    ],
)  # fmt: skip
def test_a_fact_needs_words_a_legal_value_and_its_number(
    text: str, fact: str, value: str, quote: str, taken: Value | None, check: Check
) -> None:
    understood = check(text, **{fact: (value, quote)})
    assert values(understood.facts) == ({} if taken is None else {fact: taken})
    assert understood.thrown_away == (taken is None)


@pytest.mark.parametrize(
    ("text", "fact", "value", "quote"),
    [
        ("we do not have a test set", "evals", "test_set", "test set"),
        ("Wir haben kein Testset", "evals", "test_set", "Testset"),
        ("nous n'avons pas de jeu de test", "evals", "test_set", "jeu de test"),
        ("no tenemos evaluaciones automáticas", "evals", "automated", "evaluaciones automáticas"),
        ("it isn't too slow", "latency_gap", "yes", "too slow"),
        ("評価はしていません", "evals", "automated", "評価はしていません"),
    ],
)
def test_what_a_message_denies_is_not_taken(text: str, fact: str, value: str, quote: str, check: Check) -> None:
    understood = check(text, **{fact: (value, quote)})
    assert not understood.facts and understood.doubtful == (fact,)
    assert not check(text, how="negated", **{fact: (value, quote)}).facts


def test_a_not_about_something_else_does_no_harm(check: Check) -> None:
    understood = check("the tone is not right, but we score a test set", evals=("test_set", "we score a test set"))
    assert values(understood.facts) == {"evals": "test_set"}


def test_what_is_supposed_is_no_fact(check: Check) -> None:
    understood = check("what if we had 5000 examples", how="supposed", examples=("5000", "5000 examples"))
    assert not understood.facts and values(understood.supposed) == {"examples": 5000}


# --- merging --------------------------------------------------------------------------------------------------------


def fact(key: str, value: Value, quote: str = "we test it with a test set") -> ReadFact:
    return ReadFact(fact=key, value=value, quote=quote, probability=0.9)


def merged(
    mine: list[ReadFact], theirs: list[ReadFact], asked: tuple[str, ...] = (), letters: int = 400, **form: Any
) -> ReadMessage:
    base = ReadMessage(facts=tuple(mine), **{k: v for k, v in form.items() if k in ("act", "kind", "unclear")})
    given = {k: v for k, v in form.items() if k.startswith("their_")}
    other = Heard.model_validate(heard() | {k.removeprefix("their_"): v for k, v in given.items()})
    return merge(base, other, Understood(facts=tuple(theirs), letters=letters), asked, form.get("trusted", True))


def test_alike_is_taken_once() -> None:
    assert values(merged([fact("evals", "test_set")], [fact("evals", "test_set")]).facts) == {"evals": "test_set"}


def test_a_disagreement_is_asked_about() -> None:
    read = merged([fact("evals", "test_set")], [fact("evals", "automated")])
    assert not read.facts and read.unclear == ("evals",)


def test_a_disagreement_that_matters_is_asked_about_in_the_talk(server: ModelServer, app: App) -> None:
    text = "We have a support bot whose tone is wrong. We look at outputs by eye every week."
    server.brain = Colleague({text: heard(evals=("automated", "look at outputs"))})
    session, replies, _ = app.turn(new_session("t"), Message(by="ana", text=text))
    assert "evals" not in session.entries
    asked = next(reply for reply in replies if reply.question is not None)
    assert session.open[0].facts == ("evals",) and asked.text.startswith("To be sure")


def test_what_only_the_embedded_language_read_is_kept() -> None:
    assert values(merged([fact("evals", "test_set")], []).facts) == {"evals": "test_set"}


def test_what_only_a_model_read_needs_words_that_speak_of_it() -> None:
    assert values(merged([], [fact("evals", "test_set")]).facts) == {"evals": "test_set"}
    assert not merged([], [fact("evals", "test_set", "the weather is nice")]).facts
    assert merged([], [fact("evals", "test_set", "the weather is nice")], asked=("evals",)).unclear == ("evals",)
    whole = merged([], [fact("evals", "eyeballed", "het gevoel")], asked=("evals",), letters=10)
    assert values(whole.facts) == {"evals": "eyeballed"}, "a short reply to the question itself"


def test_the_same_words_do_not_prove_everything() -> None:
    quote = "we test our prompts on examples with a rubric that reviewers score"
    many = [fact(key, "yes", quote) for key in ("evals", "prompting", "examples", "grader")]
    assert not merged([], many).facts


def test_a_model_neither_forgets_nor_starts_over_nor_accuses() -> None:
    with pytest.raises(Exception, match="malformed"):
        read_heard(heard() | {"act": "forget"})
    assert merged([], [], their_kind="injection", kind="case").kind == "case"
    assert merged([], [], their_kind="case", kind="injection").kind == "injection"
    assert "forget" not in str(HEARD_SCHEMA) and "restart" not in str(HEARD_SCHEMA)


def test_a_message_that_may_steer_is_read_by_the_embedded_language_alone() -> None:
    read = merged([fact("scope", "narrow")], [fact("evals", "test_set"), fact("scope", "broad")], trusted=False)
    assert values(read.facts) == {"scope": "narrow"}


def test_not_knowing_needs_a_question() -> None:
    form = read_heard(heard() | {"dont_know": ["evals"]})
    catalogue = plain_app().knowledge.catalogue
    for text, asked, unknown in (
        ("keine Ahnung", (), ()),
        ("keine Ahnung", ("evals",), ("evals",)),
        ("das Wetter ist schön", ("evals",), ()),  # and words that say so
    ):
        understood = checked(form, text, asked, catalogue)
        assert understood.unknown == unknown and merge(ReadMessage(), form, understood, asked).dont_know == unknown
    assert merged([], [], their_act="dont_know").act == "other"


# --- in a talk --------------------------------------------------------------------------------------------------------


def test_another_language_is_understood_and_answered_in_it(server: ModelServer, app: App) -> None:
    text = "Onze bot beantwoordt mails van klanten, maar de toon is niet goed en we hebben geen enkele meting van de kwaliteit."
    server.brain = Colleague(
        {
            text: heard(
                language="nl",
                behaviour_gap=("yes", "de toon is niet goed"),
                evals=("none", "geen enkele meting van de kwaliteit"),
            )
        },
        words=lambda said: "Dat is wat we van de bot weten en wat we nog niet weten" + ("?" if "?" in said else "."),
    )
    plain = plain_app().turn(new_session("t"), Message(by="ana", text=text)).session
    session, replies, usage = app.turn(new_session("t"), Message(by="ana", text=text))
    assert "evals" not in plain.entries and session.entries["evals"].level == "none"
    assert session.entries["evals"].quote == "geen enkele meting van de kwaliteit"
    assert all("wat we nog niet weten" in reply.text for reply in replies if reply.question), [r.text for r in replies]
    assert [call.outcome for call in usage.calls] == ["ok", "ok"]
    assert session.open[0].text != replies[-1].text, "what is kept of a question is what the content says"


def test_a_question_in_another_language_finds_the_notes(server: ModelServer, app: App) -> None:
    text = "Hoeveel voorbeelden hebben we nodig om een model te trainen?"
    english = "how many examples do we need to fine-tune a model?"
    server.brain = Colleague(
        {text: heard(kind="question", language="nl", question=english)}, answer=lambda asked: "[0]"
    )
    assert not plain_app().turn(new_session("t"), Message(by="ana", text=text)).replies[0].passages
    reply = app.turn(new_session("t"), Message(by="ana", text=text)).replies[0]
    expected = plain_app().turn(new_session("t"), Message(by="ana", text=english)).replies[0]
    assert reply.passages == expected.passages and reply.passages


def test_the_prompts_hash_goes_with_verdicts_answers_and_usage(server: ModelServer, app: App) -> None:
    session = app.turn(
        new_session("t"), Message(by="ana", text="Fine-tune our bot? The tone is off. No evals.")
    ).session
    while session.state == "asking":
        session, replies, usage = app.turn(session, Message(by="ana", text="skip"))
    assert replies[-1].as_json()["prompts"] == app.prompts.version == usage.prompts
    assert (
        "prompts" not in plain_app().turn(session, Message(by="ana", text="explain the verdict")).replies[-1].as_json()
    )
