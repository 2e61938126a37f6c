"""The terminal: what is shown fits, stays plain text and cites what it lists; what is typed is read right."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from bot.core.card import Card, make_card
from bot.core.decide import decide
from bot.core.decision import Option, Question
from bot.core.evidence import Citation
from bot.core.facts import read_facts
from bot.core.knowledge import Knowledge
from bot.core.session import Entry, State
from bot.errors import FactError, StoreError
from bot.language.acts import load_acts
from bot.surfaces.terminal.chat import run_chat
from bot.surfaces.terminal.jsonl import run_jsonl
from bot.surfaces.terminal.lines import PipedLines
from bot.surfaces.terminal.page import clean
from bot.surfaces.terminal.pick import Picked, Said, Skipped, Unclear, read_pick
from bot.surfaces.terminal.render import render_card, render_question, render_reply
from bot.surfaces.terminal.talk import Answers
from bot.talk.replies import ClosestCase, Passage, Reply

CASES = Path(__file__).parent.parent / "evals" / "cases-own.jsonl"
FACTS = [json.loads(line)["facts"] for line in CASES.read_text("utf-8").splitlines()]
HOSTILE = (
    "[red]free[/red] \x1b[31mtext\x1b[0m \x1b]8;;http://evil\x07click\x07 \u202eback "
    "[link=http://x]y[/link] :boom: \udc80"
)

EVALS = Question(
    id="evals",
    facts=("evals", "quality", "score"),
    text="How do you measure quality?",
    why="Without it nobody can tell.",
    options=(
        Option(label="Not at all", sets={"evals": "none", "quality": "unmeasured"}),
        Option(label="A test set", sets={"evals": "test_set"}),
    ),
)
TODAY = Question(
    id="today",
    facts=("knowledge_needed", "latency_gap", "cost_gap"),
    text="What is wrong today?",
    why="Each has another cure.",
    multiple=True,
    options=(
        Option(label="Lacks facts", sets={"knowledge_needed": True}),
        Option(label="Too slow", sets={"latency_gap": True}),
        Option(label="Too dear", sets={"cost_gap": True}),
    ),
    none_of_these="Nothing is wrong",
)
EXAMPLES = Question(
    id="examples",
    facts=("examples",),
    text="How many examples?",
    why="Some tasks need thousands.",
    options=(Option(label="None", sets={"examples": 0}), Option(label="Under 50", sets={"examples": 25})),
)
TARGET = Question(id="target", facts=("target",), text="What score do you need?", why="It is the other half.")


def card_of(knowledge: Knowledge, facts: dict[str, Any], today: date, quote: str = "as I said") -> Card:
    entries = {key: Entry(level=value, by="ana", quote=quote) for key, value in facts.items()}
    return make_card(knowledge, entries, decide(knowledge, read_facts(knowledge.catalogue, facts), today))


def shown(render: Any, width: int = 80, terminal: bool = False, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, newline="")
    environ = {"TERM": "xterm-256color"} if terminal else {}
    render(Console(file=file, width=width, force_terminal=terminal, _environ=environ))
    file.flush()
    return raw.getvalue().decode(encoding)


def without_styles(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", text)


def question(asked: Question) -> Reply:
    return Reply(type="question", text=asked.text, question=asked)


class FakeTalk:
    """A talk that answers from a script and remembers what it was told."""

    def __init__(self, *script: tuple[State, Sequence[Reply]] | Exception) -> None:
        self.script = list(script)
        self.history: list[tuple[str | None, Answers | None]] = []
        self.speakers: set[str] = set()

    async def say(self, thread: str, by: str, text: str | None, answers: Answers | None) -> tuple[State, list[Reply]]:
        self.history.append((text, answers))
        self.speakers.add(by)
        step = self.script.pop(0) if self.script else ("idle", [Reply(type="text", text="Noted.")])
        if isinstance(step, Exception):
            raise step
        return step[0], list(step[1])


class Typed:
    """Lines that were typed beforehand."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)

    async def read(self, prompt: str) -> str | None:
        return self.lines.pop(0) if self.lines else None


