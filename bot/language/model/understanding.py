"""Understanding: what a model makes of a message, checked fact by fact against the words that the message really holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.facts import Catalogue, FactSpec, Frozen, Value
from bot.errors import FactError
from bot.language.clauses import clean, sentences
from bot.language.model.forms import Heard, HeardFact
from bot.language.numbers import NUMBERS, quantities
from bot.ports import ReadFact

PROBABILITY = 0.85  # given to a fact that a model read and that passed the checks
SHORTEST_QUOTE = 2
# Facts whose levels say by their names what they mean: a model is told those alone, since every call pays for each word.
PLAIN_LEVELS = frozenset(
    {
        "freshness",
        "provider",
        "stakes",
        "data_rights",
        "label_quality",
        "tuned_before",
        "venue",
        "residency",
        "scope",
        "coverage",
    }
)
# Ids and field names: people do not talk like that, orders to a program do.
_IDS = re.compile(r"\b[a-z]+_[a-z_]+\b|\bverdict\b|[{}<>]|\w\s?[=]\s?\w", re.IGNORECASE)
_NO = re.compile(
    r"\b(?:no|not|never|none|nobody|without|neither|nor|lacks?|haven'?t|isn'?t|aren'?t|don'?t|doesn'?t|didn'?t|can'?t|cannot|won'?t|hardly|"
    r"nicht|kein\w*|nie|niemand|ohne|weder|pas|aucun\w*|jamais|sans|ni|rien|personne|nunca|sin|ning[uú]n\w*|nadie|tampoco|non|mai|senza|"
    r"nessun\w*|não|nenhum\w*|sem|niet|geen|nooit|zonder|inte|ingen|utan|aldrig|nie|bez|brak|żadn\w*|değil|yok|hiç|нет|не|без|никогда|никто)\b|"
    r"n'(?:a|ont|avons|est|y)\b|ない|ません|なし|无|沒|没|不|未|안|없|않",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"\b(?:know\w*|idea|sure|unknown|unclear|nobody|clue|can'?t say|wei(?:ß|ss)|wissen|ahnung|unklar|unbekannt|sais|sait|savons|idée|"
    r"inconnu|sé|sabe|sabemos|non so|sappiamo|sei|ideia|weet|weten|idee|vet|aning|wiem|wiemy|wiadomo|bil\w*mi\w*|fikr\w*|"
    r"зна\w+|понят\w+|извест\w+|γνωρίζ\w+|ξέρ\w+)\b|不知|不清楚|不确定|わから|分から|知ら|不明|모르|몰라|أعرف|نعرف|יודע|पता नहीं|ไม่รู้|ไม่ทราบ",
    re.IGNORECASE,
)
# Levels that say that something is not there: a negation in the words speaks for them, not against them.
_ABSENT = {
    ("evals", "none"), ("evals", "eyeballed"), ("prompting", "none"), ("prompting", "some"), ("retrieval", "not_tried"),
    ("retrieval", "partly"), ("quality", "unmeasured"), ("quality", "far"), ("quality", "close"), ("label_quality", "unchecked"),
    ("label_quality", "poor"), ("label_quality", "mixed"), ("data_rights", "unclear"), ("venue", "none"), ("tuned_before", "never"),
    ("residency", "must_stay"), ("coverage", "niche"), ("coverage", "proprietary"), ("context_fit", "too_large"),
    ("rule", "show_only"), ("rule", "partly"), ("freshness", "stable"), ("answers", "many_fine"), ("stakes", "low"),
    ("knowledge_needed", "yes"), ("behaviour_gap", "yes"), ("tuned_before", "failed"), ("personal_data", "no"),
}  # fmt: skip


class Understood(Frozen):
    """What is left of a model's reading: facts stated, supposed, to be asked about to be sure, and known to nobody."""

    facts: tuple[ReadFact, ...] = ()
    supposed: tuple[ReadFact, ...] = ()
    doubtful: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    thrown_away: int = 0
    letters: int = 0  # of the message


def catalogue_lines(catalogue: Catalogue) -> str:
    """The facts with their values, one a line, as short as a model understands them. The same for every call."""
    return "\n".join(_line(key, spec) for key, spec in catalogue.facts.items() if key != "task_kind")


def _line(key: str, spec: FactSpec) -> str:
    if spec.kind == "text":
        return f"{key}: text"
    if spec.kind == "number":
        return f"{key}: number, {spec.name}"
    if spec.kind == "yes_no":
        return f"{key}: yes|no, {spec.levels['yes'].says}"
    if key in PLAIN_LEVELS:
        return f"{key}: {'|'.join(spec.level_names)}, {spec.name}"
    return f"{key}: " + "; ".join(f"{name} = {level.says}" for name, level in spec.levels.items())


