"""Around the verdict: what people send before and after one - what-ifs, questions, doubts, corrections, news - and what it changes.

Each row is a talk: its messages, the facts that have to be known after them (None: not known), words of the last replies, and
words that must not be there.
"""

from __future__ import annotations

from functools import lru_cache

import pytest

from bot.app import App
from bot.core.facts import Value
from bot.core.session import Session
from bot.talk.message import Message

TONE = "Our support bot gets the tone wrong. A few prompts tried. Nothing is measured. It needs no outside facts."
VAGUE = "Our support bot gets the tone wrong."
CLASSIFIER = (
    "Our insurance claim classifier (12 classes) scores 82% on a held-out test set, we need 90%. Prompting: many "
    "measured rounds with few-shot. No outside facts needed, it is judgement it gets wrong. 2000 reviewed "
    "examples, legal signed off on training."
)
NO_RIGHTS = (
    "Our insurance claim classifier (12 classes) scores 82% on a held-out test set, we need 90%. Prompting: many "
    "measured rounds with few-shot. No outside facts needed, it is judgement it gets wrong. 2000 reviewed examples."
)
COSTLY = (
    "We summarise calls with GPT-4.1. Prompting systematic, 96% on a test set, need 92. Too expensive at 400k a "
    "day. No outside facts needed. Smaller models not tried. Output is fine."
)
POLICY = (
    "Our support bot gets the tone wrong. A few prompts tried. Nothing is measured. It needs our refund policy, "
    "which the model can't know."
)
TICKETS = "We classify tickets with claude, no evals, a few prompts tried, output is in the wrong format"

INVOICES = (
    "One narrow job: we pull 22 fields out of garage invoices. F1 .88, need .97 on our gold set of 900. No facts "
    "are missing. Prompting: few shot + two-pass, six measured rounds. It misreads labour vs parts. 14.5k invoices "
    "typed by hand by clerks"
)
PHARMACY = (
    "our bot drafts answers for pharmacists but doesnt know our formulary. test set of 120, score 59, target 92. "
    "one prompt, tweaked 3 times. retrieval not tried."
)
ESSAYS = (
    "Essay grading 0-6 with gpt 4.1. prompting systematic, weekly measured runs. no facts missing. judgement is "
    "off. test set: 66, need 85"
)
CONTRACTS = (
    "We classify incoming contracts into 40 types. We've got 8k labelled contracts, reviewed by paralegals; a "
    "zero-shot prompt with Claude gives 81% on our test set and we need 93. The answer doesn't depend on anything "
    "outside the contract."
)
COMMENTS = "Our code review bot comments on pull requests."
DRAFTS = (
    "We want a model that drafts first replies to support tickets in our tone. Prompting was systematic, few-shot, "
    "for two weeks."
)


@lru_cache(maxsize=1)
def app() -> App:
    return App()


def played(messages: list[str]) -> tuple[Session, str]:
    """The session after these messages of one person, and what was said to the last."""
    session, said = Session(thread="t"), ""
    for message in messages:
        session, replies, _ = app().turn(session, Message(by="ana", text=message), model=False)
        said = " / ".join(reply.text for reply in replies)
    return session, said


