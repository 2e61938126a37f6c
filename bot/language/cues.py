"""Cues: the words next to a number by which talk tells a score from a target, and both from other measures."""

from __future__ import annotations

import re

_FILLER = r"(?:[\s:=(\"]+(?!(?:now|currently|and|but)\s)[\w/'-]+){0,4}?[\s:=(\"~]*$"
_WANTED = (
    r"needs?|needed|wants?|wanted|targets?|goals?|must|has to|have to|gotta|should|requires?|required|"
    r"requirement|sla|bar|gate|threshold|spec|aim(?:s|ing)?|hop(?:e|ed|ing)(?: for)?|asks?|asked|demands?|"
    r"insists?|expects?|promised|(?<!(?<!we )are )(?<!(?<!we )were )(?<!was )happy (?:with|at)|"
    r"break(?:s|ing)?[- ]even(?: at)?|minimum|at least|at most|no more than|maximum|signed off on|"
    r"tolera(?:ble|tes?|ted)|accept(?:able|s)?(?: up to)?|allow(?:ed|s)?|max\.?|"
    r"contract|pays? (?:for itself|off)|anything (?:over|above)|worth it|live with|ziel|soll(?:te|en|ten)?|muss|"
    r"müssen|brauch(?:en|t)|wollen|erwarte[nt]|gefordert|verlangt|nötig|voudr\w+|objectif|cible|vise|faut|"
    r"voulons|veut|doit|exige|meta|objetivo|necesit\w+|queremos|quieren?|hace falta|exigen?|piden?"
)
TARGET_BEFORE = re.compile(rf"(?:\b(?:{_WANTED})\b(?:'s)?{_FILLER}|(?:>=|≥)\s?$)", re.IGNORECASE)
TARGET_AFTER = re.compile(
    r"\s*(?:\+|%)?\s*(?:of \w+ )?(?:(?:must|has to|have to|should|needs? to) \w|"
    r"(?:f1|acc\w*|precision|recall|correct|right|happy|or so)?\s*(?:(?:is|was|being|are|as) )?(?:(?:the|our|"
    r"what) )?(?:target|goal|need\b|bar\b|sla\b|needed|required|requested|asked|wanted|promised|expected|spec\b|minimum|"
    r"would (?:do|be)|is (?:fine|ok|okay|acceptable|enough)|max(?:imum)?\b|allowed|tolerated|"
    r"(?:that )?(?:they|we|he|she|(?!(?:and|but|while|yet|though|und|et|y)\b)\w+) "
    r"(?:asked|need|want|promised|agreed|expect)|"
    r"under contract|to (?:go live|be useful|ship|launch)|or (?:bust|nothing|we |the |it |no )|wären? |"
    r"ist das ziel|(?:sind |ist )?(?:nötig|gefordert|verlangt)|hatten wir|requis|demandés?|exigés?|attendus?|"
    r"nos vale|(?:es )?(?:el |lo )?(?:objetivo|que piden)))",
    re.IGNORECASE,
)
BOTH = re.compile(
    r"(?:%|ish)?,? (?:and )?(?:that's|that is|which is) (?:exactly |just )?what (?:we|they) (?:need|want|asked)",
    re.IGNORECASE,
)
HAVE = re.compile(
    r"(?:\b(?:at|on|gets?|got|scor(?:es?|ed|ing)|sits|sitting|stuck|plateau\w*|pass(?:es)?|lands?|hits?|reach\w*|"
    r"maxed out|delivers?|measured|does|now|currently|today|number|f1|acc(?:uracy)?|recall|precision|rate|match|"
    r"quality|prompting|run|one|pass@\d+|liegt|aktuell|derzeit|erreicht|schafft|actuellement|atteint|ahora|llega|"
    r"estamos|en)(?:\s(?:only|was|is|it's|at|on|about|now|bei|à|a|en|just|like|around))*[\s:=(~\"]*)$",
    re.IGNORECASE,
)
STARTED = re.compile(r"\b(?:from|von)\s$", re.IGNORECASE)
# Before a number that was true once: "82, was 90", "the target used to be 85".
PAST = re.compile(
    r"\b(?:(?:it |that |we )?(?:was|were)(?! at)(?! to)|used to be|had been|formerly|previously|initially|originally|first try|"
    r"(?:started|began) (?:at|with|out at)|früher|vorher|war|était|avant|era|antes)"
    r"(?: (?:about|around|at))?\s$",
    re.IGNORECASE,
)
# Behind a number that another state of things has: "65 w/o it", "60 for the plain model".
BASELINE = re.compile(
    r"\s?%?\s(?:(?:w/o|without|before) (?:it|us|that|(?:the |any )?(?:ai|bot|model|llm|assistant|tool|system))\b|"
    r"(?:for|with|on) (?:the |a |our )?(?:base|plain|untuned|old|previous)\b)",
    re.IGNORECASE,
)
# Next to the number that holds by now, where others held before: "still 4 of 10", "78 today".
NOW_BEFORE = re.compile(
    r"\b(?:still|now|currently|today|by now|meanwhile|noch immer|immer noch|jetzt|inzwischen|heute|maintenant|toujours|ahora)"
    r"(?: (?:only|just|about|at|it's|we're|we are|bei|à|en)){0,2}[\s:~]$",
    re.IGNORECASE,
)
NOW_AFTER = re.compile(
    r"\s?%?\s(?:now|today|currently|these days|at the moment|jetzt|heute|maintenant|ahora)\b", re.IGNORECASE
)
# Behind a number that tells how far it is from what is needed.
DISTANCE = re.compile(
    r"\s?%?\s?(?:(?:percentage )?points?|pts?|pp|percent)?\s(?:short|shy|below|under|off|away from|(?P<above>above|over))"
    r"(?: of| from)?(?: (?:the|our|that))? ?(?:target|goal|bar|what|(?=\d))",
    re.IGNORECASE,
)
TOLERANCE = re.compile(r"(?:\bwithin|\bw/in|\bby|±|\+/-)\s?$", re.IGNORECASE)  # "agreement within 1 point" is no share
PREFERRED = re.compile(r"\s?%?\s(?:of \w+ )?prefer(?:s|red)?\b", re.IGNORECASE)  # compares two answers, scores neither
AIMED = re.compile(r"\b(?:want|need|goal|aim|hope|like|go|get|move|raise|improve)\b[^.,;]{0,40}$", re.IGNORECASE)
ROSE = re.compile(r"\bfrom \d\d?(?:\.\d)?\s?%? to (?:about )?$", re.IGNORECASE)
_QUALITY = (
    r"(?:(?:macro|micro)?[- ]?f1|acc(?:uracy)?|bleu|comet|exact match|exec\w* match|em|pass(?:es|ed|ing)?|"
    r"correct(?:ly)?|right|solved|resol\w+|accept\w*|approv\w+|love|usable|clean(?:ly)?|valid|ok|okay|win rate|"
    r"thumbs[- ]?up|scor\w+|quality|recall|precision|pass@\d+|agreement with|acierto|correct[ao]s|korrekt|richtig\w*|réussite|"
    r"juste|unchanged|unverändert)\b"
)
NAMED_QUALITY = re.compile(rf"\s?{_QUALITY}", re.IGNORECASE)
METRIC = re.compile(
    rf"\b(?:{_QUALITY}|(?:test ?set|eval\w*|held-?out|hold-?out|benchmark|gold\w*|rubric|checklist|last number|"
    r"first run|plateau\w*|stuck|testset|tested on|measured)\b)",
    re.IGNORECASE,
)
REACHES = re.compile(
    r"\b(?:gets|scores?|sits at|stuck at|delivers|plateaued at|(?:are|'re|is) at) (?:only |about )?$", re.IGNORECASE
)
OTHER_MEASURE = re.compile(
    r"\b(?:retriev\w+|look-?ups?|search\b(?! quality)|rag\b|recall@|ndcg|hit[- ]?rate|chunks?|passages?|linker|"
    r"index|retrouvé\w*|gefunden|finds the|buscador|annotators?|kappa|iaa|inter-?(?:annotator|rater)|raters?|"
    r"judges? agree|(?:two|three|2|3|\w+s) (?:only )?agree|costs?|cheaper|saving|discount|uptime|availability|"
    r"latency|faster|slower|refund|price|bill|budget|traffic|churn|growth|feels?|coverage|temperature|"
    r"threshold of|learning rate|could|put|of (?:the|our|all) (?:labels?|data|answers are|users|customers|"
    r"tickets|examples|volume|team))\b|"
    r"\b(?:thumbs|votes?|voted|feedback|reactions?)\b[^#]{0,20}\b(?:on|from|by|for|in) #|-\s?$",
    re.IGNORECASE,
)
BAD = re.compile(
    r"\b(?:refus\w+|error(?:s| rate)?|hallucinat\w*|wrong|invalid|malformed|broken|fail(?:s|ure|ures|ed)?|misse[sd]|"
    r"misplaced|complaints?|wer|escalat\w+|mistakes|incorrect|junk|false (?:positives?|negatives?|alarms?)|"
    r"reject\w*|edit(?:s|ed)?|redo(?:ne)?|falsch|fehler\w*|erreurs?|refus|errores|fallos|rewrit\w+|invent\w*|nonsense|cringe|throw away|"
    r"skips?|breaks?)\b",
    re.IGNORECASE,
)
# Before a number of failures, where the words say first what is counted: "how many they edit, 1 in 8".
COUNTS_BAD = re.compile(
    r"\bhow (?:many|much|often)\b[^.!?]{0,30}\b(?:edit|reject|fix|redo|rewrite|correct|change|wrong|fail)\w*\b[^.!?]{0,12}$",
    re.IGNORECASE,
)
ARROW = re.compile(
    r"\s?%?\s?(?:->|→|=>|/|(?:\w+\s)?(?:vs\.?|versus|against|gegen|contre))\s?(?:(?:the|bar|target|goal|of|need|"
    r"a)\s?)*",
    re.IGNORECASE,
)
BARE_AFTER = re.compile(
    r"(?:ish|%|\+)?\s?(?:$|[.,;:!?()\]/&\n\"]|->|→|=|-\s|–|vs\b|"
    r"(?:to|on|for|but|and|or|by|against|now|today|is|was|are|right|so|w/|with|before|after|in|at|as|then|though|target|"
    r"goal|asked|needed|required|wanted|would|will|we|from|until|auf|im|bei|ohne|mit|over|all|sur|et|y|en|needs?|"
    r"wants?|sla|bar|gate|sind|ist|wären|reicht|happy|good|current\w*|aujourd\w*|f1|field|point|overall|macro|"
    r"micro)\b)",
    re.IGNORECASE,
)
# Behind a number that counts what is measured on: "scored 40 of them", "on 60 classes".
ITEMS = re.compile(
    r"\s(?:of (?:them|those|these)\b|people\b|(?!points?\b|percent\b|pct\b|(?:thi|acros|alway|versu|plu|perhap|sometime|toward|"
    r"beside|unles|pas|thu|thumb|nou|vou|time|les|pay|make|get|win|doe|let|mean|need|want|keep|beat|save|suffice|satisfie)s\b)"
    r"[a-z-]{3,}s\b(?! (?:it|that|them|us)\b))",
    re.IGNORECASE,
)
PLURAL = re.compile(r"\s[a-z-]{2,}s\b")
SEVERAL = re.compile(r"\s(?:[a-z-]+\s){0,2}?[a-z-]{2,}s\b")  # the same with up to two words before the noun
# Behind a number of items that came out well.
RIGHT = re.compile(
    r"\s(?:were |are |was |is |came out |turned out )?"
    r"(?:right|correct|pass(?:ed|es|ing)?|ok|okay|good|fine|usable|solved|richtig|correct[eo]s?)\b",
    re.IGNORECASE,
)
WERE_RIGHT = re.compile(r"\s(?:were|are|came out|turned out)\s", re.IGNORECASE)
TOPIC = re.compile(r"\n|[.;!?](?=\s|$)|,\s|:\s|\b(?:but|and|while|mais|aber|und)\b")
STOP = re.compile(r"\n|[.;!?](?=\s|$)|,\s|:\s")
SENTENCE = re.compile(r"\n|[.;!?](?=\s|$)")
