"""Draws what Slack shows - question rounds, cards, details, modals, Home - for looking at, and the pictures in README.md.

    python tests/pictures/render_blocks.py [--out FOLDER] [--only NAME …]     all of them, into a folder to look at
    python tests/pictures/render_blocks.py --readme                          those of the README, into .github/

Needs Chromium and pngquant on PATH (Debian: apt-get install chromium pngquant fonts-lato fonts-noto-color-emoji), and
`npm install --no-package-lock` in tests/pictures/blocks. What is drawn comes out of a real talk.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.pictures.chromium import needs, photograph  # noqa: E402
from tests.pictures.scenes import CHANNELS, README, scenes  # noqa: E402

DRAW = Path(__file__).parent / "blocks"
WIDTHS = {"message": 640, "modal": 520, "home": 720}
COLOURS = 32
SCALE, README_SCALE = 2.0, 1.5  # device pixels per pixel


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw Block Kit messages and views.")
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "tunewise-pictures")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--readme", action="store_true", help="only the README's, into .github/")
    arguments = parser.parse_args()
    out = ROOT / ".github" if arguments.readme else arguments.out
    out.mkdir(parents=True, exist_ok=True)
    for name, shown in scenes().items():
        if (arguments.readme and name not in README) or (arguments.only and name not in arguments.only):
            continue
        draw(shown, out / f"{name}.png", README_SCALE if arguments.readme else SCALE)


def draw(shown: dict[str, Any], out: Path, scale: float) -> None:
    """Draws {"kind": "message", "modal" or "home", "blocks": […], "title"?, "submit"?, "close"?} into a PNG."""
    needs("node")
    width = WIDTHS[shown["kind"]]
    told = json.dumps({**shown, "width": width, "channels": CHANNELS})
    made = subprocess.run(["node", DRAW / "draw.mjs"], input=told, text=True, check=True, capture_output=True)
    photograph(made.stdout, out, width, None, scale, COLOURS)


if __name__ == "__main__":
    main()
