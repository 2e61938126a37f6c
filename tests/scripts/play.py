"""Play: reads conversation scripts and plays them, through the talk in memory or through the command line as a process.

A script is a YAML file:

  about        one sentence: who talks, and what should come of it
  documents    the founding documents that describe the situation (only for situations)
  talk         the turns, in order. A turn is one of
                 <name>: words               somebody says something
                 <name>: {pick: {fact: level}}   somebody picks answers; `null` stands for "don't know"
                 <name>: answers             answers what is being asked, once
                 <name>: answers until the verdict
               and may have `expect` beside it: what must be true right after the turn
  answers_to   {fact: words}: what the team says when it is asked for a fact, in whatever order; for others "don't know"
  true_facts   {fact: level}: how things are. Nothing that is understood may contradict it; in a situation the policy
               alone must give the expected verdict on it; a fact that is asked for a second time is picked from here
  expect       what must be true at the end
  as_process   yes: the script is also played through `python -m bot chat --jsonl`

What can be expected: see Expect.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Protocol

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.app import App
from bot.conversations import new_session
from bot.core.facts import Value
from bot.talk.message import Message

ROOT = Path(__file__).parent.parent.parent
MAX_ROUNDS = 14
ONCE, UNTIL_VERDICT = "answers", "answers until the verdict"
END_SECONDS = 60


def _as_typed(words: Any) -> Any:
    """YAML reads a bare yes, no or 95 as something else than words."""
    if isinstance(words, bool):
        return "yes" if words else "no"
    return str(words) if isinstance(words, int | float) else words


Words = Annotated[str, BeforeValidator(_as_typed)]


class Strict(BaseModel):
    """A part of a script; a key that does not exist is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Expect(Strict):
    """What must be true after a turn, or at the end (then of everything that was said in the whole talk).

    `replies` are types that must come in this order (others may stand between); `no_replies` types that must not come.
    `says` are pieces of text that must be found in the replies, upper or lower case; of `says_one_of` one. `asks` are
    facts that must be among those asked for now. `offers` are facts for which a level can be picked now. `cites` is
    whether a reply has citations. `understood`, `said_by` and `verdict` are about the whole talk so far, `new_verdict`
    is about this turn's reply.
    """

    state: str | None = None
    verdict: str | None = None
    new_verdict: str | None = None
    method: str | None = None
    disputed: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    no_replies: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    says_one_of: tuple[str, ...] = ()
    not_says: tuple[str, ...] = ()
    understood: dict[str, Value] = {}
    not_understood: tuple[str, ...] = ()
    said_by: dict[str, str] = {}
    asks: tuple[str, ...] = ()
    not_asks: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    cites: bool | None = None


class Turn(Strict):
    """One turn: who, and either words or picked answers."""

    by: str
    says: Words | None = None
    picks: dict[str, Value | None] | None = None
    expect: Expect = Expect()

    @model_validator(mode="before")
    @classmethod
    def _as_written(cls, raw: Any) -> Any:
        if not isinstance(raw, dict) or len(names := [key for key in raw if key != "expect"]) != 1:
            raise ValueError("a turn is one `name: words`, with an `expect` beside it if need be")
        said = raw[names[0]]
        turn: dict[str, Any] = {"by": names[0], "expect": raw.get("expect") or {}}
        return turn | ({"picks": said.get("pick")} if isinstance(said, dict) else {"says": said})


class Script(Strict):
    """One conversation."""

    about: str
    documents: tuple[str, ...] = ()
    talk: tuple[Turn, ...] = Field(min_length=1)
    answers_to: dict[str, Words] = {}
    true_facts: dict[str, Value | None] = {}
    expect: Expect = Expect()
    as_process: bool = False
    read_otherwise: tuple[
        str, ...
    ] = ()  # facts that are misread so far, without harm to the verdict; no longer so, it fails
    known_gap: str = ""  # what the product does not do yet: the script then has to fail, until it is mended


