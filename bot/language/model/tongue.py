"""Tongue: which language a text is in, by its script and its small words; None where that cannot be told.

It decides whether a reply is put into another language, and whether a model answered in the one it was told to. Short texts
and mixed ones are left undecided, so that nobody is answered in a language that was only guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SMALL_WORDS = {
    "en": "the a an is are was we our us it they of to in for with and or but not no have has had do does did on at by from this "
    "that what which when how should would can our you i my be been there so if",
    "de": "der die das den dem des ein eine einen einem ist sind war wir unser unsere unseren uns es sie von zu in im für mit "
    "und oder aber nicht kein keine keinen haben hat hatte auf an bei aus dass was welche wann wie soll sollen würde kann ich "
    "noch nur auch wird werden schon mal sich als man",
    "fr": "le la les un une des est sont était nous notre nos on il elle ils de du au aux pour avec et ou mais ne pas non avons "
    "a ont avait sur par dans ce cette que qui quand comment faut doit peut je mon c'est y d'un très aucun aucune",
    "es": "el la los las un una unos es son era está están nosotros nuestro nuestra nuestros de del al para con y o pero no sin "
    "hemos tenemos ha han había en por este esta que cuando cómo debemos debería puede yo mi se lo muy ningún ninguna hay",
    "it": "il lo la i gli le un una è sono era noi nostro nostra di del della dei da per con e o ma non senza abbiamo ha hanno "
    "aveva su in questo questa che quando come dobbiamo può io mio si molto nessun nessuna c'è ci dovremmo",
    "pt": "o a os as um uma é são era nós nosso nossa de do da dos das para com e ou mas não sem temos tem têm tinha em no na por "
    "este esta que quando como devemos pode eu meu se muito nenhum nenhuma há",
    "nl": "de het een is zijn was we wij ons onze van voor met en of maar niet geen hebben heeft had op aan bij uit dit dat wat "
    "welke wanneer hoe moeten zou kan ik mijn er ook nog wel te",
    "sv": "den det en ett är var vi vår våra oss av för med och eller men inte ingen inga har hade på i från detta som vad när "
    "hur ska skulle kan jag min också att finns",
    "pl": "i w na z do nie jest są był nasz nasza nasze dla od po o a ale lub oraz mamy ma mają to ten ta co kiedy jak czy "
    "powinniśmy może ja mój się żeby już tylko bardzo",
    "tr": "bir ve bu için ile de da mi mı ama değil yok var biz bizim ne nasıl olarak daha çok gibi ben o şu kadar sonra",
}
SCRIPTS = (
    ("ja", "\u3040-\u30ff"), ("ko", "\uac00-\ud7af"), ("zh", "\u4e00-\u9fff"), ("ru", "\u0400-\u04ff"), ("el", "\u0370-\u03ff"),
    ("ar", "\u0600-\u06ff"), ("he", "\u0590-\u05ff"), ("hi", "\u0900-\u097f"), ("th", "\u0e00-\u0e7f"),
)  # fmt: skip
NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese", "nl": "Dutch",
    "sv": "Swedish", "pl": "Polish", "tr": "Turkish", "ja": "Japanese", "ko": "Korean", "zh": "Chinese", "ru": "Russian",
    "el": "Greek", "ar": "Arabic", "he": "Hebrew", "hi": "Hindi", "th": "Thai",
}  # fmt: skip
FEWEST = 3  # small words that a text must have to be told by them
LEAD = 1.4  # how much oftener than any other language's
_SMALL = {code: frozenset(words.split()) for code, words in SMALL_WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_LETTER = re.compile(r"[^\W\d_]")


def tongue_of(text: str) -> str | None:
    """The language of a text as a two-letter code, or None."""
    letters = len(_LETTER.findall(text))
    for code, span in SCRIPTS:
        found = len(re.findall(f"[{span}]", text))
        if (found >= 3 and found >= 0.3 * letters) or (code == "ja" and found >= 2 and found >= 0.15 * letters):
            return code
    words = [word.lower() for word in _WORD.findall(text.replace("\u2019", "'"))]
    counts = sorted(((sum(word in small for word in words), code) for code, small in _SMALL.items()), reverse=True)
    (most, code), (second, _) = counts[0], counts[1]
    return code if most >= FEWEST and most >= LEAD * second else None


def tongue_of_person(lines: Iterable[str]) -> str | None:
    """The language in which somebody writes, from what they wrote last, newest first; None is told by none of it."""
    return next((code for line in lines if (code := tongue_of(line))), None)
