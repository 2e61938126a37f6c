"""Draws what Slack shows - question rounds, cards, details, modals, Home - for looking at, and the pictures in README.md.

    python tests/pictures/render_blocks.py [--out FOLDER] [--only NAME …]     all of them, into a folder to look at
    python tests/pictures/render_blocks.py --readme                          those of the README, into .github/

Needs Chromium and pngquant on PATH (Debian: apt-get install chromium pngquant fonts-lato fonts-noto-color-emoji), and
`npm install --no-package-lock` in tests/pictures/blocks. What is drawn comes out of a real talk.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.pictures.scenes import README, scenes  # noqa: E402

DRAW = Path(__file__).parent / "blocks"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTHS = {"message": 640, "modal": 520, "home": 720}
COLOURS = 32
SCALE, README_SCALE = 2.0, 1.5  # device pixels per pixel
TALL = 12_000
LOWEST = 240  # pixels; Chromium draws nothing into a lower window


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
        picture = out / f"{name}.png"
        draw(shown, picture, README_SCALE if arguments.readme else SCALE)
        sys.stdout.write(f"{picture}: {picture.stat().st_size / 1000:.0f} kB\n")


def draw(shown: dict[str, Any], out: Path, scale: float) -> None:
    """Draws {"kind": "message", "modal" or "home", "blocks": […], "title"?, "submit"?, "close"?} into a PNG."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None or shutil.which("pngquant") is None or shutil.which("node") is None:
        sys.exit("Chromium, pngquant or node is not on PATH; see the top of this file")
    width = WIDTHS[shown["kind"]]
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        told = json.dumps({**shown, "width": width})
        made = subprocess.run(["node", DRAW / "draw.mjs"], input=told, text=True, check=True, capture_output=True)
        page.write_text(made.stdout, "utf-8")
        common = [
            browser,
            *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-sync"),
            *("--disable-background-networking", "--disable-component-update", "--disable-lcd-text"),
            f"--user-data-dir={folder}/profile",
        ]
        dumped = subprocess.run(
            [*common, f"--window-size={width},{TALL}", "--dump-dom", page.as_uri()],
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        )
        found = re.search(r"<title>(\d+)</title>", dumped.stdout)
        height = max(int(found[1]) if found else 1000, LOWEST)
        subprocess.run(
            [
                *common,
                f"--force-device-scale-factor={scale}",
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
