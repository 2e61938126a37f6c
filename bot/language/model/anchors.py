"""Anchors: word stems, in several languages, one of which people use when they speak of a fact.

A fact that only a model read, and that was not asked for, is taken when the words it rests on hold such a stem; otherwise
it is asked about, if it matters. So a model that makes facts up, or obeys a message, costs a question and not a verdict.
"""

from __future__ import annotations

import re

_STEMS: dict[str, str] = {
    "knowledge_needed": r"know|fact|docs?\b|document|wiki|manual|catalog|stock|inventor|polic|databas|recent|private|intern|wiss|wissen|"
    r"fakt|handbuch|connai|donn[ée]es|savoir|conoc|datos|sabe|conosc|dati|kennis|wiedz|bilgi|知|資料|знан|данн",
    "behaviour_gap": r"tone|style|format|voice|wording|sound|rule|judg|wrong|off\b|inconsisten|verbose|long|behav|ton\b|stil|"
    r"klingt|falsch|"
    r"regel|style|règle|faux|mauvais|tono|estilo|suena|mal\b|errad|sbagli|stile|toon|stijl|fout|styl|błęd|ton|üslup|文体|口调|"
    r"語気|тон|стил|ошиб",
    "latency_gap": r"slow|latenc|fast|second|wait|speed|\bms\b|quick|langsam|schnell|sekund|dauert|lent|rapid|second|attend|lento|tarda|"
    r"rápid|segund|veloc|traag|snel|wolno|szybk|yavaş|hızlı|遅|慢|速|медлен|быстр",
    "cost_gap": r"cost|expens|price|pricey|budget|bill|cheap|\$|€|money|teuer|kost|preis|günstig|rechnung|cher|coût|coûte|prix|"
    r"facture|car[oa]\b|"
    r"coste|precio|barat|costa|prezzo|duur|prijs|drog|koszt|pahalı|maliyet|高い|费|贵|дорог|стои",
    "prompting": r"prompt|few[- ]?shot|instruct|example|beispiel|exemple|ejemplo|提示|プロンプト|промпт|anweis|consigne",
    "constrained_output": r"schema|json|structured|constrain|grammar|function call|tool call|strukturiert|structur|estructur",
    "format_problem": r"format|json|schema|xml|parse|syntax|csv|形式|формат",
    "retrieval": r"rag\b|retriev|search|vector|context|knowledge base|index|look ?up|abruf|suche|kontext|recherche|contexte|"
    r"recuper|búsqueda|"
    r"busca|contesto|ricerca|ophal|zoek|wyszuk|検索|检索|поиск|fetch|docs",
    "cheaper_tried": r"small|mini|cach|batch|cheap|stream|klein|petit|pequeñ|piccol|klein|mał|小さ|小模型|маленьк",
    "context_fit": r"context|fit|window|token|prompt|pages|passt|seiten|kontext|tient|contexte|cabe|contesto|past|mieści|文脈|"
    r"上下文|контекст",
    "evals": r"eval|test|benchmark|measur|metric|score|eyeball|by eye|check|grade|mess(?!age)|mis+t|prüf|bewert|auge|testset|mesur|"
    r"évalu|jauge|œil|"
    r"medi[mrd]|evalu|ojo|valut|misur|occhio|avalia|meet|met(?:en|ing)|oog|ocen|mierz|oko|ölç|değerlendir|評価|測|目で|评测|评估|测|"
    r"оцен|измер|тест|глаз",
    "grader": r"grad|rubric|score|program|check|script|automat|judge|bewert|note[rz]?\b|corrig|califi|valut|beoordel|оцен",
    "score": r"\d|percent|prozent",
    "target": r"\d|percent|prozent",
    "quality": r"accura|quality|good|enough|target|goal|meet|close|far|score|percent|%|qualit|gut|genug|ziel|bien|assez|"
    r"objectif|calidad|buen|"
    r"meta|objetivo|buon|abbastanza|goed|genoeg|jakość|dobr|kalite|hedef|品質|質|目标|质量|качеств|цел",
    "scope": r"narrow|broad|one task|single|anything|everything|many|open|specific|eng\b|breit|alles|aufgabe|tout|large|étroit|"
    r"précis|todo|ampli|"
    r"concret|tutto|ampio|alles|breed|szerok|wąsk|すべて|広|范围|широк|узк|todas",
    "coverage": r"niche|domain|special|field|jargon|proprietar|common|mainstream|langu|fach|gebiet|branche|métier|domaine|jerga|campo|"
    r"settore|vakgebied|dziedzin|専門|领域|област",
    "rule": r"rule|describ|written|write|explain|guideline|style guide|show|taste|regel|beschreib|geschrieb|règle|décri|écri|"
    r"regla|describ|"
    r"escrib|regola|scriv|regel|zasad|ルール|规则|правил",
    "answers": r"one right|answer|agree|correct|opinion|taste|subjectiv|many|antwort|einig|richtig|réponse|accord|respuest|"
    r"acuerdo|rispost|"
    r"accordo|antwoord|odpowied|答|ответ",
    "examples": r"example|sample|label|pair|annotat|record|ticket|transcript|row|beispiel|datens|exemple|échantillon|ejemplo|"
    r"muestra|esempi|"
    r"exemplo|voorbeeld|przykład|örnek|例|样本|标注|пример|размеч|data",
    "label_quality": r"label|review|check|quality|clean|nois|curat|annot|geprüft|sauber|relu|vérifi|propre|revisad|limpi|rivist|pulit|"
    r"gecontroleerd|sprawdz|確認|审核|провер",
    "data_rights": r"right|consent|licen|legal|permission|allowed|terms|recht|einwillig|lizenz|erlaub|droit|autoris|derecho|"
    r"permiso|diritt|"
    r"consens|toestem|praw|zgod|権利|许可|прав|соглас",
    "data_edge": r"own|unique|private|propriet|nobody else|special|eigen|einzig|propre|propia|únic|propri|unic|własn|独自|独有|"
    r"собствен|уникал",
    "teacher": r"big|large|gpt|claude|gemini|frontier|bigger|larger|workflow|stronger|groß|größer|grand|gros|grande|mayor|groot|"
    r"większ|大き|大模型|"
    r"больш",
    "freshness": r"daily|weekly|monthly|day|week|month|change|updat|stable|rarely|täglich|woche|monat|änder|jour|semaine|mois|"
    r"chang|día|semana|"
    r"mes\b|cambia|giorn|settiman|mese|dag|week|maand|dzie|tydz|miesi|毎|每|день|недел|месяц|меня",
    "volume": r"request|call|quer|day|daily|traffic|ticket|message|anfrage|tag\b|täglich|requête|jour|petici|consult|día|richiest|giorn|"
    r"verzoek|dag|zapyt|dzie|リクエスト|请求|запрос|день",
    "provider": r"openai|gpt|anthropic|claude|google|gemini|azure|bedrock|llama|mistral|qwen|open[- ]?weight|open[- ]?source|"
    r"gemma|deepseek",
    "venue": r"gpu|host|train|serve|cluster|cloud|server|infra|hardware|trainier|entraîn|entren|addestr|h100|a100|сервер",
    "residency": r"eu\b|region|countr|leave|stay|on[- ]?prem|premis|anywhere|cloud|gdpr|dsgvo|rgpd|verlass|haus|land\b|quitter|"
    r"pays|salir|país|"
    r"uscire|paese|verlaten|kraj|страна|регион",
    "personal_data": r"personal|pii|patient|customer|private|name|gdpr|health|person|personenbezogen|kunden|client|personnel|"
    r"médic|cliente|"
    r"paziente|klant|klient|個人|个人|персональн|пациент",
    "tuned_before": r"tun|train|lora|trainier|entraîn|entren|addestr|getraind|微调|学習|обуч",
    "stakes": r"risk|cost|harm|legal|medical|critical|danger|serious|lives|wrong|risik|gefähr|fehler|grave|danger|erreur|riesgo|"
    r"error|rischi|"
    r"errore|ryzyk|błąd|危険|风险|риск",
}
# Stems begin a word, so that "retrieval" is no eval; in scripts without blanks they are found anywhere.
ANCHORS = {fact: re.compile(rf"(?<![a-zà-ɏα-ωа-я])(?:{stems})", re.IGNORECASE) for fact, stems in _STEMS.items()}


def anchored(fact: str, words: str) -> bool:
    """Whether words speak of a fact."""
    anchor = ANCHORS.get(fact)
    return anchor is not None and anchor.search(words) is not None
