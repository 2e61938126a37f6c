"""Delivery: the posts of a committed turn, each sent effectively once, and the erasure that may follow them."""

from __future__ import annotations

import asyncio

from bot.engine.lease import Lease
from bot.engine.mail import Courier, Mail
from bot.engine.metrics import Metrics
from bot.engine.record import Record
from bot.stores.mailbox import PLACE, InHand, Mailboxes


async def deliver(
    boxes: Mailboxes, hand: InHand, lease: Lease, courier: Courier, mail: Mail, record: Record, settle: float,
    metrics: Metrics, fresh: bool,
) -> None:  # fmt: skip
    """Sends what was not sent yet. With `fresh` nobody can have tried before.

    Where somebody may have, what they sent is given `settle` seconds to arrive and is then looked up, so that it is not
    sent twice. A post that cannot be looked up (`findable` is false) is sent again: at least once, not once.
    Raises what the courier raises, and Lost.
    """
    places = hand.places
    for out in record.posts:
        field = PLACE + out.id
        place = hand.turn[field].decode() if field in hand.turn else None
        if place is None:
            if not fresh and out.post.findable:
                await asyncio.sleep(settle)
                settle = 0.0
                place = await courier.find(mail, out.post, out.id, places)
            how = "found"
            if place is None:
                lease.check()
                place, how = await courier.send(mail, out.post, out.id, places), "sent"
            await boxes.note(hand, field, place, out.post.label)
            metrics.posts.labels(how).inc()
        if out.post.label:
            places[out.post.label] = place
    if record.forget:
        await boxes.erase(hand)
