"""Makes the picture of a verdict card in README.md: a talk is played, and its card drawn by Chromium.

    python tests/pictures/render_card.py [--out .github/card.png] [--text]

Chromium and pngquant have to be on PATH (Debian: apt-get install chromium pngquant). The picture is drawn twice as
large as it is shown. It ends before the sources, which take as much room again.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from bot.app import App
from bot.conversations import new_session
from bot.core.card import Card, make_card
from bot.core.facts import Value
from bot.settings import Settings
from bot.surfaces.terminal.render import render_card
from bot.talk.message import Message

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 20)
COLUMNS = 80
ENDS_BEFORE = "Where the sources disagree"
COLOURS = 24
SCALE = 2  # device pixels per pixel
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

OPENING = (
    "Should we fine-tune our support bot? It answers shop customers, and retrieval over the help centre works: "
    "the right article is always there. But the tone is wrong, stiff and too long, whatever we put in the prompt."
)
# What the team picks when it is asked.
ANSWERS: dict[str, Value] = {
    "knowledge_needed": True,
    "behaviour_gap": True,
    "latency_gap": False,
    "cost_gap": False,
    "evals": "test_set",
    "score": 71,
    "target": 88,
    "prompting": "systematic",
    "constrained_output": True,
    "retrieval": "works",
    "context_fit": "too_large",
    "examples": 2400,
    "label_quality": "reviewed",
    "data_rights": "clear",
    "scope": "narrow",
    "coverage": "proprietary",
    "rule": "show_only",
    "answers": "agreed",
    "data_edge": True,
    "teacher": False,
    "freshness": "weekly",
}
INK, RED, GREEN, YELLOW = (36, 41, 47), (179, 38, 30), (22, 112, 60), (140, 90, 0)
BLUE, VIOLET, CYAN, GREY = (9, 80, 160), (120, 60, 150), (0, 105, 125), (90, 98, 106)
PAPER = (250, 250, 248)
THEME = TerminalTheme(PAPER, INK, [INK, RED, GREEN, YELLOW, BLUE, VIOLET, CYAN, GREY])
SVG_FORMAT = """
<svg class="rich-terminal" viewBox="0 0 {width} {height}" width="{width}" height="{height}"
  xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: 'DejaVu Sans Mono', 'Liberation Mono', monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-ligatures: none;
}}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
<rect width="100%" height="100%" fill="#fafaf8"/>
<g transform="translate(9, 9)" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""
PAGE = "<!doctype html><meta charset=utf-8><style>* {{margin: 0}} svg {{display: block}}</style>{svg}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the card of the README.")
    parser.add_argument("--out", type=Path, default=ROOT / ".github" / "card.png")
    parser.add_argument("--text", action="store_true", help="print the card instead")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        card = play(App(Settings(data=Path(folder)), today=lambda: TODAY))
        console = paper()
        render_card(console, card)
        if arguments.text:
            sys.stdout.write(console.export_text())
            return
        picture = paper()
        picture.print(Text.from_ansi(upper_part(console.export_text(styles=True))), soft_wrap=True)
        draw(picture.export_svg(title="", theme=THEME, code_format=SVG_FORMAT), arguments.out, Path(folder))
    sys.stdout.write(f"{arguments.out}: {arguments.out.stat().st_size / 1000:.0f} kB\n")


def paper() -> Console:
    """A console that only records."""
    return Console(record=True, width=COLUMNS, force_terminal=True, color_system="standard", file=io.StringIO())


def upper_part(card: str) -> str:
    """The card up to the part that no longer fits a picture."""
    lines = card.splitlines()
    ends = next((at for at, line in enumerate(lines) if ENDS_BEFORE in line), len(lines))
    return "\n".join(lines[:ends]).rstrip()


def play(app: App) -> Card:
    """The card that the talk ends with."""
    session, replies = app.talk.turn(new_session("picture"), Message(by="ana", text=OPENING))
    for _ in range(12):
        if session.state != "asking":
            break
        asked = {fact for question in session.open for fact in question.facts}
        answers = {fact: ANSWERS.get(fact) for fact in asked}
        session, replies = app.talk.turn(session, Message(by="ana", answers=answers))
    verdict = next(reply for reply in replies if reply.type == "verdict" and reply.decision is not None)
    assert verdict.decision is not None
    return make_card(app.knowledge, session.entries, verdict.decision, verdict.passages, verdict.closest_cases)


def draw(svg: str, out: Path, folder: Path) -> None:
    """Writes the picture of an SVG as a PNG."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None or shutil.which("pngquant") is None:
        sys.exit("Chromium or pngquant is not on PATH; on Debian: apt-get install chromium pngquant")
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert size is not None
    width, height = (int(float(value)) for value in size.groups())
    page = folder / "card.html"
    page.write_text(PAGE.format(svg=svg), "utf-8")
    out.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            browser,
            *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-sync"),
            *("--disable-background-networking", "--disable-component-update", "--disable-lcd-text"),
            f"--user-data-dir={folder / 'profile'}",
            f"--force-device-scale-factor={SCALE}",
            f"--window-size={width},{height}",
            f"--screenshot={out.resolve()}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    subprocess.run(["pngquant", "--force", "--strip", "--output", out, str(COLOURS), out], check=True)


if __name__ == "__main__":
    main()
