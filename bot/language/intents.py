"""Intents: the conversational acts a message may be instead of, or beside, telling facts."""

from __future__ import annotations

import re
from typing import Literal

from bot.language.clauses import clean
from bot.language.dont_know import says_dont_know
from bot.language.heads import Features, Head, softmax

Intent = Literal[
    "case", "question", "why_asked", "explain", "what_if", "disagree", "correct", "restart", "forget", "status", "help",
    "greet", "thanks", "smalltalk", "offtopic", "injection", "dont_know", "skip", "other",
]  # fmt: skip

_RULES: tuple[tuple[Intent, re.Pattern[str]], ...] = tuple(
    (intent, re.compile(pattern, re.IGNORECASE))
    for intent, pattern in (
        ("injection", r"\b(ignore|disregard|forget|override|bypass|vergiss|ignoriere|oublie|ignora|olvida)\b.{0,30}\b(previous|prior|above|all|your|earlier|vorherigen|bisherigen|précédentes|anteriores|deine|tes|tus)\b.{0,25}\b(instructions?|rules?|prompts?|policy|guidelines|anweisungen|regeln|consignes|instrucciones|reglas)"),
        ("injection", r"\b(system prompt|hidden prompt|initial prompt|developer (mode|message)|jailbreak|you are (now )?(dan|an? unrestricted|free)|print your (prompt|instructions)|reveal your|repeat the (words|text) above|pretend (that )?(you|there) (are|is|have) no (rules|policy))\b"),
        ("injection", r"\b(post|say|output|answer|reply|return|give|print|set) (me |us )?(the |a )?(verdict|decision)[\s:]+(is |to |as )?[\"'`]?(fine[-_ ]?tune|stop|rag|prompt)|\b(<\|?(im_start|system)|\[/?(inst|system)\]|### ?(system|instruction))|^\s*system\s*:"),
        ("forget", r"^\W*(please )?(forget|delete|erase|wipe|remove) (this|that|everything|it all|all (of )?(this|that|it)|what i (said|told)|my (data|facts|messages)|the thread|our (data|conversation|chat))\b"),
        ("restart", r"^\W*(please )?(let.?s )?(start (over|again|afresh|from scratch)|restart|reset|new case|begin again|von vorne|recommençons|empezar de nuevo)\b"),
        ("status", r"\b(what (have|did) you (understood|understand|got|get|noted?)( so far)?|what do you (know|have) (so far|about (us|this))|summari[sz]e what you (know|have)|show (me )?the facts|where are we)\b"),
        ("help", r"^\W*(help|/help|what can you do|how do(es)? (you|this|it) work|who are you|what are you)\b"),
        ("skip", r"^\W*(skip|next( question)?|pass|not now|move on|überspringen|weiter|passe|siguiente|let.?s skip|skip (that|this|it))\b.{0,30}$"),
        ("why_asked", r"^\W*(and |but )?(why|what for|warum|pourquoi|por qué)\b.{0,20}\b(ask|asking|asked|want to know|need (that|this|to know)|fragst|matter|relevant|care|demandes?|preguntas?)\b|^\W*why (do you ask|is (that|this) (relevant|important)|does (that|this|it) matter)|^\W*what.?s that (got )?to do with|^\W*(why|warum|pourquoi)\s*\?+\s*$"),
        ("explain", r"^\W*(but |and |ok )?(why (that|this|the) (verdict|decision|answer)|why (not )?(fine-?tun\w+|rag|prompt\w*|evals?|stop|data)\b.{0,10}\?*$|how (did|do) you (get|arrive|come|reach|decide|know)|explain (that|this|the|your)|what.?s (that|this|it) based on|which rule|show (me )?(the|your) (rule|reason\w*|sources?|evidence)|what.?s the reason)"),
        ("what_if", r"^\W*(and |so |ok |but )?(what if|what would (change|happen)|suppose|assume|assuming|say we had|imagine|if we (had|got|could|were|did)|et si|was wäre wenn|was wenn|y si)\b"),
        ("disagree", r"^\W*(i |we )?((strongly |totally |really )?disagree|don.?t (buy|agree|think so|believe)|not convinced|beg to differ)\b|\b(that.?s|this is|you.?re) (just |plain |simply )?(wrong|not right|nonsense|mistaken)\b"),
        ("correct", r"^\W*(sorry|oops|correction|actually|wait|no wait|my mistake|i meant|i misspoke|scratch that)\b.{0,6}\b"),
        ("thanks", r"^\W*(thanks|thank you|thx|cheers|ty|merci|danke|gracias|great,? thanks|perfect,? thanks|got it|ok(ay)?|cool|nice|great)\b.{0,25}$"),
        ("greet", r"^\W*(hi|hello|hey|hallo|bonjour|hola|good (morning|afternoon|evening)|moin)\b(?!.*\b(fine-?tun|tun(e|ing)|rag|prompt|model|llm|bot|train))(\W*\w*){0,3}\W*$"),
    )
)  # fmt: skip
_OURS = re.compile(r"\b(we|we.?re|we.?ve|our|ours|us|my|i.?m|i|mine|team|boss|wir|unser\w*|nous|notre|nos|on|nosotros|nuestr\w+|queremos)\b", re.IGNORECASE)
_GENERAL = re.compile(
    r"^\W*((so|hey|hi|ok|quick (q|question)\W*|question\W*|btw)\W+)*(what(.?s| is| are| does| do)\b|whats\b|wat\b|is there\b|are there\b|does (fine|tun|rag|lora|prompt|retriev|openai|google|anthropic|it)|do (you know|fine|tuned|models|llms)|can (you|a|one|llms?|models?|claude|gemini|gpt)\b|how (much|many|does|do|is|are|can|long|well)\b|which\b|who\b|when (does|do|will|is|was|did)\b|explain\b|define\b|tell me (about|what)|diff(erence)? between|any (paper|study|research|evidence|link)|link\b|where can\b|was ist|qu.est-ce|qué es|comment)",
    re.IGNORECASE,
)
_TOPIC = re.compile(r"\b(fine-?tun\w*|finetun\w*|tun(e|ed|ing)|rag|retriev\w*|prompt\w*|lora|adapters?|distil\w*|llms?|(language )?models?|evals?|gpt\S*|claude|gemini|llama|openai|dpo|sft|rft|rlhf|train\w*|embedding\w*|few-?shot|hallucinat\w*|context window|caching|labels?|examples)\b", re.IGNORECASE)


