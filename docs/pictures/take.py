"""Remakes the pictures beside it from editions as `make run` leaves them: `take.py out/harbor`."""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Page

HERE = Path(__file__).parent
WIDTH = 640
COLOURS = 48
# Picture: the edition's file, scheme, what is in view (a selector), what is pressed first, its height.
PICTURES = {
    "ceo-page": ("ceo/page.html", "light", "body", None, 940),
    "cfo-page-dark": ("cfo/page.html", "dark", "#section-burn_chart", None, 900),
    "passport": ("cfo/page.html", "light", "body", 'button[commandfor^="passport--gross_burn--"]', 800),
    "cto-mail": ("cto/report.html", "light", "body", None, 900),
}


def main(folder: Path) -> None:
    """Takes all pictures from the newest day of the portfolio's folder."""
    days = sorted(path for path in folder.glob("*") if path.is_dir())
    if not days:
        sys.exit(f"expected editions in {folder}/<day>/<report>/, found none: run `make run` first")
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        for name, (file, scheme, shown, pressed, height) in PICTURES.items():
            page = browser.new_page(viewport={"width": WIDTH, "height": height}, color_scheme=scheme)
            page.goto((days[-1] / file).resolve().as_uri())
            keep(name, taken(page, shown, pressed))
            page.close()
        browser.close()


def taken(page: Page, shown: str, pressed: str | None) -> bytes:
    """The view as PNG, from the top of what is to be shown."""
    page.locator(shown).first.evaluate("element => element.scrollIntoView(true)")
    if pressed:
        page.locator(pressed).first.click()
    return page.screenshot()


def keep(name: str, png: bytes) -> None:
    """Small: with few colours."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    path = HERE / f"{name}.png"
    few.save(path, optimize=True)
    sys.stdout.write(f"{path.relative_to(Path.cwd())}: {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
