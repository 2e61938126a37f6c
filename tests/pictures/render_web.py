"""Draws .github/web.png: a verdict in the web chat, served for real and photographed in Chromium.

apt-get install chromium pngquant
python tests/pictures/render_web.py
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "surfaces" / "web"))
from browser import browsing  # noqa: E402
from serving_pages import serving  # noqa: E402

OUT = ROOT / ".github" / "web.png"
SIZE = (800, 1122)
COLOURS = 48
SAID = (
    "Our support bot answers from our help centre, but the tone is stiff and it ignores our format rules. "
    "We tried few-shot prompts. Should we fine-tune?"
)
PICKS = {"measure": "3", "knowledge_needed": "0", "retrieval": "0", "scope": "0"}
IDLE = "document.getElementById('working').textContent == '' && !document.querySelector('main[aria-busy=true]')"


async def draw() -> bytes:
    """The page as a PNG, scrolled to the last answers and the card."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with serving(Path(folder)) as site, browsing() as tab:
            await tab.look(*SIZE, scale=1.5)
            await tab.go(f"{site.url}/")
            await tab.run("document.getElementById('name').value = 'Ana'")
            await tab.type(SAID)
            await tab.press("Enter", 13, "\r")
            await tab.until(f"document.querySelectorAll('article').length == 2 && {IDLE}")
            while not await tab.run("Boolean(document.querySelector('details'))"):
                await tab.run("window.last = document.getElementById('log').innerHTML")
                await tab.run(f"({PICK})({PICKS})")
                await tab.until(f"document.getElementById('log').innerHTML != window.last && {IDLE}")
            rounds = "[...document.querySelectorAll('article.ours:not(.card)')]"
            await tab.run(f"document.documentElement.style.scrollBehavior = 'auto', {rounds}.at(-1).scrollIntoView()")
            return await tab.picture(whole=False)


PICK = """(picks) => {
  const button = document.querySelector('button[value^="answer/"]');
  const [, round, question] = button.value.split('/'), card = button.closest('article');
  const menu = card.querySelector(`select[name="answer/${round}/${question}/menu"]`);
  if (menu) menu.value = picks[question] ?? '0';
  const named = document.querySelector(`button[value="answer/${round}/${question}/${picks[question]}"]`);
  const unknown = document.querySelector(`button[value="answer/${round}/${question}/unknown"]`);
  (menu ? button : named ?? unknown).click();
}"""


def main() -> None:
    """Draws it."""
    OUT.write_bytes(asyncio.run(draw()))
    subprocess.run(["pngquant", "--force", "--strip", "--output", OUT, str(COLOURS), OUT], check=True)
    sys.stdout.write(f"{OUT}: {OUT.stat().st_size / 1000:.0f} kB\n")


if __name__ == "__main__":
    main()
