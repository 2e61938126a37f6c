"""The pages over real HTTP, as a browser without scripts uses them."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys

import pytest
from reading import Element, Page
from serving_pages import Site, Visitor, serving

from bot.core.session import Line, Session
from bot.engine.dead import read_letters
from bot.engine.mail import Mail, Outcome, Thread
from bot.stores.connect import Connection
from bot.stores.ledger import RedisLedger
from bot.stores.letters import Letters
from bot.stores.sessions import RedisSessions
from bot.surfaces.slack.values import Case, Feedback
from bot.surfaces.web.mail import SURFACE
from bot.surfaces.web.shapes import LONGEST
from bot.surfaces.web.signin import LASTS, is_signed_in, make_cookie

CASE = "Our support bot answers from our help centre, but its tone is stiff. Should we fine-tune?"
HOSTILE = "<script>alert(1)</script> \"'><img src=x onerror=alert(2)> {{7*7}} </textarea> &amp; javascript:alert(3)"


def buttons(page: Page) -> list[Element]:
    """The buttons that answer a question."""
    return [each for each in page.all("button") if each["value"].startswith("answer/")]


async def answer(visitor: Visitor) -> None:
    """Answers one open question: by its menu, its boxes, or its first button."""
    page = visitor.here
    assert page is not None
    first = buttons(page)[0]
    _, _, question, part = first["value"].split("/")
    if part == "menu":
        select = next(each for each in page.all("select") if each["name"] == first["value"])
        got = await visitor.press(first, **{select["name"].replace("/", "_SLASH_"): select.options[-1]["value"]})
    elif part == "done":
        name = first["value"].removesuffix("done") + "boxes"
        box = page.all("input", name=name)[0]
        got = await visitor.press(first, **{name.replace("/", "_SLASH_"): [box["value"]]})
    else:
        got = await visitor.press(first)
    assert got.status == 200 and got.page and not got.page.error(), question


def path_of(page: Page) -> str:
    """The name of the thread that a page shows."""
    return page.one("form", id="say")["action"].removeprefix("/threads/")


async def to_the_verdict(visitor: Visitor) -> Page:
    await visitor.get("/")
    got = await visitor.say(CASE, name="Ana")
    assert re.fullmatch(r"/threads/[\w-]{22}", got.path.partition("#")[0])
    for _ in range(30):
        assert visitor.here is not None
        if visitor.here.all("details"):
            return visitor.here
        await answer(visitor)
    raise AssertionError("no verdict after thirty answers")


async def test_from_the_first_message_to_the_verdict_without_a_script(ana):
    page = await to_the_verdict(ana)
    card = page.one("article", class_="ours card")
    assert "What to do next" in card.text and "Why" in card.text
    behind = page.all("details")[0].text
    assert "The facts this rests on" in behind and "Sources" in behind
    assert page.one("title").text.endswith("– Tunewise") and page.one("title").text.split(" – ")[0] in card.text
    assert [each.text for each in page.all("p", class_="typed")] == [CASE]
    assert " – Ana" in page.all("article", class_="ours")[0].text  # who picked what stays to be read
    links = [each for each in page.all("a") if each["href"].startswith("http")]
    assert links and all("noopener" in each["rel"] for each in links)


async def test_a_verdict_can_be_asked_why_disagreed_with_changed_and_exported(ana):
    page = await to_the_verdict(ana)
    export = page.one("button", value="card/export")
    got = await ana.press(export)
    assert got.headers["Content-Type"].startswith("text/markdown") and got.html.startswith("# ")
    assert "attachment" in got.headers["Content-Disposition"]
    why = await ana.press(page.one("button", value="card/why"))
    assert why.page.all("article", class_="theirs")[-1].text.strip().endswith("Why?")
    assert "[1]" in why.page.all("article", class_="ours")[-1].text
    disagree = await ana.press(why.page.one("button", value="card/disagree"))
    assert len(disagree.page.all("article", class_="ours")) > len(why.page.all("article", class_="ours"))
    await ana.say("We have a test set now, and it scores 95% where 90% is needed.")
    while ana.here is not None and buttons(ana.here):
        await answer(ana)
    assert ana.here is not None
    assert ana.here.one("article", class_="ours card") is ana.here.all("article")[-1]
    assert "the verdict that holds stands below" in ana.here.html


async def given(site: Site) -> list[Feedback]:
    """What `tunewise feedback` lists of the site's store, the latest first."""
    return await RedisLedger(site.service.connection, 30, Case, Feedback).feedback()


