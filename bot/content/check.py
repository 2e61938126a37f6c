"""Check: what is wrong with a knowledge base that reads well, all at once."""

from __future__ import annotations

from collections import Counter
from datetime import date

from bot.content.citing import check_claims, check_notes, cited, citing
from bot.content.findings import Findings
from bot.content.load import Places
from bot.content.table import check_shown, check_table
from bot.content.vocabulary import check_ids, check_vocabulary
from bot.core.facts import Frozen
from bot.core.knowledge import Knowledge


class Report(Frozen):
    """What was found, each as `file:line: what`. A problem must be mended; a warning asks for a look."""

    problems: list[str]
    warnings: list[str]


def check_knowledge(knowledge: Knowledge, places: Places, today: date) -> Report:
    """Everything wrong with what was loaded; `places` is what the loader noted down."""
    findings = Findings(places)
    check_vocabulary(knowledge, findings)
    sound = not findings.problems  # the table can only be compiled over facts and levels that exist
    check_ids(knowledge, findings)
    for kind, id, claims in citing(knowledge):
        findings.problem(kind, id, cited(knowledge.evidence, claims))
    check_notes(knowledge, findings)
    check_claims(knowledge.evidence, findings)
    if sound and check_table(knowledge, findings):
        check_shown(knowledge, findings)
    for id, note in knowledge.evidence.notes.items():
        if knowledge.evidence.overdue(id, today):
            findings.warning("note", id, f"was to be looked at again by {note.review_by}")
    return Report(problems=findings.problems, warnings=findings.warnings)


def stats(knowledge: Knowledge) -> dict[str, object]:
    """How much there is: notes, claims (covered ones by how far they were checked), sources, rules, questions."""
    evidence = knowledge.evidence
    covered = Counter(claim.checked for id, claim in evidence.claims.items() if id in evidence.note_of_claim)
    return {
        "notes": len(evidence.notes),
        "claims": len(evidence.claims),
        "covered": dict(sorted(covered.items())),
        "left_out": {id: claim.left_out for id, claim in evidence.claims.items() if claim.left_out},
        "sources": len(evidence.sources),
        "rules": len(knowledge.policy.rules),
        "questions": len(knowledge.questions),
    }