class Interrupted:
    """Somebody who presses Ctrl-C."""

    async def read(self, prompt: str) -> str | None:
        raise asyncio.CancelledError


async def chat(talk: FakeTalk, *lines: str, **more: Any) -> str:
    file = io.StringIO()
    await run_chat(talk, "t1", Console(file=file, width=80), Typed(*lines), "ana", **more)
    return file.getvalue()


@pytest.fixture(scope="module")
def cards(knowledge: Knowledge, today: date) -> list[Card]:
    return [card_of(knowledge, facts, today) for facts in FACTS]


@pytest.mark.parametrize("brief", [False, True])
@pytest.mark.parametrize(("width", "terminal"), [(80, False), (80, True), (120, True), (40, False)])
def test_no_line_is_wider_than_the_console(cards: list[Card], width: int, terminal: bool, brief: bool) -> None:
    for card in cards:
        text = without_styles(shown(lambda c, card=card: render_card(c, card, brief), width, terminal))
        lines = [line for line in text.splitlines() if not re.fullmatch(r" *https?://\S+", line)]
        assert max(cell_len(line) for line in lines) <= width


@pytest.mark.parametrize("brief", [False, True])
def test_every_number_in_the_text_is_in_the_list(cards: list[Card], brief: bool) -> None:
    for card in cards:
        text = shown(lambda c, card=card: render_card(c, card, brief))
        body, _, sources = text.partition("Sources:\n")
        listed = re.findall(r"^ +\[(\d+)\] ", sources, re.MULTILINE)
        assert set(re.findall(r"\[(\d+)\]", body)) == set(listed)


def test_the_brief_card_fits_a_screen(cards: list[Card]) -> None:
    for card in cards:
        text = shown(lambda c, card=card: render_card(c, card, brief=True))
        assert len(text.splitlines()) <= 52
        assert card.headline in text and "/more" in text.splitlines()[-1] and "http" not in text
        assert ("Rests on" in text) == bool(card.disputed)
        assert len(re.findall(r"^ ! (?!Rests)", text, re.MULTILINE)) == min(len(card.cautions), 3)
        assert (f"and {len(card.cautions) - 3} more" in text) == (len(card.cautions) > 3)
        assert text.count("Done when:") == len(card.steps)


def test_a_case_that_is_not_close_takes_a_line_of_the_brief_card(knowledge: Knowledge, today: date) -> None:
    case = next(note for note in knowledge.evidence.notes.values() if note.case)
    assert case.case
    cited = knowledge.evidence.citations([case.id])
    found = ClosestCase(
        note=case.id, who="Acme", task="sort mail", verdict="stop", outcome="It held.", shared=(), citations=cited
    )
    decision = decide(knowledge, read_facts(knowledge.catalogue, {"evals": "none"}), today)
    near, far = (
        shown(
            lambda c, close=close: render_card(
                c, make_card(knowledge, {}, decision, (), [found.model_copy(update={"close": close})]), brief=True
            )
        )
        for close in (True, False)
    )
    assert "Closest case:\n Acme: sort mail -> stop here".replace("->", "\u2192") in near and "It held." in near
    assert "\n\nNearest documented case, not close: Acme" in far and "It held." not in far
    assert len(near.splitlines()) >= len(far.splitlines()) + 2


def test_the_sources_of_the_brief_card_are_links_on_a_terminal(knowledge: Knowledge, today: date) -> None:
    card = card_of(knowledge, {"evals": "none"}, today)
    text = shown(lambda c: render_card(c, card, brief=True), terminal=True)
    used = {mark for reason in card.reasons for mark in reason.marks}
    urls = [source.url for source in card.sources if source.number in used and source.url]
    assert urls and all(url in text for url in urls) and not any(url in without_styles(text) for url in urls)


