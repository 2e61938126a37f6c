"""Speech: the words of a message with which its writer tells about their own case. What a model alone reads may rest on no others.

This says what is allowed instead of listing attacks. Own words are plain prose in a script that people write, in a sentence in
which, or before which, the writer speaks for themselves ("we", "unser", "tenemos"). Messages that are vouched for need no
such word: short replies to a question, and those in which the embedded language read a fact too. What is quoted, set as code
or markup, put into somebody else's mouth, or disguised is not the writer's telling. A message that is left without own
words is still read by the embedded language.
"""

from __future__ import annotations

import re
import unicodedata

from bot.language.clauses import clean, sentences

GAP = " \u2042 "  # stands for what was taken out, so that no quote reaches across it
_NOT_TOLD = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|<!--.*?(?:-->|\Z)|<[^<>\n]{1,200}>|\{[^{}]*\}|\[[^\[\]]*\](?:\([^()]*\))?|"
    r"(?m:^\s*(?:[>|#]|[-*=_~]{3,}).*$)|(?m:^\s*\w{2,16}(?: \w{2,16})?\s*[:：]\s*$)|\b\w+://\S+|"
    r"(?m:^\s*(?:[A-Z][A-Z_ ]{3,}|[\w.-]+@[\w.-]+)\s*[:：].*$)",
    re.DOTALL,
)
_MACHINE = re.compile(
    r"```|~~~|<!--|</?[a-z][^<>\n]{0,80}>|<\|[^<>\n]{1,80}\|>|\{[^{}]*[\"':][^{}]*\}|(?m:^\s*(?:[A-Z][A-Z_ ]{3,})\s*[:：])|"
    r"(?m:^(?:\+\+\+|---|@@|diff|HTTP/|From|Subject)[ :].*$)"
)
_QUOTED = re.compile(
    r"\u201c[^\u201d]*\u201d|\u201e[^\u201c\u201d]*[\u201c\u201d]|\u00ab[^\u00bb]*\u00bb|\u300c[^\u300d]*\u300d|\u300e[^\u300f]*\u300f|"
    r"\"[^\"]*\"|(?<!\w)'[^'\n]*'(?!\w)|\u2018[^\u2019]*\u2019(?!\w)"
)
LONG_QUOTE = 3  # words; fewer in quotation marks are a way of stressing them
# How people speak for themselves and their team; of languages that drop the pronoun, the verb forms they do it with.
_OWN = re.compile(
    r"\b(?:we|we['\u2019](?:re|ve|ll|d)|our|ours|us|i|i['\u2019](?:m|ve|d)|my|mine|"
    r"wir|uns|unser\w*|ich|mein\w*|man hat|"
    r"nous|notre|nos|nôtres?|je|j['\u2019]\w+|mon|ma|mes|on (?:a|n['\u2019]a|fait|utilise|veut|mesure|regarde)|"
    r"nosotr[oa]s|nuestr[oa]s?|tenemos|hemos|estamos|usamos|queremos|podemos|medimos|probamos|hacemos|necesitamos|yo|mi|mis|tengo|"
    r"noi|nostr[oaie]|abbiamo|usiamo|vogliamo|misuriamo|facciamo|stiamo|dobbiamo|ho|mi[oaei]|miei|"
    r"nós|noss[oa]s?|temos|usamos|medimos|fazemos|eu|meus?|minhas?|tenho|a gente|"
    r"wij|we|ons|onze|ik|mijn|vi|vår|våra|vårt|oss|jag|min|mina|vores|jeg|meidän|meillä|"
    r"mamy|nasz\w*|używamy|chcemy|mierzymy|robimy|jesteśmy|mam|mój|moja|"
    r"biz|bizim|bizde|\w+(?:ımız|imiz|umuz|ümüz)(?:ın|in|da|de|ı|i)?|\w+(?:ıyoruz|iyoruz|uyoruz|üyoruz)|benim|"
    r"máme|náš|naše|noi|avem|nostru|noastră|van|nekünk|\w+(?:unk|ünk)|"
    r"мы|нас|нам|наш\w*|у нас|я|мо[йяеи]|ми|имаме|"
    r"εμείς|μας|έχουμε|kami|kita|chúng tôi)\b|"
    r"(?:てい|でい)(?:ます|ません|る)|ました|ません|だけです|습니다|어요|아요|目前|试过|"
    r"我们|我們|咱们|我的|本公司|我司|私たち|わたしたち|弊社|当社|自社|うち(?:の|は|では)|我々|僕ら|우리|저희|제가|저는|"
    r"\b(?:لدينا|عندنا|نحن|نستخدم)\b|(?:نا)\b|\b(?:אנחנו|שלנו|לנו|יש לנו)\b|हम|हमार|เรา",
    re.IGNORECASE,
)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\U000e0000-\U000e007f]")
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_][ .\-_*|/]){4,}[^\W\d_](?!\w)")
_LETTERS_AND_SIGNS = re.compile(r"[^\W\d_]+[013457@$!|]+[^\W\d_]{2,}|(?<!\w)[01345@$]+[^\W\d_]+[01345@$][^\W\d_]*")
_MODEL_NAMES = re.compile(
    r"(?i)(?:gpt|t5|e5|llama|qwen|phi|gemma|mistral|claude|gemini|o\d|k8s|s3|b2b|b2c|h100|a100|v\d|p\d\d?)\S*"
)


