"""Marks: which numbers of a message are the measured score and the target, by the words next to them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.facts import Frozen
from bot.language.numbers import Quantity

_FILLER = r"(?:[\s:=(\"]+(?!(?:at|is at|now|currently|and|but)\s)[\w/'-]+){0,4}?[\s:=(\"~]*$"
_WANTED = (
    r"needs?|needed|wants?|wanted|targets?|goals?|must|has to|have to|gotta|should|requires?|required|requirement|sla|"
    r"bar|gate|threshold|spec|aim(?:s|ing)?|hop(?:e|ed|ing)(?: for)?|asks?|asked|demands?|insists?|expects?|promised|"
    r"happy (?:with|at)|minimum|at least|signed off on|contract|pays? (?:for itself|off)|anything (?:over|above)|worth it|"
    r"ziel|soll(?:te|en|ten)?|muss|müssen|brauch(?:en|t)|wollen|erwarte[nt]|objectif|cible|vise|faut|voulons|veut|doit|"
    r"exige|meta|objetivo|necesit\w+|queremos|quieren?|hace falta|exigen?|piden?"
)
_TARGET_BEFORE = re.compile(rf"(?:\b(?:{_WANTED})\b{_FILLER}|(?:>=|≥)\s?$)", re.IGNORECASE)
_TARGET_AFTER = re.compile(
    r"\s*(?:\+|%)?\s*(?:f1|acc\w*|precision|recall|correct|right|happy|or so)?\s*(?:(?:is|was|being|are|as) )?(?:(?:the|our|what) )?"
    r"(?:target|goal|bar\b|sla\b|needed|required|requested|asked|wanted|promised|expected|spec\b|minimum|would (?:do|be)|is fine|"
    r"(?:that )?(?:they|we|he|she|\w+) (?:asked|need|want|promised|agreed|expect)|under contract|to (?:go live|be useful|ship|launch)|"
    r"or (?:bust|nothing|we |the |it |no )|wären? |ist das ziel|(?:sind |ist )?(?:nötig|gefordert|verlangt)|hatten wir|"
    r"requis|demandés?|exigés?|attendus?|nos vale|(?:es )?(?:el |lo )?(?:objetivo|que piden))",
    re.IGNORECASE,
)
_BOTH = re.compile(r"(?:%|ish)?,? (?:and )?(?:that's|that is|which is) (?:exactly |just )?what (?:we|they) (?:need|want|asked)", re.IGNORECASE)
_HAVE = re.compile(
    r"(?:\b(?:at|on|gets?|got|scor(?:es?|ed|ing)|sits|sitting|stuck|plateau\w*|pass(?:es)?|lands?|hits?|reach\w*|"
    r"maxed out|delivers?|measured|does|now|currently|today|number|f1|acc(?:uracy)?|recall|precision|rate|match|quality|"
    r"prompting|run|one|pass@\d+|liegt|aktuell|derzeit|erreicht|schafft|actuellement|atteint|ahora|llega|estamos|en)"
    r"(?:\s(?:only|was|is|at|on|about|now|bei|à|a|en|just|like|around))*[\s:=(~\"]*)$",
    re.IGNORECASE,
)
_ROSE = re.compile(r"\bfrom \d\d(?:\.\d)?\s?%? to (?:about )?$", re.IGNORECASE)
_QUALITY = (
    r"(?:(?:macro|micro)?[- ]?f1|acc(?:uracy)?|bleu|comet|exact match|exec\w* match|em|pass(?:es|ed|ing)?|correct(?:ly)?|"
    r"right|solved|resol\w+|accept\w*|approv\w+|love|usable|clean(?:ly)?|valid|ok|okay|win rate|scor\w+|quality|recall|"
    r"precision|pass@\d+|agreement with|acierto|correct[ao]s|korrekt|richtig\w*|réussite|juste|unchanged|unverändert)\b"
)
_NAMED_QUALITY = re.compile(rf"\s?{_QUALITY}", re.IGNORECASE)
_METRIC = re.compile(
    rf"\b(?:{_QUALITY}|(?:test ?set|eval\w*|held-?out|hold-?out|benchmark|gold\w*|rubric|checklist|last number|first run|"
    r"plateau\w*|stuck|testset)\b)",
    re.IGNORECASE,
)
_REACHES = re.compile(r"\b(?:gets|scores?|sits at|stuck at|delivers|plateaued at|(?:are|'re|is) at) (?:only |about )?$", re.IGNORECASE)
_OTHER_MEASURE = re.compile(
    r"\b(?:retriev\w+|look-?ups?|search\b(?! quality)|rag\b|recall@|ndcg|hit[- ]?rate|chunks?|passages?|linker|"
    r"index|retrouvé\w*|gefunden|finds the|buscador|annotators?|kappa|iaa|inter-?(?:annotator|rater)|raters?|judges? agree|"
    r"(?:two|three|2|3|\w+s) (?:only )?agree|costs?|cheaper|saving|discount|latency|faster|slower|refund|price|"
    r"bill|budget|traffic|churn|growth|feels?|coverage|checklist, the rest|temperature|threshold of|learning rate|"
    r"could|put|of (?:the|our|all) (?:labels?|data|answers are|users|customers|tickets|examples|volume|team|examples))\b|-\s?$",
    re.IGNORECASE,
)
_BAD = re.compile(
    r"\b(?:refus\w+|error(?:s| rate)?|hallucinat\w*|wrong|malformed|broken|fail(?:s|ure|ures|ed)?|misse[sd]|misplaced|"
    r"complaints?|wer|escalat\w+|mistakes|incorrect|junk|false (?:positives?|negatives?|alarms?)|reject\w*|falsch|fehler\w*|"
    r"erreurs?|refus|errores|fallos|rewrit\w+|invent\w*|nonsense|cringe|throw away|skips?|breaks?)\b",
    re.IGNORECASE,
)
_ARROW = re.compile(r"\s?%?\s?(?:->|→|=>|/|(?:\w+\s)?(?:vs\.?|versus|against|gegen|contre))\s?(?:(?:the|bar|target|goal|of|need|a)\s?)*", re.IGNORECASE)
_VERSUS = re.compile(r"\b(?:vs\.?|versus)\s(?:(?:the|a|bar|target|of)\s)*$", re.IGNORECASE)
_BARE_AFTER = re.compile(
    r"(?:ish|%|\+)?\s?(?:$|[.,;:!?()\]/&\n\"]|->|→|=|-\s|–|vs\b|(?:to|on|for|but|and|or|by|now|today|is|was|are|right|so|w/|with|"
    r"before|after|in|at|as|then|though|target|goal|asked|needed|required|wanted|would|will|we|from|until|auf|im|bei|ohne|"
    r"mit|over|all|sur|et|y|en|needs?|wants?|sla|bar|gate|sind|ist|wären|reicht|happy|good|current\w*|aujourd\w*|f1|field|point|overall|macro|micro)\b)",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.;!?\n](?=\s|$)|,\s|:\s")
_SENTENCE = re.compile(r"[.;!?\n](?=\s|$)")


class Mark(Frozen):
    """A number that may be a score or a target, with what the words next to it say about that."""

    quantity: Quantity
    value: float  # in percent
    target: bool
    has: bool  # a word as "scores" or "stuck at" stands next to it
    metric: bool  # what is measured is named near it
    bad: bool  # what is counted is failures
    other: bool  # it measures something else
    sentence: int


def read_marks(text: str, found: Sequence[Quantity], asked: Sequence[str] = ()) -> dict[str, tuple[float, Quantity]]:
    """The score and the target that a text gives, in percent, higher is better."""
    marks = _marks(text, found, bool(asked))
    score, target = _unasked(text, marks)
    if asked and marks:
        score, target = _asked(marks, asked, score, target)
    flip = bool(
        any(m and m.bad for m in (score, target))
        and ((asked and (not score or not target)) or (score and target and target.value < score.value))
    )
    if not asked and score and score.bad and not flip:
        score = None
    chosen = {"score": score, "target": target}
    return {
        fact: (round(100 - mark.value if flip else mark.value, 4), mark.quantity)
        for fact, mark in chosen.items()
        if mark and 0 <= mark.value <= 100
    }


def _marks(text: str, found: Sequence[Quantity], asked: bool) -> list[Mark]:
    marks: list[Mark] = []
    top = 0.0
    sentence, seen = 0, 0
    for i, quantity in enumerate(found):
        sentence += len(_SENTENCE.findall(text, seen, quantity.start))
        seen = quantity.start
        begin = max(found[i - 1].end if i else 0, quantity.start - 60)
        stop = min(found[i + 1].start if i + 1 < len(found) else len(text), quantity.end + 45)
        before, after = text[begin : quantity.start], text[quantity.end : stop]
        tight = _SENTENCE.split(before)[-1]
        clause = _STOP.split(before)[-1] + "# " + _STOP.split(after)[0]
        said = "" if _BOTH.match(text, quantity.end) else _SENTENCE.split(after)[0]
        target = bool(_TARGET_BEFORE.search(tight) or _TARGET_AFTER.match(said))
        value, kind = quantity.value, quantity.unit
        if kind == "scale":
            top = quantity.of
        elif kind == "count" and top and value <= top and target:
            value, kind = 100 * value / top, "scale"
        if kind == "count" and (not 1 <= value <= 100 or not (asked or _BARE_AFTER.match(after) or _NAMED_QUALITY.match(after))):
            continue
        if kind not in ("percent", "scale", "fraction", "count"):
            continue
        if re.search(r"\b(?:from|von)\s$", tight):
            continue  # where it started, not where it is
        rose = bool(_ROSE.search(text, max(0, quantity.start - 24), quantity.start))
        has = rose or bool(_HAVE.search(tight))
        near = _SENTENCE.split(text[max(0, quantity.start - 40) : quantity.start])[-1] + "# " + _SENTENCE.split(after)[0]
        marks.append(
            Mark(
                quantity=quantity,
                value=value,
                target=target or bool(has and _VERSUS.search(before)),
                has=has,
                metric=rose or bool(_METRIC.search(near)) or (kind != "count" and bool(_REACHES.search(tight))),
                bad=bool(_BAD.search(clause)),
                other=bool(_OTHER_MEASURE.search(clause)),
                sentence=sentence,
            )
        )
    return marks


def _unasked(text: str, marks: list[Mark]) -> tuple[Mark | None, Mark | None]:
    for low, high in zip(marks, marks[1:], strict=False):
        joined = _ARROW.fullmatch(text, low.quantity.end, high.quantity.start)
        if joined and not low.other and low.value > 1:
            return low, high
    target = next((m for m in marks if m.target and not m.other), None)
    if target:
        score = _partner(marks, target)
        strong = target.quantity.unit != "count" or re.search(
            r"\b(?:target|goal|sla|ziel|objecti\w+|objetivo)\b", text[max(0, target.quantity.start - 25) : target.quantity.end + 12], re.IGNORECASE
        )
        return score, target if score or strong else None
    for mark in marks:
        named = mark.metric and (mark.quantity.unit != "count" or mark.has or _NAMED_QUALITY.match(text, mark.quantity.end))
        if mark.other or mark.bad or not named:
            if not (mark.has and _BOTH.match(text, mark.quantity.end)):
                continue
        return mark, mark if _BOTH.match(text, mark.quantity.end) else None
    return None, None


def _partner(marks: list[Mark], target: Mark) -> Mark | None:
    """The score that goes with a target: the nearest number before it, or after it with a word that says so."""
    free = [m for m in marks if not m.target and not m.other]
    before = [m for m in free if m.quantity.start < target.quantity.start]
    for mark in sorted(reversed(before), key=lambda m: not m.has):
        reach = 90 if mark.quantity.unit == "count" and not (mark.has or mark.metric) else 200
        if target.quantity.start - mark.quantity.end <= reach:
            return mark
    return next((m for m in free if m not in before and (m.has or m.metric or m.quantity.unit != "count")), None)


def _asked(
    marks: list[Mark], asked: Sequence[str], score: Mark | None, target: Mark | None
) -> tuple[Mark | None, Mark | None]:
    if "target" not in asked:
        return score or next((m for m in marks if not m.target), None), target
    if "score" not in asked and "quality" not in asked:
        return score, target or next((m for m in marks if m.target), None) or next(iter(marks), None)
    if score and target:
        return score, target
    first = list({mark.sentence: mark for mark in reversed(marks)}.values())[::-1]
    pool = first if len(first) > 1 else marks
    target = target or next((m for m in pool if m.target), None)
    if target:
        return next((m for m in pool if m is not target and not m.target), None), target
    if len(pool) == 1:
        return pool[0], None
    return pool[0], pool[1]
