"""Sign-in: a cookie for whoever showed the token once. It holds an end date and a signature, never the token itself."""

from __future__ import annotations

import hashlib
import hmac
import time

COOKIE = "tunewise_signed_in"
LASTS = 7 * 86_400  # seconds


def is_token(given: str, token: str) -> bool:
    """Whether this is the token, compared in constant time."""
    return hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode())


def make_cookie(token: str, now: float | None = None) -> str:
    """The value of a new cookie."""
    until = int((time.time() if now is None else now) + LASTS)
    return f"{until}.{_signature(token, until)}"


def is_signed_in(cookie: str | None, token: str | None, now: float | None = None) -> bool:
    """Whether a cookie is one of ours that still holds; always where there is no token."""
    if token is None:
        return True
    until, _, signature = (cookie or "").partition(".")
    if not (until.isascii() and until.isdigit() and len(until) < 15):
        return False
    good = hmac.compare_digest(signature.encode("utf-8", "replace"), _signature(token, int(until)).encode())
    return good and int(until) > (time.time() if now is None else now)


def _signature(token: str, until: int) -> str:
    return hmac.new(token.encode(), f"tunewise sign-in until {until}".encode(), hashlib.sha256).hexdigest()
