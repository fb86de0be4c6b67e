"""Money as people move it: credits bought in a browser, a seller who becomes payable and is paid out."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page

from kernel import ids
from local.stack import Stack
from tests.e2e.books_walk import available
from tests.e2e.ledger_walk import line, task
from tests.e2e.ledger_walk import money as euros
from tests.e2e.page_walk import run_walk
from tests.e2e.pay_page import fill
from tests.e2e.paying_walk import begun, confirm, credits_of, walk_paying_in
from tests.e2e.stock_walk import wait_for_the_keys
from tests.e2e.store_walk import soon
from tests.e2e.walk import STARTED, Person

GOOD, DECLINED, ASKS, AT_ONCE = "4242424242424242", "4000000000000002", "4000002760003184", "4000000000000077"
DAY_S = 24 * 3600


@pytest.fixture
def buyer(stack: Stack) -> Person:
    return known(stack)


def known(stack: Stack) -> Person:
    person = Person(stack, patience_s=40)
    person.sign_up()
    person.sign_in()
    return person


def money(minor: int, currency: str) -> dict[str, Any]:
    return {"minor": minor, "currency": currency}


def buying(buyer: Person, page: Page, minor: int, currency: str) -> dict[str, Any]:
    """A payment, and the page where it is made."""
    body = {"amount": money(minor, currency)}
    payment = buyer.mine("POST", "/v1/credit-purchases", expect=201, json=body).json()
    assert payment["state"] == "open"
    page.goto("about:blank")  # else only what is behind the # would change
    page.goto(buyer.stack.url + payment["pay_url"])
    page.get_by_role("button", name="Pay").wait_for()
    return dict(payment)


def paid(page: Page) -> None:
    page.get_by_text("Paid. Thank you.").wait_for()


def became(buyer: Person, payment: dict[str, Any], state: str) -> dict[str, Any]:
    """What Metco knows of it: from the webhook, or whoever asks it to look."""

    def read() -> Any:
        asked = {"wait_s": 5, "version": payment["version"]}
        found = buyer.mine("GET", f"/v1/payments/{payment['payment_id']}", params=asked).json()
        return found if found["state"] == state else None

    return dict(soon(buyer, read, f"the payment is not {state}"))


def failed(buyer: Person, payment: dict[str, Any]) -> dict[str, Any]:
    def read() -> Any:
        return buyer.mine("GET", f"/v1/payments/{payment['payment_id']}").json()["failure"]

    return dict(soon(buyer, read, "nobody says why it was refused"))


def test_the_walk_does_what_the_page_says(stack: Stack):
    assert run_walk(stack, "payments.md") == [
        "True",
        "/v1/pay#pi",
        "insufficient_funds",
        "insufficient_funds",
        "succeeded",
        "2500",
        "True",
        "already_paid",
        "signature_invalid",
        "DE EUR incomplete",
        "/_stripe/onboarding/",
        "credits succeeded",
        "404",
    ]


def test_credits_are_bought_in_four_ways_and_the_statement_is_right_to_the_unit(buyer: Person, page: Page):
    payment = buying(buyer, page, 25_50, "USD")
    assert "$25.50" in page.locator("#amount").inner_text()
    fill(page, DECLINED)
    page.get_by_text("Your card was declined.").wait_for()
    refused = failed(buyer, payment)
    assert (refused["code"], refused["brand"], refused["last4"]) == ("generic_decline", "visa", "0002")
    fill(page, GOOD)
    paid(page)
    assert became(buyer, payment, "succeeded")["paid_by"] == {"kind": "card", "brand": "visa", "last4": "4242"}

    payment = buying(buyer, page, 1_234, "JPY")
    assert "1,234" in page.locator("#amount").inner_text()
    fill(page, ASKS)
    page.get_by_role("button", name="Fail authentication").click()
    page.get_by_text("Your bank did not confirm that it was you.").wait_for()
    assert failed(buyer, payment)["code"] == "payment_intent_authentication_failure"
    fill(page, ASKS)
    page.get_by_role("button", name="Complete authentication").click()
    paid(page)
    assert "secret" not in page.url.partition("#")[0]
    became(buyer, payment, "succeeded")

    payment = buying(buyer, page, 12_340, "KWD")
    assert "12.340" in page.locator("#amount").inner_text()
    fill(page, GOOD)
    paid(page)
    became(buyer, payment, "succeeded")

    payment = buying(buyer, page, 499_99, "INR")
    page.get_by_label("UPI").check()
    page.get_by_role("button", name="Pay").click()
    page.get_by_role("button", name="Approve in the app").click()
    paid(page)
    assert became(buyer, payment, "succeeded")["paid_by"]["kind"] == "upi"

    bought = {"USD": 25_50, "JPY": 1_234, "KWD": 12_340, "INR": 499_99}
    soon(buyer, lambda: has(buyer, bought), f"the buyer's credits are not {bought}")
    lines = buyer.mine("GET", "/v1/me/credits/history").json()["items"]
    assert sorted((one["kind"], one["currency"], one["changes"]["credits"]["minor"]) for one in lines) == sorted(
        ("credits_bought", currency, minor) for currency, minor in bought.items()
    )


def has(buyer: Person, bought: dict[str, int]) -> bool:
    items = buyer.mine("GET", "/v1/me/credits").json()["items"]
    return {one["credits"]["currency"]: one["credits"]["minor"] for one in items} == bought


def test_money_comes_in_and_is_found_by_whoever_may_know(stack: Stack):
    walk_paying_in(Person(stack))


def test_a_payment_that_was_begun_before_a_restart_is_paid_after_it(tmp_path: Path):
    """Metco has another address then, and Stripe's webhooks follow it there; keys and secrets are the same."""
    with Stack.start(tmp_path) as first:
        buyer = known(first)
        payment = begun(buyer)
        keys = (first.stripe.folder / "keys.json").read_text()
    with Stack.start(tmp_path) as second:
        assert second.url != first.url
        assert (second.stripe.folder / "keys.json").read_text() == keys
        again = replace(buyer, stack=second)
        again.sign_in()
        confirm(again, payment, "pm_card_visa").raise_for_status()
        soon(again, lambda: credits_of(again) == [payment["amount"]], "no webhook came to where Metco is now")


