"""The HTTP API on a real port with a real store and the real talk, as programs and operators use it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.conversations import Conversations, open_conversations
from bot.settings import Settings
from bot.surfaces.web.access import is_loopback


@dataclass(frozen=True)
class Got:
    status: int
    body: Any


def call(port: int, method: str, path: str, body: Any = None, **headers: str) -> Got:
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, method=method)
    if data is not None:
        asked.add_header("Content-Type", "application/json")
    for name, value in headers.items():
        asked.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            text = answer.read()
            return Got(answer.status, json.loads(text) if text[:1] in b"[{" else text.decode())
    except urllib.error.HTTPError as error:
        return Got(error.code, json.loads(error.read()))


class Running:
    """Processes of the command line, ended when the test is over."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = os.environ | {"TUNEWISE_DATA": str(folder)}
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str, says: str, **more: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments], stderr=subprocess.PIPE, text=True, cwd=self.folder.parent,
            env=self.environment | more | {"PYTHONPATH": str(Path(__file__).parents[2])},
        )  # fmt: skip
        self.processes.append(process)
        assert process.stderr is not None
        line = process.stderr.readline()
        assert says in line, line + process.stderr.read()
        return process

    def serve(self, *arguments: str, **more: str) -> tuple[subprocess.Popen[str], int]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = self.start("serve", "--port", str(port), *arguments, says="Serving on", **more)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                if call(port, "GET", "/readyz").status in (200, 401):
                    return process, port
            except OSError:
                time.sleep(0.02)
        raise AssertionError("it does not get ready")

    def end(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.communicate(timeout=20)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    started = Running(tmp_path_factory.mktemp("web") / "data")
    yield started
    started.end()


@pytest.fixture(scope="module")
def api(running: Running) -> Callable[..., Got]:
    _, port = running.serve()
    return lambda method, path, body=None, **headers: call(port, method, path, body, **headers)


def test_a_talk_over_http(api):
    thread = api("POST", "/api/threads").body["thread"]
    first = api(
        "POST", f"/api/threads/{thread}/messages", {"text": "Should we fine-tune? We have no evals.", "by": "ana"}
    )
    assert first.status == 200 and first.body["state"] == "asking" and first.body["thread"] == thread
    assert first.body["facts"]["evals"] | {"by": "ana", "level": "none"} == first.body["facts"]["evals"]
    questions = [reply["question"] for reply in first.body["replies"] if reply["type"] == "question"]
    shown = api("GET", f"/api/threads/{thread}").body
    assert [reply["question"] for reply in shown["questions"]] == questions
    assert shown["transcript"][0] == {"by": "ana", "text": "Should we fine-tune? We have no evals."}
    second = api("POST", f"/api/threads/{thread}/messages", {"answers": {"prompting": "some", "teacher": None}})
    assert second.body["facts"]["prompting"]["grade"] == "picked"


def test_what_cannot_be_used_is_said_in_a_sentence(api):
    thread = api("POST", "/api/threads").body["thread"]
    path = f"/api/threads/{thread}/messages"
    for body, word in (
        ({"answers": {"colour": 1}}, "colour"),
        ({"answers": {"evals": "purple"}}, "evals"),
        ({}, "nothing in this message"),
        ({"text": " "}, "nothing in this message"),
        ({"txt": "x"}, "txt"),
        ({"text": 3}, "text"),
        (b"{", "JSON"),
        ({"text": "x" * 20_001}, "text"),
        ({"text": "x", "by": "a\nb"}, "by"),
    ):
        got = api("POST", path, body)
        assert got.status == 400 and word in got.body["error"], got
    assert api("POST", path, b"x" * 1_000_001).status == 413
    assert api("POST", "/api/threads/a%20b/messages", {"text": "x"}).status == 400
    assert api("GET", "/api/threads/nobody").status == 404


def test_a_thread_can_be_exported_and_forgotten(api):
    thread = api("POST", "/api/threads").body["thread"]
    api("POST", f"/api/threads/{thread}/messages", {"text": "We have 1,200 examples and no evals."})
    export = api("GET", f"/api/threads/{thread}/export").body
    assert export["session"]["entries"]["examples"]["level"] == 1200
    assert api("DELETE", f"/api/threads/{thread}").body == {"thread": thread, "forgotten": True}
    assert api("GET", f"/api/threads/{thread}").status == 404
    until = time.monotonic() + 5  # the note that this very wish was answered goes last
    while api("GET", f"/api/threads/{thread}/export").status != 404:
        assert time.monotonic() < until
    assert api("DELETE", f"/api/threads/{thread}").body == {"thread": thread, "forgotten": False}


def test_only_this_machine_under_its_own_name_may_use_it_without_a_token(api):
    assert api("GET", "/api/threads/x", Host="evil.example").status == 403
    assert api("GET", "/api/threads/x", Host="127.0.0.1.evil.example:80").status == 403
    assert api("POST", "/api/threads", {}, Origin="http://evil.example").status == 403
    assert api("GET", "/healthz", Host="localhost:1").status == 200


def test_operators_see_health_metrics_and_the_api_described(api):
    assert api("GET", "/healthz").body["status"] == "ok"
    assert "Valkey" in api("GET", "/readyz").body["store"]
    metrics = api("GET", "/metrics").body
    assert 'tunewise_turns_total{end="done"}' in metrics and "tunewise_queue_depth 0.0" in metrics
    assert "/api/threads/{thread}/messages" in api("GET", "/openapi.json").body["paths"]


def test_too_many_messages_get_429(running):
    _, port = running.serve(TUNEWISE_RATE_USER="1", TUNEWISE_TOKEN="s3cret")
    path, said = "/api/threads/busy/messages", {"text": "help", "by": "eve"}
    got = [call(port, "POST", path, said, Authorization="Bearer s3cret") for _ in range(4)]
    assert got[0].status == 200 and 429 in [one.status for one in got]  # a minute may just begin
    assert "try again in a minute" in next(one.body["error"] for one in got if one.status == 429)


def test_programs_of_this_machine_may_hurry(api):
    assert {api("POST", "/api/threads/hurry/messages", {"text": "help"}).status for _ in range(60)} == {200}


def test_with_a_token_only_who_has_it(running):
    _, port = running.serve(TUNEWISE_TOKEN="s3cret")
    assert call(port, "POST", "/api/threads").status == 401
    assert call(port, "GET", "/metrics", Authorization="Bearer wrong").status == 401
    assert call(port, "POST", "/api/threads", Authorization="Bearer s3cret", Host="bot.example").status == 200
    assert call(port, "GET", "/healthz").status == 200


def test_off_this_machine_needs_a_token(running):
    done = subprocess.run(
        [sys.executable, "-m", "bot", "serve", "--host", "0.0.0.0"], capture_output=True, text=True,
        cwd=Path(__file__).parents[2], env=running.environment,
    )  # fmt: skip
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and "TUNEWISE_TOKEN" in done.stderr
    assert is_loopback("127.8.9.1") and is_loopback("[::1]") and not is_loopback("10.0.0.1")


def test_a_taken_port_is_said_so(running):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "bot", "serve", "--port", port], capture_output=True, text=True,
            cwd=Path(__file__).parents[2], env=running.environment,
        )  # fmt: skip
    assert done.returncode == 2 and "choose another with --port" in done.stderr and "Traceback" not in done.stderr


