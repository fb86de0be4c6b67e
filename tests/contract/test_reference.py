"""The reference page in a browser: both widths, both colour schemes, every operation opened, nothing from elsewhere."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tools.contracts import ROOT, openapi

PAGE = ROOT / "docs/api/reference.html"
DOCUMENT: dict[str, Any] = json.loads((ROOT / openapi.PATH).read_text(encoding="utf-8"))
NAMES = [operation["operationId"] for _, _, operation in openapi.operations(DOCUMENT)]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def test_it_needs_nothing_from_elsewhere():
    """Offline it is the same page, and nobody else learns who reads it."""
    text = PAGE.read_text(encoding="utf-8")
    addresses = {found for found in re.findall(r"https?://[^\s'\"<>)]+", text) if "w3.org" not in found}
    assert addresses == set()
    assert not re.search(r"""(src|href)=["']//""", text)
    assert "innerHTML" not in text, "what a contract or an answer says is text, never markup"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def served(route: Route) -> None:
    """Every request of the page is answered here: it has no network."""
    files: dict[str, tuple[Path, str]] = {
        "/docs": (PAGE, "text/html; charset=utf-8"),
        "/openapi.json": (ROOT / openapi.PATH, "application/json"),
    }
    path = re.sub(r"^https?://[^/]+|[?#].*$", "", route.request.url)
    if path in files:
        route.fulfill(body=files[path][0].read_text(encoding="utf-8"), content_type=files[path][1])
    elif path == "/v1/sessions" and route.request.method == "POST":
        route.fulfill(status=201, json={"access_token": "eyJ.a.b", "session_id": "<b>not markup</b>"})
    else:
        token = route.request.headers.get("authorization", "none")
        route.fulfill(status=418, content_type="application/problem+json", json={"code": "teapot", "detail": token})


WIDE_AND_LIGHT, NARROW_AND_DARK = (1280, "light"), (390, "dark")


@pytest.fixture(params=[WIDE_AND_LIGHT, (1280, "dark"), (390, "light"), NARROW_AND_DARK], ids=str)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 850}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.route("**/*", served)
    page.goto("http://metco.test/docs")
    page.wait_for_selector("details.op")
    yield page
    assert troubles == []
    context.close()


# To ask a field for its labels goes through the whole page, for each of two thousand fields.
UNNAMED = """() => {
  const labelled = new Set([...document.querySelectorAll("label")].map(label => label.control));
  return [...document.querySelectorAll("input, textarea, button")]
    .filter(one => !labelled.has(one) && !one.ariaLabel && !one.textContent.trim()).map(one => one.outerHTML);
}"""


@pytest.mark.parametrize("page", [WIDE_AND_LIGHT, NARROW_AND_DARK], indirect=True, ids=str)
def test_every_operation_opens_and_nothing_sticks_out(page: Page):
    """All at once: what is open widens no page, whatever else is open beside it. Colours widen nothing."""
    page.evaluate("id => { location.hash = id }", NAMES[-1])
    page.wait_for_selector(f"#{NAMES[-1]}[open] .body")
    page.evaluate("document.body.hidden = true")  # else it is laid out anew for each of them
    page.evaluate("document.querySelectorAll('details.op').forEach(one => { one.open = true })")
    page.wait_for_function(
        "count => document.querySelectorAll('details.op[open] .body').length === count", arg=len(NAMES)
    )
    page.evaluate("document.body.hidden = false")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(UNNAMED) == []


CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const light = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((one) => one / 255)
      .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    for (let one = node; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return colour;
    }
    return "white";
  };
  const weak = [];
  for (const node of document.querySelectorAll("body *")) {
    const says = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (!says || !node.checkVisibility()) continue;
    const [a, b] = [light(getComputedStyle(node).color), light(ground(node))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) weak.push(node.className + ": " + node.textContent.slice(0, 30));
  }
  return weak;
}"""


def test_every_text_can_be_read(page: Page):
    """WCAG 2.2 AA asks for a contrast of 4.5 to 1."""
    for name in NAMES[:4]:
        page.evaluate("id => { location.hash = id }", name)
        page.wait_for_selector(f"#{name}[open] .body")
    assert page.evaluate(CONTRAST) == []


def test_an_operation_is_found_by_any_of_its_words(page: Page):
    page.keyboard.press("/")
    page.keyboard.type("password reset")
    shown = page.locator("details.op:visible")
    assert {shown.nth(place).get_attribute("id") for place in range(shown.count())} == {
        "reset_password",
        "confirm_password_reset",
    }
    page.fill("#filter", "no such thing")
    assert page.locator("#nothing").is_visible()


def test_whoever_signs_in_on_the_page_is_signed_in_for_what_they_try_next(page: Page):
    page.evaluate("location.hash = 'sign_in'")
    page.click("#sign_in form button.main")
    page.wait_for_selector("#sign_in .outcome pre")
    assert "<b>not markup</b>" in page.locator("#sign_in .outcome pre").inner_text()
    page.evaluate("location.hash = 'read_me'")
    page.click("#read_me form button.main")
    page.wait_for_selector("#read_me .outcome pre")
    assert "Bearer eyJ.a.b" in page.locator("#read_me .outcome pre").inner_text()
    assert page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])").find("eyJ") == -1
