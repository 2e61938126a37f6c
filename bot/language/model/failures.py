"""Failures: why a call to a language model came to nothing, in one word each. People are never shown them; logs are."""

from __future__ import annotations

from typing import Literal

Why = Literal[
    "timeout",  # no whole answer in time
    "rate_limited",  # 429
    "server",  # 5xx
    "unreachable",  # no connection, or one that broke
    "denied",  # the key or the model is not allowed
    "rejected",  # the request is one that the server does not take
    "refused",  # the model or a filter would not answer
    "malformed",  # not the form that was asked for
    "truncated",  # cut at the limit of tokens
    "cut",  # a stream that ended before its end
    "empty",  # nothing in it
    "wrong_language",
    "uncited",  # nothing was left once what rests on no passage was dropped
    "failed",  # anything else
]
PASSING: frozenset[str] = frozenset({"rate_limited", "server", "unreachable"})  # worth another try
ANSWERED: frozenset[str] = frozenset(
    {"refused", "wrong_language", "uncited"}
)  # the server works; the breaker stays shut


class Failed(Exception):
    """A call that came to nothing. `after` is how many seconds the server asked to be left alone."""

    def __init__(self, why: Why, after: float | None = None) -> None:
        super().__init__(why)
        self.why: Why = why
        self.tries = 1
        self.after = after


def failure_of(error: BaseException) -> Failed:
    """What a library's exception amounts to. It is judged by status and name, which all providers' libraries share."""
    if isinstance(error, Failed):
        return error
    names = " ".join(kind.__name__ for kind in type(error).__mro__)
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return _by_status(status, error)
    if "Timeout" in names:
        return Failed("timeout")
    if "LengthFinish" in names:
        return Failed("truncated")
    if "ContentFilter" in names or "Refusal" in names:
        return Failed("refused")
    if "Connect" in names or "Protocol" in names or "ReadError" in names or "NetworkError" in names:
        return Failed("unreachable")
    if "Authentication" in names or "Permission" in names:
        return Failed("denied")
    if isinstance(error, ValueError | KeyError | TypeError) or "Parser" in names or "Validation" in names:
        return Failed("malformed")
    return Failed("failed")


def _by_status(status: int, error: BaseException) -> Failed:
    if status == 429:
        return Failed("rate_limited", _retry_after(error))
    if status >= 500 or status in (408, 409):
        return Failed("server", _retry_after(error))
    return Failed("denied" if status in (401, 403) else "rejected")


def _retry_after(error: BaseException) -> float | None:
    """The seconds of a Retry-After header; a date there counts as none."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return max(float(headers.get("retry-after", "")), 0.0)
    except ValueError:
        return None
