"""A whole sale as two people see it in their browsers: a newcomer without an account, and the store they buy from."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, expect

from local.seed import PASSWORD, SELLER

ASKS_THE_BANK = "4000002760003184"
STORE = "Norrsken Lamps"
WITHIN_MS = 60_000  # an order goes through six domains, and each function may be asked for the first time
BROKEN = re.compile(".*(?:Content Security|Uncaught|SyntaxError).*")

Taken = Callable[[Page, str], None]


def nothing_taken(_: Page, __: str) -> None:
    """Most walks are not for pictures."""


@dataclass(slots=True)
class Walk:
    browser: Browser
    url: str
    taken: Taken = nothing_taken
    complaints: list[str] = field(default_factory=list)

    def person(self, width: int = 1000, height: int = 760) -> Page:
        """In a browser of their own. What its pages complain about fails the walk."""
        page = self.browser.new_context(viewport={"width": width, "height": height}).new_page()
        page.set_default_timeout(WITHIN_MS)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.extend(BROKEN.findall(line.text)))
        return page

    def go(self, page: Page, path: str) -> None:
        page.goto(self.url + path)
        page.get_by_text("Loading …").wait_for(state="hidden")


def walk_sale(walk: Walk) -> None:
    buyer, seller = walk.person(), walk.person()
    choose(walk, buyer)
    order = check_out(walk, buyer)
    pay(walk, buyer)
    sign_in(walk, seller)
    send(walk, seller, order)
    receive(walk, buyer, order)
    give_back(walk, buyer, seller)
    assert walk.complaints == []


def choose(walk: Walk, buyer: Page) -> None:
    walk.go(buyer, "/shop")
    buyer.get_by_label("What are you looking for?").fill("desk lamp")
    buyer.get_by_role("button", name="Find").click()
    card = buyer.get_by_role("link").filter(has_text=STORE).first
    expect(card).to_be_visible(timeout=WITHIN_MS)
    walk.taken(buyer, "find")
    card.click()
    buyer.get_by_label("Which one?").select_option(index=1)
    buyer.get_by_label("How many?").fill("2")
    walk.taken(buyer, "product")
    put_into_basket(buyer)
    buyer.get_by_label("Code").fill("NOSUCHCODE")
    buyer.get_by_role("button", name="Try it").click()
    buyer.get_by_text("NOSUCHCODE: There is no such code").wait_for()
    walk.taken(buyer, "basket")
    buyer.get_by_role("button", name="Remove NOSUCHCODE").click()
    buyer.get_by_text("NOSUCHCODE").wait_for(state="hidden")


def put_into_basket(buyer: Page) -> None:
    """Baskets hear of goods a moment later than search does: whoever is refused presses once more."""
    done = buyer.get_by_role("link", name="Go to the basket")
    refused = buyer.get_by_role("alert").filter(has_text=re.compile("."))
    until = time.monotonic() + WITHIN_MS / 1000
    while not done.is_visible() and time.monotonic() < until:
        buyer.get_by_role("button", name="Put into basket").first.click()
        done.or_(refused).first.wait_for()
    done.click()


def check_out(walk: Walk, buyer: Page) -> str:
    """The address of the order's page."""
    buyer.get_by_role("link", name="Go to the checkout").click()
    entered = {"E-mail, for news of your order": "nina@example.com", "Name": "Nina Newcomer"}
    entered |= {"Street and number": "Torstraße 1", "Postcode": "10119", "City": "Berlin", "Country": "de"}
    for label, text in entered.items():
        buyer.get_by_label(label, exact=True).fill(text)
    walk.taken(buyer, "address")
    buyer.get_by_role("button", name="See what it comes to").click()
    buyer.get_by_text("Why it costs that").click()
    walk.taken(buyer, "checkout")
    buyer.get_by_role("button", name="Order and pay").click()
    buyer.wait_for_url("**/v1/pay?back=*")
    [order] = re.findall(r"ord_[0-9a-z]+", buyer.url)
    return f"/shop/order?id={order}"


