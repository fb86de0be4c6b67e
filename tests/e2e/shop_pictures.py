"""Takes the pictures of docs/shop.md while a sale is walked: `python -m tests.e2e.shop_pictures http://localhost:8000`."""

import argparse
import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.e2e.conftest import CHROMIUM
from tests.e2e.shop_walk import Walk, walk_sale

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "shop"
WANTED = ("find", "product", "checkout", "pay", "send", "track", "ask-return", "inspect", "returned")
HIGHEST, MOST_BYTES = 1100, 120_000
SETTLED_MS = 400
PHONE = ViewportSize(width=360, height=720)


def take(page: Page, name: str) -> None:
    page.wait_for_timeout(SETTLED_MS)
    page.evaluate("scrollTo(0, 0)")
    with Image.open(io.BytesIO(page.screenshot(full_page=True))) as seen:
        kept = seen.crop((0, 0, seen.width, min(seen.height, HIGHEST))).convert("RGB")
        file = FOLDER / f"{name}.webp"
        kept.save(file, "WEBP", quality=80, method=6)
    if file.stat().st_size > MOST_BYTES:
        raise ValueError(f"{file} has {file.stat().st_size} bytes.")
    print(file.name, file.stat().st_size, flush=True)


def taken(page: Page, name: str) -> None:
    if name in WANTED:
        take(page, name)
    if name == "track":
        as_on_a_phone(page)


def as_on_a_phone(page: Page) -> None:
    """The same order in somebody's hand, at night."""
    before = page.viewport_size
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    take(page, "phone")
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="of a Metco with the demo's stores and pictures")
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        walk_sale(Walk(browser, parser.parse_args(arguments).url.rstrip("/"), taken))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
