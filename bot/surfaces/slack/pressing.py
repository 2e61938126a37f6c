"""Pressing: what becomes of the buttons on a card."""

from __future__ import annotations

from bot.core.rests import facts_behind
from bot.engine.mail import Mail, Outcome, Thread
from bot.surfaces.blockkit.answers import answer_message, replies_message, text_message
from bot.surfaces.blockkit.card import card_message
from bot.surfaces.blockkit.details import NAME, details_view
from bot.surfaces.blockkit.export import as_markdown, file_name
from bot.surfaces.blockkit.modals import facts_view
from bot.surfaces.slack import posts
from bot.surfaces.slack.audience import may_share
from bot.surfaces.slack.desk import refuse
from bot.surfaces.slack.erasing import COPY, forgotten
from bot.surfaces.slack.notes import keep, notes_of
from bot.surfaces.slack.opening import told
from bot.surfaces.slack.opinions import opinion
from bot.surfaces.slack.room import Room
from bot.surfaces.slack.saying import quiet
from bot.surfaces.slack.turning import card_of
from bot.surfaces.slack.values import Copy
from bot.surfaces.slack.voices import named, speakers, with_names
from bot.talk.asides import FORGOTTEN
from bot.talk.message import Message
from bot.talk.replies import Reply

NO_CASE = "There is no verdict here any more. Tell me about the case, and I will look at it."
NOT_YOURS = "Only those who may see this case can do that."
THANKS = "Thank you. It is kept with the verdict, for the people who look after the policy."
NOT_IN_IT = "I can share it only to a channel that both you and I are in. Invite me there with /invite @Tunewise."
SHARED = "Shared."


