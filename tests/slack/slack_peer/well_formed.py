"""Well formed: everything that the app ever sent keeps Slack's rules and our own - nobody called, nothing unfurled, nothing refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.surfaces.blockkit.limits import check_message, check_view
from slack_peer.workspace import Workspace

LOOSE = {"link_names", "parse", "markdown_text", "attachments"}
MARKUP = re.compile(r"<(?:[!@#]|\w+:)")
MESSAGES = ("chat.postMessage", "chat.update", "chat.postEphemeral")


def well_formed(workspace: Workspace) -> None:
    """Raises AssertionError or Refused for the first thing that is not."""
    assert not workspace.complaints
    for sent in workspace.sent:
        if sent.method in MESSAGES:
            _message(sent.args)
        elif sent.method.startswith("views."):
            view = sent.args["view"]
            check_view(json.loads(view) if isinstance(view, str) else view)
    for response in workspace.responses:
        assert response["response_type"] == "ephemeral" and response["replace_original"] is False
        _message(response)
    assert not any(m.get("would_unfurl") for c in workspace.channels.values() for m in c.messages.values())


def _message(sent: Mapping[str, Any]) -> None:
    assert not LOOSE & sent.keys(), f"{LOOSE & sent.keys()} in a message"
    if sent.get("blocks"):
        check_message(sent["text"], sent["blocks"])
    assert not MARKUP.search(sent["text"]), f"markup in the words of a message: {sent['text'][:200]}"
