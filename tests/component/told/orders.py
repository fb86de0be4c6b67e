"""All that orders tells of, and the words of people that are said on the way."""

from kernel import aws
from tests.builders import ordering as a
from tests.builders import orders as b

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
    finally:
        aws.use("stepfunctions", None)
