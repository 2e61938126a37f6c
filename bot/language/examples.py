"""Examples: which count of a message is training examples a team has, by what is counted and what was done to it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.language.numbers import Quantity

MOST_CLASSES = 100  # "12 labels" are what things are sorted into
MOST_TO_MEASURE = 1000  # more of something than that is rather to train on
_PAIRS = (  # what is training data by its very name
    r"examples?|exemplars?|samples|pairs|q\s?[&/+]?\s?as?|labels|annotations|demonstrations|before/afters?|"
    r"(?:training|preference|instruction) \w+|beispiele|paare|exemples|paires|ejemplos|pares|instructions"
)
_RECORDS = (  # what becomes training data once it is kept or somebody has gone over it
    r"transcripts?|convos?|conversations?|chats?|dialog(?:ue)?s?|threads?|edits|corrections|traces|trajectories|"
    r"(?:e-?)?mails|replies|responses|answers|drafts|outputs|completions|segments|sentences|utterances|rows|"
    r"records|entries|tickets|calls|decisions|verdicts|summaries|memos|letters|notes|captions|translations|"
    r"descriptions|spans|clips|snippets|components|programs|scripts|lines|macros|comments|reports|charts|reviews|"
    r"messages|cases|\w*protokolle|dialoge|antworten|segmente|sätze|phrases|réponses|courriels|respuestas|"
    r"conversaciones|correos|frases"
)
_MADE = (  # what people (or a model) did to each of them
    r"(?:(?:double|hand|expert|human|pre|well)-)?(?:label?led|annotated|tagged|coded|graded|reviewed|edited|"
    r"approved|curated|corrected|checked|verified|validated|proofread|audited|signed(?:[- ]off)?|fixed|rewritten|"
    r"transcribed|translated|aligned|paired|logged|recorded|archived|collected|published|sent|answered|solved|"
    r"migrated|actioned|moderated|written|typed|picked|made|booked|shipped|cleaned|generated|invented|done)|"
    r"(?:expert|human)-\w+|past|old|historic(?:al)?|synthetic|golden|gold|spare|real|teacher|model|training|"
    r"etiquetad[oa]s|revisad[oa]s|corregid[oa]s|validad[oa]s|étiquetée?s|annotée?s|relue?s|validée?s|corrigée?s|"
    r"gelabelte?n?|annotierte?n?|geprüfte?n?|freigegebene?n?|korrigierte?n?|alte"
)
_WORD = r"(?!(?:of|in|and|or|but|with|we|the|a|to|is|are|per|for|on|from|by)\b)[\w'’/&-]+"
_GAP = (
    rf"(?:\+|ish|-ish|-odd|\+ish| or so)?(?:,? (?:of )?(?:our |the |such |these |my |their |her |his |de |"
    rf"von )?)?(?:{_WORD}\s){{0,3}}?"
)
_NAMED = re.compile(rf"\s?{_GAP}(?P<noun>{_PAIRS})\b", re.IGNORECASE)
_RECORDED = re.compile(rf"\s?{_GAP}(?:{_RECORDS})(?!\w|/)", re.IGNORECASE)
_WORKED = re.compile(
    rf"\s?(?:of the model's |of )?(?:{_WORD}\s){{0,2}}?(?:(?:{_MADE})(?!\w)|by hand\b)|"
    rf"\s{_GAP}{_WORD}\s(?:\([^()]{{0,25}}\)\s)?(?:(?:{_MADE})\s?(?:by|with|from|ones)?(?!\w)|"
    rf"of (?:hers|his|ours|theirs|mine)\b|"
    r"(?:w/|with) (?:the|their|our|its|a|an|labels?|decisions?|outcomes?|verdicts?|edits?|corrections?|"
    r"answers?)(?!\w)|(?:they've|we've|they|we|he's|she's|i've) (?:signed|approved|edited|written|corrected|"
    r"labell?ed|checked|kept)\b|by (?:our|certified|hand|in-house|the)\b|"
    r"in the (?:vault|archive|tm|tms|crm|backlog|export)\b)",
    re.IGNORECASE,
)
# What a score behind it was measured on: "120 questions with the right answer, the bot gets 66".
_TO_MEASURE = re.compile(
    r"\s?(?:test |eval |held-?out |gold(?:en)? )?(?:questions?|queries|prompts|cases|tasks)\b(?![^.;!?\n]*\b(?:train|tun)\w*)"
    r"[^.;!?\n]*?\b(?:gets?|got|scores?|reach(?:es)?|passes|right|correct|at)\W+(?:only |about )?\d",
    re.IGNORECASE,
)
_LABELS = re.compile(rf"\s?{_GAP}labels\b", re.IGNORECASE)
_SCORED = re.compile(  # before a number that is how good something is
    r"\b(?:model|tune|prompt|version|one|system|bot|baseline|setup|run)\s(?:had|has|got|gets|was at|scored|scores|reached|is at|at)"
    r"\s(?:only |about |just )?$|\bnew one,? $|\b(?:score|target|goal|bar|accuracy|need)s?(?: is| of| was|:)? $",
    re.IGNORECASE,
)
_OF_THOSE = re.compile(r"\s?of (?:them|those|these|'?em|such)\b", re.IGNORECASE)
_OURS = re.compile(
    r"(?:\b(?:we|i|they)(?:'ve| have| do have)?(?: also| only| already)?(?: got| had| have| kept| saved)?|\bhave|"
    r"\bgot|\bgave us|\bthere(?:'s| are| is)|\b(?:haben|liegen|tenemos|hay|on a|nous avons|are)|"
    r"\bplus)\s(?:(?:about|around|only|maybe|like|just|some|nur|etwa|unos|environ|up to|the|these|a|of) ?)*$|"
    r"^\W*$|[.,;:(!?\n]\s*(?:and |plus |about |only |with )?$",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"\b(?:wrote|rewrote|fixed|corrected|edited|annotated|label?led|did|tagged|coded|approved|saved|collected|"
    r"kept|translated|reviewed|transcribed|logged|answered|generated|trained (?:it |this |one |a \w+ )?on|"
    r"(?:sft|ft|fine-?tune|tune|train)'?e?d\b(?:[\w .-]{0,25})? on|"
    r"(?:labels?|annotations?|edits|corrections|outcomes|ratings) (?:for|on|of))\s(?:on )?(?:(?:about|around|"
    r"over|some|the|like|already)\s)*$",
    re.IGNORECASE,
)
_NOT_OURS = re.compile(
    r"(?:\b(?:needs?|requires?|at least|budget for|could (?:do|write|make|label|get)|"
    r"can (?:do|write|make|label|get)|should|will|would|want|plan(?:s|ning)?|plan is|to|or|let's|"
    r"works? (?:from|with)|from|collect|buy|generate|label|create|produce|write|claims?|says?|add|adding|"
    r"rag with|another|every|each|any of|one of|out of|in|against|over|across|sampled?|eyeball\w*|graded|grades?|"
    r"scores?|runs?|saw|seen|judge[sd]?|rate[sd]?|measured|spot[- ]?check\w*|tried|prompt\w*|paste[sd]?|few-?shots?|"
    r"tests?|benchmark\w*|evals?|evaluat\w+|list|(?:test )?set|sheet|same)\b|"
    r"(?:^|\s)w/)(?:[\s:=+&(]+[\w'-]+){0,2}[\s:=+&(~]*$|\b(?:on|sur|auf|sobre|contra|"
    r"gegen)\s(?:(?:about|our|the|all|les|nos|los|den)\s)*$",
    re.IGNORECASE,
)
_NOT_DATA = re.compile(
    rf"\s?(?:{_WORD}\s){{0,3}}?(?:tokens?|pages?|docs?|documents?|pdfs?|users?|customers?|people|tools?|tests?|"
    rf"\w+-?sets?|"
    r"held-?out|hold-?out|asserts?|frozen|benchmark|stratified|\w*testsätzen|kept aside|more|extra|rollouts?|"
    r"classes|categor\w+|intents|gpus?|languages|labs|analysts?|annotators?|rules|turns|epochs?)(?!\w)|"
    r"[^.,;]{0,60}?\b(?:pasted|w/ scores|(?:to|for) (?:check|test|compare|measur|evaluat|eval)\w*|"
    r"(?:of|loc) code|in[- ]context|(?:in|into|to) (?:the|our|a|its|my|each|every) (?:system )?prompt|"
    r"golden (?:records|items|samples|answers|labels)|few-?shots?|but (?:w/o|without|missing|lack\w*))(?!\w)",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\s(?:[\w-]+\s){0,2}?(?:kept aside|held[- ]?out|set aside|for testing|reserved|kept for)\b", re.IGNORECASE
)
_NO_DATA = re.compile(
    r"(?<!or )(?:n't (?:have |got )?any|\bno|\bzero|\bwithout(?: any)?|\bw/o(?: any)?|\bnot any|\bkeine?|"
    r"\baucune?|\bsin|\bhardly any|\bnothing) (?:\w+ )?(?:training )?(?:training data|labels?|"
    r"labell?ed\b(?: \w+)?|q\s?[&/]?\s?as?|pairs|annotations?|instructions|traces (?:stored|kept|logged)|"
    r"trainingsdaten|beispiele|ejemplos|exemples)(?! in the prompt)\b|\bno examples(?! in)\b|"
    r"(?:n't (?:have |got )?any|\b(?:have|got|with) no) (?:real |good |proper |training |labell?ed )*(?:examples|samples)\b(?! in)|"
    r"\bnothing (?:else )?(?:left )?to train on\b|\b(?:0|zero|none|nothing) (?:left |at all )?(?:for|to) train(?:ing)?\b|"
    r"\bnever (?:stored|kept|logged|saved|recorded|collected)\b|"
    r"\bnothing (?:was |is |has been )?(?:stored|collected|logged|labell?ed|kept|saved)\b|"
    r"\b(?:none|nothing) (?:\w+ ){0,2}?(?:collected|stored|exists?|recorded|so far)\b|"
    r"\bno (?:inputs?|outputs?|traces?|logs?)\b.{0,20}\b(?:stored|kept|logged)\b|"
    r"\btraining (?:set|data|examples|pairs)\s?(?:[:=]|is|are)\s?(?:none|zero|nothing|empty|0)\b|"
    r"\b(?:zero|no) (?:old|past|previous|existing|historic\w*) (?:\w+ )?(?:texts?|examples|mails|emails|replies|"
    r"data)\b",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"\W*(?:none|nothing|zero|no|nope|nada|ninguno|keine?|nichts|aucune?|rien|not (?:any|one|yet)|0)\b|"
    r".{0,40}(?:n't (?:have|got) any|(?:have|got|'ve) (?:none|nothing))\b",
    re.IGNORECASE,
)
_RAW = re.compile(
    r"\W*(?:but|just|only|though|except)(?: (?:we|do|have|got|just|only|some|about|around|like|i|there are))*\W*",
    re.IGNORECASE,
)
# The count that is left of another: "3,400 after dedup", "6k notebooks, 1,900 of them annotated", "9k, so more like 7k".
_NET_AFTER = re.compile(
    r"\s(?:left |remain\w* |usable )?after (?:the )?(?:de-?dup\w*|clean\w*|filter\w*|dropping|removing|weeding)\b|"
    r"\s?of (?:them|those|these|which|'?em) (?:are |were |is |have been )?(?:\w+ )?"
    r"(?:annotated|labell?ed|tagged|coded|usable|transcribed)\b",
    re.IGNORECASE,
)
_NET_BEFORE = re.compile(
    r"\b(?:so|really|in effect|effectively)[ ,]+(?:it'?s |that'?s )?(?:rather|more like|closer to|only)\s~?$",
    re.IGNORECASE,
)
_UNUSABLE = re.compile(
    r"\b(?:but|though|aber|mais|pero)\b[^.]{0,12}\b(?:no|not|none|without|w/o)\b[^.]{0,20}\b(?:q\s?[&/]?\s?as?|"
    r"usable|pairs|labels?|answers)\b",
    re.IGNORECASE,
)


def read_examples(text: str, found: Sequence[Quantity], asked: bool) -> Quantity | None:
    """The count of examples that a text says the team has, as a quantity at the place where it says so."""
    counts = [q for q in found if q.unit == "count" and not _SCORED.search(text[max(0, q.start - 40) : q.start])]
    nothing = (
        _NO_DATA.search(text)
        or (_NOTHING.match(text) if asked else None)
        or (_UNUSABLE.search(text) if asked else None)
    )
    named = [q for q in counts if asked and (_NAMED.match(text, q.end) or _RECORDED.match(text, q.end))]
    net = [
        q for q in counts if _NET_AFTER.match(text, q.end) or _NET_BEFORE.search(text[max(0, q.start - 25) : q.start])
    ]
    if net and (asked or _NET_AFTER.match(text, net[-1].end) or any(_is_data(text, q) for q in counts)):
        return net[-1].model_copy(update={"value": round(net[-1].value)})
    for i, quantity in enumerate(counts):
        if nothing and (asked or _RAW.fullmatch(text[nothing.end() : quantity.start])):
            break
        if not (asked or _is_data(text, quantity)) or (named and quantity is not named[0]):
            continue
        value = quantity.value
        following = counts[i + 1] if i + 1 < len(counts) else None
        if following and following.start - quantity.end < 30:
            if _ASIDE.match(text, following.end) and following.value < value:
                value -= following.value
            elif asked and re.fullmatch(r"(?: \w+){0,2} (?:plus|and|\+) ", text[quantity.end : following.start]):
                value += following.value
        return quantity.model_copy(update={"value": round(value)})
    return Quantity(value=0, unit="count", start=nothing.start(), end=nothing.end()) if nothing else None


def is_what_is_left(text: str, end: int) -> bool:
    """Whether the count that ends there is said to be what is left of others: "3,400 after dedup", "1,900 of them annotated"."""
    return _NET_AFTER.match(text, end) is not None


def is_measured_on(text: str, quantity: Quantity) -> bool:
    """Whether a count is one of what a score behind it was measured on."""
    return quantity.value <= MOST_TO_MEASURE and _TO_MEASURE.match(text, quantity.end) is not None


def _is_data(text: str, quantity: Quantity) -> bool:
    """Whether an unasked count is one of examples that the team has."""
    value = quantity.value
    before = re.split(r"\n|[.;!?](?=\s)", text[max(0, quantity.start - 60) : quantity.start])[-1]
    after = re.split(r"\n|[.;:!?](?=\s|$)|,\s|\)", text[quantity.end : quantity.end + 80])[0]
    wrote = _WROTE.search(before)
    if is_measured_on(text, quantity):
        return False
    if _NOT_DATA.match(after) or (_NOT_OURS.search(before) and not wrote):
        return False
    if _NAMED.match(after):
        classes = value < MOST_CLASSES and _LABELS.match(after) and not (wrote or _WORKED.match(after))
        return (value >= 5 or value == 0) and not classes
    if 0 < value < 20:
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
    alone = not after.strip() and (
        not before.strip(" (~") or re.search(r"\b(?:about|maybe|have)\s*$", before, re.IGNORECASE)
    )
    beside = before.endswith("(") and re.search(rf"\b(?:{_PAIRS}|{_RECORDS}) \($", before, re.IGNORECASE)
    return bool(_OF_THOSE.match(after) or (alone and value >= 30) or beside)