def read_script(path: Path) -> Script:
    """The script in a file. Raises ValueError with the file's name where it cannot be played."""
    try:
        return Script.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise ValueError(f"{path.name} is no script: {error}") from None


class Answered(Strict):
    """What came back to one message, as the contract lays it out."""

    state: str
    replies: tuple[dict[str, Any], ...]
    facts: dict[str, dict[str, Any]]

    @property
    def types(self) -> list[str]:
        """The replies' types, in order."""
        return [str(reply["type"]) for reply in self.replies]

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The questions among the replies."""
        return [reply["question"] for reply in self.replies if reply.get("question")]

    @property
    def decision(self) -> dict[str, Any] | None:
        """The decision among the replies."""
        return next((reply["decision"] for reply in self.replies if reply.get("decision")), None)


class Tunewise(Protocol):
    """Whatever the talk goes through."""

    def say(self, by: str, text: str | None, answers: Mapping[str, Value | None] | None) -> Answered: ...


class InMemory:
    """The talk itself, its session kept here."""

    def __init__(self, app: App) -> None:
        self._talk = app.talk
        self._session = new_session("script")

    def say(self, by: str, text: str | None, answers: Mapping[str, Value | None] | None) -> Answered:
        """One turn."""
        message = Message(by=by, text=text, answers=dict(answers) if answers else None)
        self._session, replies = self._talk.turn(self._session, message)
        facts = {key: entry.model_dump(mode="json") for key, entry in self._session.entries.items()}
        return Answered(state=self._session.state, replies=tuple(reply.as_json() for reply in replies), facts=facts)


class AsProcess:
    """`python -m bot chat --jsonl`, one process for the whole talk."""

    def __init__(self, folder: Path, name: str) -> None:
        self._name = name
        environment = {key: value for key, value in os.environ.items() if key not in ("REDIS_URL", "TUNEWISE_DATA")}
        environment |= {"TUNEWISE_DATA": str(folder), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        self._errors = (folder.parent / "stderr.txt").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "chat", "--jsonl", "--as", name],
            cwd=folder.parent, env=environment, text=True, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
        )  # fmt: skip

    def say(self, by: str, text: str | None, answers: Mapping[str, Value | None] | None) -> Answered:
        """One line in, one line out."""
        assert by == self._name, f"a process speaks for {self._name} only, not for {by}"
        assert self._process.stdin and self._process.stdout
        line = {"text": text, "answers": answers}
        self._process.stdin.write(json.dumps({key: value for key, value in line.items() if value}) + "\n")
        self._process.stdin.flush()
        out = self._process.stdout.readline()
        assert out, f"the process ended: {self._stderr()}"
        data = json.loads(out)
        assert "error" not in data, data["error"]
        return Answered(state=data["state"], replies=tuple(data["replies"]), facts=data["facts"])

    def __enter__(self) -> AsProcess:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Ends the input; the process must then end by itself, with nothing to complain about."""
        assert self._process.stdin and self._process.stdout
        try:
            if kind is None:
                self._process.stdin.close()
                code = self._process.wait(timeout=END_SECONDS)
                assert code == 0, f"exit code {code}: {self._stderr()}"
        finally:
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()
            self._errors.close()

    def _stderr(self) -> str:
        self._errors.seek(0)
        return self._errors.read()[-2000:]


