"""Sent: what a form of the page says, as mail."""

from __future__ import annotations

from bot.engine.mail import Mail
from bot.surfaces.blockkit.card import BadPress, read_press
from bot.surfaces.blockkit.picks import ANSWER
from bot.surfaces.web.forms import Fields, field, press_in, usable
from bot.surfaces.web.mail import message_mail, opinion_mail, picked_mail
from bot.surfaces.web.opinions import KINDS, opinion_body

WHY = "Why?"


def mail_of(fields: Fields, thread: str, by: str, shows: bool) -> Mail | None:
    """What a form says; None for a card to be exported. `shows` is whether answers are shown while they are made. Raises BadInput."""
    action, state = press_in(fields)
    if ANSWER.fullmatch(action["action_id"]):
        return picked_mail(thread, by, action, state)
    if not action["action_id"]:
        ticket = field(fields, "ticket") if shows else ""
        return message_mail(thread, by, usable(field(fields, "text")), None, ticket or None)
    pressed = read_press({"value": thread} | action).name
    if pressed in KINDS:
        return opinion_mail(thread, by, opinion_body(pressed, field(fields, "reason") if pressed == "disagree" else ""))
    if pressed == "why":
        return message_mail(thread, by, WHY, None)
    if pressed == "export":
        return None
    raise BadPress("That button is not one of mine.")