def test_a_worker_answers_what_a_web_process_takes_in_and_both_stop_in_time(tmp_path):
    running = Running(tmp_path / "data")
    web, port = running.serve("--no-worker")
    worker = running.start("worker", says="Working")
    got = call(port, "POST", "/api/threads/far/messages", {"text": "We have no evals."})
    assert got.status == 200 and got.body["facts"]["evals"]["level"] == "none"
    for process in (web, worker):
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0 and time.monotonic() - began < 10


async def test_two_processes_on_one_thread_lose_no_facts(tmp_path):
    settings = Settings(data=tmp_path / "data", redis_url=None)
    talks: list[Conversations] = [await open_conversations(App(settings)) for _ in range(2)]
    said = [
        ("ana", {"evals": "none"}),
        ("bo", {"scope": "narrow"}),
        ("ana", {"grader": True}),
        ("bo", {"examples": 40}),
    ]
    await asyncio.gather(*(talks[n % 2].say("t", by, None, answers) for n, (by, answers) in enumerate(said)))
    session = await talks[0].sessions.load("t")
    assert session is not None and {"evals", "scope", "grader", "examples"} <= session.entries.keys()
    assert len([line for line in session.transcript if line.by != "tunewise"]) == 4
    for talk in talks:
        await talk.close()
