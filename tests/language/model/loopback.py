"""A real OpenAI-compatible server on loopback, for tests: it answers over HTTP, streams, and fails in every way on demand."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Brain = Callable[["Asked"], Any]


@dataclass
class Asked:
    """One request: `form` is the form asked for ("text" where none is), `data` the JSON of the user's turn."""

    body: dict[str, Any]
    form: str
    system: str
    data: dict[str, Any]
    raw: bytes
    headers: dict[str, str] = field(default_factory=dict)


def words(text: str) -> int:
    """The tokens that this server counts: one for four characters."""
    return max(1, len(text) // 4)


class ModelServer:
    """Runs until `close`. `brain` makes the answers; `then` queues what befalls the next requests, one each.

    What can befall one: "ok", "timeout", "429", "429:SECONDS", "500", "401", "400", "drop" (the connection), "refusal",
    "filtered", "malformed", "truncated", "empty", "cut" (a stream), "late_cut" (after some of the text), "slow" (each piece, by
    `pause` seconds).
    """

    def __init__(self, brain: Brain, count: Callable[[str], int] = words) -> None:
        self.brain = brain
        self.count = count
        self.asked: list[Asked] = []
        self.always = "ok"
        self.pause = 0.3
        self._next: deque[str] = deque()
        self._lock = threading.Lock()
        self.stopping = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    server.answer(self, raw)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, *arguments: Any) -> None: ...

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def then(self, *events: str) -> None:
        """What befalls the next requests."""
        self._next.extend(events)

    def close(self) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()

    def answer(self, to: BaseHTTPRequestHandler, raw: bytes) -> None:
        body = json.loads(raw)
        if to.path.endswith("/embeddings"):
            return _send(to, 200, self.brain(Asked(body, "embeddings", "", body, raw, dict(to.headers))))
        asked = Asked(body, _form(body), _content(body, "system"), _data(body), raw, dict(to.headers))
        with self._lock:
            self.asked.append(asked)
            event, _, detail = (self._next.popleft() if self._next else self.always).partition(":")
        if event == "timeout":
            self.stopping.wait(30)
            to.close_connection = True
        elif event == "drop":
            to.close_connection = True
            to.connection.close()
        elif event.isdigit():
            headers = {"retry-after": detail} if detail else {}
            _send(to, int(event), {"error": {"message": "as told", "type": "told", "code": event}}, headers)
        elif body.get("stream"):
            self._stream(to, asked, event)
        else:
            self._whole(to, asked, event)

    def _whole(self, to: BaseHTTPRequestHandler, asked: Asked, event: str) -> None:
        said = self.brain(asked)
        text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        message: dict[str, Any] = {"role": "assistant", "content": text}
        ended = "stop"
        if event == "refusal":
            message = {"role": "assistant", "content": None, "refusal": "I cannot help with that."}
        elif event == "filtered":
            message, ended = {"role": "assistant", "content": ""}, "content_filter"
        elif event == "malformed":
            message["content"] = "Sure! Here is the form you asked for: evals = none"
        elif event == "truncated":
            message["content"], ended = text[: len(text) // 2], "length"
        elif event == "empty":
            message["content"] = ""
        if "tools" in asked.body and message.get("content") is not None:
            arguments = message["content"]
            if arguments:
                call = {"id": "c1", "type": "function", "function": {"name": asked.form, "arguments": arguments}}
                message = {"role": "assistant", "content": None, "tool_calls": [call]}
        choice = {"index": 0, "message": message, "finish_reason": ended}
        _send(to, 200, _head("chat.completion") | {"choices": [choice], "usage": self._usage(asked, text)})

    def _stream(self, to: BaseHTTPRequestHandler, asked: Asked, event: str) -> None:
        said = str(self.brain(asked))
        to.send_response(200)
        to.send_header("Content-Type", "text/event-stream")
        to.send_header("Connection", "close")
        to.end_headers()
        to.close_connection = True
        delta: dict[str, Any] = {"role": "assistant", "content": ""}
        _event(to, [{"index": 0, "delta": delta, "finish_reason": None}])
        ended = {"truncated": "length", "filtered": "content_filter"}.get(event, "stop")
        if event == "refusal":
            _event(to, [{"index": 0, "delta": {"refusal": "I cannot help with that."}, "finish_reason": None}])
            said = ""
        said = {"empty": "", "malformed": "", "cut": said[:12], "late_cut": said[: 2 * len(said) // 3]}.get(event, said)
        for piece in (said[at : at + 7] for at in range(0, len(said), 7)):
            if event == "slow" and self.stopping.wait(self.pause):
                return
            _event(to, [{"index": 0, "delta": {"content": piece}, "finish_reason": None}])
        if event in ("cut", "late_cut"):
            to.wfile.flush()
            to.connection.close()
            return
        _event(to, [{"index": 0, "delta": {}, "finish_reason": ended}])
        if (asked.body.get("stream_options") or {}).get("include_usage"):
            _event(to, [], usage=self._usage(asked, said))
        to.wfile.write(b"data: [DONE]\n\n")

    def _usage(self, asked: Asked, said: str) -> dict[str, Any]:
        given, made = self.count(asked.raw.decode()), self.count(said)
        details = {"cached_tokens": self.count(asked.system) // 2}
        return {
            "prompt_tokens": given,
            "completion_tokens": made,
            "total_tokens": given + made,
            "prompt_tokens_details": details,
        }


@contextmanager
def serving(brain: Brain, **options: Any) -> Iterator[ModelServer]:
    """A server for the length of a block."""
    server = ModelServer(brain, **options)
    try:
        yield server
    finally:
        server.close()


def _head(kind: str) -> dict[str, Any]:
    return {"id": "x", "object": kind, "created": int(time.time()), "model": "loopback"}


def _form(body: dict[str, Any]) -> str:
    if "response_format" in body:
        return str(body["response_format"]["json_schema"]["name"])
    return str(body["tools"][0]["function"]["name"]) if body.get("tools") else "text"


def _content(body: dict[str, Any], role: str) -> str:
    return "\n".join(str(m["content"]) for m in body.get("messages", []) if m["role"] in (role, "developer"))


def _data(body: dict[str, Any]) -> dict[str, Any]:
    said = [m["content"] for m in body.get("messages", []) if m["role"] == "user"]
    return dict(json.loads(said[-1])) if said else {}


def _send(to: BaseHTTPRequestHandler, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
    data = json.dumps(body).encode()
    to.send_response(status)
    to.send_header("Content-Type", "application/json")
    to.send_header("Content-Length", str(len(data)))
    for name, value in (headers or {}).items():
        to.send_header(name, value)
    to.end_headers()
    to.wfile.write(data)


def _event(to: BaseHTTPRequestHandler, choices: list[Any], **more: Any) -> None:
    chunk = _head("chat.completion.chunk") | {"choices": choices, **more}
    to.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
    to.wfile.flush()