def test_the_brief_card_cuts_to_one_line(cards: list[Card]) -> None:
    long = cards[0].cautions[:1] or cards[0].reasons[:1]
    card = cards[0].model_copy(update={"cautions": (long[0].model_copy(update={"text": "so many words " * 20}),) * 5})
    text = shown(lambda c: render_card(c, card, brief=True))
    assert len(re.findall(r"^ ! so many words .*…$", text, re.MULTILINE)) == 3 and "   and 2 more\n" in text


@pytest.mark.parametrize("terminal", [False, True])
def test_an_address_is_never_broken(terminal: bool) -> None:
    url = "https://example.org/" + "a-long-path-that-goes-on/" * 5
    cited = Citation(note="n", title="T", author="A", publication="P", date="2024", url=url, claims=("X-1",))
    text = shown(
        lambda c: render_reply(c, Reply(type="answer", text="So it is.", citations=(cited,))), terminal=terminal
    )
    assert url in without_styles(text).splitlines()[-1]


def test_a_source_without_an_address_shows_no_link() -> None:
    cited = Citation(note="n", title="T", author="A", publication="P", date="2024", url=None, claims=("X-1",))
    linked = cited.model_copy(update={"title": "U", "url": "https://example.org/a"})
    reply = Reply(type="answer", text="So it is.", citations=(cited, linked))
    text = shown(lambda c: render_reply(c, reply), terminal=True)
    assert "So it is. [1][2]" in without_styles(text)
    assert text.count("https://example.org/a") == 2  # as text and as link
    assert "None" not in text and "http" not in without_styles(text).partition("[2] A")[0]


def test_an_answer_keeps_the_numbers_of_its_own_text() -> None:
    cited = Citation(note="n", title="T", author="A", publication="P", date="2024", url=None, claims=("X-1",))
    one = Passage(note="n", title="N", text="One.", score=1, citations=(cited, cited.model_copy(update={"title": "U"})))
    two = Passage(note="m", title="M", text="Two.", score=1, citations=(cited,))
    reply = Reply(type="answer", text="One. [1]\n\nTwo. [2]", passages=(one, two), citations=(*one.citations, cited))
    text = shown(lambda c: render_reply(c, reply))
    assert re.findall(r"^ +\[(\d)\] A, \"(.)\"", text, re.MULTILINE) == [("1", "T"), ("1", "U"), ("2", "T")]


@pytest.mark.parametrize("terminal", [False, True])
def test_nothing_people_wrote_is_obeyed(knowledge: Knowledge, today: date, terminal: bool) -> None:
    facts = {"task": HOSTILE, "evals": "none"}
    asked = EVALS.model_copy(update={"text": HOSTILE, "why": HOSTILE, "options": (Option(label=HOSTILE, sets={}),)})

    def render(console: Console) -> None:
        render_card(console, card_of(knowledge, facts, today, quote=HOSTILE))
        render_card(console, card_of(knowledge, facts, today, quote=HOSTILE), brief=True)
        render_reply(console, question(asked))
        render_reply(console, Reply(type="text", text=HOSTILE))

    text = shown(render, terminal=terminal)
    assert "\x1b[31m" not in text and "evil" not in text and "\u202e" not in text and "\x07" not in text
    assert "[red]free[/red]" in text and ":boom:" in text and "[link=http://x]y[/link]" in without_styles(text)
    assert ("\x1b" in text) == terminal


def test_ascii_only_where_the_console_has_no_more(knowledge: Knowledge, today: date) -> None:
    card = card_of(knowledge, FACTS[0] | {"task": "Übersetzen – naïve “日本”"}, today)
    text = shown(lambda c: render_card(c, card), encoding="ascii", terminal=True)
    assert text.isascii() and "->" in text and 'Ubersetzen - naive "??"' in without_styles(text)
    assert "Übersetzen" in shown(lambda c: render_card(c, card), encoding="latin-1")