def pay(walk: Walk, buyer: Page) -> None:
    """The card's bank asks back, and somebody says that it was them."""
    buyer.get_by_role("button", name="Pay").wait_for()
    if buyer.get_by_label("Card", exact=True).count():
        buyer.get_by_label("Card", exact=True).check()
    buyer.get_by_label("Card number").fill(ASKS_THE_BANK)
    buyer.get_by_label("Expires").fill("12 / 34")
    buyer.get_by_label("Security code").fill("123")
    walk.taken(buyer, "pay")
    buyer.get_by_role("button", name="Pay").click()
    buyer.get_by_role("button", name="Complete authentication").click()
    buyer.get_by_text("Paid. Thank you.").wait_for()
    buyer.get_by_role("link", name="Back to Metco").click()
    states(buyer, "Paid, not packed yet")
    walk.taken(buyer, "paid")


def sign_in(walk: Walk, seller: Page) -> None:
    walk.go(seller, "/shop/selling")
    seller.get_by_role("main").get_by_role("link", name="Sign in").click()
    seller.get_by_label("E-mail", exact=True).fill(SELLER.email)
    seller.get_by_label("Password").fill(PASSWORD)
    seller.get_by_role("button", name="Sign in").click()
    seller.get_by_label("Store").select_option(label=STORE)
    seller.wait_for_url("**/shop/selling?store=sto_*")


def send(walk: Walk, seller: Page, order: str) -> None:
    """Two parcels would be two tales: the first has one piece of the two in it, the second the other."""
    seller.locator(f"a.row[href*='{order.partition('=')[2]}']").click()
    seller.get_by_role("button", name="I begin to pack it").click()
    states(seller, "Being packed")
    seller.get_by_text("Send a parcel").click()
    seller.get_by_label("how many of 2").first.fill("1")
    seller.get_by_label("Number to track it by").fill("JD0001")
    walk.taken(seller, "send")
    for number in ("JD0001", "JD0002"):
        if number != "JD0001":
            seller.get_by_text("Send a parcel").click()
            seller.get_by_label("Number to track it by").fill(number)
        seller.get_by_role("button", name="It is on its way").click()
        seller.get_by_text(number).wait_for()
    states(seller, "On its way")
    seller.get_by_role("button", name="It has arrived").first.click()
    seller.get_by_text("1 delivered").wait_for()
    walk.taken(seller, "parcels")


def receive(walk: Walk, buyer: Page, order: str) -> None:
    """The page follows by itself: nobody has to load it anew."""
    assert buyer.url.endswith(order)
    states(buyer, "On its way")
    buyer.get_by_text("JD0002").wait_for()
    walk.taken(buyer, "track")
    buyer.get_by_role("button", name="I have received it").click()
    states(buyer, "Delivered")
    with buyer.expect_download() as invoice:
        buyer.get_by_role("button", name="Invoice").click()
    assert invoice.value.path().read_bytes().startswith(b"%PDF-")


def give_back(walk: Walk, buyer: Page, seller: Page) -> None:
    """One of the two comes back, and its money goes back; whoever keeps the other one sees both."""
    buyer.get_by_text("Send something back").click()
    buyer.get_by_label("how many of 2").fill("1")
    buyer.get_by_label("Why?").select_option(label="It is damaged")
    walk.taken(buyer, "ask-return")
    buyer.get_by_role("button", name="Ask the store").click()
    buyer.get_by_text("Asked: the store answers").wait_for()
    seller.get_by_role("button", name="Take it back").click()
    buyer.get_by_text("It is on its way", exact=True).click()
    buyer.get_by_role("button", name="I have sent it back").click()
    seller.get_by_text("On its way back").wait_for()
    seller.get_by_role("button", name="It has arrived").last.click()
    seller.get_by_text("Say how it is", exact=True).click()
    walk.taken(seller, "inspect")
    seller.get_by_role("button", name="Accept these").click()
    buyer.get_by_text("Accepted: your money goes back").wait_for()
    buyer.get_by_text(re.compile("^Returned: .*, (sent|your bank is at it)$")).wait_for()
    buyer.get_by_role("button", name=re.compile("^Credit note")).wait_for()
    walk.taken(buyer, "returned")


def states(page: Page, words: str) -> None:
    page.locator(".box .state, .state").filter(has_text=words).first.wait_for()
