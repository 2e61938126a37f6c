"""Trial: plays labelled cases against the whole conversation - a simulated team that answers what it is asked, in its own words."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from bot.core.decide import decide
from bot.core.facts import read_facts
from bot.core.policy import VERDICTS
from bot.core.session import Session
from bot.core.usage import CallUsage, sum_cost
from bot.errors import FactError, UsageError
from bot.talk.message import Message

if TYPE_CHECKING:
    from bot.app import App
    from bot.talk.replies import Reply

MAX_TURNS = 14
NOT_SCORED = frozenset({"task", "task_kind"})  # free text, and what is derived from it
FITTING = {"faq": {"answer"}, "smalltalk": {"text"}, "offtopic": {"text"}, "injection": {"text"}}


def play_file(app: App, cases: list[dict[str, Any]], model: bool = False) -> dict[str, Any]:
    """Plays every case; the figures over all of them, and every case with what happened. Raises UsageError for other lines.

    With `model`, turns go through the language model that is configured, and the figures say what that took; "calls" are the
    calls themselves, for the caller to write down.
    """
    for number, case in enumerate(cases, 1):
        _check(app, number, case)
    played = [_play(app, case, model) for case in cases]
    real = [p for p in played if p["expected"] != "none"]
    none = [p for p in played if p["expected"] == "none"]
    told, right, missed = (sum(p[key] for p in real) for key in ("facts_told", "facts_right", "facts_missed"))
    questions = sorted(p["questions"] for p in real)
    asked = sum(questions)
    times = sorted(t for p in played for t in p.pop("seconds"))
    figures = {
        "cases": len(real),
        "exact": _share(p["exact"] for p in real),
        "acceptable": _share(p["acceptable"] for p in real),
        "from_facts_exact": _share(p["from_facts"] == p["expected"] for p in real),
        "from_facts_acceptable": _share(p["from_facts_ok"] for p in real),
        "opening_precision": right / told if told else None,
        "opening_contradicted": sum(p["facts_contradicted"] for p in real) / told if told else None,
        "opening_recall": right / (right + missed) if right + missed else None,
        "questions_median": statistics.median(questions) if questions else None,
        "questions_p90": questions[min(len(questions) - 1, int(0.9 * len(questions)))] if questions else None,
        "rounds_median": statistics.median([p["rounds"] for p in real]) if real else None,
        "asked_again_as_pick": sum(p["asked_again"] for p in real) / asked if asked else None,
        "non_cases": len(none),
        "non_cases_fitting": _share(p["acceptable"] for p in none),
        "turn_p50_ms": round(1000 * times[len(times) // 2], 1) if times else None,
        "turn_p99_ms": round(1000 * times[int(0.99 * (len(times) - 1))], 1) if times else None,
    }
    calls = [call for p in played for call in p.pop("calls")]
    result = {"figures": figures | (_taken(calls, len(played)) if model else {}), "cases": played}
    return result | ({"calls": calls} if model else {})


def _taken(calls: list[CallUsage], cases: int) -> dict[str, Any]:
    """What the calls to a language model took, and how many of them came to something."""
    cost = sum_cost(calls)
    return {
        "model_calls": len(calls),
        "model_calls_used": _share(call.outcome == "ok" for call in calls),
        "model_tokens": sum(call.tokens for call in calls),
        "model_tokens_per_case": round(sum(call.tokens for call in calls) / cases, 1) if cases else None,
        "model_cost_usd": round(cost, 4) if cost is not None and calls else None,
        "model_failures": dict(Counter(call.outcome for call in calls if call.outcome != "ok")),
    }


def _check(app: App, number: int, case: dict[str, Any]) -> None:
    """Raises UsageError where a case cannot be played."""
    wanted: dict[str, type] = {
        "opening": str,
        "expected": str,
        "facts": dict,
        "opening_facts": dict,
        "answers": dict,
        "acceptable": list,
    }
    needed = {"opening", "expected"} | ({"facts"} if case.get("expected") != "none" else set())
    for key, kind in wanted.items():
        if not isinstance(case.get(key, None if key in needed else kind()), kind):
            raise UsageError(
                f"Case {number}: {key} is missing or not what it should be; see tests/evals/cases-dev.jsonl."
            )
    if case["expected"] not in (*VERDICTS, "none") or not isinstance(case.get("kind", ""), str | None):
        raise UsageError(
            f"Case {number}: expected is a verdict or none, and kind a word; see tests/evals/cases-dev.jsonl."
        )
    try:
        read_facts(app.knowledge.catalogue, case.get("facts", {}))
    except FactError as error:
        raise UsageError(f"Case {number}: {error}") from None


def summary_lines(result: dict[str, Any]) -> list[str]:
    """The figures and every miss, as lines to read."""
    lines = [f"{key.replace('_', ' '):24} {_shown(value)}" for key, value in result["figures"].items()]
    for case in result["cases"]:
        if not case["acceptable"]:
            lines.append(
                f"miss {case['id']}: {case['verdict']} (expected {case['expected']}; from labelled facts {case['from_facts']})"
            )
            lines += [f"     {fact}: read {read!r}, is {truth!r}" for fact, (read, truth) in case["misread"].items()]
    return lines


def compared_lines(embedded: dict[str, Any], model: dict[str, Any], name: str) -> list[str]:
    """The figures of a run without and one with a model side by side, then what the model's run missed."""
    keys = list(dict.fromkeys((*embedded["figures"], *model["figures"])))
    rows = [("", "embedded", name)]
    rows += [(key.replace("_", " "), *(_shown(run["figures"].get(key)) for run in (embedded, model))) for key in keys]
    lines = [f"{label:24} {left:>10} {right:>{max(len(name), 10)}}" for label, left, right in rows]
    return lines + [line for line in summary_lines(model) if line.startswith(("miss", "     "))]


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {number}" for name, number in value.items()) or "-"
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) and value <= 1 else f"{value:g}"