def test_clean_keeps_words_and_lines() -> None:
    assert clean("a\tb\r\nc\x00\x1b[2Jd\x9b1me") == "a b\ncde"
    assert clean("می‌خواهم 👩‍💻 é") == "می‌خواهم 👩‍💻 é"


def test_a_question_shows_its_options_and_ways_out() -> None:
    text = shown(lambda c: render_question(c, TODAY, place=(2, 3)))
    assert "(2 of 3) What is wrong today?" in text and "Each has another cure." in text
    assert "  1  Lacks facts\n  2  Too slow\n  3  Too dear\n  0  Nothing is wrong\n" in text
    assert "1,3" in text and "don't know" in text and "skip" in text


@pytest.mark.parametrize(
    ("asked", "typed", "meant"),
    [
        (EVALS, "1", Picked({"evals": "none", "quality": "unmeasured"})),
        (EVALS, " 2. ", Picked({"evals": "test_set"})),
        (EVALS, "D", Picked({"evals": None, "quality": None})),
        (EVALS, "s", Skipped()),
        (EVALS, "85", Said("85")),
        (EVALS, "none really", Said("none really")),
        (TODAY, "1,3", Picked({"knowledge_needed": True, "latency_gap": False, "cost_gap": True})),
        (TODAY, "2 1", Picked({"knowledge_needed": True, "latency_gap": True, "cost_gap": False})),
        (TODAY, "0", Picked({"knowledge_needed": False, "latency_gap": False, "cost_gap": False})),
        (TODAY, "d", Picked({"knowledge_needed": None, "latency_gap": None, "cost_gap": None})),
        (EXAMPLES, "2", Picked({"examples": 25})),
        (EXAMPLES, "1,000", Said("1,000")),
        (EXAMPLES, "12", Said("12")),
        (TARGET, "2", Said("2")),
        (TARGET, "d", Picked({"target": None})),
        (EVALS, "the second one", Picked({"evals": "test_set"})),
        (EVALS, "Option 2, please", Picked({"evals": "test_set"})),
        (EVALS, "the last one", Picked({"evals": "test_set"})),
        (TODAY, "1 and 2", Picked({"knowledge_needed": True, "latency_gap": True, "cost_gap": False})),
        (TODAY, "first and third", Picked({"knowledge_needed": True, "latency_gap": False, "cost_gap": True})),
        (EXAMPLES, "the 2nd", Picked({"examples": 25})),
        (EVALS, "2, we score 60 cases a week", Picked({"evals": "test_set"}, "we score 60 cases a week")),
        (EVALS, "2. and why not RAG?", Picked({"evals": "test_set"}, "and why not RAG?")),
        (EVALS, "2 people read them", Said("2 people read them")),
        (EVALS, "2, need 4", Said("2, need 4")),
        (TODAY, "none of them", Picked({"knowledge_needed": False, "latency_gap": False, "cost_gap": False})),
        (TODAY, "all of them, sadly", Picked({"knowledge_needed": True, "latency_gap": True, "cost_gap": True})),
        (TODAY, "both", Said("both")),
        (EVALS, "the first try was bad", Said("the first try was bad")),
        (TARGET, "the second one", Said("the second one")),
    ],
)
def test_what_a_line_means(asked: Question, typed: str, meant: object) -> None:
    read = read_pick(asked, typed)
    assert read == meant and type(read) is type(meant)


@pytest.mark.parametrize(
    ("asked", "typed"),
    [
        (EVALS, "3"),
        (EVALS, "0"),
        (EVALS, "1,2"),
        (EVALS, "first and second"),
        (EVALS, "the third one"),
        (TODAY, "0,1"),
        (TODAY, "7"),
    ],
)
def test_a_slip_is_named(asked: Question, typed: str) -> None:
    assert isinstance(read_pick(asked, typed), Unclear)


