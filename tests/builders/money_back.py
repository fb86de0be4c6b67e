"""Money that came in and goes back or out, for tests: paid by a card of Stripe's documentation, followed to its end."""

from typing import Any

from functions.payments import consumers, steps, sweep
from functions.payments.consumers.app import consumer
from functions.payments.model.refunds import Refund
from functions.payments.store.refunds import refunds
from tests.builders import consumed
from tests.builders.cloud import World
from tests.builders.http import Context
from tests.builders.ledger import BUYER, an_id
from tests.builders.stand_in import RETURN_URL, AtStripe

CAPTURED_S = 3  # until a charge of the stand-in's has its balance transaction


def task(name: str, **said: Any) -> dict[str, Any]:
    return dict(steps.handler({"task": name, **said}, Context()))


def money(minor: int, currency: str = "USD") -> dict[str, Any]:
    return {"minor": minor, "currency": currency}


def paid(
    there: AtStripe, minor: int = 100_00, card: str = "pm_card_bypassPending", *, currency: str = "USD", order: int = 0
) -> str:
    """The id of an order's payment that has succeeded."""
    order_id = an_id("ord", order)
    begun = task("create_payment", order_id=order_id, buyer_id=BUYER, amount=money(minor, currency), method="card")
    intent_id = begun["client_secret"].partition("_secret_")[0]
    there.client.v1.payment_intents.confirm(intent_id, {"payment_method": card, "return_url": RETURN_URL})
    there.advance(seconds=CAPTURED_S)
    read = task("read_payment", order_id=order_id)
    assert read["outcome"] == "succeeded", read
    return str(read["payment_id"])


def swept() -> None:
    sweep.handler({}, Context())


def hear_all(world: World) -> None:
    """Everything that payments itself subscribes to, however often it heard of it."""
    consumed.everything(world, consumers.handler, consumer)


def refund_of(payment_id: str, refund_id: str) -> Refund:
    return refunds().one(payment_id, refund_id)


def told(world: World, *kinds: str) -> list[dict[str, Any]]:
    """What was told of these kinds: what it says, and of which kind it is."""
    return [
        {"type": one["metadata"]["type"], **one["data"]}
        for one in world.envelopes()
        if one["metadata"]["type"] in kinds
    ]
