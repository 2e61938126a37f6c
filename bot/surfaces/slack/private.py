"""Private: what only one person sees - help, status, and Home."""

from __future__ import annotations

from bot.core.words import verdict_words
from bot.engine.mail import Mail, Outcome, Post, Thread
from bot.surfaces.blockkit.answers import help_message, text_message
from bot.surfaces.blockkit.build import actions, button, context, lines, link, say, words
from bot.surfaces.blockkit.fit import keep as always
from bot.surfaces.blockkit.fit import message
from bot.surfaces.blockkit.home import privacy_notes
from bot.surfaces.slack import posts
from bot.surfaces.slack.audience import visible
from bot.surfaces.slack.homes import privacy_of
from bot.surfaces.slack.room import Room
from bot.surfaces.slack.values import Case
from bot.talk.asides import HELP

COMMANDS = (
    "In Slack: mention me in a channel, write to me directly, or type /tunewise. “/tunewise TEXT” starts a thread here, "
    "“/tunewise ask QUESTION” answers you alone, “/tunewise status” lists cases, “/tunewise forget” deletes yours, "
    "and for admins of the workspace anybody's here. "
    "“Should we fine-tune this” in the menu of any message starts from that message. Admins of the workspace say in my Home "
    "where and how I may be used."
)
NONE_HERE = "There is no case of yours or of this channel yet."
NONE_OF_YOURS = "There is no case here that you started."
PROMPTS = (
    ("Should we fine-tune?", "Our support bot answers in the wrong tone. Should we fine-tune it?"),
    ("How many examples?", "How many examples does fine-tuning need?"),
    ("Fine-tuning or retrieval?", "When is retrieval better than fine-tuning?"),
    ("What can you do?", "Help"),
)
MOST = 10


async def refused(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """Says, to one person, why we keep quiet where they called us."""
    said = posts.private(mail.body, mail.by, text_message(str(mail.body["sentence"])))
    return Outcome(session=thread.session, posts=(said,), forget=True)


async def help(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """What it does, how to call it, and what is kept."""
    shown = help_message(f"{HELP}\n\n{COMMANDS}", privacy_notes(privacy_of(await room.rules.now())))
    return once(thread, posts.private(mail.body, mail.by, shown))


async def status(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """The cases of this person and of this channel, each with a link to its thread."""
    cases = (await _seen(room, mail))[:MOST]
    if not cases:
        return once(thread, posts.private(mail.body, mail.by, text_message(NONE_HERE)))
    rows = [[*link(room.bot.link(case.channel, case.root), case.title), *words(f": {_state(case)}")] for case in cases]
    told = "\n".join(f"- {case.title}: {_state(case)}" for case in cases)
    return once(thread, posts.private(mail.body, mail.by, message(told, always(*lines(rows)))))


async def forget(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """The cases in this channel that the person started - an admin's list has everybody's - each with a button that forgets it."""
    here = [case for case in await _seen(room, mail) if case.channel == mail.body["channel"]]
    if any(case.by != mail.by for case in here) and not await room.look.surely_admin(mail.by):
        here = [case for case in here if case.by == mail.by]
    if not here:
        return once(thread, posts.private(mail.body, mail.by, text_message(NONE_OF_YOURS)))
    said = always(say(words("Which case shall I forget? Everything kept about it is deleted at once.")))
    for at, case in enumerate(here[:MOST]):
        said += always(context(f"{case.title}: {_state(case)}"))
        said += always(actions(f"forget.{at}", button("Forget this case", f"forget/{at}", case.key, style="danger")))
    return once(thread, posts.private(mail.body, mail.by, message("Which case shall I forget?", said)))


async def home(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """The Home tab, or the prompts of the messages tab."""
    if mail.body.get("tab") == "messages":
        prompts = [{"title": title, "message": text} for title, text in PROMPTS]
        body = {"channel": mail.body["channel"], "prompts": prompts}
        return once(thread, Post(kind="prompts", body=body, findable=False))
    room.look.forget(mail.by)
    return once(thread, posts.home(mail.by))


async def _seen(room: Room, mail: Mail) -> list[Case]:
    """The cases that the person may see: those that they started, and those of the channel where they ask."""
    channels = await room.look.channels_of(mail.by)
    channel = str(mail.body["channel"])
    cases = await room.ledger.cases(room.bot.team, mail.by, [channel])
    return [
        case
        for case in visible(cases, room.bot.team, mail.by, channels)
        if case.by == mail.by or case.channel == channel
    ]


def _state(case: Case) -> str:
    if case.verdict:
        return f"{verdict_words(case.verdict)}, decided {case.decided}"
    return "waiting for answers" if case.state == "asking" else case.state


def once(thread: Thread, *sent: Post) -> Outcome:
    """These posts; nothing is kept of what led to them."""
    return Outcome(session=thread.session, posts=sent, forget=True)