async def details(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """Fills in the modal with everything behind the card."""
    session, decision = thread.session, thread.session.decision
    if decision is None:
        return quiet(thread, posts.view(mail.body["view_id"], told(NAME, NO_CASE)))
    shown = named(session, await room.look.names(speakers(session)))
    reply = await room.work(room.talk.verdict, session, decision)
    return quiet(
        thread, posts.view(mail.body["view_id"], details_view(card_of(room.talk.knowledge, shown, reply), decision))
    )


async def known(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """Fills in the form for new facts with those that the verdict rests on."""
    session, decision = thread.session, thread.session.decision
    if decision is None:
        return quiet(thread)
    facts = facts_behind(room.talk.knowledge, session.entries, decision)
    filled = facts_view(session.thread, [(fact.label, fact.value) for fact in facts])
    return quiet(thread, posts.view(mail.body["view_id"], filled))


async def why(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """The reasons with their sources, for the one who asks."""
    session = thread.session
    if session.decision is None:
        return quiet(thread, posts.private(mail.body, mail.by, text_message(NO_CASE)))
    _, replies = await room.work(room.talk.turn, session, Message(by=mail.by, text="why?"))
    names = await room.look.names(speakers(session))
    answer = next((reply for reply in replies if reply.type == "answer"), replies[0])
    answer = answer.model_copy(update={"text": with_names(answer.text, names)})
    return quiet(thread, posts.private(mail.body, mail.by, answer_message(answer)))


async def export(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """The card as a Markdown file in its thread."""
    session, decision, notes = thread.session, thread.session.decision, notes_of(thread)
    if decision is None:
        return quiet(thread, posts.private(mail.body, mail.by, text_message(NO_CASE)))
    shown = named(session, await room.look.names(speakers(session)))
    card = card_of(room.talk.knowledge, shown, await room.work(room.talk.verdict, session, decision))
    sent = posts.file(notes.channel, notes.root, file_name(decision), card.headline, as_markdown(card, decision))
    return quiet(thread, sent, notes=notes.model_copy(update={"files": notes.files + 1}))


async def feedback(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """Thumbs up or down, kept with the verdict; the last word of a person counts."""
    given = opinion(thread.session, mail, "helpful" if mail.body["name"] == "up" else "unhelpful")
    if given is None:
        return quiet(thread, posts.private(mail.body, mail.by, text_message(NO_CASE)))
    id = f"{thread.session.thread}:{mail.by}"
    return quiet(thread, posts.feedback(id, given), posts.private(mail.body, mail.by, text_message(THANKS)))


async def disagree(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """An objection: kept with the verdict, and answered in the thread with the rule and both sides of what is disputed."""
    given, notes, session = opinion(thread.session, mail, "disagree"), notes_of(thread), thread.session
    if given is None:
        return quiet(thread, posts.private(mail.body, mail.by, text_message(NO_CASE)))
    names = await room.look.names(speakers(session) | {mail.by})
    _, replies = await room.work(room.talk.turn, session, Message(by=mail.by, text="I disagree"))
    said = Reply(type="text", text=f"{names[mail.by]} disagrees: “{mail.body['text']}”. That is kept with the verdict.")
    answers = [r.model_copy(update={"text": with_names(r.text, names)}) for r in replies if r.type == "answer"]
    notes, label = notes.repeating("objection", mail.by)
    shown = posts.message(notes.channel, notes.root, replies_message([said, *answers]), label)
    return quiet(thread, posts.feedback(f"{session.thread}:{mail.id}", given), shown, notes=notes)


async def share(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """Shows the card in another channel, without the private words that it rests on."""
    session, notes, target = thread.session, notes_of(thread), str(mail.body["target"])
    case = await room.ledger.case(room.bot.team, session.thread)
    if session.decision is None or case is None:
        return quiet(thread, posts.private(mail.body, mail.by, text_message(NO_CASE)))
    room.look.forget(mail.by)
    channels = await room.look.channels_of(mail.by)
    if not may_share(case, room.bot.team, mail.by, channels):
        refuse("sharing a case that is not theirs", by=mail.by)
        return quiet(thread, posts.private(mail.body, mail.by, text_message(NOT_YOURS)))
    info = await room.look.channel(target)
    refusal = (await room.rules.now()).refusal(target, direct=False, external=info.external)
    if refusal or not info.member or info.archived or target not in channels:
        return quiet(thread, posts.private(mail.body, mail.by, text_message(refusal or NOT_IN_IT)))
    names = await room.look.names([mail.by])
    reply = await room.work(room.talk.verdict, session, session.decision)
    card = card_of(room.talk.knowledge, session, reply)
    about = str(mail.body.get("about") or "")
    shown = card_message(card, session.decision, session.thread, shared_by=names[mail.by], about=about, controls=())
    titles = tuple(step.title for step in session.decision.next_steps)
    copy = Copy(headline=card.headline, decided=session.decision.as_of.isoformat(), steps=titles, about=about)
    copies = {"shared": tuple(dict.fromkeys((*notes.shared, target))), "copies": {**notes.copies, target: copy}}
    notes = notes.model_copy(update=copies)
    changed = case.model_copy(update={**copies, "updated": mail.received})
    said = posts.private(mail.body, mail.by, text_message(SHARED))
    notes, label = notes.repeating(COPY, "")
    return quiet(thread, posts.message(target, None, shown, label), posts.case(changed), said, notes=notes)


async def forget_case(room: Room, thread: Thread, mail: Mail) -> Outcome:
    """Forgets a case: for whoever started it, and for admins of the workspace."""
    notes = notes_of(thread)
    if not notes.known or (notes.by != mail.by and not await room.look.surely_admin(mail.by)):
        if notes.known:
            refuse("forgetting a case that is not theirs", by=mail.by)
        return quiet(thread, posts.private(mail.body, mail.by, text_message(NOT_YOURS if notes.known else FORGOTTEN)))
    said = posts.private(mail.body, mail.by, text_message(FORGOTTEN))
    homes = [posts.home(user) for user in dict.fromkeys((mail.by, notes.by)) if user]
    sent = (*forgotten(notes, thread.session.thread, FORGOTTEN), *homes, said)
    return Outcome(session=thread.session, notes=keep(notes), posts=sent, forget=True)
