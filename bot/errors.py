"""Every error of ours, in one tree. A message says what happened and what to do next.

TunewiseError
├── BadInput            what somebody gave us cannot be used; exit code 2
│   ├── FactError       an unknown fact, an illegal level, a number out of range
│   └── UsageError      a command used wrongly, a file that cannot be read
├── ContentError        knowledge/ or prompts/ is broken; lists every problem with file and line
├── StoreError          sessions cannot be read or written now; exit code 1
│   ├── Damaged         what is stored of a thread cannot be read; forgetting the thread is all that is left
│   └── Stale           somebody else saved the thread meanwhile
├── Passing             a call outside failed in a way that may pass; tried again after a while
├── Failed              a message of somebody could not be worked on, and that is our fault; kept as a dead letter
└── SettingsError       an environment variable has a value that cannot be used; exit code 2
"""


class TunewiseError(Exception):
    """Base of all errors of ours; str() is a sentence fit for a user."""


class BadInput(TunewiseError):
    """Something given to us cannot be used."""


class FactError(BadInput):
    """A fact that does not exist, or a value it cannot have."""


class UsageError(BadInput):
    """A command was used wrongly."""


class SettingsError(BadInput):
    """A setting has a value that cannot be used."""


class StoreError(TunewiseError):
    """Sessions cannot be read or written now."""


class Damaged(StoreError):
    """What is stored of a thread cannot be read."""


class Stale(StoreError):
    """Somebody else saved the thread meanwhile; what they saved is still there."""


class Failed(TunewiseError):
    """A message could not be worked on through no fault of its sender; the sentence has the reference to quote."""


class Passing(TunewiseError):
    """Something outside failed in a way that may pass. `after` is how many seconds to wait at least, where it said so."""

    def __init__(self, sentence: str, after: float | None = None) -> None:
        super().__init__(sentence)
        self.after = after


class ContentError(TunewiseError):
    """The content under knowledge/ or prompts/ is broken. `problems` are lines of the form `file:line: what`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
