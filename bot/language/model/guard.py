"""Guard: which of a model's sentences may be said. Everything it writes is data until it has passed here.

A sentence must rest on a passage that was supplied, speak of what it was given and not of the speaker, be in the language asked
for, hold no link, address, mention, markup, code or prompt text, no number and no name that is not in what it was given,
and must not turn the verdict round. What fails is dropped, not mended.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property

from bot.core.facts import Frozen
from bot.core.policy import TUNING
from bot.core.words import VERDICT_WORDS
from bot.language.model import tongue
from bot.language.model.amounts import amounts_in, numbers_in
from bot.language.orders import gives_orders

LONGEST_SENTENCE = 420  # characters
SHARED = 0.45  # of an English sentence's content words, that must be in what it was given
SHINGLE = 6  # words in a row that no sentence may share with a prompt
PIECE, PIECES = 3, 0.34  # shorter runs of words, and how many of a sentence's may be a prompt's
TELLING = 8  # words from which on a sentence has to show which language it is in
_LINK = re.compile(
    r"https?:|www\.|mailto:|ftp:|//|\b[\w-]+(?:\.[\w-]+)*\s?(?:\.|\[\.\]|\(dot\)|\sdot\s)\s?(?:com|org|net|io|ai|dev|app|co|me|info|biz|"
    r"xyz|ru|cn|de|fr|uk|eu|us|sh|gg|ly|link|site|online|example|test|local|onion|zip|click)\b|\S@\S|\b\d{1,3}(?:\.\d{1,3}){3}\b",
    re.IGNORECASE,
)
_MENTION = re.compile(r"(?<!\w)[@＠][\w.-]+|<[!@#]|[<>]|(?<!\w)#[A-Za-z][\w-]+|\b(?:U|C|W|G)0[A-Z0-9]{6,}\b")
_MARKUP = re.compile(r"[`|{}\\~^]|\*\*|__|!\[|\]\(|^\s*(?:[#>]|\d+[.)]\s|[-*•]\s)|:[a-z_]{2,}:")
_CITE = re.compile(r"\s*\[(\d{1,2})\]")
_TUNE = re.compile(
    r"\bfine[- ]?tun\w*|\b(?:re)?train(?:ing|ed|s)?\b|\btun(?:e|ing|ed|es)\b|\blora\b|\bfeintun\w*|\bfinetun\w*|\btrainier\w*|"
    r"\bnachtrain\w*|"
    r"\bentra[iî]n\w*|\baffin(?:e|er|age|ement)\b|\bentren\w*|\bafin\w*|\baddestr\w*|\btrein\w*|\bdotren\w*|\btrenow\w*|"
    r"дообуч\w*|обуч\w*|微调|微調|"
    r"ファインチューニング|学習|파인튜닝|미세 ?조정",
    re.IGNORECASE,
)
_HOLD = re.compile(
    r"\b(?:not|no|never|n't|before|until|unless|yet|later|first|instead|without|rather|once|hold off|wait|skip|nicht|kein\w*|"
    r"noch|bevor|bis|"
    r"zuerst|erst|später|statt|ohne|ne|pas|avant|encore|d'abord|plutôt|sans|no|antes|todavía|aún|primero|sin|non|prima|ancora|senza|não|"
    r"ainda|primeiro|sem|niet|geen|eerst|nog|voordat|inte|först|innan|nie|najpierw|zanim|jeszcze|не|сначала|прежде|пока|değil|"
    r"önce|henüz)\b|"
    r"n't\b|まず|前に|ない|先|不|before|먼저|않",
    re.IGNORECASE,
)
_GO = re.compile(
    r"\b(?:fine[- ]?tune|train|tune) (?:it|this|now|right away|your|the|a|today)\b|\b(?:go ahead|start) (?:and |with |"
    r"by )?(?:fine|train|tun)|"
    r"\bshould (?:fine|train|tune)|\btrainiert? jetzt|\bfeintunen\b",
    re.IGNORECASE,
)
# The speaker of a sentence about advice is nobody: whoever says "I" or "my instructions" there speaks of something else.
_SELF = re.compile(
    r"\b(?:I|I'(?:m|ve|d|ll)|[Mm]y(?:self)?|[Mm]ine|[Ii]ch|[Mm]ein\w*|[Jj]e|[Jj]'\w+|[Mm]es|[Mm]on|[Mm]oi|[Yy]o|[Mm]is?|[Mm]e|[Ii]o|[Mm]i[oaei]|"
    r"[Mm]iei|[Ee]u|[Mm]eus?|[Mm]inhas?|[Ii]k|[Mm]ijn|[Jj]ag|[Mm]in|[Mm]itt|[Mm]ina|[Mm]ój|[Mm]oj[aei]|[Mm]nie|[Bb]en|[Bb]enim|[Bb]ana|"
    r"[Яя]|[Мм]о[йяеи]|[Мм]еня|[Мм]не)\b|我(?!们|們)|私(?!たち)|僕|俺|제가|저는|나는|내 |أنا|אני|मैं|मेर|ฉัน|ผม"
)
_NAME = re.compile(r"(?<![\w'])(?:[A-Z][\w&'-]*[A-Z0-9][\w&'-]*|[A-Z][a-z][\w'-]+)")
_COMMON = frozenset(
    tongue.SMALL_WORDS["en"].split()
    + re.findall(
        r"\w+",
        """than you your them their these those as where while who why could will may might must more most much many few less least very
        only just also even still yet first once before after until into over out up down off about because since though although
        however instead rather without within between both each every any all some such same other another one two three thing things
        way make makes get gets give gives take takes need needs let use using used good better best bad well right here now today
        already keep keeps put go goes help helps means mean say says know tell worth""",
    )
)
_GLOSSARY = frozenset(
    re.findall(
        r"\w+",
        "english ai llm llms rag api json lora sft dpo rft gpu gpus eval evals prompt prompts model models tuning retrieval ki ml",
    )
)


class Material(Frozen):
    """What a draft may be said from. `tongue` is the language to say it in, where that is known; `leaks` what may not get out."""

    draft: str
    passages: tuple[str, ...] = ()
    verdict: str | None = None
    tongue: str | None = None
    leaks: str = ""

    @cached_property
    def given(self) -> str:
        """All that it was given, as one text."""
        return "\n".join((self.draft, *self.passages))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The content words in it, cut to their stems."""
        return frozenset(_stems(self.given))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers in it, written plainly."""
        return numbers_in(self.given)

    @cached_property
    def pieces(self) -> frozenset[tuple[str, ...]]:
        """The same in shorter runs."""
        return _runs(self.leaks, PIECE) - _runs(self.given, PIECE)

    @cached_property
    def shingles(self) -> frozenset[tuple[str, ...]]:
        """Runs of words of the prompts that are not in what it was given."""
        return _runs(self.leaks) - _runs(self.given)


def plain(text: str) -> str:
    """A model's text on one line, in ordinary characters: nothing invisible, no control characters, no look-alikes."""
    text = unicodedata.normalize("NFKC", text)
    kept = (
        "" if unicodedata.category(c) in ("Cf", "Cs", "Co", "Cn") else " " if unicodedata.category(c) == "Cc" else c
        for c in text
    )
    return " ".join("".join(kept).split())


