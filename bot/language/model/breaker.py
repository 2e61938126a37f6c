"""Breaker: after failures in a row, calls are left out for a while, so that nobody waits for a model that is down."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

IN_A_ROW = 3
FIRST_PAUSE, LONGEST_PAUSE = 15.0, 600.0  # seconds; doubled each time that the one trial after a pause fails too


class Breaker:
    """Shared by all turns of a process. Shut it lets calls through, open it does not; after a pause it lets one through."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._pause = FIRST_PAUSE
        self._until = 0.0

    def allows(self) -> bool:
        """Whether a call may be made now. After a pause, one caller is told so and the others wait for what it finds."""
        with self._lock:
            now = self._clock()
            if now < self._until:
                return False
            if self._failures >= IN_A_ROW:
                self._until = now + self._pause
            return True

    def succeeded(self) -> None:
        """A call went well: shut, and forgiving again."""
        with self._lock:
            self._failures, self._pause, self._until = 0, FIRST_PAUSE, 0.0

    def failed(self, after: float | None = None) -> None:
        """A call failed; `after` is how many seconds the server asked for."""
        with self._lock:
            now = self._clock()
            self._failures += 1
            if self._failures > IN_A_ROW:
                self._pause = min(2 * self._pause, LONGEST_PAUSE)
            if self._failures >= IN_A_ROW:
                self._until = now + self._pause
            if after:
                self._until = max(self._until, now + min(after, LONGEST_PAUSE))

    @property
    def open(self) -> bool:
        """Whether calls are left out now."""
        with self._lock:
            return self._clock() < self._until
