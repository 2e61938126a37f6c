"""Check and load: whatever is broken under knowledge/ is reported with its file and line."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.content.check import Report, check_knowledge, stats
from bot.content.load import Places, load_knowledge
from bot.core.knowledge import Knowledge
from bot.errors import ContentError

SHIPPED = Path(__file__).parents[2] / "knowledge"
Edit = Callable[[str, str, str], int]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of knowledge/ to break."""
    copy = tmp_path / "knowledge"
    shutil.copytree(SHIPPED, copy, ignore=shutil.ignore_patterns("embedder", "phrases"))
    return copy


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Replaces the first occurrence of some text in a file; returns the line it stands in."""

    def replace(name: str, old: str, new: str) -> int:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} no longer holds {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return line_in(text, old)

    return replace


def line_in(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def line_of(folder: Path, name: str, part: str) -> int:
    return line_in((folder / name).read_text(encoding="utf-8"), part)


def checked(folder: Path, today: date = date(2026, 11, 20)) -> Report:
    places = Places()
    return check_knowledge(load_knowledge(folder, places), places, today)


def refused(folder: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load_knowledge(folder)
    return caught.value.problems


def test_what_ships_is_in_order(today: date) -> None:
    report = checked(SHIPPED, today)
    assert report.problems == []
    assert [warning for warning in report.warnings if "looked at again" in warning] == []


def test_every_problem_has_a_place(folder: Path, edit: Edit) -> None:
    edit("policy.yaml", "scope: [open_ended]", "scope: [endless]")
    edit("questions.yaml", "{retrieval: partly}", "{retrieval: partially}")
    edit("policy.yaml", "claims: [X-092, X-096]", "claims: [X-092, X-999]")
    problems = checked(folder).problems
    assert len(problems) >= 3
    for problem in problems:
        assert re.match(r"[a-z/-]+\.(yaml|md):\d+: \S", problem), problem


# --- what the loader refuses ------------------------------------------------------------------------------------------


def test_broken_yaml(folder: Path, edit: Edit) -> None:
    line = edit("policy.yaml", "when: {scope: [open_ended]}", "when: {scope: [open_ended}")
    problems = refused(folder)
    assert any(problem.startswith(f"policy.yaml:{line}: ") for problem in problems), problems


def test_a_key_that_stands_twice(folder: Path, edit: Edit) -> None:
    line = edit("questions.yaml", "\nprompting:\n", "\nevals:\n") + 1
    assert f"questions.yaml:{line}: 'evals' stands here twice" in refused(folder)


def test_an_unknown_key_in_a_note(folder: Path, edit: Edit) -> None:
    name = sorted((folder / "notes").glob("*.md"))[0].name
    line = edit(f"notes/{name}", "\nsignals:", "\nflavour: sweet\nsignals:") + 1
    assert any(p.startswith(f"notes/{name}:{line}: flavour: ") for p in refused(folder))


def test_a_note_whose_name_differs_from_its_id(folder: Path, edit: Edit) -> None:
    name = sorted((folder / "notes").glob("*.md"))[0].name
    edit(f"notes/{name}", "id: ", "id: not-")
    assert any(p.startswith(f"notes/{name}:2: the id 'not-") for p in refused(folder))


def test_a_label_too_long_for_a_button(folder: Path, edit: Edit) -> None:
    line = edit("questions.yaml", "label: Too slow,", f"label: Too {'very ' * 20}slow,")
    assert any(p.startswith(f"questions.yaml:{line}: ") and "75" in p for p in refused(folder))


def test_a_term_that_is_called_by_no_pattern(folder: Path, edit: Edit) -> None:
    line = edit("glossary.yaml", 'called: "teachers?(?: models?)?"', 'called: "teachers?(?: models?"')
    assert any(p.startswith(f"glossary.yaml:{line}:") and "regular expression" in p for p in refused(folder))


def test_a_missing_file(folder: Path) -> None:
    (folder / "sources.yaml").unlink()
    assert any(p.startswith("sources.yaml:1: cannot be read") for p in refused(folder))


def test_all_files_are_read_before_anything_is_said(folder: Path, edit: Edit) -> None:
    edit("questions.yaml", "effort: 1.4", "effort: much")
    edit("claims.yaml", "S0-01: {source: SEED0, checked: seed}", "S0-01: {source: SEED0, checked: hearsay}")
    assert {problem.partition(":")[0] for problem in refused(folder)} == {"questions.yaml", "claims.yaml"}


# --- what loads well and is wrong all the same ------------------------------------------------------------------------


def test_a_wrong_level_in_a_rule(folder: Path, edit: Edit) -> None:
    edit("policy.yaml", "scope: [open_ended]", "scope: [endless]")
    line = line_of(folder, "policy.yaml", "- id: bound-the-task")
    assert checked(folder).problems == [
        f"policy.yaml:{line}: scope has no level 'endless'; it has narrow, broad, open_ended"
    ]


def test_an_unknown_fact_in_a_rule(folder: Path, edit: Edit) -> None:
    edit("policy.yaml", "when: {scope: [open_ended]}", "when: {width: [open_ended]}")
    line = line_of(folder, "policy.yaml", "- id: bound-the-task")
    assert f"policy.yaml:{line}: there is no fact called 'width'" in checked(folder).problems


def test_a_rule_may_not_ask_whether_something_is_known(folder: Path, edit: Edit) -> None:
    edit("policy.yaml", "when: {scope: [open_ended]}", "when: {scope: [known]}")
    assert any("bound" not in p and "'known' cannot be asked for here" in p for p in checked(folder).problems)


def test_an_alternative_may_not_overrule_its_row(folder: Path, edit: Edit) -> None:
    row = "when: {quality: [met], prompting: [systematic]}\n    any_of: [{latency_gap"
    edit("policy.yaml", row, row.replace("[{latency_gap", "[{prompting: [none], latency_gap"))
    line = line_of(folder, "policy.yaml", "- id: distil-what-works")
    assert any(p.startswith(f"policy.yaml:{line}: prompting stands in `when` and") for p in checked(folder).problems)


def test_a_dead_row(folder: Path, edit: Edit) -> None:
    row = """  - id: never-reached
    verdict: stop
    when: {prompting: [none], behaviour_gap: ["yes"]}
    because: [{text: Never shown., claims: [S2-12]}]

  - id: constrain-the-format