async def test_what_people_think_of_a_verdict_is_kept_with_it(site, ana):
    page = await to_the_verdict(ana)
    down, up = (page.one("button", value=f"card/feedback {side}:{path_of(page)}") for side in ("down", "up"))
    got = await ana.press(down)
    assert "It is kept with the verdict" in got.page.one("p", id="notice").text and got.page.all("article") != []
    await ana.press(up)
    async with site.visitor() as bo:
        await bo.get(f"/threads/{path_of(page)}")
        reason = "Our lawyers   forbid <b>prompts</b>."
        said = await bo.press(bo.here.one("button", value="card/disagree"), reason=reason)
        assert "I disagree: Our lawyers forbid" in said.page.all("p", class_="typed")[-1].text
        assert "rule" in said.page.all("article", class_="ours")[-1].text
    kept = await given(site)
    assert [(each.kind, each.by, each.text) for each in kept] == [
        ("disagree", "you", "Our lawyers forbid <b>prompts</b>."),
        ("helpful", "Ana", ""),  # the last thumb of a person counts
    ]
    assert kept[0].verdict == kept[1].verdict and kept[0].rule and kept[0].facts and kept[0].policy
    env = os.environ | {"TUNEWISE_DATA": str(site.service.connection.embedded.folder)}
    listed = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-m", "bot", "feedback"], capture_output=True, text=True, env=env, timeout=60
    )
    assert listed.stdout.count(f": {kept[0].verdict}, rule {kept[0].rule}") == 2 and "Our lawyers" in listed.stdout


async def test_a_forgotten_thread_takes_names_and_words_out_of_its_opinions(site, ana):
    page = await to_the_verdict(ana)
    await ana.press(page.one("button", value="card/disagree"), reason="Our lawyers forbid prompts.")
    assert (await given(site))[0].text
    await ana.say("forget this thread")
    [left] = await given(site)
    assert (left.by, left.text, left.facts.get("task")) == ("", "", None) and left.rule


@pytest.mark.parametrize(
    "action",
    ["card/feedback", "card/feedback up", "card/feedback sideways:x", "card/share", "card/facts", "card/x up:y"],
)
async def test_presses_that_no_card_has_are_refused(site, ana, action):
    page = await to_the_verdict(ana)
    got = await ana.post(f"/threads/{path_of(page)}", {"action": action})
    assert got.status == 400 and got.page.error() == "That button is not one of mine."
    assert await given(site) == []


async def test_an_opinion_needs_a_verdict_and_bounds(site, ana):
    await ana.get("/")
    path = (await ana.say(CASE)).path.partition("#")[0]
    early = await ana.post(path, {"action": "card/disagree", "reason": "x"})
    assert early.status == 400 and "no verdict here" in early.page.error()
    long = await ana.post(path, {"action": "card/disagree", "reason": "x" * 3001})
    assert long.status == 400 and "3,000" in long.page.error()
    assert await given(site) == []


async def test_a_thread_goes_on_at_its_address_for_whoever_has_it(site, ana):
    await ana.get("/")
    path = (await ana.say(CASE, name="Ana")).path
    async with site.visitor() as bo:
        got = await bo.get(path)
        assert CASE in got.page.one("p", class_="typed").text
        first = buttons(got.page)[0]
        assert first["value"].endswith("/menu")
        unknown = next(each for each in buttons(got.page) if each["value"].endswith("/unknown"))
        picked = await bo.press(unknown)
        assert "Don't know – you" in " ".join(picked.page.one("article", class_="ours").text.split())
        said = await bo.say("The tone is all that is wrong.", name="Bo")
        assert [each.text for each in said.page.all("p", class_="who")][:3:2] == ["Ana", "Bo"]
        assert bo.cookies["tunewise_name"] == "Bo" and said.page.one("input", id="name")["value"] == "Bo"
    assert (await ana.get(path)).page.one("input", id="name")["value"] == "Ana"


async def test_threads_cannot_be_guessed_and_are_not_listed(ana):
    await ana.get("/")
    paths = [(await ana.post("/threads", {"text": CASE}, follow=False)).headers["Location"] for _ in range(3)]
    assert len({path[:14] for path in paths}) == 3
    assert not [each for each in (await ana.get("/")).page.all("a") if "/threads/" in each["href"]]
    for path in ("/threads", "/threads/"):
        assert (await ana.get(path)).status in (404, 405)
    got = await ana.get("/threads/nobody")
    assert (
        got.status == 404
        and "no such thread" in got.page.error()
        and got.page.one("form", id="say")["action"] == "/threads"
    )
    lost = await ana.post("/threads/nobody", {"text": "still here"})
    assert lost.status == 404 and lost.page.typed() == "still here"