@pytest.mark.parametrize(
    ("messages", "facts", "said", "unsaid"),
    [
        ([TICKETS, "we don't have GPUs by the way"], {"venue": "none"}, "", ""),
        ([TICKETS, "no gpus at all"], {"venue": "none"}, "", ""),
        ([TICKETS, "my boss asks: how much does that cost us?"], {"cost_gap": None}, "", ""),
        (
            [TICKETS, "thx. my boss asks: how much does that cost us and how long does it take?"],
            {"cost_gap": None, "latency_gap": None},
            "",
            "",
        ),
        ([CLASSIFIER, "ok what would you do in week 1?"], {"examples": 2000}, "", ""),
        (
            [
                "NPC dialogue: 55% on test set, need 75, prompting systematic, no facts needed, tone is off",
                "ok what would you do in week 1?",
            ],
            {"examples": None},
            "",
            "",
        ),
        (
            [
                "our docs change about once per quarter, chatbot answers questions on them",
                "the docs change once a quarter",
            ],
            {"score": None, "freshness": "monthly"},
            "",
            "",
        ),
        (
            [
                "Extraction with gpt-4o, 70% on a test set, need 90, no outside facts",
                "prompting: a few tries",
                "prompting has been iterated weekly for half a year, all measured. now we have 71",
                "the old model had 80 but was retired, new one 71",
            ],
            {"score": 71, "examples": None},
            "",
            "",
        ),
        (["We fine-tuned gpt-4o-mini last year and it got worse"], {"tuned_before": "failed"}, "", ""),
        ([COSTLY, "We tried gpt-4.1-mini with batching: 81%, so no go."], {"score": 96, "cheaper_tried": True}, "", ""),
        (
            [
                COSTLY,
                "We tried gpt-4.1-mini with batching: 81%, so no go.",
                "no, you misunderstood: the 4.1 setup still has 96%, only mini has 81",
            ],
            {"score": 96, "cheaper_tried": True},
            "",
            "",
        ),
        ([CLASSIFIER, "opus reaches 96 but takes 40 seconds per answer"], {"score": 82, "latency_gap": None}, "", ""),
        ([COSTLY, "cool. what if volume goes to 3 million docs a day?"], {"volume": 400000}, "Supposing", ""),
        ([CLASSIFIER, "hm and what if we had 0 examples"], {"examples": 2000}, "Supposing", ""),
        (
            [CLASSIFIER, "OK. say we get 3 directors to agree a rubric and score 200 drafts"],
            {"evals": "test_set"},
            "Supposing",
            "",
        ),
        (
            [TONE, "OK. say we get 3 directors to agree a rubric and score 200 drafts"],
            {"evals": "none"},
            "Supposing",
            "",
        ),
        ([CLASSIFIER, "I meant if the target were 60"], {"target": 90}, "Supposing", ""),
        ([COSTLY, "what if we had tried a smaller model and it wasn't enough?"], {}, "fine-tune", ""),
        ([COSTLY, "okay but what if we have already tried a smaller model?"], {}, "Supposing", ""),
        ([CLASSIFIER, "and if we only had 200 examples?"], {"examples": 2000}, "Supposing 200", ""),
        ([CLASSIFIER, "and if the labels were noisy?"], {"label_quality": "reviewed"}, "Supposing", ""),
        (
            [TONE, "Then suppose a test set is scored and we hit 70% where 90% is needed"],
            {"evals": "none", "score": None},
            "Supposing",
            "",
        ),
        ([TONE, "Then what would the verdict be if we measured 60% against 85%?"], {"score": None}, "Supposing", ""),
        ([CLASSIFIER, "And if the score went up to 93%?"], {"score": 82}, "Supposing", ""),
        ([TONE, "And if we bought two H100s and had 500 checked examples?"], {"examples": None}, "Supposing", ""),
        (
            [CLASSIFIER, "and with 50 examples and data rights unclear?"],
            {"data_rights": "clear", "examples": 2000},
            "Supposing",
            "",
        ),
        (
            [TONE, "ok you win. suppose I get a test set and it says 70 of 80 needed. what then?"],
            {"evals": "none"},
            "Supposing",
            "",
        ),
        (
            [TONE, "suppose we build the eval set and hit 70% with 90% needed, would we then tune?"],
            {"evals": "none"},
            "prompt",
            "",
        ),
        ([POLICY, "Et si on avait un jeu de test ?"], {"evals": "none"}, "a test set is scored", ""),
        ([CLASSIFIER, "Was wäre, wenn wir nur 100 Beispiele hätten?"], {"examples": 2000}, "Supposing 100", ""),
        ([CLASSIFIER, "what if retrieval didn't work?"], {}, "misses", ""),
        ([CLASSIFIER, "What if accuracy were 84%?"], {"score": 82}, "Supposing 84", ""),
        (
            [CLASSIFIER, "hmm, so what happens if the accuracy falls back to 75% next month?"],
            {"score": 82},
            "Supposing 75",
            "",
        ),
        (
            [CLASSIFIER, "What happens if we say 'nobody has checked the examples'?"],
            {"label_quality": "reviewed"},
            "Supposing",
            "",
        ),
        ([CLASSIFIER, "forget what I said about the examples, we have none"], {"examples": 0, "score": 82}, "", ""),
        ([NO_RIGHTS, "Data rights are clear."], {"data_rights": "clear"}, "", ""),
        ([NO_RIGHTS, "The data rights are clear, it's our own data"], {"data_rights": "clear"}, "", ""),
        (
            ["Our KQLX assistant writes invalid syntax in 45% of cases. Target is 85% valid."],
            {"score": 55, "target": 85},
            "",
            "",
        ),
        ([VAGUE, "What counts as a test set? We have 30 letters with good answers."], {"score": None}, "", ""),
        (
            ["Email triage with GPT-4o, 12 labels, 96% on our test set, target 95%."],
            {"examples": None, "score": 96, "target": 95},
            "",
            "",
        ),
        (
            ["We write product descriptions. ~900 old descriptions, all edited by our head of copy"],
            {"examples": 900},
            "",
            "",
        ),
        ([VAGUE, "What would a test set look like for phrasing? Give me an example."], {"evals": None}, "", ""),
        (
            [TONE, "I said nobody has numbers. There is no test set; I asked for an example of one."],
            {"evals": "none", "prompting": "some"},
            "",
            "",
        ),
        ([TONE, "that was only hypothetical, we don't have that"], {"evals": "none"}, "", ""),
        ([CLASSIFIER, "So no fine-tuning?"], {}, "Verdict", ""),
        ([POLICY, "So no fine-tuning?"], {}, "Verdict", ""),
        ([CLASSIFIER, "So yes or no?"], {}, "Verdict", ""),
        ([CLASSIFIER, "so, go or no go?"], {}, "Verdict", ""),
        ([CLASSIFIER, "What do I tell my boss, in two sentences?"], {}, "Verdict", ""),
        ([CLASSIFIER, "can you give me one sentence for my boss?"], {}, "Verdict", ""),
        ([CLASSIFIER, "sounds good, so what do we tell the boss?"], {}, "Verdict", ""),
        ([CLASSIFIER, "What would have to change for you to say no tuning?"], {}, "chang", ""),
        ([TONE, "fine. what would make you say fine-tune?"], {}, "chang", ""),
        ([CLASSIFIER, "is that final or could something still flip it?"], {}, "", ""),
        ([CLASSIFIER, "what should we do first, concretely?"], {}, "Next", ""),
        ([TONE, "why not just fine-tune?"], {}, "rule", ""),
        ([TONE, "why not fine-tune, everyone does"], {}, "rule", ""),
        ([CLASSIFIER, "drop the score and the target, they are wrong"], {"score": None, "target": None}, "", ""),
        ([CLASSIFIER, "we don't have a score"], {"score": None}, "", ""),
        ([CLASSIFIER, "forget the accuracy numbers"], {"score": None}, "", ""),
        (
            [POLICY, "But retrieval already works, the refund policy is in the prompt. Does that change it?"],
            {"retrieval": "works"},
            "",
            "",
        ),
        (
            [VAGUE, "Before I answer: what do you mean by 'systematically' in that prompting question?"],
            {"prompting": None},
            "few-shot",
            "instructions",
        ),
        ([VAGUE, "can I use chatgpt outputs as training data?"], {}, "", "could not read"),
        ([VAGUE, "Is it OK to train on personal data?"], {}, "", "could not read"),
        ([POLICY, "that was not my case, i just asked whether fine-tuning is dead"], {}, "", ""),
        ([CLASSIFIER, "Was muss ich als Nächstes tun?"], {}, "Next", ""),
        ([TONE, "Quel est le verdict alors, oui ou non ?"], {}, "Verdict", ""),
        ([CLASSIFIER, "Thanks, that was useful. Mostly."], {}, "", "no new fact"),
        ([TONE, "ok thanks, I will build 20 questions. cheers"], {}, "", "no new fact"),
        (
            [CLASSIFIER, "we re-labelled 20k of them with two senior clerks, 98% agreement"],
            {"label_quality": "reviewed", "examples": 20000, "score": 82},
            "",
            "",
        ),
        (
            [
                "Mail classification. about 1.1M historical mails, labelled by clerks, ~12% mislabelled according to an audit"
            ],
            {"label_quality": "mixed"},
            "",
            "",
        ),
        ([VAGUE, "claude sonnet w/ everything pasted in the prompt, cached"], {"retrieval": "works"}, "", ""),
        (
            ["It calls the wrong tool or with wrong args about a fifth of the time. Freight booking agent."],
            {"behaviour_gap": True},
            "",
            "",
        ),
        (
            ["96% of summaries pass our automated rubric vs 92 required"],
            {"score": 96, "target": 92, "evals": "automated"},
            "",
            "",
        ),
        (["We draft radio ads. The thing works ok-ish"], {}, "", "outside"),
        ([CLASSIFIER, "we have 2000 examples"], {}, "", ""),
        ([CLASSIFIER, "does our failed fine-tune from last year change anything?"], {}, "", ""),
        ([INVOICES + ", nobody has checked the labels."], {"label_quality": "unchecked"}, "", ""),
        ([INVOICES + ", nobody double checked them."], {"label_quality": "unchecked"}, "", ""),
        ([COMMENTS, "The comments ignore our house rules."], {"behaviour_gap": True}, "", "instructions to me"),
        (
            ["Suppose you have a company with 200 examples and no evals, what would you tell them?"],
            {},
            "",
            "instructions to me",
        ),
        ([CONTRACTS, "How sure are you, and what would you need to know to be surer?"], {}, "", "instructions to me"),
        (
            [
                "Our bot files expense reports. Tool calls fail 1 in 5 times.",
                "1 in 5 fails means 80%, we need 95. Measured on 300 replayed reports.",
            ],
            {"score": 80, "target": 95},
            "",
            "",
        ),
        ([DRAFTS, "knowledge needed: yes"], {"knowledge_needed": True}, "", ""),
        ([DRAFTS, "What counts as 'systematic'?"], {}, "several rounds", ""),
        (
            [DRAFTS, "Before I answer: what exactly do you mean by 'narrow job' vs 'several jobs in one field'?"],
            {"scope": None},
            "narrow",
            "",
        ),
        ([CONTRACTS, "What would it take to get to fine_tune then?"], {}, "chang", ""),
        (
            [CONTRACTS, "If nobody had checked the labels, would you still say that?"],
            {"label_quality": "reviewed"},
            "Supposing",
            "",
        ),
        ([CONTRACTS, "would a GPU cluster on our side change anything?"], {}, "Supposing", ""),
        (
            [
                CONTRACTS,
                "Actually the score was 83, not 81, my mistake. Also the labels: it turns out an intern did them and no one checked.",
            ],
            {"score": 83},
            "",
            "",
        ),
        (
            ["Essay grading 0-6 with gpt 4.1", "Yes by test set, agreement w/in 1 point 66%, ought to be 85."],
            {"score": 66, "target": 85},
            "",
            "",
        ),
        (
            [
                "our bot drafts answers for pharmacists but doesnt know our formulary",
                "4 pharmacists tick ok/not ok on 120 real questions, last time 71 were ok. we want like 110 of the 120",
            ],
            {"score": 59.17, "target": 91.67},
            "",
            "",
        ),
        (
            [
                "we generate product descriptions for a shop. nobody complains, nobody measures. one prompt. speed and price are fine",
                "an agency scored 80 descriptions blind: 71 good",
            ],
            {"score": 88.75},
            "",
            "",
        ),
        (
            [ESSAYS, "score 66, target 85. and 3k marked essays, each marked twice independently"],
            {"examples": 3000},
            "",
            "",
        ),
        ([ESSAYS, "no no. 85 is the need"], {"examples": None, "target": 85}, "", ""),
        (
            [
                "bot doesnt know our formulary. test set: 59, need 92. one prompt. retrieval not tried.",
                "built it: nightly index of the formulary, rescored: 101 out of 120",
            ],
            {"score": 84.17},
            "",
            "",
        ),
        (
            [
                "Bank chatbot tone is off. One narrow job, 1200 reviewed replies, no facts missing, systematic prompting, "
                "test set 64 need 90. legal hasn't okd training yet.",
                "ok thx, and if legal says yes?",
            ],
            {},
            "Supposing",
            "",
        ),
        ([CONTRACTS, "ok, 3 bullets for my boss pls"], {}, "Verdict", ""),
        ([CONTRACTS, "explain it to my ceo in 2 sentences, no jargon"], {}, "Verdict", ""),
        ([CONTRACTS, "how do i sell this to the VP in one line"], {}, "Verdict", ""),
        ([CONTRACTS, "forget that we ever talked"], {"score": None}, "Forgotten", ""),
    ],
)
def test_what_a_message_changes(messages: list[str], facts: dict[str, Value | None], said: str, unsaid: str) -> None:
    session, last = played(messages)
    assert {fact: session.entries[fact].level if fact in session.entries else None for fact in facts} == facts
    assert said.lower() in last.lower()
    assert not unsaid or unsaid.lower() not in last.lower()


