"""The shop's files as they are served: small, whole, and nothing in them that strict headers would refuse."""

import gzip
import json
import re
from pathlib import Path

import pytest

from local.shop import found_below

WEB = Path(__file__).resolve().parents[2] / "web"
SCRIPTS = sorted(WEB.rglob("*.js"))
START = WEB / "shop/start.js"
PAGES = [script for script in SCRIPTS if script != START and script.parent.name != "lib"]
MOST_BYTES = 30_000  # of script for one page, as it travels


def named(files: list[Path]) -> list[str]:
    return [str(file.relative_to(WEB)) for file in files]


def scripts_of(page: Path) -> set[Path]:
    """With what draws the frame, with all that they import, and what that imports."""
    found: set[Path] = set()
    asked = [str(script.relative_to(WEB)) for script in (START, page)]
    while asked:
        script = WEB / asked.pop().lstrip("/")
        if script not in found:
            found.add(script)
            asked += re.findall(r'from "([^"]+)"', script.read_text())
    return found


@pytest.mark.parametrize("page", PAGES, ids=named(PAGES))
def test_a_page_travels_with_little_script(page: Path):
    scripts = scripts_of(page)
    assert len(scripts) > 2
    assert sum(len(gzip.compress(script.read_bytes())) for script in scripts) <= MOST_BYTES


@pytest.mark.parametrize("page", PAGES, ids=named(PAGES))
def test_a_page_is_found_by_its_address(page: Path):
    """`/shop/basket` is drawn by `basket/basket.js`."""
    assert page in (WEB / "shop/find.js", page.parent / f"{page.parent.name}.js")


def test_the_frame_says_its_language_its_name_and_what_it_is_without_a_script():
    text = (WEB / "shop/index.html").read_text()
    for needed in (
        '<html lang="en">',
        'name="viewport"',
        "<title>",
        'class="skip" href="#main"',
        "<main",
        "<noscript>",
    ):
        assert needed in text
    assert not re.search(r"<script(?! type=\"module\" src=)|<style|\sstyle=|\son\w+=", text)


@pytest.mark.parametrize("script", SCRIPTS, ids=named(SCRIPTS))
def test_nothing_that_somebody_wrote_becomes_markup_or_code(script: Path):
    text = script.read_text()
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\.style\b", text
    )
    assert "http:" not in text


def test_every_script_is_somebodys():
    assert set().union(*(scripts_of(page) for page in PAGES)) == set(SCRIPTS)


def test_headers_let_nothing_in_from_elsewhere():
    said = json.loads((WEB / "headers.json").read_text())["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in said.split("; "))
    assert rules["default-src"] == "'none'"
    assert {rules[name] for name in ("script-src", "style-src", "connect-src", "form-action")} == {"'self'"}
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/shop", "shop/index.html"),
        ("/shop/", "shop/index.html"),
        ("/shop/selling/order", "shop/index.html"),
        ("/shop/lib/ask.js", "shop/lib/ask.js"),
        ("/shop/nowhere", "shop/index.html"),
        ("/shop/lib/nothing.js", None),
        ("/shop/../../Makefile.txt", None),
        ("/shop/../headers.json/../../pyproject.toml", None),
    ],
)
def test_a_laptop_finds_what_the_edge_finds_and_nothing_beside_it(path: str, file: str | None):
    assert found_below(WEB, path) == (WEB / file if file else None)
