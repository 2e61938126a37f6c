"""Command line: its commands, and how it ends. Bad input ends with one sentence and exit code 2, failure with 1."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from bot import __version__
from bot.commands.ask import ask
from bot.commands.chat import chat
from bot.commands.decide import decide
from bot.commands.doctor import doctor
from bot.commands.ending import defect_sentence, drop_output, end, flush, usage_sentence
from bot.commands.evaluate import evaluate
from bot.commands.feedback import feedback
from bot.commands.kb import kb
from bot.commands.manifest import manifest
from bot.commands.prompts import prompts
from bot.commands.serve import serve
from bot.commands.slack import slack
from bot.commands.turns import turns
from bot.commands.usage import usage
from bot.commands.worker import worker
from bot.errors import BadInput, TunewiseError

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Tells a team whether to fine-tune a language model, and what to do instead.",
)

cli.command("chat")(chat)
cli.command("ask")(ask)
cli.command("decide")(decide)
cli.add_typer(kb, name="kb")
cli.add_typer(prompts, name="prompts")
cli.command("eval")(evaluate)
cli.command("serve")(serve)
cli.command("worker")(worker)
cli.command("slack")(slack)
cli.command("manifest")(manifest)
cli.command("feedback")(feedback)
cli.add_typer(turns, name="turns")
cli.command("usage")(usage)
cli.command("doctor")(doctor)


@cli.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Tells a team whether to fine-tune a language model, and what to do instead."""
    if version:
        typer.echo(__version__)
        raise typer.Exit


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
        flush()
        sys.exit(code if isinstance(code, int) else 0)
    except BadInput as error:
        end(str(error), 2)
    except TunewiseError as error:
        end(str(error), 1)
    except BrokenPipeError:
        drop_output()
        sys.exit(1)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except OSError as error:
        drop_output()
        end(f"{error.filename or 'The output'} cannot be written or read: {error.strerror or error}.", 1)
    except Exception as error:
        if hasattr(error, "format_message"):  # typer's own: a wrong option, a missing argument
            end(usage_sentence(error), 2)
        end(defect_sentence(error), 1)


if __name__ == "__main__":
    main()
