"""Erasing: what becomes of our messages when a thread, or one person's part of it, is forgotten."""

from __future__ import annotations

from bot.engine.mail import Post
from bot.surfaces.blockkit.answers import text_message
from bot.surfaces.blockkit.card import forgotten_card
from bot.surfaces.slack import posts
from bot.surfaces.slack.notes import Notes
from bot.talk.say import SO_FAR

RESTART = "restart"  # the label of the message that asks whether starting over is meant
COPY = "shared"  # the labels of cards that were shared begin with it
UNTOLD = "What this verdict rested on was changed or deleted."
FILES = "Files that were exported stay in Slack: an admin of the workspace can delete them."
PART = "Somebody's part of this was forgotten at their wish."


def forgotten(notes: Notes, key: str, sentence: str) -> tuple[Post, ...]:
    """What is sent when a thread is forgotten: the word of it, stubs in place of what could be read, and off all lists."""
    told = f"{sentence} {FILES}" if notes.files else sentence
    sent = [posts.message(notes.channel, notes.root, text_message(told))]
    sent += [posts.update(f"card-{number}", forgotten_card()) for number in range(1, notes.cards + 1)]
    sent += [posts.update(f"round-{number}", text_message(sentence)) for number in range(1, notes.rounds + 1)]
    sent += [posts.update(label, forgotten_card()) for label in ([] if notes.root else [posts.ROOT])]
    sent += [posts.update(label, forgotten_card()) for label in notes.repeats]
    sent += _taken_away(notes)
    return (*sent, posts.drop(key, notes.channel, notes.root), posts.unsigned(key))


def forgotten_part(notes: Notes, key: str, by: str) -> tuple[Post, ...]:
    """What is sent when one person's part of a thread is forgotten: all that may repeat it goes, their objections with it."""
    sent = [posts.update(notes.card, forgotten_card())] if notes.card else []
    sent += [posts.update(f"round-{number}", text_message(PART)) for number in range(1, notes.rounds + 1)]
    theirs = [label for label, whose in notes.repeats.items() if whose in (by, "")]
    sent += [posts.update(label, forgotten_card()) for label in theirs]
    sent += _taken_away(notes)
    return (*sent, posts.unsigned(key, by))


def outdated(notes: Notes) -> tuple[Notes, tuple[Post, ...]]:
    """What is sent when somebody took words back: what listed who said what, in which words, no longer holds."""
    return notes.model_copy(update={"lists": ()}), tuple(posts.remove(label) for label in notes.lists)


def emptied(notes: Notes) -> tuple[Notes, tuple[Post, ...]]:
    """What is sent when nothing is left of a case: the next one was shown to nobody, and nobody asked to start it over."""
    copies = [label for label in notes.repeats if label.startswith(f"{COPY}-")] if notes.shared else []
    sent = [posts.update(label, text_message(UNTOLD)) for label in copies]
    sent += [posts.remove(RESTART)] if notes.asked_first else []
    return notes.model_copy(update={"shared": (), "copies": {}, "asked_first": False}), tuple(sent)


def labelled(notes: Notes, sent: tuple[Post, ...]) -> tuple[Notes, tuple[Post, ...]]:
    """The posts with a label on every message, so that it is found when the thread is forgotten."""
    said, lists, kept = notes.said, notes.lists, []
    for post in sent:
        if post.kind == "message" and post.label is None:
            said += 1
            post = post.model_copy(update={"label": f"said-{said}"})
            lists += (f"said-{said}",) if SO_FAR in post.body["text"] else ()
        kept.append(post)
    return notes.model_copy(update={"said": said, "lists": lists}), tuple(kept)


def _taken_away(notes: Notes) -> list[Post]:
    """What was said in between, and the question whether starting over is meant."""
    sent = [posts.remove(f"said-{number}") for number in range(1, notes.said + 1)]
    return [*sent, posts.remove(RESTART)] if notes.asked_first else sent
