"""The shop on the deployed template: a whole sale by two people, on a phone, by keyboard, under strict headers."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from local.stack import Stack
from tests.e2e.shop_walk import WITHIN_MS, Walk, put_into_basket, sign_in, walk_sale
from tests.e2e.test_pages import CONTRAST
from tests.e2e.walk import STARTED

PAGES = [
    *("/shop", "/shop?q=nothing+is+called+so+qqq", "/shop/product", "/shop/basket", "/shop/checkout", "/shop/orders"),
    *("/shop/order?id=ord_01k6m2q8vx4c7e9r1t3y5w7zab", "/shop/sign-in", "/shop/selling", "/shop/selling/order"),
]


@pytest.fixture
def walk(browser: Browser, stack: Stack) -> Iterator[Walk]:
    made = Walk(browser, stack.url)
    yield made
    for context in browser.contexts:
        context.close()
    assert made.complaints == []


def can_be_read(page: Page) -> None:
    for summary in page.locator("summary").all():
        summary.click()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360, page.url
    assert page.evaluate(CONTRAST) == [], page.url
    unnamed = "() => [...document.querySelectorAll('input, select')].filter(e => !e.labels.length).map(e => e.name)"
    assert page.evaluate(unnamed) == [], page.url


def test_a_newcomer_finds_buys_follows_and_returns_and_a_seller_sends(walk: Walk):
    """And both may do it by phone: the last page of each is held to what a small screen needs."""
    walk_sale(walk)
    for context in walk.browser.contexts:
        for page in context.pages:
            page.set_viewport_size({"width": 360, "height": 700})
            can_be_read(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_phone_and_says_what_to_do_when_it_is_empty(walk: Walk, scheme: Literal["light", "dark"]):
    page = walk.person(width=360, height=700)
    page.emulate_media(color_scheme=scheme)
    for path in PAGES:
        walk.go(page, path)
        can_be_read(page)
        assert page.get_by_role("main").get_by_role("link").or_(page.get_by_role("main").get_by_role("button")).count()


def test_pages_are_walked_by_keyboard_alone(walk: Walk):
    page = walk.person()
    walk.go(page, "/shop/sign-in")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    for text in ("buyer@metco.example", "not the password"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    told = page.get_by_role("alert").filter(has_text="password").first
    told.wait_for()
    assert page.get_by_role("button", name="Sign in").is_enabled()


def test_whoever_signs_in_is_led_back_to_where_they_were_and_nowhere_else(walk: Walk):
    seller = walk.person()
    sign_in(walk, seller)
    assert seller.url.startswith(f"{walk.url}/shop/selling?store=sto_")
    seller.get_by_role("button", name="Sign out").click()
    seller.get_by_role("link", name="Sign in").wait_for()
    assert seller.evaluate("() => Object.keys(localStorage)") == []


def test_what_strict_headers_forbid_does_not_happen(walk: Walk):
    page = walk.person()
    page.goto(f"{walk.url}/shop")
    page.get_by_role("button", name="Find").wait_for()
    tried = "() => { const made = document.createElement('script'); made.textContent = 'window.ran = 1';"
    page.evaluate(f"{tried} document.head.append(made); }}")
    assert page.evaluate("() => window.ran") is None
    refused = walk.complaints.copy()
    walk.complaints.clear()
    assert ["Content Security" in line for line in refused] == [True]


def test_a_newcomer_opens_an_account_by_the_code_from_the_mail_and_keeps_the_basket(walk: Walk, stack: Stack):
    page, email = walk.person(), f"nina-{STARTED}@example.com"
    walk.go(page, "/shop?q=desk+lamp")
    page.locator("a.card").first.click()
    put_into_basket(page)
    page.get_by_text("What it comes to").wait_for()
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Your e-mail").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code from the mail").fill(stack.code_for(email, within_s=60))
    page.get_by_label("Your name").fill("Nina Newcomer")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Open the account").click()
    page.get_by_text(email).wait_for()
    expect(page.get_by_text("What it comes to")).to_be_visible(timeout=WITHIN_MS)
