"""Rules: small checks of JSON values from which the limits are put together. A check raises Refused with the path."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.surfaces.blockkit.text import linkable, size

Check = Callable[[Any, str], None]


class Refused(ValueError):
    """Slack would refuse this. `path` says where, such as `blocks[2].elements[0].text`."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(f"{path}: {what}")
        self.path = path


def need(ok: bool, path: str, what: str) -> None:
    """Raises Refused unless `ok`."""
    if not ok:
        raise Refused(path, what)


def string(most: int, least: int = 1, like: str | None = None) -> Check:
    """A string of so many characters that matches `like`."""

    def check(value: Any, path: str) -> None:
        need(isinstance(value, str), path, "is no string")
        need(size(value) >= least, path, f"is shorter than {least}")
        need(size(value) <= most, path, f"is {size(value)} characters long, more than {most}")
        need(like is None or re.fullmatch(like, value) is not None, path, "has characters that do not belong there")

    return check


def whole(low: int, high: int) -> Check:
    """A whole number in that range, both ends included."""

    def check(value: Any, path: str) -> None:
        good = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        need(good, path, f"is no whole number from {low} to {high}")

    return check


def one_of(*allowed: str) -> Check:
    """One of these strings."""

    def check(value: Any, path: str) -> None:
        need(value in allowed, path, f"is none of {', '.join(allowed)}")

    return check


def flag(value: Any, path: str) -> None:
    """True or false."""
    need(isinstance(value, bool), path, "is not true or false")


def address(value: Any, path: str) -> None:
    """A web address that may be linked."""
    need(isinstance(value, str) and linkable(value), path, "is no plain web address")


def list_of(item: Check, most: int, least: int = 1) -> Check:
    """A list of so many items, each of which holds."""

    def check(value: Any, path: str) -> None:
        need(isinstance(value, list), path, "is no list")
        need(least <= len(value) <= most, path, f"has {len(value)} items, not {least} to {most}")
        for at, each in enumerate(value):
            item(each, f"{path}[{at}]")

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these keys and no others (`type` is looked at elsewhere)."""
    optional = optional or {}

    def check(value: Any, path: str) -> None:
        need(isinstance(value, dict), path, "is no object")
        for key in required:
            need(key in value, path, f"has no {key}")
        for key, each in value.items():
            if key != "type" or "type" in required:
                rule = required.get(key) or optional.get(key)
                need(rule is not None, path, f"has a key {str(key)[:40]!r} that does not belong there")
                assert rule is not None
                rule(each, f"{path}.{key}")

    return check


def by_type(kinds: Mapping[str, Check]) -> Check:
    """An object whose `type` is one of these, and which holds as such."""

    def check(value: Any, path: str) -> None:
        need(isinstance(value, dict), path, "is no object")
        kind = value.get("type")
        need(isinstance(kind, str) and kind in kinds, path, f"is a {str(kind)[:40]!r}, not one of {', '.join(kinds)}")
        kinds[kind](value, path)

    return check


def plain(most: int) -> Check:
    """A plain_text object."""
    return by_type({"plain_text": record({"text": string(most)}, {"emoji": flag})})
