"""Shares: how far a system is and how far it has to get, as people tell it - failures, drops, raised targets, ratings, counts."""

from __future__ import annotations

import pytest

from bot.app import App
from bot.language.embedded import EmbeddedLanguage

MEASURE = ("evals", "quality", "score", "target")
KNOWN = frozenset({"evals", "prompting", "score", "target"})


@pytest.fixture(scope="module")
def language() -> EmbeddedLanguage:
    return App().language


def shares(
    language: EmbeddedLanguage, text: str, asked: tuple[str, ...] = (), known: frozenset[str] = frozenset()
) -> list[object]:
    told = {fact.fact: fact.value for fact in language.read(text, (asked,) if asked else (), known).facts}
    return [told.get("score"), told.get("target")]


@pytest.mark.parametrize(
    ("text", "score", "target"),
    [
        ("it dropped from 94 to 83 on the weekly sample of 400 that two clerks check. Needed is 93.", 83, 93),
        ("accuracy fell from 91 to 77 since May, we need 90", 77, 90),
        ("got from 62 to 88 after we fixed chunking, the target used to be 85 but since the merger it's 95", 88, 95),
        ("Error rate is 3%, customers accept up to 5%. It takes 9 seconds though, 2 would be OK", 97, 95),
    ],
)
def test_a_first_message(language: EmbeddedLanguage, text: str, score: float | None, target: float | None) -> None:
    assert shares(language, text) == [score, target]


@pytest.mark.parametrize(
    ("text", "score", "target"),
    [
        ("we started at 60, now 74, target was 70 but got raised to 80", 74, 80),
        ("reviewers reject 19%, five is ok, so 81 vs 95", 81, 95),
        ("rejection rate went from 4% to 19%, tolerable is 5%", 81, 95),
        ("we got thumbs up/down on 11% of messages, 64% up", 64, None),
        ("nope to target, whatever makes dealers happy. and it's 1 in 8 edited, so 7 of 8 are fine", 87.5, None),
        ("we look at how many they edit, 1 in 8, that's all", 87.5, None),
        ("error rate 3%, up to 5% is acceptable", 97, 95),
        ("error down to 12%, must be under 5", 88, 95),
        ("12% wrong, max 5% allowed", 88, 95),
        ("about 1 in 20 is wrong, they'd tolerate 1 in 50", 95, 98),
        ("we A/B tested it, 58% preferred the new one", None, None),
        ("Petra has a sheet with like 40 cases, she clicks through them when she has time", None, None),
        ("around 60 questions in a spreadsheet, I read the answers", None, None),
        (
            "they'd pass 2 of 10 answers, we want 9 of 10. then we tried for weeks with examples in the prompt, still 4 of 10",
            40,
            90,
        ),
        ("first try 55, after the rewrite 71, now 78. need 90", 78, 90),
        ("was 55 in spring, 71 in summer, 78 today, need 90", 78, 90),
        ("82 on the old set, 75 on the new one, need 85", 75, 85),
        ("fails 3 of 10", 70, None),
        ("7% of replies get edited, 3% would be fine", 93, 97),
        ("we get 3 complaints a week", None, None),
        ("F1 0.81, goal .9", 81, 90),
        ("81. nobody set a target", 81, None),
        ("no target really, 81 today", 81, None),
        ("81, the more the better", 81, None),
        ("need 90, have 81", 81, 90),
        ("90 is the goal; last run 81", 81, 90),
        ("10 points short of 90", 80, 90),
        ("5 points below target, target is 90", 85, 90),
        ("we hit the target, 91 against 90", 91, 90),
        ("half of the answers are wrong, want max one in ten", 50, 90),
        ("two thirds ok, three quarters needed", 67, 75),
        ("4.1 of 5, they want 4.5", 82, 90),
        ("3.4 stars avg, need 4", 68, 80),
        ("writers score drafts 1-5 w/ a rubric, 120 q's, avg 3.1, want 4", 62, 80),
        ("graded 0 to 10 by two editors: 6.5 now, 8 is the bar", 65, 80),
        ("70 of 90 needed", 70, 90),
        ("45 of 50 needed", None, 90),
        ("71% accepted on the best version, sorry the 60% was the old number. need 85", 71, 85),
    ],
)
def test_a_reply(language: EmbeddedLanguage, text: str, score: float | None, target: float | None) -> None:
    assert shares(language, text, MEASURE) == [score, target]


@pytest.mark.parametrize(
    ("text", "score", "target"),
    [
        ("best is 4 of 10 now", 40, None),
        ("we're at 91 now", 91, None),
        ("that got us to 93", 93, None),
        ("reran it: 88", 88, None),
        ("new number: 88", 88, None),
        ("did that, 88 now", 88, None),
        ("score went up to 93", 93, None),
        ("it went from 84 to 93", 93, None),
        ("actually the bar is 97", None, 97),
        ("they lowered the target to 85", None, 85),
    ],
)
def test_news_where_both_were_known(
    language: EmbeddedLanguage, text: str, score: float | None, target: float | None
) -> None:
    assert shares(language, text, known=KNOWN) == [score, target]
