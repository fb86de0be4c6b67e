from datetime import timedelta

import pytest

from functions.inventory.model.reservations import ReserveStock
from functions.ledger.model.tasks import CheckTerms, RecordPaid
from functions.orders.rules import deadlines, plans, refunds
from kernel.money import Money
from tests.builders import ordering as a

FORTNIGHT_S = 14 * 86_400


def maybe(*lines, at=a.NOON, asked_for=None, **said):
    return plans.plan(a.an_order(*lines, asked_for=asked_for, **said), at)


def planned(*lines, **said):
    made = maybe(*lines, **said)
    assert made
    return made


def test_every_domain_is_asked_for_its_part():
    made = planned(
        a.a_quoted_line(1, quantity=2),
        a.a_quoted_line(2, 30_00, a.OTHER_STORE, kind="digital", proposal_id=a.an_id("prp", 1)),
        uses=[{"promotion_id": a.an_id("prm", 1), "uses": 2, "amount": a.money(1), "borne_by": "store"}],
        asked_for={"credits": a.money(10_00)},
    )
    assert made.needs.model_dump() == dict.fromkeys(("stock", "agreed", "promotions", "credits", "payment"), True)
    assert [(line.variant_id, line.quantity) for line in made.stock] == [(a.an_id("var", 1), 2)]
    assert [line.proposal_id for line in made.offers] == [None, a.an_id("prp", 1)]
    assert [(use.promotion_id, use.uses) for use in made.promotions] == [(a.an_id("prm", 1), 2)]
    assert made.credits + made.card == Money(230_00, "EUR")


def test_what_there_is_nothing_to_do_in_is_left_out():
    made = planned(a.a_quoted_line(kind="digital"), asked_for={"credits": a.money(100_00)})
    assert made.needs.model_dump() == {
        "stock": False,
        "agreed": False,
        "promotions": False,
        "credits": True,
        "payment": False,
    }


def test_shipping_is_a_line_of_its_own_in_the_books_and_categories_begin_with_the_products():
    made = planned(shipping=[a.shipping(5_00)])
    product, shipping = made.seller_orders[0].lines
    assert product.sold.categories == [a.an_id("cat", 2), a.an_id("cat", 1)]
    assert (shipping.line_id, shipping.goods.minor, shipping.sold.product_id) == ("ship", 5_00, None)
    free = planned(shipping=[a.shipping(0)])
    assert [line.line_id for line in free.seller_orders[0].lines] == [a.an_id("lin", 1)]


def test_the_domains_understand_what_they_are_asked():
    said = planned(shipping=[a.shipping()], asked_for={"credits": a.money(10_00)}).model_dump(mode="json")
    CheckTerms.model_validate(said)
    RecordPaid.model_validate({**said, "payment_id": a.an_id("pay", 1)})
    ReserveStock.model_validate({**said, "lines": said["stock"]})


@pytest.mark.parametrize("method", [None, *deadlines.DEADLINES])
def test_what_is_reserved_outlasts_every_news_of_its_payment(method):
    made = planned(asked_for={"payment": {"method": method}})
    by = made.pay_by - a.NOON
    told = timedelta(seconds=deadlines.of_method(method).told_within_s)
    assert timedelta(seconds=made.hold_s) >= by + told + timedelta(minutes=15)
    assert made.hold_s <= FORTNIGHT_S, "inventory and the ledger hold nothing for longer"
    assert made.wait_s > by.total_seconds(), "payments gives up first"


def test_a_checkout_that_begins_late_holds_no_longer():
    assert planned(at=a.NOON + timedelta(minutes=10)).hold_s == planned().hold_s - 600


def test_after_its_deadline_nothing_is_begun_unless_there_is_nothing_left_to_pay():
    late = a.NOON + timedelta(hours=1)
    assert maybe(at=late) is None
    assert planned(at=late, asked_for={"credits": a.money(100_00)})


def test_all_of_an_order_is_given_back_under_ids_that_stay_the_same():
    kept = a.an_order(a.a_quoted_line(tax=19_00, subsidy=4_00), shipping=[a.shipping(5_00)])
    [whole] = refunds.everything(kept)
    assert {line_id: amount.minor for line_id, amount in whole.lines.items()} == {
        a.an_id("lin", 1): 119_00,
        "ship": 5_00,
    }
    assert refunds.everything(kept) == [whole]
