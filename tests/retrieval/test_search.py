"""Tests search over the notes as they ship: by name, figure and meaning, what stays unanswered, and closest cases."""

import json
from pathlib import Path

import pytest

from bot.core.facts import Facts, read_facts, read_levels
from bot.core.knowledge import Knowledge
from bot.encoder.bert import Bert
from bot.retrieval.embedder import Embedder
from bot.retrieval.search import CLOSE_ENOUGH, NoteSearch
from bot.retrieval.vectors import SHIPPED, Vectors
from bot.retrieval.wording import Wording, read_wording

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
CALIBRATION = Path(__file__).parents[1] / "evals" / "questions-calibration.jsonl"


@pytest.fixture(scope="module")
def wording() -> Wording:
    return read_wording(KNOWLEDGE)


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    folder = KNOWLEDGE / "embedder"
    return Vectors(lambda: Embedder(Bert(folder)), folder / SHIPPED)


@pytest.fixture(scope="module")
def search(knowledge: Knowledge, vectors: Vectors, wording: Wording) -> NoteSearch:
    return NoteSearch(knowledge.evidence, knowledge.catalogue, vectors, wording)


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("Grow2", "grow2-prompt-beat-tuned-70b"),
        ("What did Morgan Stanley do?", "morgan-stanley-retrieval-and-evals"),
        ("73.1%", "intercom-fin-apex-resolution"),
        ("FireAct HotpotQA", "fireact-500-agent-trajectories"),
        ("Which lender of fashion... no, which grocer ranks tuning above retrieval?", "instacart-search-intent"),
        ("our annotators keep contradicting each other", "annotator-agreement-caps-quality"),
        ("wen does openai clsoe self-serv fintuning", "openai-self-serve-tuning-closes-in-steps"),
        ("¿LoRA olvida menos que el entrenamiento completo?", "lora-learns-less-forgets-less"),
    ],
)
def test_finds_by_name_figure_and_meaning(search: NoteSearch, query: str, note: str) -> None:
    assert note in [found for found, _ in search.search(query, 3)]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "  \n",
        "\x00\x07",
        "????",
        "xqzt vrrl",
        "the of and",
        "Who won the match on Saturday?",
        "wats the wether in oslo",
        "x" * 100_000,
    ],
)
def test_nonsense_and_other_topics_get_nothing(search: NoteSearch, query: str) -> None:
    assert search.search(query) == []


def test_hostile_queries_are_only_queries(search: NoteSearch) -> None:
    for query in ("tune " * 25_000, "fine\x00tuning", "\ud800 tuning", "a\u0300" * 5000, "' OR 1=1 --", "{}[]()*^$\\"):
        found = search.search(query)
        assert all(0 <= score <= 1 for _, score in found)


def test_scores_fall_and_the_same_question_gets_the_same_answer(search: NoteSearch, knowledge: Knowledge) -> None:
    query = "how many examples do we need?"
    found = search.search(query, 5)
    assert len(found) == 5
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert search.search(query, 5) == found
    assert search.search(query, 0) == []
    assert {note for note, _ in found} <= knowledge.evidence.notes.keys()


def test_a_new_search_over_the_same_notes_agrees(
    search: NoteSearch, knowledge: Knowledge, vectors: Vectors, wording: Wording
) -> None:
    other = NoteSearch(knowledge.evidence, knowledge.catalogue, vectors, wording)
    assert other.search("is LoRA enough?") == search.search("is LoRA enough?")


def test_calibration_questions_keep_their_figures(search: NoteSearch, knowledge: Knowledge) -> None:
    """The floors lie a little under what was measured; tests/bench/retrieval_quality.py prints the figures."""
    questions = [json.loads(line) for line in CALIBRATION.read_text("utf-8").splitlines()]
    hits, refused, empty = [], [], []
    for question in questions:
        found = search.search(question["question"], 5)
        covered = {claim for note, _ in found for claim in knowledge.evidence.notes[note].claims}
        if question["claims"]:
            hits.append(bool(covered & set(question["claims"])))
            refused.append(not found)
        else:
            empty.append(not found)
    assert sum(hits) / len(hits) >= 0.92
    assert sum(refused) / len(refused) <= 0.05
    assert sum(empty) / len(empty) >= 0.8


