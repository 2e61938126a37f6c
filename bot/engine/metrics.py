"""Metrics: what the engine counts and times, for Prometheus. What each one means is said in its help text."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)


class Metrics:
    """The metrics of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.received = self._counter(
            "received", "Mail taken in, by what became of it: taken, again, limited.", "state"
        )
        self.turns = self._counter("turns", "Turns ended: done, refused, retried, dead, lost, handed_back.", "end")
        self.posts = self._counter("posts", "Posts by how their place came about: sent, or found after a crash.", "how")
        self.taken_over = self._counter("turns_taken_over", "Turns that another worker had begun.")
        self.tokens = self._counter("model_tokens", "Tokens that language models read and wrote.", "direction")
        self.stage = Histogram(
            "tunewise_stage_seconds",
            "Seconds per stage of a turn: intake, queued (received until begun), handle, commit, deliver.",
            ["stage"], buckets=SECONDS, registry=self.registry,
        )  # fmt: skip
        self.depth = self._gauge("queue_depth", "Mail not done yet, in all processes.")
        self.age = self._gauge("queue_age_seconds", "Age of the oldest mail not done yet.")
        self.dead = self._gauge("dead_letters", "Dead letters that wait for an operator.")
        self.timers = self._gauge("timers", "Timers set and not due yet.")
        self.working = self._gauge("turns_in_hand", "Threads this process works on now.")
        self.store_up = self._gauge("store_up", "1 where the store answered when it was last asked.")

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"tunewise_{name}", meaning, labels, registry=self.registry)

    def _gauge(self, name: str, meaning: str) -> Gauge:
        return Gauge(f"tunewise_{name}", meaning, registry=self.registry)

    def count_tokens(self, read: int, written: int) -> None:
        """Adds what a language model took for one turn."""
        self.tokens.labels("read").inc(read)
        self.tokens.labels("written").inc(written)

    def text(self) -> bytes:
        """All of them in Prometheus's text format."""
        return generate_latest(self.registry)