def _share(values: Any) -> float | None:
    values = list(values)
    return sum(map(bool, values)) / len(values) if values else None


def _play(app: App, case: dict[str, Any], model: bool) -> dict[str, Any]:
    session = Session(thread="trial")
    seconds: list[float] = []
    calls: list[CallUsage] = []

    def turn(message: Message) -> list[Reply]:
        nonlocal session
        start = time.perf_counter()
        session, replies, usage = app.turn(session, message, model=model)
        calls.extend(usage.calls)
        seconds.append(time.perf_counter() - start)
        return replies

    replies = turn(Message(by="team", text=case["opening"]))
    told = _told(session, case)
    asked_again = questions = 0
    for _ in range(MAX_TURNS):
        if case["expected"] == "none" or not session.open or session.state != "asking":
            break
        questions += len(session.open)
        again = [q for q in session.open if len(q.facts) == 1 and q.facts[0] in session.repicked]
        asked_again += len(again)
        facts = case.get("facts", {})
        picks = {q.facts[0]: facts.get(q.facts[0]) for q in again} or None
        typed = "\n".join(_typed(case, q.facts) for q in session.open if q not in again) or None
        replies = turn(Message(by="team", answers=picks, text=typed))
    verdict = session.decision.verdict if session.decision and session.state == "decided" else None
    result = {
        "id": case.get("id"),
        "expected": case["expected"],
        "verdict": verdict or "none",
        "exact": (verdict or "none") == case["expected"],
        "questions": questions,
        "rounds": session.rounds,
        "asked_again": asked_again,
        "seconds": seconds,
        "calls": calls,
        "rule": session.decision.rule if session.decision else None,
    } | told
    if case["expected"] == "none":
        types = {reply.type for reply in replies}
        result["acceptable"] = (
            verdict is None
            and not session.open
            and types <= FITTING.get(case.get("kind", ""), {"text", "answer"})
            and bool(replies)
        )
        result["from_facts"], result["from_facts_ok"], result["misread"] = "none", True, {}
        return result
    result["acceptable"] = verdict in (case["expected"], *case.get("acceptable", []))
    result |= _from_facts(app, case)
    result["misread"] = {
        key: (entry.level, case.get("facts", {}).get(key))
        for key, entry in session.entries.items()
        if key not in NOT_SCORED and not same_value(entry.level, case.get("facts", {}).get(key))
    }
    return result


def _typed(case: dict[str, Any], facts: tuple[str, ...]) -> str:
    """What the team types in reply to a question about these facts."""
    answers = case.get("answers", {})
    words = [answers[fact] for fact in facts if fact in answers]
    return ". ".join(words) if words else "don't know"


def _told(session: Session, case: dict[str, Any]) -> dict[str, int]:
    truth = {k: v for k, v in case.get("opening_facts", {}).items() if k not in NOT_SCORED}
    read = {k: e.level for k, e in session.entries.items() if k not in NOT_SCORED}
    right = sum(key in truth and same_value(value, truth[key]) for key, value in read.items())
    known = case.get("facts", {})  # what is true of the case need not be labelled as told
    return {
        "facts_told": len(read),
        "facts_right": right,
        "facts_missed": len(truth) - right,
        "facts_contradicted": sum(not same_value(value, known[key]) for key, value in read.items() if key in known),
    }


def same_value(a: Any, b: Any) -> bool:
    """Whether two values of a fact are the same; numbers may differ by 2 %."""
    numbers = (
        isinstance(a, int | float)
        and isinstance(b, int | float)
        and not isinstance(a, bool)
        and not isinstance(b, bool)
    )
    return abs(a - b) <= 0.02 * max(abs(a), abs(b), 1) if numbers else bool(a == b)


def _from_facts(app: App, case: dict[str, Any]) -> dict[str, Any]:
    """The verdict on the labelled facts themselves: what the talk would give if it read everything right."""
    verdict = decide(app.knowledge, read_facts(app.knowledge.catalogue, case.get("facts", {})), app.today()).verdict
    return {"from_facts": verdict, "from_facts_ok": verdict in (case["expected"], *case.get("acceptable", []))}
