"""Commands: what the terminal says at first, and the commands it knows."""

from __future__ import annotations

GREETING = (
    "Should you fine-tune? Say what your model is for, and where it falls short.",
    "/help lists the commands; /quit, Ctrl-C or Ctrl-D leaves.",
)
RESUMED = ("Going on where you were; /facts lists what is understood so far.", GREETING[1])
# Per command what it does, and what is said in its place.
COMMANDS: dict[str, tuple[str, str | None]] = {
    "/facts": ("what is understood so far, and who said it", "what have you understood so far?"),
    "/more": ("the last verdict in full: steps in detail, who said what, sources with links", None),
    "/why": ("why that verdict", "why that verdict?"),
    "/new": ("start over", "start over"),
    "/forget": ("forget this talk and everything in it", "forget this thread"),
    "/help": ("these lines", None),
    "/quit": ("leave; the talk is kept", None),
}
SKIP = "skip"  # said when a question of the round was skipped
