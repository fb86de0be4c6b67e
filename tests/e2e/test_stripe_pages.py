"""Stripe's stand-in as people meet it, without a cloud: Metco's own pay page around its form, and where that leads."""

from collections.abc import Iterator
from typing import Any, Literal

import pytest
import stripe
from playwright.sync_api import Browser, Page

from functions.payments import pay_page
from local.stripe.client import PUBLISHABLE_KEY, SECRET_KEY, client
from local.stripe.pages import addresses, site, visit
from local.stripe.server import Server
from local.stripe.settings import Settings
from local.stripe.stand_in import StandIn
from tests.e2e.test_pages import CONTRAST

GOOD, DECLINED, ASKS = "4242424242424242", "4000000000000002", "4000002760003184"
WITHIN_MS = 10_000
# The form is in a shadow of its own, where the page's own look does not reach.
IN_THE_FORM = CONTRAST.replace(
    'document.querySelectorAll("body *")', 'document.querySelector(".StripeElement").shadowRoot.querySelectorAll("*")'
).replace("e.parentElement", "(e.parentElement || e.getRootNode().host)")


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    """The pay page is served from here too: in the cloud one address has both."""

    def pay(_core: StandIn, asked: visit.Visit) -> visit.Page:
        script = addresses.script("")
        page = pay_page.page(PUBLISHABLE_KEY, script)
        return visit.Page(200, page.encode(), headers=dict(pay_page.headers(script)))

    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(site.PLACES, "/pay", pay)
        settings = Settings(secret_key=SECRET_KEY, publishable_key=PUBLISHABLE_KEY, pages="")
        server = Server(StandIn(settings=settings))
        server.start()
        yield server
        server.stop()


@pytest.fixture(autouse=True)
def patience(page: Page) -> None:
    page.set_default_timeout(WITHIN_MS)


def to_pay(served: Server, currency: str = "usd", **more: Any) -> stripe.PaymentIntent:
    asked: Any = {"amount": 20_00, "currency": currency, "automatic_payment_methods": {"enabled": True}, **more}
    return client(served.core).v1.payment_intents.create(asked)


def status(served: Server, intent: stripe.PaymentIntent) -> str:
    return client(served.core).v1.payment_intents.retrieve(intent.id).status


def at_the_form(served: Server, page: Page, intent: stripe.PaymentIntent) -> None:
    page.goto("about:blank")  # else only what is behind the # would change
    page.goto(f"{served.url}/_stripe/pay#{intent.client_secret}")
    page.get_by_label("Card number").wait_for()


def fill(page: Page, number: str) -> None:
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expires").fill("12 / 34")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Pay").click()


def paid(page: Page) -> None:
    page.get_by_text("Paid. Thank you.").wait_for()


def test_a_good_card_pays_and_a_declined_one_can_be_changed(served: Server, page: Page):
    intent = to_pay(served)
    at_the_form(served, page, intent)
    fill(page, DECLINED)
    page.get_by_text("Your card was declined.").wait_for()
    assert status(served, intent) == "requires_payment_method"
    fill(page, GOOD)
    paid(page)
    assert status(served, intent) == "succeeded"


def test_3d_secure_is_failed_then_passed(served: Server, page: Page):
    intent = to_pay(served)
    for answer, became in (("Fail", "requires_payment_method"), ("Complete", "succeeded")):
        at_the_form(served, page, intent)
        fill(page, ASKS)
        page.get_by_role("button", name=answer).click()
        page.wait_for_url("**/_stripe/pay*")
        assert status(served, intent) == became
    paid(page)
    assert "secret" not in page.url.partition("#")[0]


@pytest.mark.parametrize(
    ("currency", "method", "button"),
    [("inr", "UPI", "Approve"), ("usd", "PayPal", "Agree"), ("eur", "PayPal", "Agree")],
)
def test_other_ways_lead_elsewhere_and_back(served: Server, page: Page, currency: str, method: str, button: str):
    intent = to_pay(served, currency)
    at_the_form(served, page, intent)
    page.get_by_label(method).check()
    page.get_by_role("button", name="Pay").click()
    page.get_by_role("button", name=button).click()
    paid(page)
    assert status(served, intent) == "succeeded"


def test_a_transfer_is_told_where_to_go_and_arrives(served: Server, page: Page):
    customer = client(served.core).v1.customers.create({})
    intent = to_pay(served, "eur", customer=customer.id)
    at_the_form(served, page, intent)
    page.get_by_label("Bank transfer").check()
    page.get_by_role("button", name="Pay").click()
    page.get_by_text("IBAN").wait_for()
    page.get_by_role("button", name="Send the transfer").click()
    page.get_by_role("link", name="Back to the shop").click()
    paid(page)


def test_a_card_is_paid_with_and_a_bank_answered_from_the_keyboard(served: Server, page: Page):
    intent = to_pay(served)
    at_the_form(served, page, intent)
    page.get_by_label("Card number").focus()
    page.keyboard.type(ASKS)
    page.keyboard.press("Tab")
    page.keyboard.type("1234")
    page.keyboard.press("Tab")
    page.keyboard.type("123")
    page.get_by_role("button", name="Pay").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Is it really you?").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    paid(page)


def test_what_is_wrong_is_said_at_its_field(served: Server, page: Page):
    at_the_form(served, page, to_pay(served))
    fill(page, "4242424242424241")
    number = page.get_by_label("Card number")
    assert number.get_attribute("aria-invalid") == "true"
    told = page.locator(f"#{number.get_attribute('aria-describedby')}").first
    assert told.inner_text() == "Your card number is invalid."


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_a_phone_and_can_be_read(served: Server, browser: Browser, scheme: Literal["light", "dark"]):
    stripe_client = client(served.core).v1
    asked: Any = {"payment_method": "pm_card_authenticationRequired", "confirm": True, "return_url": served.url}
    waiting = to_pay(served, **asked)
    controller: Any = {"requirement_collection": "stripe", "stripe_dashboard": {"type": "full"}}
    account = stripe_client.accounts.create({"country": "US", "controller": controller})
    asked = {"account": account.id, "type": "account_onboarding", "refresh_url": served.url, "return_url": served.url}
    link = stripe_client.account_links.create(asked).url
    upi: Any = {"payment_method_data": {"type": "upi"}, "confirm": True, "return_url": served.url}
    scanned = to_pay(served, "inr", **upi)
    page = browser.new_page(viewport={"width": 360, "height": 700}, color_scheme=scheme)
    places = [f"/_stripe{place}" for place in site.PLACES if place not in ("/pay", "/find")]
    places += [addresses.authentication("", waiting.id), addresses.upi("", scanned.id), link, "/_stripe/nowhere"]
    for place in [*places, f"/_stripe/objects/{waiting.id}", f"/_stripe/express/{account.id}"]:
        page.goto(served.url + place)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, place
        assert page.evaluate(CONTRAST) == [], place
    at_the_form(served, page, to_pay(served))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate(IN_THE_FORM) == []
    page.close()
