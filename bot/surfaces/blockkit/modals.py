"""Modals: the intake form, "New facts", "I disagree" and "Share", and what people filled in read back.

    intake_view(metadata="", asked=()) -> View            callback_id `intake`; `asked` are questions to be answered by picking
    intake_questions(knowledge) -> tuple of Question      those worth a pick on the form (what is wrong today, evals)
    read_intake(values, asked) -> Told                    `values` is a submission's `view.state.values`; raises BadPick
    facts_view(ref, known=()) -> View                     callback_id `facts`; `known` are (label, value) of what is known
    disagree_view(ref, headline="") -> View               callback_id `disagree`
    share_view(ref, what="this card", connect=False,      callback_id `share`; `connect` offers channels shared with others too,
               about="")                                  `about` is what it may be called there
    read_words(values) -> str                             what was written in `facts` or `disagree`
    read_channel(values) -> str                           the channel picked in `share`; raises BadPick
    read_about(values) -> str                             what was written there of what it is about

modal, field, held, chosen                            what other forms are made of and read with

`metadata` and `ref` come back as the view's `private_metadata`. Everything on the intake form is optional.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bot.core.ask import as_asked
from bot.core.decision import Question
from bot.core.knowledge import Knowledge
from bot.surfaces.blockkit import shapes
from bot.surfaces.blockkit.build import Element, bold, context, lines, many, plain, say, select, words
from bot.surfaces.blockkit.limits import Block, View
from bot.surfaces.blockkit.picks import Answers, BadPick, chosen_values, options_picked

WRONG, MEASURED = "today", "evals"  # the ids of the questions that the form asks by picking
ABOUT = 140  # characters
TYPED = 1_500  # characters to be written in one field
CHANNEL = re.compile(r"[CGD][A-Z0-9]{2,39}")
# Field -> its label, an example, and how what is written there begins when it is told to the talk.
FIELDS = {
    "task": ("What should the model do, for whom?", "Answer customers' questions from our help centre", ""),
    "wrong": ("What is wrong with it today, in your own words?", "The tone is stiff and answers are too long", ""),
    "tried": ("What have you tried so far?", "Few-shot prompts in three rounds, and retrieval", "We have tried: "),
    "data": ("What examples do you have to train on?", "About 400 answers, checked by two editors", "Our data: "),
    "evals": (
        "How good is it, how good must it be, and how do you know?",
        "71% on a test set; we need 88%",
        "Quality: ",
    ),
}
SHORT = ("data", "evals", "about")  # fields of one line
OPTIONAL = "All of it is optional: what is missing I ask for, and only if it can still change the verdict."


class Told(NamedTuple):
    """A form filled in: all that was written, as one message, and what was picked. Both may be empty."""

    text: str
    answers: Answers


def intake_questions(knowledge: Knowledge) -> tuple[Question, ...]:
    """The questions that the form asks by picking."""
    return tuple(as_asked(knowledge, name) for name in (WRONG, MEASURED) if name in knowledge.questions)


def intake_view(metadata: str = "", asked: Sequence[Question] = ()) -> View:
    """The form that starts a case."""
    by_id = {question.id: question for question in asked}
    blocks = [context(OPTIONAL), _written("task")]
    if WRONG in by_id:
        blocks.append(_picked(by_id[WRONG]))
    blocks += [_written("wrong"), _written("tried"), _written("data")]
    if MEASURED in by_id:
        blocks.append(_picked(by_id[MEASURED]))
    blocks.append(_written("evals"))
    return modal("intake", "Should we fine-tune?", "Start", metadata, blocks)


def read_intake(values: Mapping[str, Any], asked: Sequence[Question] = ()) -> Told:
    """What the form tells. Raises BadPick where something was picked that it does not offer."""
    said = []
    for name, (_, _, begins) in FIELDS.items():
        if text := _text(values, name):
            said.append(f"{begins}{text}{'' if text[-1] in '.!?' else '.'}")
    answers: Answers = {}
    for question in asked:
        if picked := chosen(values, f"pick.{question.id}"):
            answers.update(options_picked(question, picked).answers)
    return Told("\n".join(said), answers)


def facts_view(ref: str, known: Iterable[tuple[str, str]] = ()) -> View:
    """The form for what has changed since a verdict."""
    told = lines([[*bold(f"{label}: ", 100), *words(value, 200)] for label, value in known], title="What I know so far")
    asked = _input(
        "words", "What is new or different?", "We have 500 checked examples now, and 80% on the test set", False
    )
    return modal("facts", "New facts", "Decide again", ref, [asked, *told[:20]])


def disagree_view(ref: str, headline: str = "") -> View:
    """The form for an objection, which is kept with the verdict for whoever mends the policy."""
    told: list[Block] = [say(words("The verdict: "), bold(headline, 300))] if headline else []
    told.append(
        context("What you write is kept with the verdict and its facts, for the people who look after the policy.")
    )
    asked = _input("words", "What do you see differently?", "Prompting is exhausted: we had six measured rounds", False)
    return modal("disagree", "I disagree", "Send", ref, [*told, asked])


def share_view(ref: str, what: str = "this card", connect: bool = False, about: str = "") -> View:
    """The form that asks where to share something."""
    chooser: Element = {
        "type": "conversations_select",
        "action_id": "channel",
        "placeholder": plain("Pick a channel", shapes.PLACEHOLDER),
        "filter": {
            "include": ["public", "private"],
            "exclude_external_shared_channels": not connect,
            "exclude_bot_users": True,
        },
    }
    asked = field("channel", f"Where should {what} go?", chooser, optional=False)
    title = _input("about", "What is it about, in a few words?", "Our support bot's tone")
    title["element"]["max_length"] = ABOUT
    if about:
        title["element"]["initial_value"] = about[:ABOUT]
    told = context("Everyone in that channel will see it. Who said what in the private talk stays here.")
    return modal("share", "Share to channel", "Share", ref, [asked, title, told])


def read_words(values: Mapping[str, Any]) -> str:
    """What was written; empty where nothing was."""
    return _text(values, "words")


def read_channel(values: Mapping[str, Any]) -> str:
    """The channel picked. Raises BadPick where it is none."""
    channel = held(values, "channel").get("selected_conversation")
    if not isinstance(channel, str) or not CHANNEL.fullmatch(channel):
        raise BadPick("Please pick a channel.")
    return channel


def read_about(values: Mapping[str, Any]) -> str:
    """What a shared card is about, in the words of whoever shares it; empty where they left it out."""
    return " ".join(_text(values, "about").split())[:ABOUT]


def modal(name: str, title: str, submit: str, metadata: str, blocks: list[Block]) -> View:
    """A form. Raises ValueError where the metadata is longer than Slack keeps."""
    if len(metadata) > shapes.METADATA:
        raise ValueError(f"{len(metadata)} characters of metadata, more than {shapes.METADATA}")
    return {
        "type": "modal",
        "callback_id": name,
        "private_metadata": metadata,
        "title": plain(title, shapes.TITLE),
        "submit": plain(submit, shapes.TITLE),
        "close": plain("Cancel", shapes.TITLE),
        "blocks": blocks,
    }


def _written(name: str) -> Block:
    label, example, _ = FIELDS[name]
    return _input(name, label, example)


def _input(name: str, label: str, example: str, optional: bool = True) -> Block:
    element: Element = {
        "type": "plain_text_input",
        "action_id": name,
        "multiline": name not in SHORT,
        "max_length": TYPED,
        "placeholder": plain(f"e.g. {example}", shapes.PLACEHOLDER),
    }
    return field(name, label, element, optional)


def _picked(question: Question) -> Block:
    labels = [(option.label, str(at)) for at, option in enumerate(question.options)]
    name = f"pick.{question.id}"
    return field(name, question.text, many(name, labels) if question.multiple else select(name, labels, "Pick one"))


def field(name: str, label: str, element: Element, optional: bool = True) -> Block:
    """A control in a form, under its label."""
    return {
        "type": "input",
        "block_id": f"field.{name}",
        "label": plain(label, 200),
        "element": element,
        "optional": optional,
    }


def held(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What a submission holds of a control; empty where that is nothing that one can hold."""
    block = values.get(f"field.{name}")
    found = block.get(name) if isinstance(block, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _text(values: Mapping[str, Any], name: str) -> str:
    written = held(values, name).get("value")
    return written.strip()[:TYPED] if isinstance(written, str) else ""


def chosen(values: Mapping[str, Any], name: str) -> list[Any]:
    """The values that were picked in a control."""
    found = held(values, name)
    if found.get("selected_option") is not None:
        return chosen_values([found["selected_option"]])
    return chosen_values(found.get("selected_options"))