class Play:
    """One talk being played: what was said so far, and what went wrong."""

    def __init__(self, script: Script, tunewise: Tunewise) -> None:
        self.script = script
        self.problems: list[str] = []
        self.asked_again: list[str] = []
        self._tunewise = tunewise
        self._lines: list[str] = []
        self._all: list[Answered] = []
        self._open: list[dict[str, Any]] = []
        self._decision: dict[str, Any] | None = None
        self._facts: dict[str, dict[str, Any]] = {}
        self._misread: set[str] = set()
        self._typed: set[str] = set()
        self._state = "idle"

    def run(self) -> Play:
        """Plays all turns. What goes wrong is collected; the talk goes on, so that the transcript is whole."""
        for turn in self.script.talk:
            first = len(self._all)
            if turn.says == ONCE:
                self._answer(turn.by)
            elif turn.says == UNTIL_VERDICT:
                self._answer_until_the_verdict(turn.by)
            else:
                self._say(turn.by, turn.says, turn.picks)
            self._check(turn.expect, self._all[first:], f"after \u201c{_short(turn.says or turn.picks)}\u201d")
        self._check(self.script.expect, self._all, "at the end")
        mended = [key for key in self.script.read_otherwise if key not in self._misread]
        self.problems += [f"{key} is read as it is: take it out of read_otherwise" for key in mended]
        return self

    def report(self) -> str:
        """Everything that went wrong, then the whole talk."""
        problems = "\n".join(f"  - {problem}" for problem in self.problems)
        return f"{self.script.about}\n{problems}\n\nThe talk:\n" + "\n".join(self._lines)

    # --- the team ---------------------------------------------------------------------------------------------------

    def _say(self, by: str, text: str | None, answers: Mapping[str, Value | None] | None) -> None:
        said = [f"[picks {json.dumps(dict(answers))}]"] if answers else []
        self._lines.append(f"{by}> " + "\n      ".join([*said, *(text or "").splitlines()]))
        got = self._tunewise.say(by, text, answers)
        self._all.append(got)
        self._state = got.state
        if got.questions or got.state != "asking":
            self._open = got.questions
        self._decision = got.decision or self._decision
        for reply in got.replies:
            about = f" {reply['question']['facts']}" if reply.get("question") else ""
            self._lines.append(f"    {reply['type']}{about}: {_short(reply['text'], 500)}")
        before, self._facts = self._facts, got.facts
        news = {key: entry for key, entry in got.facts.items() if key != "task" and entry != before.get(key)}
        learned = [f"{key}={entry['level']!r} (\u201c{_short(entry['quote'])}\u201d)" for key, entry in news.items()]
        self._lines.append("; learned ".join([f"    -- {got.state}", *filter(None, [", ".join(learned)])]))
        self._compare_with_the_truth(by)

    def _compare_with_the_truth(self, by: str) -> None:
        truth = self.script.true_facts
        for key, entry in self._facts.items():
            if key not in self._misread and key in truth and not _same(entry["level"], truth[key]):
                self._misread.add(key)
                if key in self.script.read_otherwise:
                    continue
                read, quote = entry["level"], _short(entry["quote"])
                self.problems.append(f"misread: {key} = {read!r} from \u201c{quote}\u201d; it is {truth[key]!r}")

    def _answer(self, by: str) -> None:
        lines: list[str] = []
        picks: dict[str, Value | None] = {}
        for question in self._open:
            facts = question["facts"]
            words = self._words(facts)
            if len(facts) == 1 and facts[0] in self._typed:
                picks[facts[0]] = self.script.true_facts.get(facts[0])
                self.asked_again.append(facts[0])
            else:
                lines.append(". ".join(words) or "don't know")
                self._typed.update(facts)
        self._say(by, "\n".join(lines) or None, picks or None)

    def _words(self, facts: list[str]) -> list[str]:
        """The words for these facts, each sentence once; words for the quality tell score and target too."""
        answers = self.script.answers_to
        told = {"score", "target"} if "quality" in facts and "quality" in answers else set()
        return list(dict.fromkeys(answers[fact] for fact in facts if fact in answers and fact not in told))

    def _answer_until_the_verdict(self, by: str) -> None:
        for _ in range(MAX_ROUNDS):
            if self._state != "asking" or not self._open:
                return
            self._answer(by)
        self.problems.append(f"it still asks after {MAX_ROUNDS} rounds")

    # --- what must be true ------------------------------------------------------------------------------------------

    def _check(self, expect: Expect, got: list[Answered], where: str) -> None:
        text = "\n".join(reply["text"] for answered in got for reply in answered.replies)
        types = [kind for answered in got for kind in answered.types]
        now = {fact for question in self._open for fact in question["facts"]}
        for problem in [
            *self._decided_as(expect, got),
            *_replied_as(expect, types, text, got),
            *self._understood_as(expect),
            *(f"it does not ask about {fact} (it asks about {sorted(now)})" for fact in expect.asks if fact not in now),
            *(f"it asks about {fact}" for fact in expect.not_asks if fact in now),
            *(f"it offers no answers to pick for {fact}" for fact in expect.offers if not self._offers(fact)),
        ]:
            self.problems.append(f"{where}: {problem}")

    def _decided_as(self, expect: Expect, got: list[Answered]) -> list[str]:
        decision = self._decision or {}
        problems = []
        if expect.state and self._state != expect.state:
            problems.append(f"the state is {self._state}, not {expect.state}")
        if expect.verdict and decision.get("verdict") != expect.verdict:
            rule = f" by the rule {decision['rule']}" if decision else ""
            problems.append(f"the verdict is {decision.get('verdict')}{rule}, not {expect.verdict}")
        here = next((a.decision["verdict"] for a in reversed(got) if a.decision), None)
        if expect.new_verdict and here != expect.new_verdict:
            problems.append(f"this turn's verdict is {here}, not {expect.new_verdict}")
        if expect.method and (decision.get("method") or {}).get("kind") != expect.method:
            problems.append(f"the method is {(decision.get('method') or {}).get('kind')}, not {expect.method}")
        points = [point["id"] for point in decision.get("disputed", ())]
        return problems + [
            f"{id} is not among the disputed points {points}" for id in expect.disputed if id not in points
        ]

    def _understood_as(self, expect: Expect) -> list[str]:
        known = {key: entry["level"] for key, entry in self._facts.items()}
        speakers = {key: entry["by"] for key, entry in self._facts.items()}
        problems = []
        for key, value in expect.understood.items():
            if key not in known:
                problems.append(f"{key} ({value!r}) is not understood")
            elif not _same(known[key], value):
                problems.append(f"{key} is understood as {known[key]!r}, not {value!r}")
        for key in set(expect.not_understood) & known.keys():
            problems.append(f"{key} is understood as {known[key]!r}; nobody said that")
        for key, name in expect.said_by.items():
            if speakers.get(key) != name:
                problems.append(f"{key} is kept as said by {speakers.get(key)}, not {name}")
        return problems

    def _offers(self, fact: str) -> bool:
        return any(fact in option["sets"] for question in self._open for option in question["options"])