class Intents:
    """Tells what kind of message somebody wrote."""

    def __init__(self, head: Head, features: Features) -> None:
        self._head = head
        self._features = features

    def act(self, text: str) -> Intent:
        """The conversational act that a message plainly is by its wording; "other" where it is none."""
        text = clean(text)
        if says_dont_know(text):
            return "dont_know"
        for intent, pattern in _RULES:
            if pattern.search(text[:1500]):
                return intent
        return "other"

    def asks(self, text: str) -> bool:
        """Whether a message is worded as a question."""
        text = clean(text)
        return text.rstrip().endswith("?") or bool(_GENERAL.search(text))

    def kind(self, text: str) -> tuple[Intent, float]:
        """What a message is where no question is open: case, question, smalltalk, offtopic or injection, and how sure."""
        text = clean(text)
        head = self._head
        probabilities = softmax(head.scores(self._features.of([text[:1500]]))[0], 3.0)
        scores = dict(zip(head.classes, (float(p) for p in probabilities), strict=True))
        ours, general, topic = bool(_OURS.search(text)), bool(_GENERAL.search(text)), bool(_TOPIC.search(text))
        if topic:
            scores["smalltalk"] *= 0.2
        if ours and topic:
            scores["case"] = scores["case"] * 2 + 0.15
        if general and not ours:
            scores["question"] = scores["question"] * 2 + 0.2
        total = sum(scores.values())
        best = max(scores, key=lambda name: scores[name])
        return best, scores[best] / total  # type: ignore[return-value]
