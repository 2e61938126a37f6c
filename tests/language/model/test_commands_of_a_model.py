"""The commands around a language model, and the terminal that shows an answer while it comes."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from apps import app_with
from brains import Colleague, heard
from loopback import ModelServer
from rich.console import Console

from bot.conversations import open_conversations
from bot.surfaces.terminal.chat import run_chat
from bot.trial import compared_lines, play_file

ROOT = Path(__file__).parents[3]
CASES = [
    json.loads(line) for line in (ROOT / "tests" / "evals" / "cases-dev.jsonl").read_text("utf-8").splitlines()[:2]
]
ASKED = "how many examples do we need to fine-tune a model?"


def tunewise(*arguments: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {**os.environ, "TUNEWISE_DATA": str(data), **environment}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=given, cwd=ROOT, timeout=120)


def test_eval_says_what_a_model_took_beside_the_embedded_run(server: ModelServer) -> None:
    app = app_with(server.url, TUNEWISE_MODEL_PRICES="1,0.1,10")
    embedded, model = play_file(app, CASES), play_file(app, CASES, model=True)
    figures = model["figures"]
    assert "model_calls" not in embedded["figures"] and figures["model_calls"] == len(server.asked) > 0
    assert figures["model_calls_used"] > 0 and figures["model_tokens"] > 1000 and figures["model_cost_usd"] > 0
    lines = compared_lines(embedded, model, "openai:loopback")
    assert (
        any(line.startswith("turn p50 ms") for line in lines)
        and "embedded" in lines[0]
        and "openai:loopback" in lines[0]
    )


def test_eval_does_not_pretend_where_no_model_answers(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(CASES[0]) + "\n", "utf-8")
    done = tunewise("eval", str(file), "--model", "openai:x", data=tmp_path, OPENAI_BASE_URL="http://127.0.0.1:9/v1")
    assert (
        done.returncode == 1
        and done.stdout == ""
        and done.stderr.startswith("No model answered as openai:x (unreachable")
    )
    bad = tunewise("eval", str(file), "--model", "x", data=tmp_path)
    assert bad.returncode == 2 and "provider:name" in bad.stderr and bad.stderr.count("\n") == 1


def test_usage_sums_what_turns_took(server: ModelServer, tmp_path: Path) -> None:
    server.brain = Colleague({ASKED: heard(kind="question", question=ASKED)})
    said = json.dumps({"text": ASKED}) + "\n"
    given = {"OPENAI_BASE_URL": server.url, "TUNEWISE_MODEL_PRICES": "1,0.1,10"}
    talk = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--jsonl"], input=said, capture_output=True, text=True, cwd=ROOT, timeout=120,
        env={**os.environ, "TUNEWISE_DATA": str(tmp_path), **given},
    )  # fmt: skip
    assert talk.returncode == 0 and json.loads(talk.stdout)["replies"][0]["prompts"]
    total = json.loads(tunewise("usage", "--json", data=tmp_path).stdout)["total"]
    assert total["calls"] == 2 and total["input"] > 1000 and total["cost"] > 0 and total["unused"] == 0
    assert tunewise("usage", "--by", "moon", data=tmp_path).returncode == 2


def test_one_question_counts_too(server: ModelServer, tmp_path: Path) -> None:
    """`tunewise ask`, also where no store can be reached to count it in."""
    done = tunewise("ask", ASKED, "--json", data=tmp_path, OPENAI_BASE_URL=server.url)
    assert done.returncode == 0 and json.loads(done.stdout)["prompts"], done.stderr
    assert json.loads(tunewise("usage", "--json", data=tmp_path).stdout)["total"]["calls"] == len(server.asked) == 1
    away = tunewise("ask", ASKED, data=tmp_path, OPENAI_BASE_URL=server.url, REDIS_URL="redis://127.0.0.1:9/0")
    assert away.returncode == 0 and "Sources" in away.stdout and not away.stderr


def test_a_question_honours_what_the_day_may_take(server: ModelServer, tmp_path: Path) -> None:
    given = {"OPENAI_BASE_URL": server.url, "TUNEWISE_DAY_TOKENS": "1200"}
    for _ in range(3):
        assert tunewise("ask", ASKED, data=tmp_path, **given).returncode == 0
    assert len(server.asked) == 1, "the day's tokens were spent by the first"


def test_a_trial_counts_too(server: ModelServer, tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(CASES[0]) + "\n", "utf-8")
    done = tunewise("eval", str(file), "--model", "openai:x", "--json", data=tmp_path, OPENAI_BASE_URL=server.url)
    assert done.returncode == 0 and "calls" not in json.loads(done.stdout)["model"], done.stderr
    assert json.loads(tunewise("usage", "--json", data=tmp_path).stdout)["total"]["calls"] == len(server.asked) > 0


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A checkout whose prompts are broken in two places."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in ("bot", "knowledge"):
        (checkout / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "prompts", checkout / "prompts")
    (checkout / "prompts" / "word.md").write_text("no front matter", "utf-8")
    (checkout / "prompts" / "answer.md").unlink()
    return checkout


STARTED = ("serve --port 0", "worker", "chat", "slack", "ask why")


def started(checkout: Path, command: str, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    given = {**os.environ, "TUNEWISE_DATA": str(data), "PYTHONPATH": str(checkout), **more}
    given |= {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"} if command == "slack" else {}
    code = "import sys; sys.path.insert(0, sys.argv[1]); sys.argv = ['tunewise', *sys.argv[2:]]; from bot.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-P", "-c", code, str(checkout), *command.split()],
        capture_output=True, text=True, env=given, cwd=data, stdin=subprocess.DEVNULL, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("command", STARTED)
def test_nothing_starts_with_broken_prompts(command: str, broken: Path, tmp_path: Path) -> None:
    done = started(broken, command, tmp_path, OPENAI_BASE_URL="http://127.0.0.1:9/v1")
    assert done.returncode == 1 and done.stdout == "" and done.stderr.count("\n") == 1, done.stderr
    assert "answer.md" in done.stderr or "word.md" in done.stderr
    assert done.stderr.strip().endswith("and 1 more); run: tunewise prompts check")


@pytest.mark.parametrize("command", ["chat", "ask why"])
def test_without_a_model_prompts_do_not_matter(command: str, broken: Path, tmp_path: Path) -> None:
    done = started(broken, command, tmp_path)
    assert done.returncode == 0 and not done.stderr, done.stderr


def test_prompts_check(tmp_path: Path) -> None:
    done = tunewise("prompts", "check", "--json", data=tmp_path)
    assert done.returncode == 0 and json.loads(done.stdout)["problems"] == []


def test_nothing_heavy_is_imported_without_a_model(tmp_path: Path) -> None:
    code = (
        "import sys; from bot.app import App; from bot.conversations import new_session; from bot.talk.message import Message\n"
        "App().turn(new_session('t'), Message(by='a', text='Fine-tune our bot? No evals.'))\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('langchain', 'langchain_core', 'langchain_openai', 'openai', 'tiktoken')])"
    )
    environment = {**os.environ, "TUNEWISE_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=ROOT, timeout=120
    )
    assert done.stdout.strip() == "[]", done.stderr


class Typed:
    """Lines as somebody types them."""

    def __init__(self, *lines: str) -> None:
        self._lines = list(lines)

    async def read(self, prompt: str) -> str | None:
        return self._lines.pop(0) if self._lines else None


@pytest.mark.parametrize("event", ["ok", "late_cut"])
async def test_the_terminal_shows_an_answer_while_it_comes(
    event: str, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every word once, whether the stream ends well or breaks off, and the sources below it."""
    server.brain = Colleague({ASKED: heard(kind="question", question=ASKED)})
    server.then("ok", event)
    monkeypatch.setenv("TERM", "xterm")
    app = app_with(server.url)
    talk = await open_conversations(app)
    try:
        session = await talk.open(None)
        out = io.StringIO()
        console = Console(file=out, force_terminal=True, width=90, highlight=False, color_system=None)
        await run_chat(talk, session.thread, console, Typed(ASKED), "ana", talk.card_of)
        transcript = (await talk.sessions.load(session.thread)).transcript[-1].text
    finally:
        await talk.close()
    shown = " ".join(out.getvalue().split())
    for sentence in transcript.split("\n\n")[0].split(" [")[:1]:
        assert shown.count(" ".join(sentence.split())) == (
            1 if event == "ok" else 2
        )  # the passages follow what was cut
    assert "Sources" in shown