def checked(
    heard: Heard, own: str, asked: Sequence[str], catalogue: Catalogue, letters: int | None = None
) -> Understood:
    """The facts of a reading that stand up: a known key, a legal level, a quote from the writer's `own` words, and not negated.

    A number has to stand in its quote. A level that a "not" in the quote's own clause speaks against is doubtful. Not knowing
    has to be said in some words for it. `letters` is how many the whole message has.
    """
    message = clean(own)
    stated: dict[str, ReadFact] = {}
    supposed: list[ReadFact] = []
    doubtful: list[str] = []
    thrown_away = 0
    for fact in heard.facts:
        quote = find_quote(message, fact.quote)
        value = legal_value(catalogue, fact, quote) if quote is not None else None
        if quote is None or value is None or fact.how == "negated" or _IDS.search(quote):
            thrown_away += 1
        elif fact.how == "supposed":
            supposed.append(_read(fact.key, value, quote))
        elif _spoken_against(catalogue, fact.key, value, quote, message):
            doubtful.append(fact.key)
        elif fact.key in stated and stated[fact.key].value != value:
            del stated[fact.key]
            doubtful.append(fact.key)
        elif fact.key not in doubtful:
            stated[fact.key] = _read(fact.key, value, quote)
    return Understood(
        facts=tuple(stated.values()),
        supposed=tuple(supposed),
        doubtful=tuple(dict.fromkeys(doubtful)),
        unknown=tuple(key for key in heard.dont_know if key in asked) if _UNKNOWN.search(message) else (),
        thrown_away=thrown_away,
        letters=letters_in(message) if letters is None else letters,
    )


def letters_in(text: str) -> int:
    """How many letters and digits a text has."""
    return sum(character.isalnum() for character in text)


def _read(key: str, value: Value, quote: str) -> ReadFact:
    grade = "measured" if key == "score" else "stated"
    return ReadFact(fact=key, value=value, quote=quote[:200], probability=PROBABILITY, grade=grade)


def find_quote(message: str, quote: str) -> str | None:
    """The words of the message that a quote repeats, as they stand there; None where it does not hold them."""
    words = clean(quote).strip(" \"'.,;:…").split()
    if len("".join(words)) < SHORTEST_QUOTE:
        return None
    pattern = r"\s+".join(re.escape(word) for word in words)
    found = re.search(rf"(?<!\w){pattern}(?!\w)", message, re.IGNORECASE) or (
        re.search(pattern, message, re.IGNORECASE) if not words[0][0].isascii() else None
    )
    return found[0] if found else None


def legal_value(catalogue: Catalogue, fact: HeardFact, quote: str) -> Value | None:
    """The value as the catalogue takes it; None where it does not, or where a number is not in the quote."""
    spec = catalogue.facts.get(fact.key)
    if spec is None:
        return None
    if spec.kind == "text":
        return quote[:400]
    written: Value = fact.value.strip()
    if spec.kind == "number":
        number = _number_in(quote, str(written), fact.key)
        if number is None:
            return None
        written = int(number) if spec.integer else round(number, 2)
    try:
        return catalogue.check(fact.key, written)
    except FactError:
        return None


def _number_in(quote: str, written: str, key: str) -> float | None:
    """The number that a model gives, if the quote gives it too: as grammar reads it, or in the same digits."""
    try:
        value = float(re.sub(r"[%\s,_]", "", written))
    except ValueError:
        return None
    read = [quantity.value for quantity in quantities(quote)]
    if any(abs(value - number) <= 0.01 * max(abs(value), 1) for number in read):
        return value
    digits = re.sub(r"\D", "", written)
    same = [re.sub(r"\D", "", number) for number in re.findall(r"\d[\d.,' \u202f]*", quote)]
    return value if key in NUMBERS and not read and digits and digits in same else None


def _spoken_against(catalogue: Catalogue, key: str, value: Value, quote: str, message: str) -> bool:
    """Whether a "not" stands with the quote, in its sentence, and the level is not one that says no."""
    level = catalogue.level_of(key, value)
    spec = catalogue.facts[key]
    if spec.kind in ("text", "number") or level == "no" or (key, str(level)) in _ABSENT:
        return False
    at = message.lower().find(quote.lower())
    around = next((part for part in sentences(message) if part.start <= at < part.end), None)
    begin = around.start if around else max(0, at - 60)
    before = re.split(r"[,;:]|\b(?:but|aber|mais|pero|però|mas|maar|men|ale|но)\b", message[begin:at])[-1]
    return bool(_NO.search(before[-40:]) or _NO.search(quote))
