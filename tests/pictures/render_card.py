"""Makes the picture of a verdict card in README.md: a talk is played, and its card drawn by Chromium.

    python tests/pictures/render_card.py [--out .github/card.png] [--text]

Chromium and pngquant have to be on PATH (Debian: apt-get install chromium pngquant). The picture is drawn twice as
large as it is shown. It ends before the sources, which take as much room again.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from bot.surfaces.terminal.render import render_card

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.pictures.case import decided, opened, picture_app  # noqa: E402
from tests.pictures.chromium import photograph  # noqa: E402

COLUMNS = 80
ENDS_BEFORE = "Where the sources disagree"
COLOURS = 24
SCALE = 2  # device pixels per pixel

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
    app = picture_app()
    _, _, card = decided(app, opened(app)[0])
    console = paper()
    render_card(console, card)
    if arguments.text:
        sys.stdout.write(console.export_text())
        return
    picture = paper()
    picture.print(Text.from_ansi(upper_part(console.export_text(styles=True))), soft_wrap=True)
    draw(picture.export_svg(title="", theme=THEME, code_format=SVG_FORMAT), arguments.out)


def draw(svg: str, out: Path) -> None:
    """Writes the picture of an SVG as a PNG."""
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert size is not None
    width, height = (int(float(value)) for value in size.groups())
    photograph(PAGE.format(svg=svg), out, width, height, SCALE, COLOURS)


def paper() -> Console:
    """A console that only records."""
    return Console(record=True, width=COLUMNS, force_terminal=True, color_system="standard", file=io.StringIO())


def upper_part(card: str) -> str:
    """The card up to the part that no longer fits a picture."""
    lines = card.splitlines()
    ends = next((at for at, line in enumerate(lines) if ENDS_BEFORE in line), len(lines))
    return "\n".join(lines[:ends]).rstrip()


if __name__ == "__main__":
    main()
