"""The page on which a buyer pays, as whoever has a card uses it."""

from playwright.sync_api import Page


def fill(page: Page, number: str) -> None:
    if page.get_by_label("Card", exact=True).count():
        page.get_by_label("Card", exact=True).check()
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expires").fill("12 / 34")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Pay").click()
