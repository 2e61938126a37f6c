"""The chat in a real headless Chromium, with its script: in place, with the focus where it belongs, from keyboard alone."""

from __future__ import annotations

import pytest
from browser import CHROMIUM, Tab, browsing
from serving_pages import serving

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on PATH; apt-get install chromium")

CASE = "Our support bot answers from our help centre, but its tone is stiff. Should we fine-tune?"
DONE = "document.getElementById('working').textContent == '' && !document.querySelector('main[aria-busy=true]')"
OPEN = "[...document.querySelectorAll('button[value^=\"answer/\"]')]"
FOCUS = "document.activeElement"


async def answered(tab: Tab) -> None:
    """Answers the first open question by keyboard, and waits until that shows."""
    await tab.run("window.last = document.getElementById('log').innerHTML")
    await tab.run(f"""(() => {{
        const button = {OPEN}[0], part = button.value.split('/').at(-1);
        const group = button.closest('article');
        if (part == 'menu') {{ const menu = group.querySelector('select'); menu.value = menu.options[menu.options.length - 1].value; }}
        if (part == 'done') group.querySelector('input[type=checkbox]').checked = true;
        button.focus();
    }})()""")
    await tab.press("Enter", 13, "\r")
    await tab.until(f"document.getElementById('log').innerHTML != window.last && {DONE}")
    assert await tab.run("document.getElementById('error').textContent") == ""


async def test_chatting_to_a_verdict_with_the_script(tmp_path):
    async with serving(tmp_path / "data", rate_user=1000) as site, browsing() as tab:
        await tab.look(390, 800)
        await tab.go(f"{site.url}/")
        await tab.run("window.stays = true")  # gone, were the page ever loaded anew
        assert await tab.run(f"{FOCUS}.id") == "text"
        await tab.type(CASE)
        await tab.press("Enter", 13, "\r")
        await tab.type("half ")  # what is being written meanwhile is kept
        await tab.until(f"document.querySelectorAll('article').length == 2 && {DONE}")
        assert await tab.run("location.pathname.startsWith('/threads/')")
        assert await tab.run(f"{FOCUS}.id + '|' + {FOCUS}.value") == "text|half "
        await tab.type("a sentence")  # and outlives presses of buttons
        waiting = await tab.run(f"new Set({OPEN}.map(b => b.value.split('/')[2])).size")
        await answered(tab)
        if waiting > 2:  # other questions of the round wait: the focus goes on to them
            assert await tab.run(f"{FOCUS}.closest('article') && {FOCUS}.matches('button, select, input')")
        for _ in range(30):
            if await tab.run("Boolean(document.querySelector('details'))"):
                break
            await answered(tab)
        assert await tab.run("document.getElementById('text').value") == "half a sentence"
        assert await tab.run(f"{FOCUS}.classList.contains('card')"), "the focus is on the card"
        assert await tab.run("document.querySelector('article.card').getBoundingClientRect().top < innerHeight")
        assert await tab.run("document.documentElement.scrollWidth <= innerWidth"), "it is too wide for a telephone"
        assert "What to do next" in await tab.run("document.querySelector('article.card').innerText")
        assert not await tab.run("document.querySelector('article.card').innerText.includes('The facts this rests on')")
        await tab.run("document.querySelector('summary').focus()")
        await tab.press(" ", 32, " ")
        assert await tab.run("document.querySelector('article.card').innerText.includes('The facts this rests on')")
        await tab.run("document.querySelector('.skip').click()")
        assert await tab.run(f"{FOCUS}.id") == "say"
        await tab.run("new Promise(done => setTimeout(done, 100))")
        assert await tab.run("window.stays"), "the page was loaded anew"

        await tab.run(
            "document.querySelector('#text').value = 'x'.repeat(20001); document.querySelector('#say .primary').click()"
        )
        await tab.until("document.getElementById('error').textContent.includes('at most')")
        assert await tab.run("document.getElementById('text').value.length") == 20_001
        assert await tab.run("document.querySelector('details').open"), "what was open stays open"
        assert [each for each in tab.complaints if "400" not in each] == []

        shown = await tab.run("document.getElementById('log').innerText")
        await tab.send("Page.reload")
        await tab.until("!window.stays && document.readyState == 'complete' && document.querySelector('details')")
        await tab.run("document.querySelector('details').open = true")
        assert await tab.run("document.getElementById('log').innerText") == shown, "a reload shows the same"


async def test_the_card_prints_whole_and_alone(tmp_path):
    async with serving(tmp_path / "data", rate_user=1000) as site, browsing() as tab:
        await tab.go(f"{site.url}/")
        await tab.type(CASE)
        await tab.press("Enter", 13, "\r")
        await tab.until(f"document.querySelectorAll('article').length == 2 && {DONE}")
        while not await tab.run("Boolean(document.querySelector('details'))"):
            await answered(tab)
        await tab.send("Emulation.setEmulatedMedia", media="print")
        shown = await tab.run("document.body.innerText")
        assert "What to do next" in shown and "Write an answer" not in shown and "I disagree" not in shown
        height = "document.querySelector('details .rich:last-of-type').getBoundingClientRect().height"
        assert await tab.run(height) > 0, "the details are printed though they are closed"


async def test_a_server_that_is_gone_is_told_and_nothing_typed_is_lost(tmp_path):
    async with browsing() as tab:
        async with serving(tmp_path / "data") as site:
            await tab.go(f"{site.url}/")
        await tab.type(CASE)
        await tab.press("Enter", 13, "\r")
        await tab.until("document.getElementById('error').textContent.includes('did not answer')")
        assert await tab.run(f"{FOCUS}.id + '|' + {FOCUS}.value") == f"text|{CASE}"


async def test_an_answer_that_comes_late_does_not_take_the_focus_from_who_writes(tmp_path):
    async with serving(tmp_path / "data", rate_user=1000) as site, browsing() as tab:
        await tab.go(f"{site.url}/")
        await tab.type(CASE)
        await tab.press("Enter", 13, "\r")
        await tab.until(f"document.querySelectorAll('article').length == 2 && {DONE}")
        await tab.run("document.querySelector('article:last-of-type').remove()")  # as if it were still being worked on
        await tab.type("half")
        await tab.run("""fetch(location.pathname).then((answer) => answer.text()).then((text) =>
            takeOver(new DOMParser().parseFromString(text, 'text/html'), { failed: false, typed: false }))""")
        await tab.until("document.querySelectorAll('article').length == 2")
        assert await tab.run(f"{FOCUS}.id + '|' + {FOCUS}.value") == "text|half"
