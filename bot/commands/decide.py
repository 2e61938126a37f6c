"""`tunewise decide`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot.commands.inputs import read_json_lines, read_mapping
from bot.commands.options import AsJson, Today, day_of, make_app, print_json
from bot.errors import BadInput, UsageError


def decide(
    file: Annotated[str, typer.Argument(help="Facts as JSON or YAML; - for standard input.")] = "-",
    batch: Annotated[
        bool, typer.Option("--batch", help='JSON Lines {"id", "facts"} in, {"id", "decision"} out.')
    ] = False,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Facts in, verdict out."""
    from bot.core.decide import decide as decide_facts
    from bot.core.facts import read_facts

    app, day = make_app(), day_of(today)
    knowledge = app.knowledge
    if batch:
        cases = []
        for number, entry in read_json_lines(file):
            try:
                cases.append((entry.get("id"), read_facts(knowledge.catalogue, entry.get("facts"))))
            except BadInput as error:
                raise UsageError(f"Line {number}: {error}") from None
        for id, facts in cases:  # a bad line is told before anything is printed
            decision = decide_facts(knowledge, facts, day)
            typer.echo(json.dumps({"id": id, "decision": decision.model_dump(mode="json")}))
        return
    facts = read_facts(knowledge.catalogue, read_mapping(file))
    decision = decide_facts(knowledge, facts, day)
    if as_json:
        print_json(decision.model_dump(mode="json"))
    else:
        from bot.surfaces.terminal.session import print_decision

        print_decision(knowledge, decision)