def test_every_shipped_question_can_be_picked(knowledge: Knowledge) -> None:
    from bot.core.ask import as_asked

    for name in knowledge.questions:
        asked = as_asked(knowledge, name)
        for number, option in enumerate(asked.options, 1):
            pick = read_pick(asked, str(number))
            assert isinstance(pick, Picked) and option.sets.items() <= pick.answers.items()
            assert set(pick.answers) <= set(asked.facts)
            assert read_facts(knowledge.catalogue, pick.answers)
        dont_know = read_pick(asked, "d")
        assert isinstance(dont_know, Picked) and set(dont_know.answers.values()) == {None}


async def test_a_round_is_asked_one_by_one_and_sent_at_once() -> None:
    talk = FakeTalk(("asking", [question(TODAY), question(EVALS)]))
    text = await chat(talk, "a bot for tickets", "1", "9", "2")
    picked = {"knowledge_needed": True, "latency_gap": False, "cost_gap": False, "evals": "test_set"}
    assert talk.history == [("a bot for tickets", None), (None, picked)]
    assert (
        text.index("(1 of 2)") < text.index("(2 of 2)") < text.index("Type a number from 1 to 2") < text.index("Noted.")
    )


async def test_words_within_a_round_go_with_what_was_picked_before() -> None:
    talk = FakeTalk(("asking", [question(EVALS), question(TODAY)]))
    await chat(talk, "hello", "1", "it is slow, mostly")
    assert talk.history[1] == ("it is slow, mostly", {"evals": "none", "quality": "unmeasured"})


async def test_a_skipped_question_is_left_out_and_not_shown_again() -> None:
    again: tuple[State, list[Reply]] = ("asking", [question(EVALS)])
    talk = FakeTalk(("asking", [question(EVALS), question(TARGET)]), again, again)
    text = await chat(talk, "hello", "s", "d")
    assert talk.history == [("hello", None), (None, {"target": None}), ("skip", None)]
    assert text.count(EVALS.text) == 2  # a talk that does not accept the skip is shown to insist


async def test_words_that_pass_answer_the_question_in_sight_alone() -> None:
    acts = load_acts(Path(__file__).parents[2] / "knowledge")
    for words in ("dont know", "no idea, sorry"):
        talk = FakeTalk(("asking", [question(EVALS), question(TARGET)]))
        text = await chat(talk, "hello", words, "90", act_of=acts.act_of)
        assert talk.history[1:] == [("90", {"evals": None, "quality": None})]
        assert "(2 of 2) What score do you need?" in text
    talk = FakeTalk(("asking", [question(EVALS), question(TARGET)]), ("decided", []))
    text = await chat(talk, "hello", "skip it", "d", act_of=acts.act_of)
    assert talk.history[1:] == [(None, {"target": None})] and "(2 of 2)" in text


async def test_a_round_skipped_altogether_is_said() -> None:
    talk = FakeTalk(("asking", [question(EVALS)]))
    await chat(talk, "hello", "s")
    assert talk.history[1] == ("skip", None)


async def test_open_questions_stay_open_while_something_else_is_asked() -> None:
    talk = FakeTalk(("asking", [question(EVALS)]), ("asking", [Reply(type="text", text="So far: nothing.")]))
    await chat(talk, "hello", "/facts", "2")
    assert talk.history[1:] == [("what have you understood so far?", None), (None, {"evals": "test_set"})]


async def test_words_beside_a_pick_are_sent_with_it() -> None:
    talk = FakeTalk(("asking", [question(EVALS)]), ("decided", []))
    await chat(talk, "a bot for tickets", "2, and we need 9 out of 10")
    assert talk.history[-1] == ("and we need 9 out of 10", {"evals": "test_set"})


async def test_picks_outlast_a_failure() -> None:
    talk = FakeTalk(("asking", [question(EVALS)]), StoreError("Nothing can be saved now; try again."))
    text = await chat(talk, "hello", "2", "")
    assert "Nothing can be saved now" in text
    assert talk.history[1] == talk.history[2] == (None, {"evals": "test_set"})


