"""Everything the ledger's functions may do, done once: an order is paid, frozen, refunded, released, and told of."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kernel import ids
from local.home import STAGE
from local.stack import Stack
from tests.e2e.store_walk import soon
from tests.e2e.walk import Person, StepFailed

TERMS = {"rule_id": ids.derived_id("cmr", "walk"), "scope": "platform", "tiers": [{"rate_bps": 1_000}]}


def walk_ledger(person: Person) -> None:
    order, sale, store = ids.new_id("ord"), ids.new_id("slo"), ids.new_id("sto")
    buyer = {"order_id": order, "buyer_id": ids.new_id("usr")}
    with heard(person.stack, sale) as told:
        task(person.stack, "hold_credits", "refused", **buyer, amount=money(5_00))
        paid = {"payment_id": "pi_1", "card": money(120_00), "credits": money(0)}
        sold = [{"seller_order_id": sale, "store_id": store, "lines": [line(100_00, 20_00)]}]
        for _ in range(2):
            task(person.stack, "record_paid", "recorded", **buyer, **paid, seller_orders=sold)
        task(person.stack, "freeze", "frozen", seller_order_id=sale, cause="dsp_1")
        task(person.stack, "release_funds", "refused", seller_order_id=sale)
        task(person.stack, "unfreeze", "unfrozen", seller_order_id=sale, cause="dsp_1")
        back = {
            "seller_order_id": sale,
            "store_id": store,
            "refund_id": ids.new_id("rfd"),
            "lines": {"1": money(60_00)},
        }
        for _ in range(2):
            if task(person.stack, "refund", "refunded", **back)["by_card"] != money(60_00):
                raise StepFailed("a refund is not what the card had paid")
        task(person.stack, "release_funds", "released", seller_order_id=sale)
        task(person.stack, "void", "voided", order_id=ids.new_id("ord"), buyer_id=buyer["buyer_id"], currency="EUR")
        soon(person, lambda: told() >= 1, "nobody was told that funds were released")


def money(minor: int) -> dict[str, Any]:
    return {"minor": minor, "currency": "EUR"}


def line(goods: int, tax: int) -> dict[str, Any]:
    return {"line_id": "1", "goods": money(goods), "tax": money(tax), "subsidy": money(0), "terms": TERMS}


def task(stack: Stack, name: str, outcome: str, **asked: Any) -> dict[str, Any]:
    told = call(stack, name, **asked)
    if told["outcome"] != outcome:
        raise StepFailed(f"{name}: {told}")
    return told


def call(stack: Stack, name: str, **asked: Any) -> dict[str, Any]:
    """As a state machine would."""
    answer = stack.client("lambda").invoke(
        FunctionName=f"metco-{STAGE}-ledger-steps", Payload=json.dumps({"task": name, **asked}).encode()
    )
    told = json.loads(answer["Payload"].read() or b"null")
    if "FunctionError" in answer:
        raise StepFailed(f"{name}: {told}")
    return dict(told)


@contextmanager
def heard(stack: Stack, seller_order_id: str) -> Iterator[Any]:
    """How often the bus told of this sale's release. Nobody consumes the ledger's events yet, so the walk listens."""
    events, sqs, name = stack.client("events"), stack.client("sqs"), f"walk-{seller_order_id[-8:]}"
    [bus] = [one["Name"] for one in events.list_event_buses()["EventBuses"] if one["Name"].startswith("metco")]
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"detail-type": ["FundsReleased.v1"], "detail": {"data": {"seller_order_id": [seller_order_id]}}}
    events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "walk", "Arn": arn}])

    def times() -> int:
        counted = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
        return int(counted["Attributes"]["ApproximateNumberOfMessages"])

    try:
        yield times
    finally:
        events.remove_targets(Rule=name, EventBusName=bus, Ids=["walk"])
        events.delete_rule(Name=name, EventBusName=bus)
        sqs.delete_queue(QueueUrl=queue)