async def test_threads_of_a_slack_workspace_are_not_shown(site, ana):
    said = Session(thread="T1-C1-1", transcript=(Line(by="U1", text="FROM SLACK"),))
    await RedisSessions(site.service.connection, retention_days=1, workspace="T1").save(said)
    for thread in ("T1-C1-1", "T1:session:T1-C1-1", "..%2FT1-C1-1"):
        got = await ana.get(f"/threads/{thread}")
        assert got.status == 404 and "FROM SLACK" not in got.html
        assert (await ana.post(f"/threads/{thread}", {"text": "hello"})).status == 404


async def test_bad_input_is_one_sentence_and_what_was_typed_is_still_there(ana):
    await ana.get("/")
    for fields, word in (
        ({"text": " \n "}, "nothing in your message"),
        ({"text": "x" * (LONGEST + 1)}, "20,000 characters at most"),
        ({"text": CASE, "name": "n" * 41}, "shorten yours"),
        ({"text": CASE, "name": "Tunewise"}, "my own name"),
    ):
        got = await ana.post("/threads", fields)
        assert got.status == 400 and word in got.page.error() and got.page.error().count(". ") == 0
        assert got.page.typed().strip() == fields["text"].strip()
        assert got.page.one("input", id="name")["value"] == fields.get("name", "")
    await ana.get("/")
    path = (await ana.say(CASE)).path
    for pressed, word in (
        ("answer/1/measure/menu", "pick one of those shown"),
        ("answer/1/measure/99", "pick one of those shown"),
        ("answer/9/measure/0", "no longer open"),
        ("answer/1/nothing/0", "no longer open"),
        ("card/details", "not one of mine"),
        ("card/feedback", "not one of mine"),
        ("nonsense", "not one of mine"),
    ):
        got = await ana.post(path, {"action": pressed, "text": "kept"})
        assert got.status == 400 and word in got.page.error(), pressed
        assert got.page.typed() == "kept" and CASE in got.html
    assert (await ana.post(path, b"\xff\xfe", Content_Type="application/x-www-form-urlencoded")).status == 400
    assert (await ana.post(path, b"{}", Content_Type="application/json")).status == 400
    assert (await ana.post(path, b"x" * 1_000_001)).status == 413


async def test_questions_stay_open_after_something_that_answers_nothing(ana):
    await ana.get("/")
    await ana.say(CASE)
    got = await ana.say("!!!")
    assert "That message was empty" in got.page.all("article")[-1].text and buttons(got.page)
    await answer(ana)


async def test_what_is_hostile_is_only_shown(ana):
    await ana.get("/")
    first = await ana.say(HOSTILE + CASE, name=HOSTILE[:30])
    refused = await ana.post(first.path.partition("#")[0], {"text": HOSTILE * 300})
    assert refused.status == 400 and refused.page.typed() == HOSTILE * 300
    said = await ana.say("forget the rules " + HOSTILE)
    for got in (first, refused, said):
        assert [each["src"] for each in got.page.all("script")] == ["/static/web.js"]
        assert not got.page.all("img") and "49" not in got.page.error()
        assert not [
            name for each in got.page.elements for name in each.attributes if name.startswith("on") or name == "style"
        ]
        assert got.page.all("p", class_="typed")[0].text == HOSTILE + CASE
        assert "javascript:" not in "".join(each["href"] for each in got.page.all("a"))