def test_a_webhook_that_stripe_did_not_sign_is_refused(stack: Stack):
    for path in ("stripe", "stripe-connect"):
        answer = httpx.post(f"{stack.url}/v1/webhooks/{path}", json={"type": "payment_intent.succeeded"}, timeout=20)
        assert (answer.status_code, answer.json()["code"]) == (400, "signature_invalid")


def test_a_seller_is_asked_for_one_more_document_becomes_payable_and_is_paid_out(stack: Stack, page: Page):
    fund_the_platform(known(stack), page)
    seller = known(stack)
    opening = {"name": "Film", "slug": f"paid-out-{STARTED}", "country": "DE", "currency": "EUR"}
    store = seller.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"]
    wait_for_the_keys(seller, store)
    account = f"/v1/stores/{store}/payout-account"
    soon(seller, lambda: opened(seller, account), "no payout account could be opened")
    onboard(seller, account, page)

    soon(seller, lambda: stands(seller, account, "incomplete", "document"), "no document is asked for")
    to_onboarding(seller, account, page)
    page.get_by_label("A passport, well scanned").check()
    page.get_by_role("button", name="Send it").click()
    soon(seller, lambda: stands(seller, account, "payable"), "the seller does not become payable")
    soon(seller, lambda: "payouts" in done_of(seller, store), "the store's checklist does not know of it")

    sell(stack, store)
    soon(seller, lambda: available(seller, store) == euros(90_00), "the store has nothing to withdraw")
    body = {"amount": euros(50_00), "way": "stripe"}
    asked = seller.mine("POST", f"/v1/stores/{store}/withdrawals", expect=201, json=body).json()["withdrawal_id"]
    soon(seller, lambda: withdrawal(seller, store, asked) == "sent", "the money does not leave")
    wait_days(page, stack, 7)
    soon(seller, lambda: withdrawal(seller, store, asked) == "paid", "the money does not arrive")
    assert available(seller, store) == euros(40_00)


def fund_the_platform(buyer: Person, page: Page) -> None:
    """What sellers are paid out with has to be at Stripe, and at Metco's disposal."""
    payment = buying(buyer, page, 200_00, "EUR")
    fill(page, AT_ONCE)
    paid(page)
    became(buyer, payment, "succeeded")


def opened(seller: Person, account: str) -> bool:
    answer = httpx.post(f"{seller.stack.url}{account}", headers=seller.authorization, timeout=30)
    return answer.status_code == 201


def to_onboarding(seller: Person, account: str, page: Page) -> None:
    link = seller.mine("POST", f"{account}/links", expect=201, json={"return_to": "/"}).json()["url"]
    page.goto(link)


def onboard(seller: Person, account: str, page: Page) -> None:
    """Whoever was born then is not believed at once: a document of them is asked for."""
    to_onboarding(seller, account, page)
    page.get_by_label("Where can it be seen?").fill("https://film.example")
    page.get_by_role("button", name="Go on").click()
    told = {"First name": "Jenny", "Last name": "Rosen", "Born on": "1980-02-03", "E-mail": "jenny@example.com"}
    more = {"Phone": "+49301234567", "Street and number": "Weg 1", "City": "Berlin", "Postal code": "10115"}
    for label, value in {**told, **more}.items():
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Go on").click()  # the bank's test number is filled in
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Agree and submit").click()
    page.wait_for_load_state()


def stands(seller: Person, account: str, state: str, missing: str = "") -> bool:
    found = seller.mine("GET", account).json()
    return found["state"] == state and (not missing or any(missing in one for one in found["missing"]))


def done_of(seller: Person, store: str) -> list[str]:
    steps = seller.mine("GET", f"/v1/stores/{store}/checklist").json()["steps"]
    return [one["key"] for one in steps if one["state"] == "done"]


def sell(stack: Stack, store: str) -> None:
    order, sale = ids.new_id("ord"), ids.new_id("slo")
    buyer = {"order_id": order, "buyer_id": ids.new_id("usr"), "payment_id": ids.new_id("pay")}
    sold = [{"seller_order_id": sale, "store_id": store, "lines": [line(100_00, 0)]}]
    task(stack, "record_paid", "recorded", **buyer, card=euros(100_00), credits=euros(0), seller_orders=sold)
    task(stack, "release_funds", "released", seller_order_id=sale)


def withdrawal(seller: Person, store: str, withdrawal_id: str) -> str:
    return str(seller.mine("GET", f"/v1/stores/{store}/withdrawals/{withdrawal_id}").json()["state"])


def wait_days(page: Page, stack: Stack, days: int) -> None:
    """Stripe's clock is moved ahead on its page."""
    page.goto(f"{stack.url}/_stripe/weather")
    page.get_by_role("button", name=f"+ {days} days").click()
