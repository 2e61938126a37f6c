"""Addressed: whether a message in a thread of ours, without a mention, is meant for us. In doubt it is not.

Talk between people is known by its form: it begins with somebody's name, asks a colleague to do something, is about meetings,
or is nothing but assent. What is left is for us where it tells what was asked for, says one of the things that one says to
us, or asks about the subject.
"""

from __future__ import annotations

import re

from bot.core.session import Session
from bot.talk.turn import Talk

TO_PEOPLE = re.compile(r"\s*@\w")  # a mention that is not ours stands as @NAME in plain words
NAMED = re.compile(
    r"(?:(?:hey|hi|hello|thanks|thank you|thx|ok|okay|so|sorry|morning)[ ,]+)?"
    r"(?P<name>[A-Z][a-z]{2,15})(?:[,:]|\s+(?:please|pls|can|could|would)\b)"
)
NAMED_AFTER = re.compile(
    r"^(?:hey|hi|hello|thanks|thank you|thx|cheers|ask|ping)[ ,]+(?P<name>[A-Z][a-z]{2,15})\b(?! to)"
)
NO_NAME = re.compile(  # words that begin a sentence as a name would
    r"Yes|Yeah|Yep|No|Nope|Nah|Well|Actually|Sorry|Hmm|So|Also|And|But|Both|Neither|Correct|Correction|Right|Wrong|Not|Now|"
    r"Today|Mostly|Maybe|Probably|Sometimes|Often|Never|None|Nothing|Nobody|Everything|Currently|Basically|Honestly|Sure|"
    r"However|Then|Still|Okay|Please|Evals|Data|Our|The|They|This|That|What|Why|How|When|Where|Which|Who|Does|Can|Could|"
    r"Would|Should|Tunewise|Retrieval|Prompting|Latency|Cost|Quality|Examples|Accuracy|Python|English|German|French"
)
# Both take what they have once taken for good, so that no message can make them try for ever.
NOISE = re.compile(
    r"(?>(?:\b(?:lol|haha+|hehe|rofl|ouch|oops|wow|cool|nice|great|awesome|perfect|neat|lgtm|ack|agreed?|exactly|true|"
    r"same(?: here)?|indeed|interesting|hm+|huh|sounds good|good (?:point|idea|call|catch|one)|makes sense|"
    r"fair(?: enough| point)?|will do|on it|i'?m on it|done|brb|afk|gtg|thanks|thx|ty|thank you|cheers|np|no problem|classic|"
    r"ok|okay|k|kk|everyone|everybody|all|guys|team|folks|so much|a lot|ship it|fine by me)\b|[+-]1)[\s,.!…]*)++",
    re.IGNORECASE,
)
ONLY_SIGNS = re.compile(r"(?>https?://\S+|:[\w+-]+:|[^\w?])*+")
LOGISTICS = re.compile(
    r"\b(stand-?up|lunch|coffee|meeting|calendar|invite|deploy|sprint|jira|ticket for|steering committee|planning|retro|"
    r"out (of office|on (mon|tues|wednes|thurs|fri)day)|ooo|deck|slides|e-?mail from|call\?|quick call|free at|"
    r"wi-?fi|my (laptop|phone|screen|mic|camera|kid\w*|train|flight)|birthday|vacation|holidays?|invoice|wrong (thread|channel)|"
    r"(great|good|nice) (work|job)|well done|room booked|at \d{1,2} ?(am|pm)|tomorrow|next week|"
    r"this afternoon|later today|on (mon|tues|wednes|thurs|fri)day)\b",
    re.IGNORECASE,
)
PROMISES = re.compile(
    r"^(?:(?:ok|okay|sure|yes|yeah|no|nah|nope|not my area|hmm|agreed)[, ]+)?"
    r"(?:i'?ll|i will|i'?m going to|we'?ll|let me|let'?s|lemme|will|gonna|adding|moving|taking)\b"
    r"(?! (?:say|guess|answer|tell you|go with|be honest|assume|start over|suppose|never|always|not be))",
    re.IGNORECASE,
)
COLLEAGUES = re.compile(
    r"\b(?:(?:can|could|would|will) (?:someone|somebody|anyone|anybody|you (?:all|guys))|anyone|someone should|does anyone|"
    r"(?:bother|ping(?:ed)?|ask(?:ed)?|call(?:ed)?|tell|told|wait for|cc|invite) (?:him|her|them)|"
    r"we should (?:get|ask|ping|invite|loop|talk|meet|wait)|wait for [A-Z]|ask (?:legal|the|our|him|her|them)|"
    r"did you (?:see|get|read|send|hear)|(?:are|r) you (?:joining|coming|around|free|there|in)|you free|you around|wdyt|"
    r"what do you (?:all |guys |both )?think|thoughts\?|who (?:owns|has|is|was|can|wants|runs)|shall we|"
    r"can we (?:move|meet|talk|sync|reschedule|do this)|what was the name|(?:send|forward|give|grant) me|share (?:it|this|that) with|"
    r"(?:can|could|would) you (?:please )?(?:check|ask|send|export|forward|ping|share|review|pull|grant|book|update|join|post))\b",
    re.IGNORECASE,
)
OURS = re.compile(r"\btune-?wise\b", re.IGNORECASE)
SUBJECT = re.compile(
    r"\b(fine-?tun\w*|tun(?:e|ed|ing)|lora|adapters?|prompt\w*|few-?shot|retrieval|rag|evals?|test set|verdict|examples?|labels?|"
    r"training|distil\w*|models?|embedding\w*|forgetting|hallucinat\w*|quantis\w*|dpo|rlhf|classifier|dataset|costs?|latency|"
    r"slow(?:er)?|fast(?:er)?|expensive|cheap(?:er)?|dear|accura\w+|scores?|targets?|quality|reviewed|annotat\w*|consent|licen[cs]e\w*|"
    r"instructions?|rules?|answers?|outputs?|documents?|requests?|tokens?|gpus?|daily|weekly|monthly|hourly|never|always|sometimes|"
    r"measur\w*|rat(?:e|es|ed|ing)|samples?|editors?|experts?|leaves?|usually|mostly|rarely|narrow|broad|niche)\b",
    re.IGNORECASE,
)
SHORT = re.compile(
    r"(?:yes|yep|yeah|y|no|nope|nah|n|both|neither|none|never|always|either|all of (?:them|it|these)|some|partly|"
    r"(?:about |around |roughly |maybe |~)?\d[\d.,]*\s?(?:%|k|m|percent|a day|per day)?)[\s.!]*",
    re.IGNORECASE,
)
ACTS = frozenset(("why_asked", "what_if", "explain", "disagree", "status", "help"))
ACTS |= {"restart", "forget", "correct", "dont_know", "skip"}


