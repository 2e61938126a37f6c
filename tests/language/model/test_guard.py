"""The guard: which sentences of a model may be said, and the languages it tells apart."""

from __future__ import annotations

import pytest

from bot.language.model import guard
from bot.language.model.sentences import split, whole_sentences
from bot.language.model.tongue import tongue_of, tongue_of_person

PASSAGE = (
    "OpenAI tells developers to set up evals before investing in tuning. With 50 to 100 good examples a first run can show whether "
    "tuning helps; one team went from 69% to 85% with 2,000 of them."
)
DRAFT = "Quality is not measured, so nobody could tell whether a tuned model is better than what you have."


def material(tongue: str = "en", verdict: str | None = "evals_first", leaks: str = "") -> guard.Material:
    return guard.Material(draft=DRAFT, passages=(PASSAGE,), verdict=verdict, tongue=tongue, leaks=leaks)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Nobody could tell whether a tuned model is better, as quality is not measured.", None),
        ("OpenAI says to set up evals before investing in tuning.", None),
        ("A first run with 50 to 100 good examples can show whether tuning helps, but not yet.", None),
        ("One team went from 69% to 85% with 2000 of them.", None),
        ("Set up evals at https://evals.example before investing.", "link"),
        ("Set up evals with evals.com before investing.", "link"),
        ("Set up evals with evals dot com before investing.", "link"),
        ("Set up evals, or write to me@evals.example, before investing.", "link"),
        ("Ask @ana to set up evals before investing.", "mention"),
        ("Ask <!channel> to set up evals before investing.", "mention"),
        ("Set up **evals** before investing in tuning.", "markup"),
        ("Set up `evals` before investing in tuning.", "markup"),
        ("Set up evals with 500 good examples before investing.", "number"),
        ("Set up evals with thousands of good examples before investing.", "number"),
        ("Set up evals before investing, says Hooli.", "name"),
        ("Set up evals before investing, as McTuner does.", "name"),
        ("Go ahead and fine-tune it now, tuning helps.", "verdict"),
        ("Quality is measured, so \u201cstop here\u201d.", "verdict"),
        ("The weather stays pleasant throughout southern regions tomorrow.", "unsupported"),
        ("Wir wissen nicht, ob das Modell besser ist als das, was wir haben.", "language"),
        ("...", "shape"),
        ("evals " * 90, "shape"),
    ],
)
def test_objections(text: str, why: str | None) -> None:
    assert guard.objection(guard.plain(text), (1,), material()) == why


@pytest.mark.parametrize("cites", [(), (0,), (2,), (1, 9)])
def test_guidance_needs_a_passage_that_was_supplied(cites: tuple[int, ...]) -> None:
    assert guard.objection("Set up evals before investing in tuning.", cites, material()) == "uncited"


def test_numbers_read_the_same_in_every_spelling() -> None:
    text = "Ein Team kam mit 2.000 Beispielen von 69 auf 85, aber nicht ohne Evals."
    assert guard.objection(text, (1,), material("de")) is None
    assert guard.objection(text.replace("2.000", "3.000"), (1,), material("de")) == "number"


def test_another_language_is_held_to_the_same() -> None:
    assert (
        guard.objection("Die Qualität wird nicht gemessen, also weiß niemand, ob es besser ist.", (1,), material("de"))
        is None
    )
    assert guard.objection("Trainiert jetzt das Modell!", (1,), material("de")) == "verdict"
    assert (
        guard.objection("Fragt die Leute von AcmeCorp, die haben es noch nicht gemessen.", (1,), material("de"))
        == "name"
    )
    assert guard.objection("Nobody knows if it is better than what we have.", (1,), material("de")) == "language"


def test_prompts_do_not_get_out() -> None:
    leaks = "You give no advice and no verdict while you fill in the form about the message."
    assert (
        guard.objection("Evals: you give no advice and no verdict while tuning.", (1,), material(leaks=leaks))
        == "prompt"
    )


def test_invisible_and_lookalike_characters_are_gone_before_anything_is_checked() -> None:
    assert guard.plain("see\u200b htt\u2060ps\uff1a//evil\u202e.example\x00") == "see https://evil.example"


@pytest.mark.parametrize(
    "text",
    [
        "One. [1] Two [2]. Three! [1][2]\nFour, e.g. this one. [3]",
        "一つ。[1]二つ。[2]",
        "Only one",
        'Done. Then "more." [1] End.',
    ],
)
@pytest.mark.parametrize("size", [1, 3, 50])
def test_sentences_are_the_same_however_they_come(text: str, size: int) -> None:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert list(whole_sentences(pieces)) == split(text)
    assert "".join("".join(split(text)).split()) == "".join(text.split()), "nothing is lost"


def test_marks_stay_with_their_sentence() -> None:
    assert split("One. [1] Two. [2][3] Three.") == ["One. [1]", "Two. [2][3]", "Three."]
    assert split("一つ。[1]二つ。[2]") == ["一つ。[1]", "二つ。[2]"]


@pytest.mark.parametrize(
    ("text", "tongue"),
    [
        ("we have 200 examples and no evals", "en"),
        ("Sollen wir unser Modell für Kundenmails trainieren?", "de"),
        ("Nous voulons un modèle pour trier les courriels de nos clients", "fr"),
        ("Queremos un modelo que no se equivoque con los correos de la tienda", "es"),
        ("Non abbiamo ancora un modello che sia abbastanza bravo con il tono", "it"),
        ("我们没有评测", "zh"),
        ("目で見ています", "ja"),
        ("У нас нет тестов", "ru"),
        ("200", None),
        ("LoRA?", None),
        ("RAG + prompt, GPT-4o, JSON schema", None),
    ],
)
def test_languages(text: str, tongue: str | None) -> None:
    assert tongue_of(text) == tongue


def test_a_person_is_answered_in_the_language_of_their_last_whole_sentence() -> None:
    assert tongue_of_person(["ja", "200", "Wir haben noch keine Tests für das Modell"]) == "de"
    assert tongue_of_person(["ok", "200"]) is None
