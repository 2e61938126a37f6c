"""Dead: letters of mail that could not be worked on, read and put back to work."""

from __future__ import annotations

from bot.engine.record import Letter
from bot.errors import UsageError
from bot.stores.letters import Letters
from bot.stores.mailbox import Address


async def read_letters(letters: Letters) -> list[Letter]:
    """All dead letters, oldest first. Raises StoreError."""
    return [Letter.model_validate_json(text) for _, text in await letters.all()]


async def retry_letter(letters: Letters, id: str) -> Letter:
    """Has a letter's mail worked on again; what was committed is not done twice, what was posted is looked up.

    Raises UsageError where there is no such letter, and StoreError.
    """
    letter = next((one for one in await read_letters(letters) if one.id == id), None)
    if letter is not None:
        mail = letter.envelope.mail
        if await letters.retry(Address(mail.workspace, mail.thread), id, mail.id, letter.envelope.model_dump_json()):
            return letter
    raise UsageError(f"There is no dead letter {id[:40]!r}; see: tunewise turns list")
