"""Ending: the one sentence a failed command ends with, and what is left to print."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def usage_sentence(error: Any) -> str:
    """What was wrong with the command line, and where to look; the help itself where nothing was asked for."""
    said = str(error.format_message()).strip()
    context = getattr(error, "ctx", None)
    if context is None or said.startswith("Usage:"):
        return said
    return f"{said.rstrip('.')}; see: {context.command_path} --help"


def defect_sentence(error: Exception) -> str:
    """The sentence for what should not have happened."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else ""
    return f"Tunewise failed for a reason of its own ({type(error).__name__}{place}); please report it with the input."


def end(sentence: str, code: int) -> None:
    """Ends the process with a sentence on standard error, made printable."""
    print("".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in sentence), file=sys.stderr)
    sys.exit(code)


def flush() -> None:
    """Writes out what was printed; raises BrokenPipeError where nobody reads it."""
    if sys.stdout is not None:
        sys.stdout.flush()


def drop_output() -> None:
    """Gives up what was printed and cannot be written, so that the interpreter's own end is silent."""
    from bot.surfaces.terminal import lines

    lines.drop_output()
