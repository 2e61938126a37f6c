"""The kill matrix in short: some cells on the embedded store, some on a redis-server. In full: tests/engine/matrix.py."""

from __future__ import annotations

import shutil

import matrix
import pytest

SHORT = {
    "embedded": [("worker", "send", "after"), ("server", "commit", "before"), ("web", "put", "after")],
    "redis": [("worker", "finish", "before"), ("worker", "commit", "after"), ("server", "send", "after")],
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("kind", SHORT)
async def test_nothing_is_lost_doubled_or_out_of_order(kind, monkeypatch):
    if kind == "redis" and not shutil.which("redis-server"):
        pytest.skip("no redis-server on PATH")
    monkeypatch.setattr(matrix, "CELLS", SHORT[kind])
    result = await matrix.run(kind, trials=len(SHORT[kind]), seed=3)
    assert result.wrong == 0
    assert result.hit >= len(SHORT[kind]) - 1, "hardly anything was killed"


def test_the_matrix_sees_what_is_lost_doubled_out_of_order_and_forgotten():
    order = {"t": ["a", "b"]}

    def wrong(*texts: str) -> str:
        return " ".join(matrix.wrongs(order, [{"thread": "t", "text": text} for text in texts]))

    assert wrong("a", "a b") == ""
    assert "lost: 'a b'" in wrong("a")
    assert "doubled: 'a'" in wrong("a", "a", "a b")
    assert "out of order" in wrong("a b", "a")
    assert "wrong: 'b'" in wrong("a", "b") and "lost: 'a b'" in wrong("a", "b")
