"""`tunewise ask`."""

from __future__ import annotations

from bot.commands.options import AsJson, make_app, print_json
from bot.errors import UsageError


def ask(question: str, as_json: AsJson = False) -> None:
    """One answer from the knowledge base, with its citations, or an honest word that it does not say."""
    from bot.surfaces.terminal.session import print_answer

    if not question.strip():
        raise UsageError('Ask a question, such as: tunewise ask "how many examples do we need?"')
    reply, _ = make_app().ask(question)
    if as_json:
        print_json(reply.as_json())
    else:
        print_answer(reply)
