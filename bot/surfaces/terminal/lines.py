"""Lines: what people type, one line at a time, from a terminal or a pipe."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Lines(Protocol):
    """Where lines come from."""

    async def read(self, prompt: str) -> str | None:
        """The next line without its end, or None when there are no more. `prompt` is shown where somebody is typing."""


class TerminalLines:
    """Lines typed at a terminal, with the editing keys and the history that readline gives."""

    def __init__(self) -> None:
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401  importing it is what makes input() editable

    async def read(self, prompt: str) -> str | None:
        """The next line; None after Ctrl-D."""
        restore = _terminal_mode()
        try:
            return await _in_thread(lambda: input(prompt))
        except EOFError:
            print()  # Ctrl-D leaves the cursor behind the prompt
            return None
        except asyncio.CancelledError:
            restore()  # readline is still waiting and has the terminal in its own mode
            raise


class PipedLines:
    """Lines from a pipe or a file, by its descriptor. No prompt is shown."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""
        self._ended = False

    async def read(self, prompt: str) -> str | None:
        """The next line; None at the end."""
        while b"\n" not in self._rest and not self._ended:
            # os.read holds no lock of Python's, so that a read left behind cannot keep the program from ending.
            chunk = await _in_thread(lambda: os.read(self._descriptor, 65536))
            self._rest += chunk
            self._ended = not chunk
        if not self._rest:
            return None
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode("utf-8", "replace").removeprefix("\ufeff").rstrip("\r")


def standard_lines() -> Lines:
    """Lines from standard input: edited where both ends are a terminal, plain otherwise."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        return TerminalLines()
    return PipedLines(sys.stdin.fileno())


def drop_output() -> None:
    """Sends what is still to be written to standard output nowhere, so that the program can end quietly."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


async def _in_thread(work: Callable[[], T]) -> T:
    """What `work` returns. Its thread is left behind on cancellation; asyncio's own would be waited for at the end."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: Exception | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]  # T itself may include None

    def run() -> None:
        result: T | None = None
        error: Exception | None = None
        try:
            result = work()
        except Exception as caught:
            error = caught
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, daemon=True, name="lines").start()
    return await future


def _terminal_mode() -> Callable[[], None]:
    """A function that puts the terminal back as it is now."""
    try:
        import termios
    except ImportError:
        return lambda: None
    try:
        descriptor = sys.stdin.fileno()
        mode = termios.tcgetattr(descriptor)
    except (OSError, ValueError, termios.error):
        return lambda: None
    return lambda: termios.tcsetattr(descriptor, termios.TCSADRAIN, mode)
