"""Command line: thin commands over the app. Bad input ends with one sentence and exit code 2, failure with 1."""

from __future__ import annotations

import asyncio
import getpass
import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import __version__
from bot.errors import BadInput, ContentError, TunewiseError, UsageError

if TYPE_CHECKING:
    from bot.app import App

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Tells a team whether to fine-tune a language model, and what to do instead.",
)
kb = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look into the knowledge base.")
cli.add_typer(kb, name="kb")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else on standard output.")]
Today = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Decide as on this day.")]


@cli.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Tells a team whether to fine-tune a language model, and what to do instead."""
    if version:
        typer.echo(__version__)
        raise typer.Exit


@cli.command()
def chat(
    resume: Annotated[
        str | None, typer.Option(metavar="[ID]", help="Go on with a thread; with no ID, the last one.")
    ] = None,
    name: Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who is speaking.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line in and out, for programs.")] = False,
) -> None:
    """Talk about your case in the terminal."""
    from bot.surfaces.terminal.session import chat_in_terminal

    asyncio.run(chat_in_terminal(_app(), resume, name or _user(), jsonl))


@cli.command()
def ask(question: str, as_json: AsJson = False) -> None:
    """One answer from the knowledge base, with its citations, or an honest word that it does not say."""
    from bot.surfaces.terminal.session import print_answer
    from bot.talk.asides import knowledge_answer

    if not question.strip():
        raise UsageError('Ask a question, such as: tunewise ask "how many examples do we need?"')
    reply = knowledge_answer(_app().talk, question)
    if as_json:
        _print_json(reply.as_json())
    else:
        print_answer(reply)


@cli.command()
def decide(
    file: Annotated[str, typer.Argument(help="Facts as JSON or YAML; - for standard input.")] = "-",
    batch: Annotated[
        bool, typer.Option("--batch", help='JSON Lines {"id", "facts"} in, {"id", "decision"} out.')
    ] = False,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Facts in, verdict out."""
    from bot.core.decide import decide as decide_facts
    from bot.core.facts import read_facts

    app, day = _app(), _day(today)
    knowledge = app.knowledge
    if batch:
        cases = []
        for number, entry in _json_lines(file):
            try:
                cases.append((entry.get("id"), read_facts(knowledge.catalogue, entry.get("facts"))))
            except BadInput as error:
                raise UsageError(f"Line {number}: {error}") from None
        for id, facts in cases:  # a bad line is told before anything is printed
            decision = decide_facts(knowledge, facts, day)
            typer.echo(json.dumps({"id": id, "decision": decision.model_dump(mode="json")}))
        return
    facts = read_facts(knowledge.catalogue, _mapping(file))
    decision = decide_facts(knowledge, facts, day)
    if as_json:
        _print_json(decision.model_dump(mode="json"))
    else:
        from bot.surfaces.terminal.session import print_decision

        print_decision(knowledge, decision)


@kb.command("check")
def kb_check(today: Today = None, as_json: AsJson = False) -> None:
    """Check all content at once; problems are named with file and line."""
    from bot.content.check import check_knowledge
    from bot.language.phrases import load_patterns, load_phrases

    app = _app()
    try:
        knowledge = app.knowledge
        load_phrases(app.folder, knowledge.catalogue)
        load_patterns(app.folder, knowledge.catalogue)
        report = check_knowledge(knowledge, app.places, _day(today))
        problems, warnings = report.problems, report.warnings
    except ContentError as error:
        problems, warnings = error.problems, []
    if as_json:
        _print_json({"problems": problems, "warnings": warnings})
    else:
        for line in [*problems, *(f"warning: {warning}" for warning in warnings)]:
            typer.echo(line)
        typer.echo(f"{len(problems)} problems, {len(warnings)} warnings")
    if problems:
        raise typer.Exit(1)


@kb.command("stats")
def kb_stats(as_json: AsJson = False) -> None:
    """What the knowledge base covers."""
    from bot.content.check import stats

    numbers = stats(_app().knowledge)
    if as_json:
        _print_json(numbers)
        return
    for key, value in numbers.items():
        typer.echo(f"{key.replace('_', ' ')}: {value if not isinstance(value, dict) else json.dumps(value)}")


