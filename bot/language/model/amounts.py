"""Amounts: the numbers in a text however they are written, so that those of a sentence can be held against those it was given."""

from __future__ import annotations

import re

from bot.language.numbers import quantities

_NUMBER = re.compile(r"\d+(?:[.,'\u202f\xa0 ]\d{3})*(?:[.,]\d+)?")
_WORDED = re.compile(
    r"\b(?:hundreds?|thousands?|millions?|billions?|dozens?|twice|double|triple|half|third|quarter|percent|hundert\w*|tausend\w*|"
    r"millionen|prozent|dutzend\w*|doppelt|cent|mille|millions?|pour ?cent|douzaine|moitié|cien\w*|mil|millones|por ciento|docena|mitad|"
    r"cento|mila|milioni|metà|honderd\w*|duizend\w*|miljoen|сот\w*|тысяч\w*|миллион\w*|процент\w*)\b|[百千万億亿]",
    re.IGNORECASE,
)


def numbers_in(text: str) -> frozenset[str]:
    """Numbers in digits and in words, each as plain digits."""
    written = {re.sub(r"[,'\u202f\xa0 ](?=\d{3})", "", number).replace(",", ".") for number in _NUMBER.findall(text)}
    # 1.500 is read both ways, since languages differ
    both = {re.sub(r"\.(?=\d{3}(?!\d))", "", number) for number in written}
    values = {f"{quantity.value:g}" for quantity in quantities(text) if quantity.value > 2}
    return frozenset(_trimmed(number) for number in both | {v for v in values if "e" not in v})


def _trimmed(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number.lstrip("0") or "0"


def amounts_in(text: str) -> frozenset[str]:
    """Words for amounts, cut so that their forms fall together."""
    return frozenset(word.lower()[:5] for word in _WORDED.findall(text))
