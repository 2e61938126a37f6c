"""Chromium: pages photographed, and the photographs made small.

Chromium and pngquant have to be on PATH (Debian: apt-get install chromium pngquant fonts-lato fonts-noto-color-emoji).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
TALL = 12_000
LOWEST = 240  # pixels; Chromium draws nothing into a lower window


def needs(*programs: str) -> None:
    """Ends with a sentence where a program is not on PATH."""
    if missing := [name for name in programs if shutil.which(name) is None]:
        sys.exit(f"{', '.join(missing)} is not on PATH; see the top of tests/pictures/chromium.py")


def photograph(html: str, out: Path, width: int, height: int | None, scale: float, colours: int) -> None:
    """Writes a page as a PNG; without a `height` the page's title says it, once it was laid out."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        sys.exit("Chromium is not on PATH; see the top of tests/pictures/chromium.py")
    needs("pngquant")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(html, "utf-8")
        common = [
            browser,
            *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-sync"),
            *("--disable-background-networking", "--disable-component-update", "--disable-lcd-text"),
            f"--user-data-dir={folder}/profile",
        ]
        if height is None:
            dumped = _run([*common, f"--window-size={width},{TALL}", "--dump-dom", page.as_uri()])
            found = re.search(r"<title>(\d+)</title>", dumped)
            height = max(int(found[1]) if found else 1000, LOWEST)
        drawn = (f"--force-device-scale-factor={scale}", f"--window-size={width},{height}")
        _run([*common, *drawn, f"--screenshot={out.resolve()}", page.as_uri()])
    _run(["pngquant", "--force", "--strip", "--output", str(out), str(colours), str(out)])
    sys.stdout.write(f"{out}: {out.stat().st_size / 1000:.0f} kB\n")


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout
