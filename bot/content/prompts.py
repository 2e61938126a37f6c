"""Prompts: reads prompts/*.md with their front matter; every problem is reported at once, with file and line."""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from bot.content.yaml_lines import line_of, parse
from bot.core.facts import Frozen
from bot.errors import ContentError

Schema = Literal["heard", "said", "text"]
# The prompts there have to be, the variables that the code fills in, and the form of what comes back.
NEEDED: dict[str, tuple[frozenset[str], Schema]] = {
    "understand": (frozenset({"facts"}), "heard"),
    "word": (frozenset(), "said"),
    "answer": (frozenset(), "text"),
}
LONGEST = 4000  # characters: every call pays for them
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class Prompt(Frozen):
    """A prompt: what it is for, the variables it has, the form of the answer it asks for, and its text."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    version: int = Field(ge=1)
    purpose: str = Field(min_length=10)
    variables: tuple[str, ...] = ()
    schema_: Schema = Field(alias="schema")
    text: str = Field(min_length=40, max_length=LONGEST)

    def filled(self, **values: str) -> str:
        """The text with its variables filled in. Raises KeyError naming one that was not given."""
        return _VARIABLE.sub(lambda match: values[match[1]], self.text)


class Prompts(Frozen):
    """All prompts; `version` is a hash of their content."""

    prompts: dict[str, Prompt]
    version: str

    def __getitem__(self, id: str) -> Prompt:
        return self.prompts[id]

    @cached_property
    def words(self) -> str:
        """The text of all prompts, to recognise what must not leak out of them."""
        return "\n".join(prompt.text for prompt in self.prompts.values())


def load_prompts(folder: Path) -> Prompts:
    """The prompts of a folder. Raises ContentError listing every problem found."""
    problems: list[str] = []
    prompts: dict[str, Prompt] = {}
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.md")):
        try:
            content = path.read_bytes()
            prompt = _prompt(content.decode("utf-8"), path.name)
        except ContentError as error:
            problems += error.problems
            continue
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{path.name}:1: cannot be read: {error}")
            continue
        digest.update(path.name.encode() + b"\0" + content)
        if prompt.id != path.stem:
            problems.append(f"{path.name}:2: the id {prompt.id!r} differs from the file's name")
        prompts[path.stem] = prompt
    broken = {problem.partition(".md:")[0] for problem in problems}
    problems += [f"{id}.md:1: this prompt is missing" for id in NEEDED if id not in prompts and id not in broken]
    for id, prompt in prompts.items():
        problems += [f"{id}.md:1: {problem}" for problem in _unfit(prompt)]
    if problems:
        raise ContentError(problems)
    return Prompts(prompts=prompts, version=digest.hexdigest()[:12])


def _prompt(text: str, name: str) -> Prompt:
    head, mark, body = text.removeprefix("---\n").partition("\n---\n")
    if not text.startswith("---\n") or not mark:
        raise ContentError([f"{name}:1: a prompt starts with front matter between two lines of ---"])
    raw, lines = parse(head, name, first_line=2)
    if not isinstance(raw, dict):
        raise ContentError([f"{name}:2: the front matter is not a list of keys"])
    try:
        return Prompt.model_validate({**raw, "text": body.strip()})
    except ValidationError as error:
        found = [(tuple(p for p in e["loc"] if isinstance(p, str | int)), e["msg"]) for e in error.errors()]
        raise ContentError(
            [f"{name}:{line_of(lines, place)}: {'.'.join(map(str, place))}: {message}" for place, message in found]
        ) from None


def _unfit(prompt: Prompt) -> list[str]:
    """What keeps a prompt from being used as the code uses it."""
    used = set(_VARIABLE.findall(prompt.text))
    problems = [f"{{{{{name}}}}} is not among its variables" for name in sorted(used - set(prompt.variables))]
    problems += [f"the variable {name!r} is not used in the text" for name in prompt.variables if name not in used]
    if prompt.id not in NEEDED:
        return [*problems, f"nothing uses a prompt called {prompt.id!r}"]
    filled, schema = NEEDED[prompt.id]
    problems += [f"nothing fills in the variable {name!r}" for name in sorted(set(prompt.variables) - filled)]
    problems += [f"it needs the variable {name!r}" for name in sorted(filled - set(prompt.variables))]
    if prompt.schema_ != schema:
        problems.append(f"its schema is {schema!r}, not {prompt.schema_!r}")
    return problems