HONEYCOMB = {
    "task": "turn plain English questions into queries in our own query language",
    "task_kind": "generation",
    "behaviour_gap": True,
    "prompting": "systematic",
    "scope": "narrow",
    "coverage": "niche",
}


def test_closest_case_of_a_niche_query_language(search: NoteSearch, knowledge: Knowledge) -> None:
    facts = Facts(given=HONEYCOMB)
    levels = read_levels(knowledge.catalogue, facts).levels
    note, shared, score = search.closest_cases(facts, levels, HONEYCOMB["task"])[0]  # type: ignore[arg-type]
    assert note == "honeycomb-niche-query-language-tuned"
    assert {"task_kind", "coverage", "prompting"} <= set(shared)
    assert CLOSE_ENOUGH <= score <= 1
    assert "honeycomb-niche-query-language-tuned" in [
        found for found, _ in search.for_case(facts, levels, "fine_tune", str(HONEYCOMB["task"]))
    ]


def test_contradicting_facts_push_a_case_away(search: NoteSearch, knowledge: Knowledge) -> None:
    facts = Facts(given=HONEYCOMB)
    same = read_levels(knowledge.catalogue, facts).levels
    other = {**same, "coverage": "mainstream", "scope": "open_ended"}
    words = str(HONEYCOMB["task"])
    near, far = ({n: s for n, _, s in search.closest_cases(facts, levels, words, 9)} for levels in (same, other))
    name = "honeycomb-niche-query-language-tuned"
    assert far.get(name, 0) < near[name]


def test_where_no_case_is_close_the_nearest_stands_alone(search: NoteSearch, knowledge: Knowledge) -> None:
    facts = Facts(given={"evals": "none", "stakes": "low"})
    levels = read_levels(knowledge.catalogue, facts).levels
    [(note, _, score)] = search.closest_cases(facts, levels, "sort e-mails at a florist's", 5)
    assert knowledge.evidence.notes[note].case is not None and 0 < score < CLOSE_ENOUGH


def test_every_described_case_has_a_nearest_one(search: NoteSearch, knowledge: Knowledge) -> None:
    for line in (CALIBRATION.parent / "cases-dev.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        if case["expected"] != "none":
            facts = read_facts(knowledge.catalogue, case["facts"])
            levels = read_levels(knowledge.catalogue, facts).levels
            assert search.closest_cases(facts, levels, case["opening"]), case["id"]


def test_where_nothing_is_known_no_case_is_near(search: NoteSearch) -> None:
    assert search.closest_cases(Facts(), {}, "play chess against grandmasters") == []
    assert search.closest_cases(Facts(), {}, "") == []


def test_notes_for_a_case_speak_to_its_trouble_and_not_against_its_verdict(
    search: NoteSearch, knowledge: Knowledge
) -> None:
    levels = {"knowledge_needed": "yes", "retrieval": "not_tried", "freshness": "weekly"}
    found = search.for_case(Facts(), levels, "rag_first", "answer staff questions about policies that change weekly")
    assert len(found) == 3
    notes = [knowledge.evidence.notes[note] for note, _ in found]
    assert all(note.bears_on.get("rag_first") != "-" for note in notes)
    assert any({"knowledge_gap", "data_freshness"} & set(note.signals) for note in notes)
    assert search.for_case(Facts(), {"latency_gap": "yes"}, "fine_tune", "", 2) != []


def test_what_a_gpu_costs_somewhere_is_not_said(search: NoteSearch) -> None:
    assert search.search("GPU cost per hour in Brazil") == []
    assert search.search("how much GPU memory does LoRA need") != []