def test_only_who_told_a_fact_takes_it_back() -> None:
    session, _ = played([CONTRACTS])
    after, replies, _ = app().turn(session, Message(by="bob", text="drop the score and the target"), model=False)
    assert after.entries == session.entries and "told by others" in replies[0].text and "ana" in replies[0].text
    after, replies, _ = app().turn(session, Message(by="ana", text="drop the score and the target"), model=False)
    assert not {"score", "target"} & set(after.entries) and replies[0].text.startswith("Taken back")


def test_what_others_told_is_asked_about_where_somebody_says_otherwise() -> None:
    session, _ = played([TONE])
    after, _, _ = app().turn(session, Message(by="bob", text="forget what was said about prompting"), model=False)
    assert after.entries["prompting"] == session.entries["prompting"]
    text = "forget what we said about prompting, it was systematic, few-shot, ten measured rounds"
    after, replies, _ = app().turn(session, Message(by="bob", text=text), model=False)
    assert "prompting" in after.conflicts and any("contradict" in r.text or "Which holds" in r.text for r in replies)


def test_what_stands_beside_a_fact_given_by_name_is_read_too() -> None:
    session, _ = played(
        ["Tagging mails. scope: narrow, we score 70% on a test set and need 90, 2000 reviewed examples"]
    )
    told = {fact: entry.level for fact, entry in session.entries.items()}
    assert {"score": 70, "target": 90, "examples": 2000}.items() <= told.items()
