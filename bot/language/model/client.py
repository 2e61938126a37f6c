"""Client: one question to a language model through langchain - a form filled in, or text as it comes - within a time limit.

langchain is imported and the connection made when a call is first made, not before: that takes over a second.
"""

from __future__ import annotations

import contextlib
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from bot.core.facts import Frozen
from bot.language.model.failures import PASSING, Failed, failure_of

MOST_TRIES = 3
FIRST_WAIT = 0.5  # seconds before the second try, doubled before the third, with some chance so that clients spread
LEFT_OVER = 0.2  # seconds of the limit below which another try is not worth it
T = TypeVar("T")


class ModelSpec(Frozen):
    """Which model, and where. `output` is how a form is asked for: OpenAI's json_schema, or a tool call."""

    provider: str
    name: str
    base_url: str | None = None
    key: str | None = None
    output: str | None = None
    seconds: float = 20.0
    most_tokens: int = 1500

    @property
    def label(self) -> str:
        """The model as provider:name."""
        return f"{self.provider}:{self.name}"

    def __repr__(self) -> str:
        return f"ModelSpec({self.label})"  # never the key

    __str__ = __repr__


class Spent(Frozen):
    """What a call took. Tokens are as the server reports them, or 0 where it does not."""

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    tries: int = 1


class Client:
    """Asks one model. Any thread may call it. `sleep` and `clock` count in seconds."""

    def __init__(
        self,
        spec: ModelSpec,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.spec = spec
        self._sleep, self._clock = sleep, clock
        self._lock = threading.Lock()
        self._made: Any = None
        self._forms: dict[str, Any] = {}

    def warm(self) -> None:
        """Imports what a call needs. What goes wrong with that is left to the first call."""
        with contextlib.suppress(Failed):
            self._chat()

    def fill(self, system: str, user: str, form: str, schema: dict[str, Any]) -> tuple[dict[str, Any], Spent]:
        """A form as the model fills it in: JSON that fits `schema` or not, that is for the caller to check. Raises Failed."""

        def once(seconds: float) -> tuple[dict[str, Any], Spent]:
            runnable = self._form(form, schema)
            result = within(seconds, lambda: runnable.invoke([("system", system), ("human", user)]))
            raw, parsed = result["raw"], result["parsed"]
            if (raw.additional_kwargs or {}).get("refusal"):
                raise Failed("refused")
            ended = str((raw.response_metadata or {}).get("finish_reason"))
            if ended in ("length", "max_tokens", "content_filter"):
                raise Failed("refused" if ended == "content_filter" else "truncated")
            if not isinstance(parsed, dict):
                blank = not str(raw.text).strip() and not raw.tool_calls and not raw.invalid_tool_calls
                raise Failed("empty" if blank else "malformed")
            return parsed, _spent(raw)

        return self._tried(once)

    def stream(self, system: str, user: str) -> Iterator[str | Spent]:
        """Text piece by piece, and what it took at last. Raises Failed; a further try is made only before the first piece."""

        def once(seconds: float) -> tuple[Iterator[Any], Any]:
            until = self._clock() + seconds
            chunks = self._chat().stream([("system", system), ("human", user)])
            first = within(seconds, lambda: next(chunks, None))
            if first is None:
                raise Failed("empty")
            return self._timed(chunks, until), first

        (chunks, whole), tries = self._tried_counted(once)
        if whole.text:
            yield str(whole.text)
        try:
            for chunk in chunks:
                whole = whole + chunk
                if chunk.text:
                    yield str(chunk.text)
        except Exception as error:
            failure = failure_of(error)
            raise Failed("cut" if failure.why in ("unreachable", "malformed", "failed") else failure.why) from None
        ended = (whole.response_metadata or {}).get("finish_reason")
        if (whole.additional_kwargs or {}).get("refusal") or ended == "content_filter":
            raise Failed("refused")
        if ended in ("length", "max_tokens"):
            raise Failed("truncated")
        if not ended and self.spec.provider == "openai":
            raise Failed("cut")
        yield _spent(whole).model_copy(update={"tries": tries})

    def _timed(self, chunks: Iterator[Any], until: float) -> Iterator[Any]:
        for chunk in chunks:
            if self._clock() > until:
                raise Failed("timeout")
            yield chunk

    def _tried(self, once: Callable[[float], tuple[T, Spent]]) -> tuple[T, Spent]:
        (value, spent), tries = self._tried_counted(once)
        return value, spent.model_copy(update={"tries": tries})

    def _tried_counted(self, once: Callable[[float], T]) -> tuple[T, int]:
        """The first success. What may pass is tried again after a while, as long as the time limit leaves room."""
        until = self._clock() + self.spec.seconds
        for attempt in range(1, MOST_TRIES + 1):
            try:
                return once(max(until - self._clock(), 0.05)), attempt
            except Exception as error:
                failure = failure_of(error)
            wait = max(failure.after or 0.0, FIRST_WAIT * 2 ** (attempt - 1) * random.uniform(0.8, 1.2))
            enough = self._clock() + wait + LEFT_OVER < until
            if failure.why not in PASSING or attempt == MOST_TRIES or not enough:
                failure.tries = attempt
                raise failure
            self._sleep(wait)
        raise AssertionError("unreachable")

    def _chat(self) -> Any:
        with self._lock:
            if self._made is None:
                self._made = make_chat(self.spec)
            return self._made

    def _form(self, form: str, schema: dict[str, Any]) -> Any:
        chat = self._chat()
        if form not in self._forms:
            named = {"title": form, "description": f"The form {form}.", **schema}
            how: dict[str, Any] = {"include_raw": True}
            output = self.spec.output or ("json_schema" if self.spec.provider == "openai" else None)
            if output:
                how["method"] = output
            if self.spec.provider == "openai":
                how["strict"] = True
            self._forms[form] = chat.with_structured_output(named, **how)
        return self._forms[form]


def make_chat(spec: ModelSpec) -> Any:
    """The langchain chat model of a spec. Retries are ours, so that one time limit holds for all of them."""
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"timeout": spec.seconds, "max_retries": 0, "max_tokens": spec.most_tokens}
    if spec.provider == "openai":
        options |= {"stream_usage": True, "use_responses_api": False, "api_key": spec.key or "none"}
        if spec.base_url:
            options["base_url"] = spec.base_url
    try:
        return init_chat_model(spec.name, model_provider=spec.provider, **options)
    except (ImportError, ValueError, TypeError):
        raise Failed("rejected") from None


def within(seconds: float, call: Callable[[], T]) -> T:
    """The result of a call that may take so long. One that takes longer is left behind. Raises Failed, or what it raised."""
    box: dict[str, Any] = {}
    done = threading.Event()

    def run() -> None:
        try:
            box["value"] = call()
        except BaseException as error:
            box["error"] = error
        finally:
            done.set()

    threading.Thread(target=run, daemon=True, name="model-call").start()
    if not done.wait(seconds):
        raise Failed("timeout")
    if "error" in box:
        raise box["error"]
    value: T = box["value"]
    return value


def _spent(message: Any) -> Spent:
    usage = message.usage_metadata or {}
    cached = (usage.get("input_token_details") or {}).get("cache_read") or 0
    return Spent(
        input_tokens=usage.get("input_tokens") or 0,
        cached_tokens=cached,
        output_tokens=usage.get("output_tokens") or 0,
    )


def estimate(*texts: str) -> int:
    """About how many tokens texts have, without anybody's vocabulary: one for 3.5 bytes, which is rather too many."""
    return sum(len(text.encode("utf-8", "replace")) for text in texts) * 2 // 7 + 4


def as_input(**parts: Any) -> str:
    """What is put to the model as data: JSON, so that no text in it can pass for anything else."""
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
