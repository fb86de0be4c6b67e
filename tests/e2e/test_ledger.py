"""Money on the deployed template: a sale from its payment to its release, and many refunds of it at once."""

from concurrent.futures import ThreadPoolExecutor

from kernel import ids
from local.stack import Stack
from tests.e2e.books_walk import walk_books
from tests.e2e.deciding_walk import walk_deciding
from tests.e2e.ledger_walk import call, line, money, task, walk_ledger
from tests.e2e.page_walk import run_walk
from tests.e2e.walk import Person


def test_the_walk_does_what_the_page_says(stack: Stack):
    told = run_walk(stack, "ledger.md")
    assert told[:2] == ["recorded", "pending 9000"]
    assert told[2:7] == [
        "refunded",
        "released",
        "sale_released pending -4500 available +4500",
        "sale_refunded pending -4500",
        "order_paid pending +9000",
    ]
    assert told[7] == "1,order_paid,EUR,90.00"
    assert told[8:12] == ["order_paid", "sale_refunded", "sale_released", "order_paid"]
    assert told[12:14] == ["credit 4500", "True True 0"]
    assert told[14:] == ["404", "403", "403"] or told[14:] == ["403", "403", "403"]


def test_a_sale_from_its_payment_to_its_release(stack: Stack):
    walk_ledger(Person(stack))


def test_the_books_as_their_readers_see_them(stack: Stack):
    walk_books(Person(stack))


def test_rules_rates_credits_and_a_withdrawal_that_two_persons_agree_to(stack: Stack):
    walk_deciding(Person(stack))


def test_of_twelve_refunds_at_once_as_many_succeed_as_there_is_money_for(stack: Stack):
    order, sale, store = ids.new_id("ord"), ids.new_id("slo"), ids.new_id("sto")
    sold = [{"seller_order_id": sale, "store_id": store, "lines": [line(100_00, 20_00)]}]
    paid = {"order_id": order, "buyer_id": ids.new_id("usr"), "payment_id": "pi_1", "seller_orders": sold}
    task(stack, "record_paid", "recorded", **paid, card=money(120_00), credits=money(0))

    def refund(number: int) -> str:
        asked = {"seller_order_id": sale, "store_id": store, "refund_id": f"re_{number}", "lines": {"1": money(30_00)}}
        answer = call(stack, "refund", **asked)
        return str(answer.get("code", answer["outcome"]))

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(refund, range(12)))
    assert outcomes == ["refund_exceeds_sale"] * 8 + ["refunded"] * 4