def own_words(text: str, vouched: bool) -> str:
    """The words of a message that its writer tells about their own case, in order, with gaps marked."""
    if disguised(text):
        return ""
    told = _QUOTED.sub(
        lambda quoted: quoted[0] if len(quoted[0].split()) < LONG_QUOTE else GAP, _NOT_TOLD.sub(GAP, text)
    )
    told = clean(told)
    if vouched:
        return told
    own = list(sentences(told))
    first = next((at for at, part in enumerate(own) if _OWN.search(part.text)), None)
    return "" if first is None else told[own[first].start :]


def holds_machine_text(text: str) -> bool:
    """Whether a message holds code, markup, or lines set as a program's or somebody else's, beside whatever its writer tells."""
    return _MACHINE.search(text) is not None


def disguised(text: str) -> bool:
    """Whether a text is written so that it says something else to a reader than to a program: invisible signs, letters of
    other scripts or signs in place of letters, letters set apart, and long codes."""
    if _INVISIBLE.search(text.replace("\u200d", "").strip("\ufeff")) or _SPACED.search(text):
        return True
    for word in re.findall(r"\S+", text):
        letters = [c for c in word if c.isalpha()]
        if letters and _mixed(letters):
            return True
        if (
            len(letters) > 2
            and _LETTERS_AND_SIGNS.search(word)
            and not _MODEL_NAMES.search(word)
            and not _is_code_name(word)
        ):
            return True
        if len(word) > 30 and word.isascii() and not word.startswith(("http", "www")) and "-" not in word[1:-1]:
            return True
    return False


def _is_code_name(word: str) -> bool:
    """Whether a word with digits among its letters is a usual one: a number with a unit, a version, an e-mail or a path."""
    return bool(re.fullmatch(r"[^\w]*\d[\d.,]*[^\W\d_]{1,4}[^\w]*|\S+[@/]\S+|[^\W\d_]+\d+[.,;:!?)\"']*", word))


def _mixed(letters: list[str]) -> bool:
    """Whether the letters of one word come from scripts that no language writes a word in together, or only look like letters."""
    scripts = set()
    for letter in letters:
        name = unicodedata.name(letter, "")
        kind = name.split(" ")[0]
        if kind in (
            "MATHEMATICAL",
            "FULLWIDTH",
            "CIRCLED",
            "SQUARED",
            "NEGATIVE",
            "PARENTHESIZED",
            "MODIFIER",
            "DOUBLE-STRUCK",
            "SCRIPT",
        ):
            return True
        if kind in ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"):
            scripts.add(kind)
    return len(scripts) > 1