async def test_nothing_runs_on_the_page_but_our_own_files(ana):
    got = await ana.get("/")
    policy = dict(part.strip().split(" ", 1) for part in got.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'" and policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'" and policy["form-action"] == "'self'"
    assert got.headers["X-Content-Type-Options"] == "nosniff" and got.headers["Cache-Control"] == "no-store"
    assert not [each for each in got.page.all("script") if each.text.strip()] and not got.page.all("style")
    for path in [each["src"] for each in got.page.all("script")] + [each["href"] for each in got.page.all("link")]:
        assert path.startswith("/static/") and (await ana.get(path)).status == 200
    assert (await ana.get("/static/../pages.py")).status == (await ana.get("/static/%2e%2e/pages.py")).status == 404
    assert (await ana.get("/threads/x")).headers["Content-Security-Policy"] == got.headers["Content-Security-Policy"]


async def test_forms_of_other_sites_are_refused(ana):
    await ana.get("/")
    path = (await ana.say(CASE)).path.partition("#")[0]
    for headers in (
        {"Origin": "http://evil.example", "Sec-Fetch-Site": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null", "Sec-Fetch-Site": ""},
        {"Origin": "", "Sec-Fetch-Site": ""},
    ):
        for to in (path, "/threads", "/sign-out"):
            got = await ana.post(to, {"text": "SENT BY EVIL"}, **headers)
            assert got.status == 403 and "SENT BY EVIL" not in got.html, headers
    assert "SENT BY EVIL" not in (await ana.get(path)).html
    assert (
        await ana.post(path, {"text": "hello"}, Sec_Fetch_Site="")
    ).status == 200  # an older browser says its origin only


async def test_forgetting_and_starting_over_end_the_thread(ana):
    for wish, word in (("forget this thread", "Forgotten"), ("start over", "Starting over")):
        await ana.get("/")
        path = (await ana.say(CASE)).path
        got = await ana.say(wish)
        assert got.path.startswith("/?said=") and word in got.page.one("p", id="notice").text
        assert (await ana.get(path)).status == 404
    assert "<b>" not in (await ana.get("/?said=<b>")).html


async def test_somebody_else_is_asked_before_they_start_over(site, ana):
    await ana.get("/")
    path = (await ana.say(CASE, name="Ana")).path
    async with site.visitor() as bo:
        await bo.get(path)
        got = await bo.say("start over", name="Bo")
        assert got.path == path and "Others have told me about this case too" in got.html
        got = await bo.say("start over")
        assert got.path.startswith("/?said=over")
    assert (await ana.get(path)).status == 404


async def test_what_one_person_has_forgotten_is_gone_from_the_page(site, ana):
    await ana.get("/")
    path = (await ana.say(CASE, name="Ana")).path
    async with site.visitor() as bo:
        await bo.get(path)
        await bo.say("SECRET: we have 1,200 examples.", name="Bo")
        got = await bo.say("forget what I said")
        assert "SECRET" not in got.html and CASE in got.html


async def test_a_thread_that_programs_or_the_terminal_began_can_be_gone_on_with(ana):
    begun = await ana.post(
        "/api/threads/made-by-a-program/messages",
        b'{"text": "We have no evals.", "by": "ci"}',
        Content_Type="application/json",
    )
    assert begun.status == 200
    got = await ana.get("/threads/made-by-a-program")
    assert "We have no evals." in got.page.one("p", class_="typed").text and buttons(got.page)


async def test_the_session_alone_makes_a_page_too(site, ana):
    await ana.get("/")
    got = await ana.say(CASE)
    connection: Connection = site.service.connection
    thread = got.path.rpartition("/")[2].partition("#")[0]
    await connection.client.delete(f"tunewise:local:thread:{thread}")
    again = await ana.get(got.path)
    assert CASE in again.html and buttons(again.page)
    await ana.press(next(each for each in buttons(again.page) if each["value"].endswith("/unknown")))


async def test_the_api_gives_the_blocks_of_each_reply(ana):
    path = "/api/threads/t/messages"
    got = json.loads((await ana.post(path, json.dumps({"text": CASE}), Content_Type="application/json")).html)
    for reply in got["replies"]:
        assert reply["blocks"] and all("type" in block for block in reply["blocks"])
    assert {"question"} <= {reply["type"] for reply in got["replies"]}


async def test_a_message_that_waits_is_said_so_and_the_page_looks_again(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.surfaces.web.pages.WITHIN", 0.2)
    async with serving(tmp_path / "data", work=False) as site, site.visitor() as ana:
        await ana.get("/")
        got = await ana.say(CASE)
        assert got.status == 200 and "being worked on" in got.page.one("p", id="working").text
        assert got.headers["Refresh"]


async def test_a_store_that_is_gone_is_one_sentence_and_nothing_typed_is_lost(tmp_path):
    async with serving(tmp_path / "data", work=False) as site, site.visitor() as ana:
        await ana.get("/")
        await site.service.connection.client.execute_command("CONFIG", "SET", "maxmemory", "1")
        got = await ana.say(CASE)
        assert got.status == 503 and got.page.typed() == CASE and got.page.error().startswith("The store")
        await site.service.connection.client.execute_command("CONFIG", "SET", "maxmemory", "0")


async def test_too_many_messages_are_told_so_and_kept(tmp_path):
    async with serving(tmp_path / "data", rate_user=1, token="a-long-secret") as site, site.visitor() as ana:
        await ana.post("/sign-in", {"token": "a-long-secret", "back": "/"})
        path = (await ana.say(CASE)).path
        got = [await ana.post(path, {"text": f"again {n}"}) for n in range(3)][1]
        assert got.status == 429 and "try again in a minute" in got.page.error() and got.page.typed() == "again 1"


# --- with a token ---------------------------------------------------------------------------------------------------------


@pytest.fixture
async def guarded(tmp_path):
    async with serving(tmp_path / "data", token="a-long-secret") as site:
        yield site


async def test_with_a_token_people_sign_in_once(guarded):
    async with guarded.visitor() as ana:
        got = await ana.get("/threads/some-thread")
        assert got.page.one("input", id="token")["type"] == "password"
        wrong = await ana.post("/sign-in", {"token": "guess", "back": "/"})
        assert wrong.status == 403 and "not the token" in wrong.page.error() and not ana.cookies
        told = await ana.post("/sign-in", {"token": "a-long-secret", "back": "//evil.example"}, follow=False)
        assert told.status == 303 and told.headers["Location"] == "/"
        cookie = told.headers["Set-Cookie"]
        assert (
            "HttpOnly" in cookie
            and "SameSite=strict" in cookie
            and "Path=/" in cookie
            and "a-long-secret" not in cookie
        )
        await ana.get("/")
        assert CASE in (await ana.say(CASE)).html
        assert (await ana.post("/sign-in", {"token": "a-long-secret"}, Sec_Fetch_Site="cross-site")).status == 403
        assert (await ana.post("/sign-out", {})).page.one("input", id="token") and not ana.cookies


async def test_with_a_token_the_api_keeps_its_rules(guarded):
    async with guarded.visitor() as ana:
        await ana.post("/sign-in", {"token": "a-long-secret", "back": "/"})
        assert (await ana.post("/api/threads", {})).status == 401
        assert (await ana.get("/metrics")).status == (await ana.get("/openapi.json")).status == 401
        assert (await ana.get("/threadsome")).status == (await ana.get("/static-x")).status == 401
        assert (await ana.post("/api/threads", {}, Authorization="Bearer a-long-secret")).status == 200


async def test_without_signing_in_nothing_is_shown_or_done(guarded):
    async with guarded.visitor() as ana, guarded.visitor() as eve:
        await ana.post("/sign-in", {"token": "a-long-secret", "back": "/"})
        path = (await ana.say(CASE)).path.partition("#")[0]
        for got in (await eve.get(path), await eve.get(f"{path}/card.md"), await eve.post(path, {"text": "EVE"})):
            assert CASE not in got.html and got.page.one("input", id="token")
        refused = await eve.post(path, {"text": "EVE"}, Sec_Fetch_Site="cross-site")
        assert refused.status == 403 and CASE not in refused.html
        for bad in ("", "1.x", "99999999999.00", f"{10**9}.{'0' * 64}", "é.é", "9" * 30 + ".a"):
            eve._session.cookie_jar.update_cookies({"tunewise_signed_in": bad})
            assert CASE not in (await eve.get(path)).html
        assert "EVE" not in (await ana.get(path)).html


def test_a_sign_in_runs_out_and_ends_with_another_token():
    cookie = make_cookie("a-long-secret", now=1000.0)
    assert is_signed_in(cookie, "a-long-secret", now=1000.0 + LASTS - 1)
    assert not is_signed_in(cookie, "a-long-secret", now=1000.0 + LASTS + 1)
    assert not is_signed_in(cookie, "another-secret", now=1000.0)
    later = f"{10**10}.{cookie.partition('.')[2]}"
    assert not is_signed_in(later, "a-long-secret", now=1000.0)


async def test_what_was_typed_outlives_a_sign_in_that_ran_out(guarded):
    async with guarded.visitor() as ana:
        await ana.post("/sign-in", {"token": "a-long-secret", "back": "/"})
        path = (await ana.say(CASE)).path.partition("#")[0]
        ana._session.cookie_jar.clear()
        got = await ana.post(path, {"text": "a long answer\nof two lines"})
        assert got.status == 401 and "what you wrote is kept" in got.page.error()
        to, sent = got.page.submit(None, token="a-long-secret")
        back = await ana.post(to, sent)
        assert back.page.typed() == "a long answer\nof two lines" and CASE in back.html
        assert back.page.one("form", id="say")["action"] == path


class Broken:
    """A handler with a defect."""

    async def handle(self, thread: Thread, mail: Mail) -> Outcome:
        raise RuntimeError("a defect")


async def test_what_fails_through_our_fault_is_a_500_with_a_reference_and_loses_nothing(tmp_path):
    async with serving(tmp_path) as site, site.visitor() as visitor:
        site.service.engine.register(SURFACE, Broken(), site.service.courier)
        await visitor.get("/")
        got = await visitor.say(CASE, name="Ana")
        assert got.status == 500 and got.page is not None and "quote reference" in got.page.error()
        assert got.page.typed() == CASE
        letters = await read_letters(Letters(site.service.connection))
        assert [letter.envelope.mail.body["text"] for letter in letters] == [CASE]
