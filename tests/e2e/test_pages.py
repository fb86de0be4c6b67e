"""The laptop's own pages as a person sees them: by eye on a phone, by keyboard, and while things happen."""

from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser

from local.stack import Stack

# How light a colour looks, as WCAG 2 measures it, and from two of them the contrast of a text to what is behind it.
CONTRAST = """() => {
  const light = rgb => rgb.map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const behind = e => { const c = parts(getComputedStyle(e).backgroundColor);
    return c.length === 4 && c[3] === 0 && e.parentElement ? behind(e.parentElement) : c.slice(0, 3); };
  const bad = [];
  for (const e of document.querySelectorAll("body *")) {
    if (!e.checkVisibility() || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [light(parts(getComputedStyle(e).color).slice(0, 3)), light(behind(e))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) bad.push(`${e.tagName} ${e.textContent.trim().slice(0, 30)}`);
  }
  return bad;
}"""


@pytest.fixture(scope="module")
def traced(stack: Stack) -> Stack:
    headers = {"X-Correlation-Id": "seen-on-a-page"}
    httpx.post(f"{stack.url}/v1/sign-ups", json={"email": "seen@metco.example"}, headers=headers, timeout=20)
    stack.code_for("seen@metco.example")
    return stack


@pytest.mark.parametrize("path", ["/", "/_mailbox", "/_traces", "/_traces/seen-on-a-page", "/_carriers", "/nowhere"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_a_phone_and_can_be_read(
    traced: Stack, browser: Browser, path: str, scheme: Literal["light", "dark"]
):
    page = browser.new_page(viewport={"width": 360, "height": 700}, color_scheme=scheme)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(traced.url + path)
    for summary in page.locator("summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate(CONTRAST) == []
    assert complaints == []
    page.close()


def test_a_page_can_be_walked_by_keyboard(traced: Stack, browser: Browser):
    page = browser.new_page()
    page.goto(f"{traced.url}/_traces/seen-on-a-page")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    summary = "document.activeElement.matches('details > summary')"
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate(summary):
            break
    page.keyboard.press("Enter")
    assert page.locator("details[open]").count() == 1
    page.close()


def test_new_mail_appears_in_an_open_mailbox(traced: Stack, browser: Browser):
    page = browser.new_page()
    page.goto(f"{traced.url}/_mailbox?to=waited-for@metco.example")
    assert page.locator("article").count() == 0
    httpx.post(f"{traced.url}/v1/sign-ups", json={"email": "waited-for@metco.example"}, timeout=20)
    page.locator("article output").wait_for(timeout=15_000)
    assert page.locator("article output").inner_text() == traced.code_for("waited-for@metco.example")
    page.close()
