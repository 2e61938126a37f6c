"""`tunewise ask`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.commands.options import AsJson, make_app, print_json
from bot.errors import StoreError, UsageError

if TYPE_CHECKING:
    from bot.app import App
    from bot.talk.replies import Reply


def ask(question: str, as_json: AsJson = False) -> None:
    """One answer from the knowledge base, with its citations, or an honest word that it does not say."""
    from bot.surfaces.terminal.session import print_answer

    if not question.strip():
        raise UsageError('Ask a question, such as: tunewise ask "how many examples do we need?"')
    app = make_app()
    app.check_prompts()
    reply = asyncio.run(_answer(app, question))
    if as_json:
        print_json(reply.as_json())
    else:
        print_answer(reply)


async def _answer(app: App, question: str) -> Reply:
    """The answer. The store is opened for a language model's use alone, and one that is away keeps nobody from an answer."""
    from bot.conversations import open_conversations
    from bot.stores.usage import MemoryUsage

    if app.settings.model_name is None:
        return await app.metered(MemoryUsage()).ask(question)
    try:
        talk = await open_conversations(app)
    except StoreError:
        return await app.metered(MemoryUsage()).ask(question)
    try:
        return await talk.metered.ask(question)
    finally:
        await talk.close()