"""
    line = edit("policy.yaml", "  - id: constrain-the-format\n", row)
    (found,) = [p for p in checked(folder).problems if "never decides" in p]
    assert found.startswith(
        f"policy.yaml:{line}: 'never-reached' never decides: what it asks for is decided before, by "
    )
    assert "prompting-before-weights" in found


def test_a_row_shadowed_only_by_several_others_together(folder: Path, edit: Edit) -> None:
    """No single row before it covers it; the two about retrieval and the rest do."""
    row = """  - id: facts-again
    verdict: rag_first
    when: {knowledge_needed: ["yes"], retrieval: [not_tried, partly]}
    because: [{text: Never shown., claims: [S2-12]}]

  - id: dear-but-good-with-few-tries
"""
    line = edit("policy.yaml", "  - id: dear-but-good-with-few-tries\n", row)
    (found,) = [p for p in checked(folder).problems if "never decides" in p]
    assert found.startswith(f"policy.yaml:{line}: 'facts-again' never decides")
    assert "facts-before-weights" in found
    assert "mend-retrieval" in found


def test_a_row_that_asks_for_the_impossible(folder: Path, edit: Edit) -> None:
    row = """rules:
  - id: cannot-be
    verdict: stop
    when: {evals: [none], quality: [met, close]}
    because: [{text: Never shown., claims: [S2-12]}]
