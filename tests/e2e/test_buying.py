"""One payment for things of several sellers, as a buyer makes it: by HTTP, by the pages, and as the pages say."""

from playwright.sync_api import Page

from local.seed import FINANCE
from local.stack import Stack
from tests.e2e import buying_walk as buying
from tests.e2e.deciding_walk import demo, signed_in
from tests.e2e.ordering_walk import walk_ordering
from tests.e2e.page_walk import run_walk
from tests.e2e.pay_page import fill
from tests.e2e.walk import Person

ASKS = "4000002760003184"


def test_a_guests_basket_of_three_sellers_is_paid_by_a_coupon_credits_and_a_card(stack: Stack):
    buying.walk_buying(Person(stack))


def test_changes_of_mind_a_claim_what_waits_for_a_person_and_whoever_leaves(stack: Stack):
    walk_ordering(Person(stack))


def test_a_card_is_asked_for_on_the_page_and_its_bank_asks_back(stack: Stack, page: Page):
    finance, seller, buyer = demo(Person(stack), FINANCE.email), signed_in(Person(stack)), signed_in(Person(stack))
    buyer.patience_s = buying.PATIENCE_S
    line = buying.a_thing(seller, buying.a_store(seller, f"page-{seller.user_id[-8:]}"), "Lamp", buying.LAMP)
    buying.into_basket(buyer, line)
    order_id = buying.ordered(buyer, buying.quoted(buyer))
    order = buying.to_be_paid(buyer, order_id)
    page.goto(buyer.stack.url + order["payment"]["pay_url"])
    page.get_by_role("button", name="Pay").wait_for()
    fill(page, ASKS)
    page.get_by_role("button", name="Complete authentication").click()
    page.get_by_text("Paid. Thank you.").wait_for()
    buying.became(buyer, order_id, "confirmed")
    assert sum(buying.parties(finance, order_id).values()) == 0


def test_baskets_do_what_their_page_says(stack: Stack):
    assert run_walk(stack, "baskets.md") == [
        "Camera 2 ok",
        "Film 1 ok",
        "26700",
        "Film",
        "25800",
        "price_rose A piece costs 139.00 EUR, 10.00 EUR more than before.",
        "",
        "None is left. 0",
        "Only 1 is left. 1",
        "ok",
        "running",
        "running",
        "False below_minimum For 361.00 EUR more of what it is for, it reduces it.",
        "True taken It reduces what it is for.",
        "False unknown There is no such code, or not any more.",
        "SMALL 2000 store",
        *("goods 13900", "shipping 990", "discounts 2000", "tax 2058", "tax_included 2058", "total 12890"),
        "Parcel",
        "True",
        "Parcel 990",
        "cannot_be_sent",
        "",
    ]


def test_orders_do_what_their_page_says(stack: Stack):
    assert run_walk(stack, "orders.md") == [
        *("email_missing", "pending", "2690", "succeeded"),
        *("CheckoutStarted", "OrderPaid"),
        *("it confirmed", "Berlin", "403", "404"),
        *("404", "204", "confirmed 1"),
        *("202", "by_buyer", "4", "409"),
        *("200", "403"),
    ]
