"""Quantify: which numbers of a message are training examples, a score, a target or a volume - by grammar and cue words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.core.facts import Frozen
from bot.language.marks import read_marks
from bot.language.numbers import Quantity, quantities

_PAIRS = (  # what is training data by its very name
    r"examples?|exemplars?|samples|pairs|q\s?[&/+]?\s?as?|labels|annotations|demonstrations|before/afters?|"
    r"(?:training|preference|instruction) \w+|beispiele|paare|exemples|paires|ejemplos|pares|instructions"
)
_RECORDS = (  # what becomes training data once it is kept or somebody has gone over it
    r"transcripts?|convos?|conversations?|chats?|dialog(?:ue)?s?|threads?|edits|corrections|traces|trajectories|"
    r"(?:e-?)?mails|replies|responses|answers|drafts|outputs|completions|segments|sentences|utterances|rows|records|"
    r"entries|tickets|calls|decisions|verdicts|summaries|memos|letters|notes|captions|translations|descriptions|spans|clips|snippets|"
    r"components|programs|scripts|lines|macros|comments|reports|charts|reviews|messages|cases|\w*protokolle|dialoge|antworten|"
    r"segmente|sätze|phrases|réponses|courriels|respuestas|conversaciones|correos|frases"
)
_MADE = (  # what people (or a model) did to each of them
    r"(?:(?:double|hand|expert|human|pre|well)-)?(?:label?led|annotated|tagged|coded|graded|reviewed|edited|approved|"
    r"curated|corrected|checked|verified|validated|proofread|audited|signed(?:[- ]off)?|fixed|rewritten|transcribed|"
    r"translated|aligned|paired|logged|recorded|archived|collected|published|sent|answered|solved|migrated|"
    r"actioned|moderated|written|typed|picked|made|booked|shipped|cleaned|generated|invented|done)|(?:expert|human)-\w+|past|old|"
    r"historic(?:al)?|synthetic|golden|gold|spare|real|teacher|model|training|etiquetad[oa]s|revisad[oa]s|corregid[oa]s|"
    r"validad[oa]s|étiquetée?s|annotée?s|relue?s|validée?s|corrigée?s|gelabelte?n?|annotierte?n?|geprüfte?n?|"
    r"freigegebene?n?|korrigierte?n?|alte"
)
_WORD = r"(?!(?:of|in|and|or|but|with|we|the|a|to|is|are|per|for|on|from|by)\b)[\w'’/&-]+"
_GAP = rf"(?:\+|ish|-ish|-odd|\+ish| or so)?(?:,? (?:of )?(?:our |the |such |these |my |their |her |his |de |von )?)?(?:{_WORD}\s){{0,3}}?"
_NAMED = re.compile(rf"\s?{_GAP}(?P<noun>{_PAIRS})\b", re.IGNORECASE)
_RECORDED = re.compile(rf"\s?{_GAP}(?:{_RECORDS})(?!\w|/)", re.IGNORECASE)
_WORKED = re.compile(
    rf"\s?(?:of the model's |of )?(?:{_WORD}\s){{0,2}}?(?:(?:{_MADE})(?!\w)|by hand\b)"
    rf"|\s{_GAP}{_WORD}\s(?:\([^()]{{0,25}}\)\s)?(?:(?:{_MADE})\s?(?:by|with|from|ones)?(?!\w)|of (?:hers|his|ours|theirs|mine)\b|"
    r"(?:w/|with) (?:the|their|our|its|a|an|labels?|decisions?|outcomes?|verdicts?|edits?|corrections?|answers?)(?!\w)|"
    r"(?:they've|we've|they|we|he's|she's|i've) (?:signed|approved|edited|written|corrected|labell?ed|checked|kept)\b|"
    r"by (?:our|certified|hand|in-house|the)\b|in the (?:vault|archive|tm|tms|crm|backlog|export)\b)",
    re.IGNORECASE,
)
_OF_THOSE = re.compile(r"\s?of (?:them|those|these|'?em|such)\b", re.IGNORECASE)
_OURS = re.compile(
    r"(?:\b(?:we|i|they)(?:'ve| have| do have)?(?: also| only| already)?(?: got| had| have| kept| saved)?|\bhave|\bgot|\bgave us|"
    r"\bthere(?:'s| are| is)|\b(?:haben|liegen|tenemos|hay|on a|nous avons|are)|\bplus)\s(?:(?:about|around|only|"
    r"maybe|like|just|some|nur|etwa|unos|environ|up to|the|these|a|of) ?)*$|^\W*$|[.,;:(!?\n]\s*(?:and |plus |about |only |with )?$",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"\b(?:wrote|rewrote|fixed|corrected|edited|annotated|label?led|did|tagged|coded|approved|saved|collected|kept|translated|"
    r"reviewed|transcribed|logged|answered|generated|trained (?:it |this |one |a \w+ )?on|(?:sft|ft|fine-?tune|tune|train)'?e?d\b"
    r"(?:[\w .-]{0,25})? on|(?:labels?|annotations?|edits|corrections|outcomes|ratings) (?:for|on|of))\s(?:on )?"
    r"(?:(?:about|around|over|some|the|like|already)\s)*$",
    re.IGNORECASE,
)
_NOT_OURS = re.compile(
    r"(?:\b(?:needs?|requires?|at least|budget for|could (?:do|write|make|label|get)|can (?:do|write|make|label|get)|should|"
    r"will|would|want|plan(?:s|ning)?|plan is|to|or|let's|works? (?:from|with)|from|collect|buy|generate|label|create|produce|write|"
    r"claims?|says?|add|adding|rag with|another|every|each|any of|one of|out of|in|against|over|across|sampled?|eyeball\w*|graded|"
    r"grades?|scores?|runs?|judge[sd]?|rate[sd]?|measured|spot[- ]?check\w*|tried|prompt\w*|paste[sd]?|few-?shots?|"
    r"tests?|benchmark\w*|evals?|evaluat\w+|list|(?:test )?set|sheet|same)\b|(?:^|\s)w/)(?:[\s:=+&(]+[\w'-]+){0,2}[\s:=+&(~]*$|"
    r"\b(?:on|sur|auf|sobre|contra|gegen)\s(?:(?:about|our|the|all|les|nos|los|den)\s)*$",
    re.IGNORECASE,
)
_NOT_DATA = re.compile(
    rf"\s?(?:{_WORD}\s){{0,3}}?(?:tokens?|pages?|docs?|documents?|pdfs?|users?|customers?|people|tools?|tests?|\w+-?sets?|"
    r"held-?out|hold-?out|asserts?|frozen|benchmark|stratified|\w*testsätzen|kept aside|more|extra|rollouts?|classes|categor\w+|"
    r"intents|gpus?|languages|labs|analysts?|annotators?|rules|turns|epochs?)(?!\w)"
    r"|[^.,;]{0,60}?\b(?:pasted|w/ scores|(?:to|for) (?:check|test|compare|measur|evaluat|eval)\w*|(?:of|loc) code|in[- ]context|"
    r"(?:in|into|to) (?:the|our|a|its|my|each|every) (?:system )?prompt|few-?shots?|but (?:w/o|without|missing|lack\w*))(?!\w)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s(?:[\w-]+\s){0,2}?(?:kept aside|held[- ]?out|set aside|for testing|reserved|kept for)\b", re.IGNORECASE)
_NO_DATA = re.compile(
    r"(?<!or )\b(?:no|(?:n't|not|haven't) (?:have|got) any|n't any|zero|without(?: any)?|w/o(?: any)?|not any|keine?|aucune?|sin|hardly any|nothing) (?:\w+ )?(?:training )?(?:training data|"
    r"labels?|labell?ed\b(?: \w+)?|q\s?[&/]?\s?as?|pairs|annotations?|instructions|traces (?:stored|kept|logged)|trainingsdaten|"
    r"beispiele|ejemplos|exemples)(?! in the prompt)\b|\bno examples(?! in)\b|"
    r"\bnever (?:stored|kept|logged|saved|recorded|collected)\b|\bnothing (?:was |is |has been )?(?:stored|collected|logged|labell?ed|kept|saved)\b|"
    r"\b(?:none|nothing) (?:\w+ ){0,2}?(?:collected|stored|exists?|recorded|so far)\b|\bno (?:inputs?|outputs?|traces?|logs?)\b.{0,20}\b(?:stored|kept|logged)\b|"
    r"\btraining (?:set|data|examples|pairs)\s?(?:[:=]|is|are)\s?(?:none|zero|nothing|empty|0)\b|"
    r"\b(?:zero|no) (?:old|past|previous|existing|historic\w*) (?:\w+ )?(?:texts?|examples|mails|emails|replies|data)\b",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"\W*(?:none|nothing|zero|no|nope|nada|ninguno|keine?|nichts|aucune?|rien|not (?:any|one|yet)|0)\b", re.IGNORECASE)
_UNUSABLE = re.compile(r"\b(?:but|though|aber|mais|pero)\b[^.]{0,12}\b(?:no|not|none|without|w/o)\b[^.]{0,20}\b(?:q\s?[&/]?\s?as?|usable|pairs|labels?|answers)\b", re.IGNORECASE)
_NOT_TRAFFIC = re.compile(
    r"[$€£]|dollar|euro|\bcents?\b|tokens?|spend|bill\b|costs?\b|\bpay\w*|zahlen|\bpaie|factura|hours? (?:a|per)|\bnew \w+ (?:a|per)|"
    r"could write|can write|sweep|\bscored?\b|\beval\w*|\btests?\b|changes?\b|updates?|commits|releases?|peak of|reboot|meetings?|salary",
    re.IGNORECASE,
)
_USUAL = re.compile(r"\b(?:normal(?:ly)?|usual(?:ly)?|otherwise|typical(?:ly)?|average)(?: day)?(?: is| are| it's|:)*\s(?:about |around )?$", re.IGNORECASE)
_NO_TRAFFIC = re.compile(r"\b(?:no (?:users|traffic|requests|volume)|not live|nobody uses|none yet|zero|nothing yet)\b", re.IGNORECASE)


class Told(Frozen):
    """A number that a message tells about a fact, and the words it rests on."""

    fact: str
    value: float
    quote: str
    start: int
    hedged: bool = False


def read_numbers(text: str, asked: Iterable[str] = ()) -> list[Told]:
    """What the numbers of a cleaned text tell. `asked` are the facts just asked about: for them plainer wording suffices."""
    wanted = list(asked)
    found = quantities(text)
    marks = read_marks(text, found, [fact for fact in wanted if fact in ("score", "target", "quality")])
    told = [_told(text, fact, value, quantity) for fact, (value, quantity) in marks.items()]
    used = {quantity.start for _, quantity in marks.values()}
    rest = [quantity for quantity in found if quantity.start not in used]
    told += _volume(text, found, "volume" in wanted)
    told += _examples(text, rest if len(wanted) != 1 else found, "examples" in wanted)
    return told


def _told(text: str, fact: str, value: float, quantity: Quantity) -> Told:
    begin = max(text.rfind(mark, 0, quantity.start) for mark in ("\n", ". ")) + 1
    ends = [i for i in (text.find("\n", quantity.end), text.find(". ", quantity.end)) if i >= 0]
    quote = text[max(begin, quantity.start - 60) : min([*ends, quantity.end + 60])].strip()
    return Told(fact=fact, value=value, quote=quote, start=quantity.start, hedged=quantity.hedged)


def _volume(text: str, found: Sequence[Quantity], asked: bool) -> list[Told]:
    rates = []
    for quantity in found:
        priced = [q.end for q in found if q.unit == "money" and quantity.start - 40 < q.end <= quantity.start]
        begin = max([0, quantity.start - 40, *priced[-1:]])
        around = re.split(r"[.;]\s|,\s|\band\b", text[begin : quantity.start])[-1] + text[quantity.start : quantity.end + 3]
        if quantity.unit == "rate" and 1 / 24 < quantity.days <= 31 and (asked or not _NOT_TRAFFIC.search(around)):
            rates.append(quantity)
    if rates:
        told = next((q for q in rates if q.days == 1), rates[0]) if asked else rates[0]
        usual = [q for q in found if q.unit == "count" and q.start > told.end and _USUAL.search(text[max(0, q.start - 30) : q.start])]
        value = usual[0].value / told.days if usual else told.value
        return [_told(text, "volume", round(value), usual[0] if usual else told)]
    if asked:
        counts = [q for q in found if q.unit == "count"]
        if counts:
            return [_told(text, "volume", round(counts[0].value), counts[0])]
        if none := _NO_TRAFFIC.search(text):
            return [Told(fact="volume", value=0, quote=text[:120], start=none.start())]
    return []


def _examples(text: str, found: Sequence[Quantity], asked: bool) -> list[Told]:
    counts = [q for q in found if q.unit == "count"]
    nothing = _NO_DATA.search(text) or (_NOTHING.match(text) if asked else None) or (_UNUSABLE.search(text) if asked else None)
    for i, quantity in enumerate(counts):
        if asked and nothing:
            break
        if not (asked or _is_data(text, quantity)):
            continue
        value = quantity.value
        following = counts[i + 1] if i + 1 < len(counts) else None
        if following and following.start - quantity.end < 30:
            if _ASIDE.match(text, following.end) and following.value < value:
                value -= following.value
            elif asked and re.fullmatch(r"(?: \w+){0,2} (?:plus|and|\+) ", text[quantity.end : following.start]):
                value += following.value
        return [_told(text, "examples", round(value), quantity)]
    if nothing:
        quote = text[max(0, nothing.start() - 20) : nothing.end() + 40].strip()
        return [Told(fact="examples", value=0, quote=quote, start=nothing.start())]
    return []


def _is_data(text: str, quantity: Quantity) -> bool:
    """Whether an unasked count is one of examples that the team has."""
    value = quantity.value
    before = re.split(r"[.;!?\n](?=\s)", text[max(0, quantity.start - 60) : quantity.start])[-1]
    after = re.split(r"[.;:!?\n](?=\s|$)|,\s|\)", text[quantity.end : quantity.end + 80])[0]
    wrote = _WROTE.search(before)
    if _NOT_DATA.match(after) or (_NOT_OURS.search(before) and not wrote):
        return False
    if _NAMED.match(after):
        return value >= 5 or value == 0
    if value < 20:
        return False
    if _WORKED.match(after):
        return True
    if _RECORDED.match(after):
        return bool(wrote or _OURS.search(before))
    if wrote and after.strip():
        return True
    earlier = text[max(0, quantity.start - 160) : quantity.start]
    if not re.search(rf"\b(?:{_PAIRS}|{_RECORDS})\b", earlier, re.IGNORECASE):
        return False
    alone = not after.strip() and (not before.strip(" (~") or re.search(r"\b(?:about|maybe|have)\s*$", before, re.IGNORECASE))
    beside = before.endswith("(") and re.search(rf"\b(?:{_PAIRS}|{_RECORDS}) \($", before, re.IGNORECASE)
    return bool(_OF_THOSE.match(after) or (alone and value >= 30) or beside)