"""
    line = edit("policy.yaml", "rules:\n", row) + 1
    assert checked(folder).problems == [
        f"policy.yaml:{line}: 'cannot-be' never decides: what it asks for is impossible"
    ]


def test_a_dead_alternative(folder: Path, edit: Edit) -> None:
    """Whatever has no bounds was decided at the top."""
    row = "volume: [medium, high]}\n    any_of: ["
    edit("policy.yaml", row, row + "{scope: [open_ended]}, ")
    line = line_of(folder, "policy.yaml", "- id: dear-but-good-with-few-tries")
    (found,) = checked(folder).problems
    name = "alternative 1 of 'dear-but-good-with-few-tries'"
    assert found.startswith(f"policy.yaml:{line}: {name} never decides: what it asks for is decided before, by ")
    assert "bound-the-task" in found


def test_a_gap_in_the_table(folder: Path) -> None:
    path = folder / "policy.yaml"
    text = path.read_text(encoding="utf-8")
    start = text[: text.index("\nafter:")].rindex("\n  - id: ")
    path.write_text(text[:start] + "\n" + text[text.index("\nafter:") :], encoding="utf-8")
    ids = re.findall(r"^  - id: (\S+)", text[:start], re.MULTILINE)
    line = line_of(folder, "policy.yaml", f"- id: {ids[-1]}\n")
    (found,) = checked(folder).problems
    assert found.startswith(f"policy.yaml:{line}: the table ends before every case is decided, for one ")
    assert "behaviour_gap: no" in found


def test_a_reason_that_can_never_be_shown(folder: Path, edit: Edit) -> None:
    edit("policy.yaml", "when: {stakes: [high]}, facts: [stakes]", "when: {evals: [none]}, facts: [stakes]")
    line = line_of(folder, "policy.yaml", "- id: target-met")
    assert any(p.startswith(f"policy.yaml:{line}: this reason can never be shown: ") for p in checked(folder).problems)


def test_a_dangling_claim(folder: Path, edit: Edit) -> None:
    edit("policy.yaml", "claims: [S2-12, S0-02]", "claims: [S2-12, S9-99]")
    line = line_of(folder, "policy.yaml", "- id: target-met")
    assert checked(folder).problems == [f"policy.yaml:{line}: there is no claim 'S9-99'"]


def test_a_dangling_claim_in_a_dispute_a_caution_and_a_note(folder: Path, edit: Edit) -> None:
    dispute = edit("disputes.yaml", "\nD3:", "\nD3:") + 1
    edit("disputes.yaml", "claims: [S3-05]", "claims: [S3-99]")
    edit("policy.yaml", "claims: [X-003, X-151]", "claims: [X-003, X-998]")
    caution = line_of(folder, "policy.yaml", "- id: openai-closing")
    edit("notes/a-hundred-examples-can-suffice.md", "claims: [S4-06]", "claims: [S4-06, S4-99]")
    assert checked(folder).problems == [
        f"policy.yaml:{caution}: there is no claim 'X-998'",
        f"disputes.yaml:{dispute}: there is no claim 'S3-99'",
        "notes/a-hundred-examples-can-suffice.md:2: there is no claim 'S4-99'",
    ]


def test_a_claim_from_memory_is_not_cited(folder: Path, edit: Edit) -> None:
    edit("policy.yaml", "claims: [S2-12, S0-02]", "claims: [S2-12, X-130]")
    line = line_of(folder, "policy.yaml", "- id: target-met")
    assert checked(folder).problems == [f"policy.yaml:{line}: the claim X-130 is from memory only and may not be cited"]


def test_a_claim_without_a_note(folder: Path) -> None:
    (folder / "notes" / "a-hundred-examples-can-suffice.md").unlink()
    problems = checked(folder).problems
    line = line_of(folder, "claims.yaml", "S4-06:")
    assert any(p.startswith(f"claims.yaml:{line}: S4-06 is covered by no note") for p in problems)
    assert any(p.endswith("the claim S4-06 is cited, but no note covers it") for p in problems)


def test_a_claim_with_two_notes(folder: Path, edit: Edit) -> None:
    edit("notes/a-hundred-examples-can-suffice.md", "claims: [S4-06]", "claims: [S4-06, S2-12]")
    line = line_of(folder, "claims.yaml", "S2-12:")
    (found,) = checked(folder).problems
    assert found.startswith(f"claims.yaml:{line}: S2-12 is covered by more than one note: ")


def test_sources_that_are_missing_or_idle(folder: Path, edit: Edit) -> None:
    line = edit("claims.yaml", "S0-01: {source: SEED0,", "S0-01: {source: SEED9,")
    edit("sources.yaml", "\nSEED0:", '\nIDLE: {title: T, author: A, publication: P, date: "2026", url: null}\nSEED0:')
    idle = line_of(folder, "sources.yaml", "IDLE:")
    assert checked(folder).problems == [
        f"claims.yaml:{line}: S0-01: there is no source 'SEED9'",
        f"sources.yaml:{idle}: no claim comes from IDLE",
    ]


def test_a_claim_derived_from_nothing_or_from_itself(folder: Path, edit: Edit) -> None:
    line = edit("claims.yaml", "S0-01: {source: SEED0,", "S0-01: {derived_from: [S0-77, S0-02],")
    edit("claims.yaml", "S0-02: {source: SEED0,", "S0-02: {derived_from: [S0-01],")
    problems = checked(folder).problems
    assert f"claims.yaml:{line}: S0-01 is derived from 'S0-77', which does not exist" in problems
    assert f"claims.yaml:{line + 1}: S0-02 is derived from itself in the end" in problems


def test_an_unknown_dispute(folder: Path, edit: Edit) -> None:
    edit("policy.yaml", "disputes: [D6]", "disputes: [D66]")
    line = line_of(folder, "policy.yaml", "- id: target-met")
    assert checked(folder).problems == [f"policy.yaml:{line}: there is no dispute 'D66'"]


def test_an_id_that_stands_twice(folder: Path, edit: Edit) -> None:
    edit("policy.yaml", "- id: matter-of-taste", "- id: nothing-of-your-own")
    assert any("'nothing-of-your-own' stands here 2 times" in problem for problem in checked(folder).problems)


@pytest.mark.parametrize(
    ("old", "new", "fact", "what"),
    [
        (
            "says: it is too slow, prior: 0.15",
            "says: it is too slow, prior: 0.25",
            "latency_gap",
            "the priors sum to 1.1",
        ),
        ("prior: {none: 0.02, eyeballed: 0.06,", "prior: {none: 0.08,", "evals", "the priors are for automated, none"),
        ("prior: {none: 0.02, eyeballed: 0.06,", "prior: {none: 0, eyeballed: 0.08,", "evals", "a prior lies above 0"),
        ("range: [50, 199]", "range: [50, 198]", "examples", "the bands overlap or leave a gap before 200"),
        ("range: [50, 199]", "range: [49, 199]", "examples", "the bands overlap or leave a gap before 49"),
        ("range: [5000, null]", "range: [5000, 9999]", "examples", "the bands do not reach"),
        ("typical: 120", "typical: 12", "examples", "the typical number of few (12) lies outside it"),
        ("work_brings: [works]", "work_brings: [perfect]", "retrieval", "retrieval has no level 'perfect'"),
        ("dont_know_means: unchecked", "dont_know_means: no", "label_quality", "label_quality has no level"),
        ("when: {score: [known]}", "when: {points: [known]}", "evals", "there is no fact called 'points'"),
    ],
)
def test_facts_that_do_not_add_up(folder: Path, edit: Edit, old: str, new: str, fact: str, what: str) -> None:
    edit("facts.yaml", old, new.replace(": no", ': "no"') if "dont_know" in new else new)
    line = line_of(folder, "facts.yaml", f"\n  {fact}:\n") + 1
    problems = checked(folder).problems
    assert any(p.startswith(f"facts.yaml:{line}: ") and what in p for p in problems), problems


@pytest.mark.parametrize(
    ("old", "new", "question", "what"),
    [
        (
            '{latency_gap: "yes"}}\n    - {label: "Too expensive',
            '{stakes: low}}\n    - {label: "Too expensive',
            "speed_or_cost",
            "sets stakes",
        ),
        ("sets: {retrieval: partly}", "sets: {retrieval: half}", "retrieval", "retrieval has no level 'half'"),
        ("also: [score, target]", "also: [points]", "measure", "there is no fact called 'points'"),
        ("when: {score: [known]}", "when: {points: [known]}", "target", "there is no fact called 'points'"),
        ("label: Too slow,", 'label: "Too expensive, or will be",', "speed_or_cost", "stands there 2 times"),
    ],
)
def test_questions_that_do_not_fit(folder: Path, edit: Edit, old: str, new: str, question: str, what: str) -> None:
    edit("questions.yaml", old, new)
    line = line_of(folder, "questions.yaml", f"\n{question}:\n") + 1
    problems = checked(folder).problems
    assert any(p.startswith(f"questions.yaml:{line}: ") and what in p for p in problems), problems


def test_a_fact_that_nobody_can_be_asked_about(folder: Path, edit: Edit) -> None:
    edit("questions.yaml", "  fills: [data_edge]", "  fills: [data_edge, stakes]")
    line = line_of(folder, "facts.yaml", "\n  data_edge:\n") + 1
    assert checked(folder).problems == [
        f"facts.yaml:{line}: the policy reads data_edge, but no question asks for it alone"
    ]


def test_a_text_with_a_blank_that_may_stay_empty(folder: Path, edit: Edit) -> None:
    edit("policy.yaml", "Keep a person in charge, whatever", "Keep {volume} persons in charge, whatever")
    line = line_of(folder, "policy.yaml", "- id: human-in-charge")
    assert checked(folder).problems == [
        f"policy.yaml:{line}: the text fills in {{volume}}, so `when` must say volume: [known]"
    ]


def test_too_few_next_steps(folder: Path) -> None:
    step = "steps:\n  - {id: one, verdicts: [stop], title: T, detail: D, done_when: W, claims: [S2-12]}\n"
    (folder / "steps.yaml").write_text(step, encoding="utf-8")
    problems = checked(folder).problems
    assert "steps.yaml:2: stop has 1 next steps that can be shown, and needs 3" in problems
    assert "steps.yaml:1: fine_tune has 0 next steps that can be shown, and needs 3" in problems
    (folder / "steps.yaml").write_text("steps: []\n", encoding="utf-8")
    assert checked(folder).problems == ["steps.yaml:1: there are no next steps"]


def test_the_last_method_must_hold_always(folder: Path, edit: Edit) -> None:
    edit("policy.yaml", "- kind: sft\n    when: {}", "- kind: sft\n    when: {rule: [partly]}")
    line = line_of(folder, "policy.yaml", "- kind: sft")
    assert checked(folder).problems == [f"policy.yaml:{line}: the last method must hold always: its `when` is empty"]


def test_a_note_past_its_review_is_a_warning(folder: Path, edit: Edit) -> None:
    edit("notes/a-hundred-examples-can-suffice.md", "review_by: null", "review_by: 2026-11-19")
    report = checked(folder)
    assert report.problems == []
    expected = "notes/a-hundred-examples-can-suffice.md:2: was to be looked at again by 2026-11-19"
    assert expected in report.warnings
    assert expected not in checked(folder, date(2026, 11, 19)).warnings


def test_figures_add_up(knowledge: Knowledge) -> None:
    figures = stats(knowledge)
    covered, left_out = figures["covered"], figures["left_out"]
    assert isinstance(covered, dict)
    assert isinstance(left_out, dict)
    assert sum(covered.values()) + len(left_out) == figures["claims"] == len(knowledge.evidence.claims)
    assert "recall" not in covered
    assert all(left_out.values())
    assert (figures["notes"], figures["rules"]) == (len(knowledge.evidence.notes), len(knowledge.policy.rules))
