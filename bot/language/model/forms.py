"""Forms: what a model fills in when it reads a message or words a reply, and their JSON schemas."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from bot.core.facts import Frozen
from bot.language.model.failures import Failed

Act = Literal[
    "other", "why_asked", "explain", "what_if", "disagree", "correct", "dont_know", "skip", "status", "help", "thanks",
    "greet",
]  # fmt: skip
Kind = Literal["case", "question", "smalltalk", "offtopic", "injection"]
M = TypeVar("M", bound=BaseModel)
How = Literal["stated", "supposed", "negated"]


class HeardFact(Frozen):
    """A fact that the model takes a message to tell; `value` is a level, yes or no, or a number, in letters."""

    key: str
    value: str
    quote: str
    how: How


class Heard(Frozen):
    """A message as the model understands it."""

    kind: Kind
    act: Act
    language: str = Field(max_length=20)
    question: str
    facts: tuple[HeardFact, ...]
    dont_know: tuple[str, ...]


class SaidSentence(Frozen):
    """A sentence and the passages that it says it rests on."""

    text: str
    cites: tuple[int, ...]


class SaidDraft(Frozen):
    """The sentences for the draft numbered `n`."""

    n: int
    sentences: tuple[SaidSentence, ...]


class Said(Frozen):
    """The drafts of a reply in the model's words."""

    drafts: tuple[SaidDraft, ...]


def read_heard(raw: dict[str, Any]) -> Heard:
    """The form filled in. Raises Failed where it is another."""
    return _read(Heard, raw)


def read_said(raw: dict[str, Any]) -> Said:
    """The form filled in. Raises Failed where it is another."""
    return _read(Said, raw)


def _read(model: type[M], raw: dict[str, Any]) -> M:
    try:
        return model.model_validate(raw)
    except ValidationError:
        raise Failed("malformed") from None


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a form, as short as it can be put: every call pays for it."""
    schema = model.model_json_schema()
    defined = schema.pop("$defs", {})

    def plain(part: Any) -> Any:
        if isinstance(part, list):
            return [plain(item) for item in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return plain(defined[part["$ref"].rpartition("/")[2]])
        kept = {
            key: value for key, value in part.items() if key not in ("title", "description", "maxLength", "default")
        }
        if "properties" in kept:
            kept["properties"] = {name: plain(value) for name, value in part["properties"].items()}
            kept |= {"required": list(kept["properties"]), "additionalProperties": False}
            return kept
        return {key: plain(value) for key, value in kept.items()}

    made: dict[str, Any] = plain(schema)
    return made


HEARD_SCHEMA = schema_of(Heard)
SAID_SCHEMA = schema_of(Said)
