"""Posts: the kinds of things that a turn sends, as the courier understands them.

message    a message; `thread` is the one it hangs under ("" for the thread's own root, None for none)
update     a message of ours, changed in place; `at` is its label. One with a `channel` is posted anew where it was deleted
private    for one person only: through a response_url, or as an ephemeral message
view       a modal that is open, filled in
remove     takes a message of ours away; `at` is its label
withdraw   takes a message away in which an answer was shown that is none in the end
home       somebody's Home tab, made when it is sent
file       a file in the thread
own        makes the thread under our own first message ours
case       lists the case; `unlist` takes it off the lists, its thread stays ours
drop       takes it off the lists, and its thread is no longer ours
feedback   keeps feedback; `unsigned` takes names, words and the case out of what a thread was given
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.engine.mail import Post
from bot.surfaces.blockkit.build import Shown
from bot.surfaces.slack.values import Case, Feedback

ROOT = "root"
Body = dict[str, Any]


def message(channel: str, thread: str | None, shown: Shown, label: str | None = None) -> Post:
    """A message in a thread, or in the channel itself."""
    body = {"channel": channel, "thread": thread, "text": shown.text, "blocks": shown.blocks}
    return Post(kind="message", body=body, label=label)


def answer(channel: str, thread: str, shown: Shown) -> Post:
    """A message that may have been shown while it came: see `streamed`."""
    post = message(channel, thread, shown)
    return post.model_copy(update={"body": {**post.body, "streamed": ""}})


def streamed(posts: Sequence[Post], place: str) -> tuple[Post, ...]:
    """The posts with the answer among them put where it was shown; without one, what was shown is taken away."""
    if not place:
        return tuple(posts)
    at = next((at for at, post in enumerate(posts) if "streamed" in post.body), None)
    if at is None:
        return (Post(kind="withdraw", body={"at": place}, findable=False), *posts)
    put = posts[at].model_copy(update={"body": {**posts[at].body, "streamed": place}})
    return (*posts[:at], put, *posts[at + 1 :])


def update(at: str, shown: Shown) -> Post:
    """A message of ours changed in place."""
    return Post(kind="update", body={"at": at, "text": shown.text, "blocks": shown.blocks}, findable=False)


def standing(at: str, channel: str, thread: str, shown: Shown) -> Post:
    """A message of ours changed in place, which has to stand: posted anew, under the same label, where somebody deleted it."""
    body = {"at": at, "channel": channel, "thread": thread, "text": shown.text, "blocks": shown.blocks}
    return Post(kind="update", body=body, label=at, findable=False)


def remove(at: str) -> Post:
    """A message of ours taken away."""
    return Post(kind="remove", body={"at": at}, findable=False)


def private(body: Body, user: str, shown: Shown) -> Post:
    """For one person only. `body` is the mail's: its response_url is used where there is one, else its channel and root."""
    place = {key: body[key] for key in ("channel", "root", "response_url") if body.get(key)}
    return Post(
        kind="private", body={**place, "user": user, "text": shown.text, "blocks": shown.blocks}, findable=False
    )


def view(view_id: str, filled: Body) -> Post:
    """An open modal, filled in."""
    return Post(kind="view", body={"view_id": view_id, "view": filled}, findable=False)


def home(user: str) -> Post:
    """Somebody's Home tab."""
    return Post(kind="home", body={"user": user}, findable=False)


def file(channel: str, thread: str, name: str, title: str, content: str) -> Post:
    """A text file in a thread."""
    body = {"channel": channel, "thread": thread, "name": name, "title": title, "content": content}
    return Post(kind="file", body=body, findable=False)


def own(key: str, channel: str = "", root: str = "") -> Post:
    """Makes a thread ours: the one under `root`, else under our own first message."""
    return Post(kind="own", body={"key": key, "channel": channel, "root": root}, findable=False)


def case(listed: Case) -> Post:
    """Lists a case."""
    return Post(kind="case", body={"case": listed.model_dump(mode="json")}, findable=False)


def unlist(key: str) -> Post:
    """Takes a case off the lists; its thread stays ours."""
    return Post(kind="unlist", body={"key": key}, findable=False)


def drop(key: str, channel: str, root: str) -> Post:
    """Takes a case off the lists, and the thread is no longer ours: the one under `root`, else under our own first message."""
    return Post(kind="drop", body={"key": key, "channel": channel, "root": root}, findable=False)


def feedback(id: str, given: Feedback) -> Post:
    """Keeps feedback."""
    return Post(kind="feedback", body={"id": id, "feedback": given.model_dump(mode="json")}, findable=False)


def unsigned(key: str, by: str | None = None) -> Post:
    """Takes the names and words of people, or of one of them, out of the feedback given in a thread."""
    return Post(kind="unsigned", body={"key": key, "by": by}, findable=False)