def split_marks(text: str) -> tuple[str, tuple[int, ...]]:
    """A sentence without the numbers in brackets, and those numbers."""
    return _CITE.sub("", text).strip(), tuple(int(number) for number in _CITE.findall(text))


def objection(text: str, cites: Sequence[int], material: Material) -> str | None:
    """Why a sentence may not be said, in a word; None where it may. It has been made `plain` and holds no marks."""
    if not re.search(r"\w{2}|[^\W\d_]", text) or len(text) > LONGEST_SENTENCE:
        return "shape"
    if material.passages and (not cites or any(not 1 <= cite <= len(material.passages) for cite in cites)):
        return "uncited"
    if _LINK.search(text):
        return "link"
    if _MENTION.search(text):
        return "mention"
    if _MARKUP.search(text) or "[" in text or "]" in text:
        return "markup"
    if any(len(word) > 40 for word in text.split() if word.isascii()):
        return "code"
    if not numbers_in(text) <= material.numbers or not amounts_in(text) <= amounts_in(material.given):
        return "number"
    if _runs(text) & material.shingles or _in_pieces(text, material) or gives_orders(text, broad=False):
        return "prompt"
    if material.passages and _speaks_of_self(text, material):
        return "self"
    if _turned(text, material):
        return "verdict"
    english = material.tongue in (None, "en")
    if not english and tongue.tongue_of(text) == "en" and len(text.split()) > 5:
        return "language"
    told = tongue.tongue_of(text)
    if told not in (None, material.tongue or "en") or (told is None and not english and len(text.split()) > TELLING):
        return "language"
    if _names(text, english) - _words(material.given):
        return "name"
    if english and (material.passages or material.draft) and not _rests(text, material):
        return "unsupported"
    return None