@kb.command("search")
def kb_search(
    query: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    k: Annotated[int, typer.Option("--k", min=1, max=100, help="How many notes at most.")] = 5,
    batch: Annotated[
        str | None, typer.Option(metavar="FILE", help='JSON Lines {"id", "question"} in, {"id", "results"} out.')
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Search the notes; an unanswerable question finds nothing."""
    app = _app()
    if batch is not None:
        entries = _json_lines(batch)
        for number, entry in entries:
            if not isinstance(entry.get("question"), str):
                raise UsageError(f'Line {number} has no "question".')
        for _, entry in entries:
            typer.echo(json.dumps({"id": entry.get("id"), "results": _found(app, entry["question"], k)}))
        return
    if not (query or "").strip() or query is None:
        raise UsageError('Say what to look for: tunewise kb search "how many examples do we need".')
    results = _found(app, query, k)
    if as_json:
        _print_json(results)
        return
    for result in results:
        typer.echo(f"{result['score']:.2f}  {result['note']}: {result['title']}")
    if not results:
        typer.echo("Nothing in the knowledge base answers that.")


@cli.command("eval")
def evaluate(file: str, as_json: AsJson = False, today: Today = None) -> None:
    """Play the cases of a JSON Lines file against the whole conversation, and print how it went."""
    from bot.trial import play_file, summary_lines

    day, cases = _day(today), [entry for _, entry in _json_lines(file)]
    if not cases:
        raise UsageError(f"{file} holds no cases; a case is a line of JSON as in cases/dev.jsonl.")
    result = play_file(_app(day), cases)
    if as_json:
        _print_json(result)
        return
    for line in summary_lines(result):
        typer.echo(line)


@cli.command()
def doctor(as_json: AsJson = False) -> None:
    """What is configured, what is missing, and what to do about it."""
    from bot.surfaces.terminal.session import examine

    findings = asyncio.run(examine(_app()))
    if as_json:
        _print_json(findings)
    else:
        for finding in findings:
            typer.echo(f"[{'ok' if finding['ok'] else '!!'}] {finding['what']}: {finding['found']}")
            if finding["do"]:
                typer.echo(f"     {finding['do']}")
    if not all(finding["ok"] for finding in findings):
        raise typer.Exit(1)


def main() -> None:
    """Runs a command; whatever goes wrong ends with a sentence on standard error, never with a traceback."""
    for library in ("OPENBLAS", "MKL", "OMP"):  # read when numpy loads; threads waiting for a busy core cost seconds
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    arguments = sys.argv[1:]
    if arguments[:1] == ["chat"]:  # --resume takes an optional value
        following = [*arguments[1:], "-"]
        arguments = [
            "--resume=" if a == "--resume" and after.startswith("-") else a
            for a, after in zip(arguments, following, strict=True)
        ]
    try:
        code = cli(arguments, prog_name="tunewise", standalone_mode=False)
        _flush()
        sys.exit(code if isinstance(code, int) else 0)
    except BadInput as error:
        _end(str(error), 2)
    except TunewiseError as error:
        _end(str(error), 1)
    except BrokenPipeError:
        _drop_output()
        sys.exit(1)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except OSError as error:
        _drop_output()
        _end(f"{error.filename or 'The output'} cannot be written or read: {error.strerror or error}.", 1)
    except Exception as error:
        if hasattr(error, "format_message"):  # typer's own: a wrong option, a missing argument
            _end(_usage(error), 2)
        _end(_defect(error), 1)


def _usage(error: Any) -> str:
    """What was wrong with the command line, and where to look; the help itself where nothing was asked for."""
    said = str(error.format_message()).strip()
    context = getattr(error, "ctx", None)
    if context is None or said.startswith("Usage:"):
        return said
    return f"{said.rstrip('.')}; see: {context.command_path} --help"


def _defect(error: Exception) -> str:
    """The sentence for what should not have happened."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else ""
    return f"Tunewise failed for a reason of its own ({type(error).__name__}{place}); please report it with the input."


def _end(sentence: str, code: int) -> None:
    print("".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in sentence), file=sys.stderr)
    sys.exit(code)


def _flush() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def _drop_output() -> None:
    from bot.surfaces.terminal.lines import drop_output

    drop_output()


def _app(day: date | None = None) -> App:
    from bot.app import App

    return App(today=lambda: day) if day else App()


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "you"


def _day(today: str | None) -> date:
    if today is None:
        return date.today()
    try:
        return date.fromisoformat(today)
    except ValueError:
        raise UsageError(f"--today takes a day such as 2026-11-20, not {today[:30]!r}.") from None


def _read(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not UTF-8 text.") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}.") from None


def _mapping(file: str) -> Any:
    """What a file of facts holds. JSON is tried first: YAML reads some of it otherwise, such as the number 8e1."""
    from bot.content.yaml_lines import parse

    text = _read(file)
    if not text.strip():
        raise UsageError('There are no facts in it; write for example {"evals": "none", "prompting": "some"}.')
    name = file if file != "-" else "standard input"
    try:
        return json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        pass  # it is YAML, or neither
    try:
        return parse(text, name)[0]
    except ContentError as error:
        problem = " ".join(error.problems[0].split()).rstrip(".")
    except (ValueError, TypeError, RecursionError):
        problem = f"{name} holds something that no fact can be"
    raise UsageError(f"{problem}; facts are JSON or YAML.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; raises UsageError for a key that stands there twice, and for half a character."""
    result = dict(pairs)
    for key, value in pairs:
        text = key + value if isinstance(value, str) else key
        if any("\ud800" <= c <= "\udfff" for c in text):
            raise UsageError("A text in it holds half of a surrogate pair; write the whole character.")
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise UsageError(f"{twice[:60]!r} stands there twice; give it once.")
    return result


def _json_lines(file: str) -> list[tuple[int, dict[str, Any]]]:
    entries = []
    for number, line in enumerate(_read(file).splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line, object_pairs_hook=_object)
        except UsageError as error:
            raise UsageError(f"Line {number}: {error}") from None
        except (ValueError, RecursionError):
            raise UsageError(f"Line {number} of {file} is not JSON.") from None
        if not isinstance(entry, dict):
            raise UsageError(f"Line {number} of {file} is not a JSON object.")
        entries.append((number, entry))
    return entries


def _found(app: App, query: str, k: int) -> list[dict[str, Any]]:
    evidence = app.knowledge.evidence
    return [
        {
            "note": id,
            "title": evidence.notes[id].title,
            "claims": list(evidence.notes[id].claims),
            "score": round(score, 4),
            "sources": [citation.model_dump(mode="json") for citation in evidence.citations([id])],
        }
        for id, score in app.search.search(query, k=k)
    ]


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
