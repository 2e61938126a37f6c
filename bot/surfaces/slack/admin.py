"""Admin: the form in which admins of the workspace narrow what the operator allows."""

from __future__ import annotations

from bot.engine.mail import Mail, Outcome, Thread
from bot.surfaces.blockkit.settings import SettingsForm, only_words, settings_view
from bot.surfaces.slack import posts
from bot.surfaces.slack.desk import refuse
from bot.surfaces.slack.homes import changed
from bot.surfaces.slack.private import once
from bot.surfaces.slack.room import Room
from bot.surfaces.slack.values import Own, Rules

ADMINS_ONLY = "Only admins and owners of this workspace can change where and how I may be used. They find this button in their Home."


async def settings(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """Fills in the modal that was opened with what is set now; for somebody who is no admin, with a word of why not."""
    if not await room.look.is_admin(mail.by, now=True):
        refuse("the settings to somebody who is no admin", by=mail.by)
        return once(thread, posts.view(mail.body["view_id"], only_words("Settings", ADMINS_ONLY)))
    own = await room.rules.own()
    told = await changed(room.look, own.by, own.at) if own else ""
    shown = settings_view(form_of(room.rules.operator, own, told), version(own))
    return once(thread, posts.view(mail.body["view_id"], shown))


def form_of(operator: Rules, own: Own | None, changed: str = "") -> SettingsForm:
    """The form: what the operator allows, what is picked now, and who changed it last."""
    return SettingsForm(
        channels=own.channels if own else (),
        mention_only=bool(own and own.mention_only),
        connect=own.connect if own else True,
        model=own.model if own else True,
        allowed_channels=None if operator.channels is None else tuple(sorted(operator.channels)),
        may_follow=not operator.mention_only,
        may_connect=operator.connect,
        may_use_model=operator.model,
        provider=operator.provider,
        changed=changed,
    )


def version(own: Own | None) -> str:
    """Which settings a form was filled in from, so that it does not undo what somebody else has changed since."""
    return repr(own.at) if own else ""
