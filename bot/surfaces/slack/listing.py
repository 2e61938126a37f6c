"""Listing: the posts that nobody sees - what a turn changes in the ledger."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine.mail import Post
from bot.surfaces.slack import posts
from bot.surfaces.slack.ports import Ledger
from bot.surfaces.slack.values import Case, Feedback

LISTING = frozenset({"own", "case", "unlist", "drop", "feedback", "unsigned"})


def split(place: str) -> tuple[str, str]:
    """A place as channel and timestamp."""
    channel, _, ts = place.partition(":")
    return channel, ts


async def enter(ledger: Ledger, team: str, post: Post, places: Mapping[str, str]) -> None:
    """Writes a post of a kind in LISTING down. Raises StoreError."""
    body = post.body
    match post.kind:
        case "own":
            await ledger.own(team, *_hangs(body["channel"], body["root"], places), body["key"])
        case "case":
            case = Case.model_validate(body["case"])
            channel, root = _hangs(case.channel, case.root, places)
            await ledger.put(case.model_copy(update={"channel": channel, "root": root}))
        case "unlist":
            await ledger.unlist(team, body["key"])
        case "drop":
            await ledger.drop(team, body["key"], *_hangs(body.get("channel", ""), body.get("root", ""), places))
        case "feedback":
            await ledger.add_feedback(team, body["id"], Feedback.model_validate(body["feedback"]))
        case "unsigned":
            await ledger.forget_feedback(body["key"], body["by"])


def _hangs(channel: str, root: str, places: Mapping[str, str]) -> tuple[str, str]:
    """Channel and message under which a thread hangs; without a `root` that is our own first message, where it was sent."""
    return (channel, root) if root or posts.ROOT not in places else split(places[posts.ROOT])
