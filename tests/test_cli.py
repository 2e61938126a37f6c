"""The commands: help, exit codes, a sentence for whatever is wrong, the JSON of the contract, the talk for programs."""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import redis

from bot import cli
from bot.app import App
from bot.core.decision import Decision
from bot.core.knowledge import Knowledge
from bot.settings import Settings
from bot.stores import server

ROOT = Path(__file__).parent.parent
COMMANDS = (
    (),
    ("chat",),
    ("ask",),
    ("decide",),
    ("eval",),
    ("doctor",),
    ("kb",),
    ("kb", "check"),
    ("kb", "stats"),
    ("kb", "search"),
)
DEAD = "redis://127.0.0.1:1/0"


class Ran(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    def refused(self, *words: str, code: int = 2) -> None:
        """One sentence on standard error that holds these words, and nothing else anywhere."""
        assert self.code == code, self
        assert self.out == "", self
        lines = self.err.splitlines()
        assert len(lines) == 1 and "Traceback" not in self.err and len(lines[0]) < 700, self
        assert "of its own" not in self.err, self
        assert all(word in self.err for word in words), self


Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What every app loads anew: read once here, for it takes half a second."""
    app = App(Settings(TUNEWISE_DATA=tmp_path_factory.mktemp("data")))
    return {part: getattr(app, part) for part in ("knowledge", "vectors", "search", "language")}


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], loaded: dict[str, Any]
) -> Run:
    """Runs a command in this process, with settings and a data folder of its own."""

    def app(**given: Any) -> App:
        made = App(**given)
        made.__dict__.update(loaded)
        return made

    monkeypatch.setattr("bot.app.App", app)
    monkeypatch.setenv("TUNEWISE_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.chdir(tmp_path)

    def runs(*arguments: str, stdin: str | bytes = b"", **env: str) -> Ran:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "argv", ["tunewise", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return Ran(int(ended.value.code or 0), out, err)

    return runs


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Run]:
    """Runs a command in a process of its own; an embedded server left behind is a failure."""
    data = tmp_path / "data"

    def runs(*arguments: str, stdin: str | bytes = b"", **env: str) -> Ran:
        given = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            input=given,
            capture_output=True,
            env=around(data) | env,
            timeout=60,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    yield runs
    if (data / "server").exists():
        assert not server._running(data)


def around(data: Path) -> dict[str, str]:
    """The environment of a command."""
    kept = {k: v for k, v in os.environ.items() if k not in ("REDIS_URL", "TUNEWISE_RETENTION_DAYS")}
    return kept | {"PYTHONPATH": str(ROOT), "TUNEWISE_DATA": str(data), "COLUMNS": "80"}


def lines(*messages: dict[str, Any]) -> str:
    """Messages as `chat --jsonl` takes them."""
    return "".join(json.dumps(message) + "\n" for message in messages)


def answers(ran: Ran) -> list[dict[str, Any]]:
    """What `chat --jsonl` answered."""
    assert ran.code == 0 and ran.err == "", ran
    return [json.loads(line) for line in ran.out.splitlines()]


# --- help and usage ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help(run: Run, command: tuple[str, ...]) -> None:
    ran = run(*command, "--help")
    assert ran.code == 0 and ran.err == ""
    assert ran.out.startswith("Usage: tunewise") and "--help" in ran.out


def test_version(run: Run) -> None:
    ran = run("--version")
    assert ran.code == 0 and ran.out.strip()[0].isdigit()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("bogus",), ("bogus", "tunewise --help")),
        (("decide", "--bogus"), ("--bogus", "tunewise decide --help")),
        (("ask",), ("question", "tunewise ask --help")),
        (("ask", " "), ("Ask a question",)),
        (("kb", "search"), ("Say what to look for",)),
        (("kb", "search", ""), ("Say what to look for",)),
        (("kb", "search", "--k", "0", "x"), ("--k",)),
        (("kb", "search", "--k", "many", "x"), ("--k",)),
        (("kb", "check", "--today", "nonsense"), ("--today", "nonsense")),
        (("decide", "--today", "2026-13-01"), ("--today", "2026-13-01")),
        (("eval", "missing.jsonl"), ("missing.jsonl", "No such file")),
        (("eval", "--today", "x", "missing.jsonl"), ("--today",)),
        (("chat", "--as"), ("--as",)),
    ],
)
def test_bad_usage_is_told_in_a_sentence(run: Run, arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    run(*arguments).refused(*words)


def test_no_command_shows_the_help(run: Run) -> None:
    ran = run()
    assert ran.code == 2 and ran.err.startswith("Usage: tunewise") and "Traceback" not in ran.err


# --- decide -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ('{"evls": "none"}', ("evls", "Did you mean evals?")),
        ('{"evals": "nope"}', ("evals", "none, eyeballed, test_set, automated", "nope")),
        ('{"evals": {"a": 1}}', ("evals",)),
        ('{"evals": ["none"]}', ("evals",)),
        ('{"examples": -3}', ("examples", "-3")),
        ('{"examples": 1.5}', ("examples", "whole")),
        ('{"score": 140}', ("score", "100", "140")),
        ('{"score": NaN}', ("score", "number")),
        ("score: .inf", ("score", "number")),
        ('{"score": "81"}', ("score", "number")),
        ('{"score": true}', ("score", "number")),
        ('{"task": ""}', ("task",)),
        ('{"task": "\\ud800"}', ("surrogate",)),
        ('{"evals": "none", "evals": "test_set"}', ("evals", "twice")),
        ('{"evals":', ("JSON or YAML",)),
        ('{"evals": "none",,}', ("standard input:1, column 18", "this is not JSON", "JSON or YAML")),
        ("evals: [none", ("standard input:", "JSON or YAML")),
        ("evals: none\nevals: test_set", ("evals", "twice")),
        ("evals: 2020-99-99", ("JSON or YAML",)),
        ("a: &x [*x]", ("JSON or YAML",)),
        ("{[1]: 2}", ("JSON or YAML",)),
        ("{1: 2}", ("no fact", "1")),
        ("!!python/object:os.system x", ("JSON or YAML",)),
        ("a: 1\n---\nb: 2", ("JSON or YAML",)),
        ('{"task": "a\x01b"}', ("JSON or YAML",)),
        ("[" * 20_000, ("JSON or YAML",)),
        ('{"examples": ' + "9" * 5000 + "}", ("JSON or YAML",)),
        ('"none"', ("object",)),
        ("[]", ("object",)),
        ("null", ("object",)),
        ("", ("no facts in it",)),
        ("  \n", ("no facts in it",)),
        (b"\xff\xfe\x00\x9f", ("not UTF-8",)),
    ],
)
def test_facts_that_cannot_be(run: Run, facts: str | bytes, words: tuple[str, ...]) -> None:
    run("decide", "--json", stdin=facts).refused(*words)


def test_a_number_of_400_digits(run: Run) -> None:
    run("decide", "--json", stdin='{"examples": 1' + "0" * 400 + "}").refused("examples")


def test_files_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(os.urandom(3000) + b"\xff")
    (tmp_path / "empty").touch()
    run("decide", "missing.yaml").refused("missing.yaml", "No such file")
    run("decide", str(tmp_path)).refused("directory")
    run("decide", "binary").refused("binary", "not UTF-8")
    run("decide", "empty").refused("no facts in it")
    run("eval", "binary").refused("not UTF-8")
    run("eval", "empty").refused("no cases")
    run("decide", "\x1b[31mred").refused("No such file")


def test_nothing_of_a_bad_name_reaches_the_terminal(run: Run) -> None:
    assert "\x1b" not in run("decide", "\x1b[31mred").err


def test_json_and_yaml_say_the_same(run: Run) -> None:
    as_json = run("decide", "--json", "--today", "2026-11-20", stdin='\t{"evals": "none", "score": 8.1e1}')
    as_yaml = run("decide", "--json", "--today", "2026-11-20", stdin="evals: none\nscore: 81\n")
    assert json.loads(as_json.out) == json.loads(as_yaml.out) and as_json.code == 0
    with_mark = run("decide", "--json", "--today", "2026-11-20", stdin='\ufeff{"evals": "none", "score": 81}')
    assert with_mark == as_yaml


def test_a_decision_has_the_shape_of_the_contract(run: Run, knowledge: Knowledge) -> None:
    ran = run("decide", "--json", "--today", "2026-11-20", stdin='{"evals": "none", "teacher": null}')
    decision = json.loads(ran.out)
    assert ran.code == 0 and ran.err == ""
    shape: dict[str, type | tuple[type, ...]] = {
        "verdict": str, "settled": bool, "confidence": (int, float), "rule": str, "reasons": list, "alternatives": list,
        "flips": list, "assumed": dict, "next_question": (dict, type(None)), "next_steps": list, "route": list,
        "method": (dict, type(None)), "cautions": list, "sources": list, "facts": dict, "unknown": list, "policy": str,
        "as_of": str,
    }  # fmt: skip
    assert all(isinstance(decision[key], kind) for key, kind in shape.items())
    assert abs(decision["confidence"] + sum(a["probability"] for a in decision["alternatives"]) - 1) < 1e-6
    assert decision["as_of"] == "2026-11-20" and decision["facts"] == {"evals": "none"}
    assert "teacher" in decision["unknown"] and "evals" not in decision["unknown"]
    assert decision["route"][0] == decision["verdict"]
    assert all({"text", "facts", "notes"} <= reason.keys() for reason in decision["reasons"])
    assert all({"title", "detail", "done_when", "notes"} <= step.keys() for step in decision["next_steps"])
    keys = {"note", "title", "author", "publication", "date", "url", "claims"}
    assert decision["sources"] and all(keys <= source.keys() for source in decision["sources"])
    question = decision["next_question"]
    assert {"id", "facts", "text", "why", "multiple", "options"} <= question.keys()
    assert all({"label", "sets"} <= option.keys() for option in question["options"])
    assert Decision.model_validate_json(ran.out).verdict == decision["verdict"]
    cited = {note for part in (*decision["reasons"], *decision["next_steps"]) for note in part["notes"]}
    assert cited <= knowledge.evidence.notes.keys()


def test_a_batch_keeps_its_order(run: Run, tmp_path: Path) -> None:
    cases = [{"evals": "none"}, {"evals": "automated", "quality": "met"}, {}, {"prompting": "none"}, {"examples": None}]
    text = "\n\n".join(json.dumps({"id": f"c{i}", "facts": facts}) for i, facts in enumerate(cases))
    (tmp_path / "batch.jsonl").write_text(text)
    ran = run("decide", "--batch", "batch.jsonl", "--today", "2026-11-20")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 0 and [entry["id"] for entry in found] == [f"c{i}" for i in range(5)]
    for facts, entry in zip(cases, found, strict=True):
        alone = run("decide", "--json", "--today", "2026-11-20", stdin=json.dumps(facts))
        assert json.loads(alone.out) == entry["decision"]


@pytest.mark.parametrize(
    "bad",
    ['{"id": 2, "facts": {"evals": "x"}}', '{"id": 2, "facts"', "[2]", '{"id": 2}', '{"id": 2, "facts": 3}', "NaN"],
)
def test_a_bad_line_in_a_batch_is_named_before_anything_is_printed(run: Run, bad: str) -> None:
    good = '{"id": 1, "facts": {"evals": "none"}}'
    run("decide", "--batch", stdin=f"{good}\n{bad}\n{good}\n").refused("Line 2")
    asked = '{"id": 1, "question": "what is LoRA?"}'
    run("kb", "search", "--batch", "-", stdin=f"{asked}\n{bad}\n").refused("Line 2")


# --- kb, ask, eval ----------------------------------------------------------------------------------------------------


def test_search_finds_notes_or_nothing(run: Run, knowledge: Knowledge) -> None:
    found = json.loads(run("kb", "search", "how many examples do we need", "--k", "3", "--json").out)
    assert 1 <= len(found) <= 3
    assert all({"note", "title", "claims", "score", "sources"} <= hit.keys() for hit in found)
    assert [hit["score"] for hit in found] == sorted((hit["score"] for hit in found), reverse=True)
    assert all(hit["note"] in knowledge.evidence.notes for hit in found)
    assert json.loads(run("kb", "search", "who won the world cup in 1974", "--json").out) == []
    asked = [{"id": "a", "question": "what is LoRA?"}, {"id": "b", "question": ""}, {"id": "c", "question": "\x00\x1b"}]
    ran = run("kb", "search", "--batch", "-", stdin=lines(*asked))
    results = [json.loads(line) for line in ran.out.splitlines()]
    assert [entry["id"] for entry in results] == ["a", "b", "c"]
    assert results[0]["results"] and not results[1]["results"] and not results[2]["results"]


def test_stats_and_check(run: Run) -> None:
    assert json.loads(run("kb", "stats", "--json").out)["notes"] > 100
    ran = run("kb", "check", "--json", "--today", "2026-11-20")
    assert ran.code == 0 and json.loads(ran.out)["problems"] == []


def test_an_answer_cites_or_admits_silence(run: Run) -> None:
    reply = json.loads(run("ask", "how many examples do we need to fine-tune?", "--json").out)
    assert reply["type"] == "answer" and reply["citations"] and reply["passages"] and "[1]" in reply["text"]
    silent = json.loads(run("ask", "who won the world cup in 1974?", "--json").out)
    assert "does not say" in silent["text"] and "citations" not in silent
    assert "does not say" in run("ask", "who won the world cup in 1974?").out


def test_an_evaluation_plays_cases(run: Run) -> None:
    case = (ROOT / "tests" / "evals" / "cases-own.jsonl").read_text("utf-8").splitlines()[0]
    ran = run("eval", "-", "--json", "--today", "2026-11-20", stdin=case)
    result = json.loads(ran.out)
    assert ran.code == 0 and len(result["cases"]) == 1
    assert "accuracy" in result["figures"] or "acceptable" in result["figures"]


@pytest.mark.parametrize(
    "wrong", ["not json", "[1]", '{"opening": 3, "expected": "stop"}', '{"opening": "x"}', '{"expected": "stop"}']
)
def test_a_wrong_case_is_named(run: Run, wrong: str) -> None:
    good = (ROOT / "tests" / "evals" / "cases-own.jsonl").read_text("utf-8").splitlines()[0]
    run("eval", "-", stdin=f"{good}\n{wrong}\n").refused("2")


@pytest.mark.parametrize(
    "wrong",
    [
        {"opening": "we want to tune", "expected": "stop"},
        {"opening": "we want to tune", "expected": "stop", "facts": {}, "acceptable": 3},
        {"opening": "hello", "expected": "none", "kind": ["a"]},
        {"opening": "we want to tune", "expected": "bogus", "facts": {}},
        {"opening": "we want to tune", "expected": "stop", "facts": {"evals": "bad"}},
    ],
)
def test_a_half_right_case_is_named(run: Run, wrong: dict[str, Any]) -> None:
    run("eval", "-", stdin=json.dumps(wrong)).refused("1")


# --- settings and stores ----------------------------------------------------------------------------------------------


def test_what_needs_no_store_opens_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    case = (ROOT / "tests" / "evals" / "cases-own.jsonl").read_text("utf-8").splitlines()[0]
    for url in (DEAD, "nonsense"):
        dead = {"TUNEWISE_DATA": str(tmp_path / "file" / "in"), "REDIS_URL": url}
        assert run("decide", "--json", stdin='{"evals": "none"}', **dead).code == 0
        assert run("ask", "what is LoRA?", **dead).code == 0
        assert run("kb", "stats", **dead).code == 0
        assert run("kb", "search", "what is LoRA?", **dead).code == 0
        assert run("eval", "-", stdin=case, **dead).code == 0


@pytest.mark.parametrize(
    ("env", "words", "code"),
    [
        ({"TUNEWISE_RETENTION_DAYS": "abc"}, ("TUNEWISE_RETENTION_DAYS",), 2),
        ({"TUNEWISE_RETENTION_DAYS": "0"}, ("TUNEWISE_RETENTION_DAYS",), 2),
        ({"REDIS_URL": "nonsense"}, ("REDIS_URL", "redis://"), 2),
        ({"REDIS_URL": "redis://:secret@127.0.0.1:abc/0"}, ("REDIS_URL",), 2),
        ({"REDIS_URL": DEAD}, ("127.0.0.1:1", "cannot be reached"), 1),
        ({"TUNEWISE_DATA": "/dev/null/data"}, ("/dev/null/data", "TUNEWISE_DATA"), 1),
        ({"TUNEWISE_DATA": "file"}, ("file", "TUNEWISE_DATA"), 1),
    ],
)
def test_settings_that_cannot_be_used(run: Run, tmp_path: Path, env: dict[str, str], words: Any, code: int) -> None:
    (tmp_path / "file").touch()
    start = time.monotonic()
    ran = run("chat", "--jsonl", stdin=lines({"text": "hello"}), **env)
    assert time.monotonic() - start < 5
    ran.refused(*words, code=code)
    assert "secret" not in ran.err
    if "TUNEWISE_RETENTION_DAYS" in env:
        run("decide", stdin='{"evals": "none"}', **env).refused(*words)
        run("doctor", "--json", **env).refused(*words)
    else:
        found = run("doctor", "--json", **env)
        assert found.code == 1 and not all(part["ok"] for part in json.loads(found.out))


def test_an_empty_variable_is_unset(run: Run, tmp_path: Path) -> None:
    assert run("doctor", TUNEWISE_RETENTION_DAYS="").code == 0
    found = run("doctor", "--json", TUNEWISE_DATA="", XDG_DATA_HOME=str(tmp_path / "home"))
    assert str(tmp_path / "home") in found.out


def test_an_env_file_that_is_not_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x9f=1")
    run("kb", "stats").refused(".env")


def test_a_locked_data_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "attach", partial(server.attach, wait=0.2))
    (tmp_path / "data").mkdir()
    with (tmp_path / "data" / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        run("chat", "--jsonl").refused("locked", "TUNEWISE_DATA", code=1)


def test_doctor_says_that_all_is_well(run: Run) -> None:
    ran = run("doctor", "--json")
    assert ran.code == 0 and all(part["ok"] for part in json.loads(ran.out))


# --- endings ----------------------------------------------------------------------------------------------------------


def test_an_unexpected_failure_is_a_sentence_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.app.App", fails)
    ran = run("kb", "stats")
    assert ran.code == 1 and ran.out == "" and len(ran.err.splitlines()) == 1
    assert "ZeroDivisionError" in ran.err and "test_cli.py" in ran.err


@pytest.mark.parametrize("command", ["kb stats", "ask 'what is LoRA?'"])
def test_a_reader_that_leaves_early(tmp_path: Path, command: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m bot {command} | true; exit ${{PIPESTATUS[0]}}"],
        env=around(tmp_path),
        capture_output=True,
        timeout=60,
    )
    assert done.returncode in (0, 1) and done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_full_disk(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bot", "kb", "stats"], env=around(tmp_path), stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and b"space" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_a_signal_ends_the_talk_quietly_and_leaves_no_server_running(tmp_path: Path, number: int) -> None:
    read, write = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "chat"],
        env=around(tmp_path / "data") | {"PYTHONUNBUFFERED": "1"},
        stdin=read,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell's background job ignores interrupts, and so would what it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as talk:
        assert talk.stdout is not None and talk.stdout.readline()
        time.sleep(0.1)
        talk.send_signal(number)
        out, err = talk.communicate(timeout=20)
    os.close(read)
    os.close(write)
    assert talk.returncode in (0, 130) and err == b""
    assert b"tunewise chat --resume" in out
    with (tmp_path / "data" / "server").open("r+") as held:  # held as long as a server runs
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)


# --- chat for programs ------------------------------------------------------------------------------------------------


def test_a_talk_from_end_to_end(process: Run) -> None:
    """A whole talk by text and picks, gone on with in other processes and by other people."""
    first = answers(
        process(
            "chat", "--jsonl", "--as", "ana",
            stdin=lines({"text": "We want to fine-tune our support bot."}, {"answers": {"evals": "nope"}},
                        {"answers": {"evls": "none"}}, {"text": " "}, {"answers": {"score": 140}},
                        {"answers": {"evals": "none", "teacher": None}}),
        )
    )  # fmt: skip
    opening, illegal, unknown, empty, range_, picked = first
    assert {"thread", "state", "replies", "facts"} <= opening.keys() and opening["state"] == "asking"
    question = next(reply for reply in opening["replies"] if reply["type"] == "question")["question"]
    assert question["facts"] and {"id", "text", "why", "multiple", "options"} <= question.keys()
    for refused, word in ((illegal, "eyeballed"), (unknown, "Did you mean evals?"), (empty, "text"), (range_, "140")):
        assert refused.keys() == {"error"} and word in refused["error"]
    assert picked["facts"]["evals"]["level"] == "none"
    assert picked["facts"]["evals"]["by"] == "ana" and picked["facts"]["evals"]["grade"] == "picked"
    assert picked["thread"] == opening["thread"] and picked["facts"]["task"] == opening["facts"]["task"]

    thread = str(opening["thread"])
    told = {"text": "thanks, prompting was systematic: weeks of few-shot work, measured"}
    (last,) = answers(
        process("chat", "--jsonl", "--as", "bob", "--resume", stdin=lines({"answers": {"prompting": None}}))
    )
    assert last["thread"] == thread and last["facts"]["evals"]["by"] == "ana"
    done = answers(process("chat", "--jsonl", "--resume", thread, stdin=lines(*[{"text": "skip"}] * 8, told)))
    decided = next(answer for answer in done if answer["state"] == "decided")
    verdict = decided["replies"][-1]
    assert verdict["type"] == "verdict" and verdict["decision"]["facts"]["evals"] == "none"
    assert {"passages", "citations"} <= verdict.keys() and verdict["citations"]
    process("chat", "--jsonl", "--resume", "no-such-thread").refused("no such thread", "tunewise chat")
    again = process("chat", "--resume", thread, stdin="/more\n").out
    assert "Going on where you were" in again and again.count("\nWhy:\n") == 2  # the verdict, short and in full


def test_nothing_to_resume(process: Run) -> None:
    process("chat", "--jsonl", "--resume").refused("no thread to resume")


def test_hard_lines_do_no_harm(process: Run) -> None:
    messages: tuple[dict[str, Any], ...] = (
        {"text": "we have no evals and the bot is too slow. " * 400},
        {"text": "\x00\x1b[31m\x07"},
        {"text": "\u202e\u200b we have 300 examples \ufeff"},
        {"answers": {"examples": 1e400}},
        {"answers": {}},
        {"answers": {"evals": None, "prompting": "systematic"}, "text": "and\x00 that is it"},
    )
    raw = lines(*messages[:3]) + "not json\n" + '{"text": "' + "\n" + "[" * 50_000 + "\n" + lines(*messages[3:])
    found = answers(process("chat", "--jsonl", stdin=raw.encode() + b'\xff\xfe{"text": "hi"}\n'))
    assert len(found) == len(messages) + 4
    assert ["error" in answer for answer in found] == [False, False, False, True, True, True, True, True, False, True]
    assert found[8]["facts"]["latency_gap"]["level"] is True and found[8]["facts"]["prompting"]["level"] == "systematic"
    assert len(json.dumps(found[0])) < 20_000


def test_a_document_is_refused_in_one_sentence(process: Run) -> None:
    (found,) = answers(process("chat", "--jsonl", stdin=lines({"text": "we have no evals. " * 6000})))
    assert [reply["text"].count("108,000 characters") for reply in found["replies"]] == [1] and not found["facts"]


def test_half_a_character(process: Run) -> None:
    found = answers(
        process("chat", "--jsonl", stdin='{"text": "our bot \\ud800 fails"}\n{"text": "we have no evals"}\n')
    )
    assert len(found) == 2 and found[1]["facts"]["evals"]["level"] == "none"


def test_a_task_of_a_megabyte(process: Run) -> None:
    (found,) = answers(process("chat", "--jsonl", stdin=lines({"answers": {"task": "answer tickets " * 70_000}})))
    assert len(json.dumps(found)) < 50_000


def test_a_damaged_session_is_left_alone(process: Run, tmp_path: Path) -> None:
    (found,) = answers(process("chat", "--jsonl", stdin=lines({"text": "we have no evals for our bot"})))
    key = f"tunewise:local:session:{found['thread']}"
    with embedded(tmp_path / "data") as store:
        store.set(key, "{broken")
    process("chat", "--jsonl", "--resume", str(found["thread"])).refused("damaged", code=1)
    process("chat", "--jsonl", "--resume").refused("damaged", code=1)
    with embedded(tmp_path / "data") as store:
        assert store.get(key) == b"{broken"
    process("chat", "--resume", str(found["thread"])).refused(f"chat --forget {found['thread']}", code=1)
    told = process("chat", "--forget", str(found["thread"]))
    assert told.code == 0 and told.out.startswith("Forgotten") and not told.err
    with embedded(tmp_path / "data") as store:
        assert store.get(key) is None
    process("chat", "--forget", str(found["thread"])).refused("no thread")


def test_an_empty_name_is_refused(process: Run) -> None:
    process("chat", "--as", " ").refused("--as")


@contextlib.contextmanager
def embedded(folder: Path) -> Iterator[Any]:
    """A connection to the embedded server of a data folder."""
    attached = server.attach(folder)
    try:
        with redis.Redis(unix_socket_path=str(attached.address)) as store:
            yield store
    finally:
        attached.detach()


def test_two_programs_in_one_thread_take_turns(tmp_path: Path) -> None:
    def start(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "bot", "chat", "--jsonl", *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=around(tmp_path / "data"), stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    def say(program: subprocess.Popen[str], message: dict[str, Any]) -> dict[str, Any]:
        assert program.stdin is not None and program.stdout is not None
        program.stdin.write(json.dumps(message) + "\n")
        program.stdin.flush()
        answer: dict[str, Any] = json.loads(program.stdout.readline())
        return answer

    ana = start("--as", "ana")
    thread = say(ana, {"answers": {"evals": "none"}})["thread"]
    bob = start("--as", "bob", "--resume", thread)
    assert say(bob, {"answers": {"prompting": "systematic"}})["facts"]["evals"]["by"] == "ana"
    assert say(ana, {"answers": {"retrieval": "works"}})["facts"]["prompting"]["by"] == "bob"
    clash = say(bob, {"answers": {"retrieval": "not_tried"}})
    assert (
        clash["state"] == "asking" and "ana" in clash["replies"][-1]["text"] and "bob" in clash["replies"][-1]["text"]
    )
    assert say(ana, {"answers": {"retrieval": "partly"}})["facts"]["retrieval"]["level"] == "partly"
    for program in (ana, bob):
        _, err = program.communicate(timeout=20)
        assert program.returncode == 0 and err == ""