def play(script: Script, tunewise: Tunewise) -> Play:
    """A script played to its end."""
    return Play(script, tunewise).run()


def _replied_as(expect: Expect, types: list[str], text: str, got: list[Answered]) -> list[str]:
    rest = iter(types)
    problems = []
    if not all(kind in rest for kind in expect.replies):
        problems.append(f"the replies are {types}, not {list(expect.replies)}")
    problems += [f"there is a reply of type {kind}" for kind in expect.no_replies if kind in types]
    low = _plain(text)
    problems += [f"it does not say \u201c{words}\u201d" for words in expect.says if _plain(words) not in low]
    if expect.says_one_of and not any(_plain(words) in low for words in expect.says_one_of):
        problems.append(f"it says none of {list(expect.says_one_of)}")
    problems += [f"it says \u201c{words}\u201d" for words in expect.not_says if _plain(words) in low]
    cited = any(reply.get("citations") for answered in got for reply in answered.replies)
    if expect.cites is not None and cited != expect.cites:
        problems.append("it cites nothing" if expect.cites else "it cites something")
    return problems


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("\u2019", "'").split())


def _same(a: Any, b: Any) -> bool:
    return bool(a == b and isinstance(a, bool) == isinstance(b, bool))


def _short(said: Any, most: int = 90) -> str:
    text = " ".join(str(said).split())
    return text if len(text) <= most else text[: most - 1] + "\u2026"