async def test_what_words_left_open_is_asked_as_a_follow_up() -> None:
    both = EVALS.model_copy(update={"id": "measure", "text": "How, and how good?"})
    pick = EVALS.model_copy(update={"facts": ("evals",)})
    text = await chat(FakeTalk(("asking", [question(both)]), ("asking", [question(pick)])), "hello", "so so")
    assert "Your answer left this open; which of these fits best?\nHow do you measure quality?\n  1  Not" in text
    text = await chat(FakeTalk(("asking", [question(both)]), ("asking", [question(both)])), "hello", "/why", "2")
    assert "left this open" not in text


async def test_more_shows_the_last_verdict_in_full(knowledge: Knowledge, today: date) -> None:
    decision = decide(knowledge, read_facts(knowledge.catalogue, {"evals": "none"}), today)
    card = make_card(knowledge, {}, decision)
    talk = FakeTalk(
        ("decided", [Reply(type="verdict", text="Evals first.", decision=decision)]), ("asking", [question(EVALS)])
    )
    text = await chat(talk, "/more", "x", "/more", "y", "/more", "/new", "/more", card_of=lambda thread, reply: card)
    assert [said for said, _ in talk.history] == ["x", "y", "start over"]
    assert text.count("There is no verdict yet") == 2
    assert text.count(card.headline) == 3 and text.count(card.steps[0].detail[:40]) == 2
    assert text.count(EVALS.text) == 2  # what waits is shown again below


async def test_after_an_aside_the_question_is_only_called_to_mind() -> None:
    aside: tuple[State, list[Reply]] = ("asking", [Reply(type="text", text="So far: nothing."), question(EVALS)])
    text = await chat(FakeTalk(("asking", [question(EVALS)]), aside), "hello", "/facts", "", "2")
    assert text.count("Still open: How do you measure quality?") == 1
    assert text.count("A test set") == 2  # when it was asked, and after Enter
    assert text.index("Still open") < text.rindex("A test set")


async def test_why_is_told_of_the_question_in_sight_and_nothing_is_sent() -> None:
    acts = load_acts(Path(__file__).parents[2] / "knowledge")
    talk = FakeTalk(("asking", [question(EVALS), question(TARGET)]))
    text = await chat(talk, "hello", "why do you ask?", "2", "90", act_of=acts.act_of)
    assert talk.history == [("hello", None), ("90", {"evals": "test_set"})]
    told = text.partition("Because")[2].partition("Still open")[0]
    assert EVALS.why in told and TARGET.why not in told and EVALS.text not in told


async def test_a_card_that_says_the_same_is_not_printed_again(knowledge: Knowledge, today: date) -> None:
    decisions = [
        decide(knowledge, read_facts(knowledge.catalogue, facts), today)
        for facts in ({"evals": "none"}, {"evals": "none", "volume": 3000}, {"evals": "test_set", "quality": "met"})
    ]
    said = [Reply(type="verdict", text=d.verdict, decision=d) for d in decisions]
    talk = FakeTalk(*(("decided", [reply]) for reply in said))
    text = await chat(talk, "x", "y", "z", card_of=lambda thread, reply: make_card(knowledge, {}, reply.decision))
    first, last = (make_card(knowledge, {}, decision).headline for decision in (decisions[0], decisions[2]))
    assert text.count(first) == 1 and text.count("The card says what it said before") == 1 and text.count(last) == 1


async def test_commands() -> None:
    talk = FakeTalk()
    text = await chat(talk, "/help", "/why", "/new", "/forget", "/nonsense", "", "/quit", "never read")
    assert [said for said, _ in talk.history] == ["why that verdict?", "start over", "forget this thread"]
    assert "There is no command /nonsense" in text and text.rstrip().endswith("tunewise chat --resume")
    assert talk.speakers == {"ana"}


