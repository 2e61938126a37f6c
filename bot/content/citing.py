"""Citing: whether every claim that is cited can be shown, and every claim is covered by one note."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.content.findings import Findings
from bot.core.evidence import Claim, Evidence
from bot.core.knowledge import Knowledge
from bot.errors import FactError


def citing(knowledge: Knowledge) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Everything that cites claims and is shown to people: its kind, its id, the claims."""
    policy = knowledge.policy
    for rule in policy.rules:
        yield "rule", rule.id, [claim for because in rule.because for claim in because.claims]
    for i, method in enumerate(policy.methods):
        yield "method", str(i), method.claims
    for caution in policy.cautions:
        yield "caution", caution.id, caution.claims
    for step in policy.steps:
        yield "step", step.id, step.claims
    for id, dispute in policy.disputes.items():
        yield "dispute", id, [claim for side in dispute.sides for claim in side.claims]


def cited(evidence: Evidence, claims: Iterable[str]) -> Iterator[str]:
    """What is wrong with a list of cited claims."""
    for id in dict.fromkeys(claims):
        if id not in evidence.claims:
            yield f"there is no claim {id!r}"
        elif evidence.claims[id].checked == "recall":
            yield f"the claim {id} is from memory only and may not be cited"
        elif id not in evidence.note_of_claim:
            yield f"the claim {id} is cited, but no note covers it"


def check_notes(knowledge: Knowledge, findings: Findings) -> None:
    """Notes: what they cite and what they document."""
    catalogue, claims = knowledge.catalogue, knowledge.evidence.claims
    for id, note in knowledge.evidence.notes.items():
        for claim in note.claims:
            if claim not in claims:
                findings.problem("note", id, f"there is no claim {claim!r}")
            elif claims[claim].checked == "recall":
                findings.problem("note", id, f"the claim {claim} is from memory only and may not be shown")
        if note.case:
            kind = {"task_kind": note.case.task_kind} if note.case.task_kind else {}
            for key, value in {**kind, **note.case.facts}.items():
                try:
                    catalogue.check(key, value)
                except FactError as error:
                    findings.problem("note", id, f"the case: {error}")


def check_claims(evidence: Evidence, findings: Findings) -> None:
    """Claims: whether each is covered, once, and comes from somewhere."""
    covering: dict[str, list[str]] = {}
    for note in evidence.notes.values():
        for covered in note.claims:
            covering.setdefault(covered, []).append(note.id)
    for id, claim in evidence.claims.items():
        findings.problem("claim", id, _claim(evidence, id, claim, covering.get(id, [])))
    used = {claim.source for claim in evidence.claims.values()}
    for key in evidence.sources:
        if key not in used:
            findings.problem("source", key, f"no claim comes from {key}")


def _claim(evidence: Evidence, id: str, claim: Claim, notes: Sequence[str]) -> Iterator[str]:
    if len(notes) > 1:
        yield f"{id} is covered by more than one note: {', '.join(notes)}"
    if not notes and not claim.left_out and claim.checked != "recall":
        yield f"{id} is covered by no note; write one, or give the reason under `left_out`"
    if notes and claim.left_out:
        yield f"{id} is left out ({claim.left_out}), yet {notes[0]} covers it"
    if bool(claim.source) == bool(claim.derived_from):
        yield f"{id} needs either a source or the claims it was derived from"
    if claim.source and claim.source not in evidence.sources:
        yield f"{id}: there is no source {claim.source!r}"
    for origin in claim.derived_from:
        if origin not in evidence.claims:
            yield f"{id} is derived from {origin!r}, which does not exist"
    if _rests_on_itself(evidence, id):
        yield f"{id} is derived from itself in the end"


def _rests_on_itself(evidence: Evidence, id: str) -> bool:
    seen: set[str] = set()
    ahead = list(evidence.claims[id].derived_from)
    while ahead:
        origin = ahead.pop()
        if origin == id:
            return True
        if origin in evidence.claims and origin not in seen:
            seen.add(origin)
            ahead.extend(evidence.claims[origin].derived_from)
    return False