def is_to_us(text: str, session: Session, talk: Talk, names_others: bool = False) -> bool:
    """Whether words in a thread of ours are meant for us; `names_others` is whether they mention somebody else."""
    words = " ".join(text.split())
    if OURS.search(words):
        return True
    if ONLY_SIGNS.fullmatch(words) or NOISE.fullmatch(words) or (TO_PEOPLE.match(words) and not names_others):
        return False
    asked = tuple(question.facts for question in session.open)
    if session.open and SHORT.fullmatch(words):
        return True
    read = talk.language.read(text, asked, frozenset(session.entries))
    wanted = {key for group in asked for key in group}
    told = {fact.fact for fact in read.facts} | set(read.dont_know)
    if names_others:  # "@jon is right, we have none" answers; "@jon can you look?" does not
        return bool(told & wanted) and not words.endswith("?") and not _between_people(words)
    if _between_people(words):
        return False
    if read.act in ACTS or read.corrects:
        return True
    subject, asks = _about_the_subject(words), words.endswith("?")
    if session.open and told & wanted:
        return subject or not asks  # a question that only sounds like an answer is somebody else's
    if session.open:
        return subject and bool(told or asks or set(read.unclear) & wanted)
    return subject or bool(told - {"task"})


def _between_people(words: str) -> bool:
    for pattern in (NAMED, NAMED_AFTER):
        found = pattern.match(words)
        if found and not NO_NAME.fullmatch(found["name"]):
            return True
    return any(pattern.search(words) for pattern in (PROMISES, COLLEAGUES, LOGISTICS))


def _about_the_subject(words: str) -> bool:
    return SUBJECT.search(words) is not None