def _rests(text: str, material: Material) -> bool:
    stems = _stems(text)
    return not stems or sum(stem in material.stems for stem in stems) >= SHARED * len(stems)


def _turned(text: str, material: Material) -> bool:
    """Whether a sentence names another verdict than the one it goes with, or sends people off to tune against it."""
    if material.verdict is None:
        return False
    said, given = text.lower(), material.given.lower()
    for name, words in VERDICT_WORDS.items():
        names = [f"\u201c{words.short}\u201d", words.headline.lower(), *([name] if "_" in name else [])]
        if name != material.verdict and any(other in said and other not in given for other in names):
            return True
    if material.verdict in TUNING or not _TUNE.search(text):
        return False
    return not _HOLD.search(text) and bool(_GO.search(text) or not _TUNE.search(material.given))


def _names(text: str, english: bool) -> set[str]:
    """What looks like a name: in English any capitalised word inside a sentence, elsewhere only what mixes capitals."""
    found = {
        match[0].lower()
        for match in _NAME.finditer(text)
        if match.start() > 0 or re.search(r"[A-Z].*[A-Z0-9]", match[0])
    }
    if not english:
        found = {match[0].lower() for match in _NAME.finditer(text) if re.search(r"\w[A-Z0-9]", match[0])}
    cut = {re.sub(r"'s$|s$", "", name) for name in found}
    return {name for name in cut if name not in _GLOSSARY and f"{name}s" not in _GLOSSARY and name not in _COMMON}


def _words(text: str) -> frozenset[str]:
    return frozenset(re.sub(r"'s$|s$", "", word) for word in re.findall(r"[\w&'-]+", text.lower()))


def _stems(text: str) -> list[str]:
    words = re.findall(r"[^\W\d_]{3,}", text.lower())
    return [word[:5] for word in words if word not in _COMMON]


def _runs(text: str, length: int = SHINGLE) -> frozenset[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return frozenset(tuple(words[at : at + length]) for at in range(len(words) - length + 1))


def _in_pieces(text: str, material: Material) -> bool:
    """Whether much of a sentence is put together from short pieces of a prompt."""
    runs = _runs(text, PIECE)
    return bool(runs) and len(runs & material.pieces) > max(1, PIECES * len(runs))


def _speaks_of_self(text: str, material: Material) -> bool:
    """Whether a sentence says "I" or "my" of its own, in whatever language."""
    said = {word.lower() for word in _SELF.findall(text)}
    return bool(said - {word.lower() for word in _SELF.findall(material.given)})


def marked(text: str, cites: Iterable[int]) -> str:
    """A sentence with the numbers of its passages behind it."""
    numbers = "".join(f"[{cite}]" for cite in dict.fromkeys(cites))
    return f"{text} {numbers}" if numbers else text


def as_long(sentences: Sequence[str], draft: str) -> bool:
    """Whether sentences are about as long as what they stand for; much more would say more."""
    return sum(map(len, sentences)) <= 2.5 * len(draft) + 160
