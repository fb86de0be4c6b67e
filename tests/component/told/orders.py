"""All that orders tells of, and the words of people that are said on the way."""

from datetime import timedelta

from functions.orders.stranded import round as sweeper
from kernel import aws, clock
from tests.builders import carriers, sending
from tests.builders import giving_back as g
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders import selling as s

PERSONAL = ("Ada", "Linden", "10117", "ada@example.com")


def everything() -> None:
    b.workflows()
    try:
        begun = b.check_out(who=a.GUEST).json
        order_id = begun["order_id"]
        b.by()("POST", f"/v1/orders/{order_id}/claim", {"secret": begun["claim_secret"]})
        b.parked(order_id)
        b.finance()("POST", f"/v1/parked/{b.parked_id(order_id)}/decision", {"decision": "retry"})
        b.confirmed(order_id)
        other = b.placed(quote_id=a.an_id("qte", 2), basket_id=a.an_id("bsk", 2))
        b.by()("POST", f"/v1/orders/{other}/cancel")
        b.task("cancel", other, stopped={"outcome": "refused", "code": "by_buyer", "detail": ""})
        _part_of_it_goes_back()
        _nobody_says_that_it_came()
        b.hear("ReservationOverdue", "metco.inventory", order_id=order_id)
        sweeper.sweep()
    finally:
        aws.use("stepfunctions", None)


def _part_of_it_goes_back() -> None:
    """Another door, a piece that is not sent, and one that comes back."""
    order_id = s.paid(a.a_quoted_line(quantity=3), quote_id=a.an_id("qte", 3), basket_id=a.an_id("bsk", 3))
    assert g.move_to(order_id, line1="Unter den Linden 7").status == 200
    assert s.begin(order_id).status == 200
    assert g.cancel(order_id, {s.LINE: 1}).status == 200
    g.paid_back(order_id)
    s.sent(order_id)
    assert s.received(order_id).status == 200
    g.asked_return(order_id)
    assert b.task("complete", order_id, seller_order_id=a.seller_order_of(order_id))["outcome"] == "completed"


def _nobody_says_that_it_came() -> None:
    """Sent by a carrier, which calls about another parcel."""
    with clock.frozen(a.NOON) as time:
        order_id = s.paid(a.a_quoted_line(1), quote_id=a.an_id("qte", 4), basket_id=a.an_id("bsk", 4))
        carriers.here()
        assert sending.choose("dhl", sender=carriers.LYON | {"phone": "+33478420000"}).status == 200
        parcel_id = sending.labelled(order_id, carrier="dhl", service="P")["parcel_id"]
        assert s.move(order_id, parcel_id, "send").status == 200
        assert sending.public_call().status == 200
        time(timedelta(days=11))
        s.sweep()
