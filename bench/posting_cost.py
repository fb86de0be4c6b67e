"""What one journal takes of a function: its CPU to the last byte of the request, and how many requests it is."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from bench.crowd import environment
from bench.posting import an_order
from functions.ledger.model.facts.base import Fact
from functions.ledger.model.facts.credits import CreditsGranted
from functions.ledger.model.facts.sales import OrderPaid, SaleReleased
from functions.ledger.rules import split
from functions.ledger.store.books import books
from kernel import aws
from tests.builders import ledger as a
from tests.builders.ledger import usd
from tests.chaos.processes import captured_log, forget, memories

BUDGET_MS, BUDGET_CALLS = 3.0, 1
ROUNDS = 300
WARM = 30
MEMORIES = memories("functions.ledger")
AWS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_DEFAULT_REGION": "eu-central-1"}


def shown() -> Iterator[str]:
    print(f"\nOne journal, of {ROUNDS}: CPU ms from the fact to the signed request (budget: {BUDGET_MS:g} ms, 1 call)")
    print(f"  {'':<34}{'legs':>6}{'calls':>7}{'median':>8}{'least':>7}")
    for name, fact_of in FACTS.items():
        with answered():
            for number in range(WARM):
                books().post(fact_of(number))
            aws.calls_taken()
            taken = [cpu_ms(fact_of(WARM + number)) for number in range(ROUNDS)]
            calls = len(aws.calls_taken()) / ROUNDS
            legs = len(books().post(fact_of(0)).legs)
        median, least = statistics.median(taken), min(taken)
        print(f"  {name:<34}{legs:>6}{calls:>7.0f}{median:>8.2f}{least:>7.2f}")
        if calls > BUDGET_CALLS or least > BUDGET_MS:  # neighbours only add to the median
            yield f"{name}: {calls:g} calls and {least:.2f} ms of CPU"


def cpu_ms(fact: Fact) -> float:
    began = time.process_time()
    books().post(fact)
    return (time.process_time() - began) * 1000


@contextmanager
def answered() -> Iterator[None]:
    """Function's own client, up to the wire: there, DynamoDB is content with everything."""
    with patch.dict("os.environ", environment("ledger") | AWS), captured_log(keep=False):
        forget(MEMORIES)
        aws.use("dynamodb", None)
        client = aws.client("dynamodb")
        client.meta.events.register("before-send.dynamodb", lambda request, **_: content(request.url))
        try:
            yield
        finally:
            aws.use("dynamodb", None)
            forget(MEMORIES)


class _Raw:
    def stream(self, **_: object) -> Iterator[bytes]:
        yield b"{}"


def content(url: str) -> AWSResponse:
    headers = HTTPHeaders()
    headers["content-type"] = "application/x-amz-json-1.0"
    return AWSResponse(url, 200, headers, _Raw())


def granted(number: int) -> Fact:
    return CreditsGranted(at=a.NOON, grant_id=f"g{number}", buyer_id=a.BUYER, amount=usd(5_00))


def paid(number: int) -> Fact:
    order = an_order(number, a.an_id("sto", 1), a.an_id("sto", 2))
    sales = split.sales_of(
        order.id, order.buyer, order.payment_id, order.parts, by_card=order.card, by_credits=order.credits
    )
    return OrderPaid(at=a.NOON, order_id=order.id, buyer_id=order.buyer, payment_id=order.payment_id, sales=sales)


def released(number: int) -> Fact:
    order = an_order(number, a.an_id("sto", 1))
    [sale] = split.sales_of(order.id, order.buyer, order.payment_id, order.parts, by_card=order.card, by_credits=usd(0))
    figures = {name: getattr(sale, name) for name in ("net", "commission", "commission_tax")}
    return SaleReleased(**a.of_sale(sale), **figures)


FACTS: dict[str, Callable[[int], Fact]] = {
    "credits granted": granted,
    "sale released": released,
    "order paid, 2 sellers, 6 lines": paid,
}
