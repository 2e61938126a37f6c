"""Claims: levels that say that something is in place, and the stems one of which people use when they say so.

A level named here moves a verdict by being believed: that quality is measured, prompting exhausted, the data clean. Where
only a model reads it, the words it rests on have to claim it, and not merely to speak of the fact (`anchors`).
"""

from __future__ import annotations

import re

from bot.core.facts import Value

_STEMS: dict[tuple[str, str], str] = {
    (
        "evals",
        "automated",
    ): r"automat|autom[aá]t|skript|script|pipeline|ci\b|nightly|harness|every (?:commit|release|night|change)|otomat|"
    r"自动|自動|자동|автомат|αυτόμα|أوتومات|آلي",
    (
        "evals",
        "test_set",
    ): r"test|eval|bench|held|golden|labell?ed|prüf|prueb|évalu|jeu d|conjunto|valut|avalia|oceni|değerlendir|"
    r"テスト|評価|测试|评测|테스트|평가|тест|оцен|δοκιμ|اختبار|מבחן",
    (
        "quality",
        "met",
    ): r"meet|met\b|reach|hit\b|good enough|above|target|goal|satisf|happy|reicht|erreich|zufrieden|ziel|gut genug|"
    r"attein|suffi|objectif|alcanz|cumpl|basta|objetivo|meta\b|raggiun|obiettiv|abbastanza|atinge|bastante|haal|genoeg|doel|osiąg|"
    r"wystarcz|hedef|yeter|达到|足够|目标|達成|十分|目標|достиг|хвата|цел[ьи]|목표|충분",
    (
        "quality",
        "close",
    ): r"close|near|almost|short of|below|under|points?|knapp|fast|nah|presque|proche|casi|cerca|quasi|vicin|quase|"
    r"perto|bijna|dicht|prawie|blisko|neredeyse|yakın|接近|差一点|近い|почти|близк|거의",
    (
        "prompting",
        "systematic",
    ): r"few[- ]?shot|systemat|round|iterat|many|version|week|month|exhaust|decompos|workflow|measured|"
    r"dozens?|viele|wochen|runden?|beispiel|plusieurs|semaine|exempl|much[ao]s|ronda|ejempl|iterac|molt|settiman|esemp|muit|rodad|"
    r"veel|weken|voorbeeld|wiele|tygod|przykład|hafta|birçok|örnek|много|недел|раунд|пример|系统|多轮|几周|何度|例|週間|여러|예시",
    (
        "retrieval",
        "works",
    ): r"work|find|found|right|correct|reach|fetch|klappt|funktion|richtig|findet|liefert|march|fonction|trouv|"
    r"bien|funcion|encuentr|trova|funzion|giust|acha|encontra|werkt|vindt|goed|działa|znajd|çalış|bulu|работ|наход|правильн|верн|"
    r"找到|正确|見つ|正し|찾|작동",
    (
        "label_quality",
        "reviewed",
    ): r"review|check|verif|vérif|clean|curat|expert|hand|validat|geprüft|durchges|kontroll|sauber|relu|"
    r"contrôl|revis|control|rivist|gecontroleer|nagekeken|sprawdz|kontrol|провер|审核|检查|確認|レビュー|검수|검토",
    (
        "data_rights",
        "clear",
    ): r"right|own\b|consent|licen|allow|permi|legal|terms|rechte|dürfen|erlaub|einwillig|geklärt|droit|autoris|"
    r"consenti|derech|diritt|autorizz|consens|direit|toestem|mogen|praw|zgod|hakk|izin|прав|соглас|разреш|权|许可|同意|権利|許可|"
    r"권리|동의",
    (
        "teacher",
        "yes",
    ): r"gpt|claude|gemini|larg|big|frontier|strong|today|workflow|groß|grand|gros|mayor|groot|duż|większ|büyük|"
    r"больш|大|큰",
    (
        "rule",
        "show_only",
    ): r"show|example|feel|describ|explain|write|written|taste|know it when|zeig|beispiel|beschreib|gefühl|montr|"
    r"exempl|décri|mostr|ejempl|esemp|descri|voorbeeld|beschrij|pokaz|przykład|opisa|göster|örnek|показ|пример|описа|例|示|見|보여|설명",
    (
        "data_edge",
        "yes",
    ): r"own\b|unique|private|proprietar|nobody|only we|seen|internal|eigen|einzig|niemand|intern|propre|privé|"
    r"propi[ao]|únic|privad|nadie|propri|unic|nessun|próprio|uniek|własn|unikal|kendi|özgün|собствен|уникал|внутренн|никто|自有|独有|"
    r"独自|内部|自社|고유|자체",
}
# Latin and Greek stems begin a word, so that "retrieval" is no eval; other scripts are found anywhere.
CLAIMS = {level: re.compile(rf"(?<![a-zà-ɏα-ω])(?:{stems})", re.IGNORECASE) for level, stems in _STEMS.items()}


def claims(fact: str, value: Value, words: str) -> bool:
    """Whether words claim a level; True for levels that claim nothing."""
    level = {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else str(value)
    stems = CLAIMS.get((fact, level))
    return stems is None or stems.search(words) is not None