@pytest.mark.parametrize(
    ("reply", "sent"), [("yes", ["forget this thread"]), ("no", []), ("it is slow", ["it is slow"])]
)
async def test_somebody_at_a_terminal_is_asked_before_all_is_deleted(reply: str, sent: list[str]) -> None:
    acts = load_acts(Path(__file__).parents[2] / "knowledge")
    for command in ("/forget", "forget this"):
        talk, file = FakeTalk(), io.StringIO()
        console = Console(file=file, width=80, force_terminal=True, _environ={"TERM": "xterm-256color"})
        await run_chat(talk, "t1", console, Typed(command, reply), "ana", act_of=acts.act_of)
        assert [said for said, _ in talk.history] == sent and "for good" in file.getvalue()


async def test_a_verdict_is_shown_as_its_card(knowledge: Knowledge, today: date) -> None:
    decision = decide(knowledge, read_facts(knowledge.catalogue, {"evals": "none"}), today)
    verdict = Reply(type="verdict", text="Evals first.", decision=decision)
    card = make_card(knowledge, {}, decision)
    assert card.headline in await chat(FakeTalk(("decided", [verdict])), "x", card_of=lambda thread, reply: card)
    assert "Evals first." in await chat(FakeTalk(("decided", [verdict])), "x")


async def test_plain_output_off_a_terminal() -> None:
    text = await chat(FakeTalk(), "hello")
    assert "\x1b" not in text and "ana>" not in text
    assert "/quit" in text.splitlines()[1]


async def test_an_interrupt_leaves_with_a_line() -> None:
    file = io.StringIO()
    await asyncio.create_task(run_chat(FakeTalk(), "t1", Console(file=file, width=80), Interrupted(), "ana"))
    assert file.getvalue().rstrip().endswith("To go on later: tunewise chat --resume")


async def test_piped_lines(tmp_path: Path) -> None:
    path = tmp_path / "in.txt"
    path.write_bytes("\ufeffone\r\n\ntwo é".encode() + b"\xff")
    descriptor = os.open(path, os.O_RDONLY)
    lines = PipedLines(descriptor)
    assert [await lines.read("") for _ in range(4)] == ["one", "", "two é\ufffd", None]
    os.close(descriptor)


async def test_jsonl_answers_every_line_and_survives_bad_ones() -> None:
    talk = FakeTalk(("asking", [question(EVALS)]), FactError("evals is one of none, not 'x'."))
    good = ['{"text": "hello é"}', '{"answers": {"evals": "x"}}', '{"answers": {"evals": "none", "teacher": null}}']
    bad = [
        "not json",
        "[1]",
        '{"txt": "x"}',
        '{"text": 3}',
        '{"answers": {"a": []}}',
        "{}",
        '{"text": " "}',
        "[" * 100_000,
    ]
    out = io.StringIO()
    facts = {"evals": {"level": "none", "by": "ana", "quote": "x", "grade": "picked"}}
    await run_jsonl(talk, "t1", "ana", Typed(good[0], "", *bad, *good[1:]), out, lambda thread: facts)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(answers) == len(good) + len(bad)
    assert answers[0]["thread"] == "t1" and answers[0]["state"] == "asking" and answers[0]["facts"] == facts
    assert answers[0]["replies"][0]["question"]["facts"] == ["evals", "quality", "score"]
    assert all(set(answer) == {"error"} and "\n" not in answer["error"] for answer in answers[1 : len(bad) + 2])
    assert answers[-1]["replies"] == [{"type": "text", "text": "Noted."}]
    assert talk.history == [("hello é", None), (None, {"evals": "x"}), (None, {"evals": "none", "teacher": None})]


async def test_a_broken_pipe_ends_quietly() -> None:
    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    talk = FakeTalk()
    await run_jsonl(talk, "t1", "ana", Typed('{"text": "a"}', '{"text": "b"}'), Broken(), lambda thread: {})
    assert talk.history == [("a", None)]
