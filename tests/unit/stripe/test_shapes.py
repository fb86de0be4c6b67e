"""The oracle itself: it lets through what Stripe says, and nothing else."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from local.stripe import shapes
from tests.builders.stand_in import RETURN_URL, at_stripe

Document = dict[str, Any]


def an_intent() -> Document:
    client = at_stripe().client.v1
    said: Any = {
        "amount": 20_00,
        "currency": "usd",
        "payment_method": "pm_card_visa",
        "confirm": True,
        "return_url": RETURN_URL,
        "expand": ["latest_charge"],
        "capture_method": "automatic",
    }
    return client.payment_intents.create(said).to_dict()


def test_what_the_stand_in_says_is_well_shaped():
    assert list(shapes.problems(an_intent())) == []


def without(name: str) -> Callable[[Document], object]:
    return lambda document: document.pop(name)


def with_(**said: Any) -> Callable[[Document], object]:
    return lambda document: document.update(said)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (without("amount"), "payment_intent.amount"),
        (with_(amount="2000"), "payment_intent.amount"),
        (with_(amount=20.0), "payment_intent.amount"),
        (with_(amount=True), "payment_intent.amount"),
        (with_(currency=None), "payment_intent.currency"),
        (with_(status="paid"), "payment_intent.status"),
        (with_(colour="red"), "payment_intent.colour"),
        (with_(livemode=0), "payment_intent.livemode"),
        (with_(payment_method_types="card"), "payment_intent.payment_method_types"),
        (with_(metadata={"a": 1}), "payment_intent.metadata.a"),
        (with_(next_action={"type": "redirect_to_url", "redirect_to_url": "x"}), "payment_intent.next_action"),
        (lambda one: one["latest_charge"].update(status="paid"), "payment_intent.latest_charge.status"),
        (lambda one: one["latest_charge"].pop("paid"), "payment_intent.latest_charge.paid"),
        (lambda one: one["latest_charge"].update(object="refund"), "payment_intent.latest_charge.object"),
    ],
)
def test_what_stripe_never_says_is_found(change: Callable[[Document], object], path: str):
    document = copy.deepcopy(an_intent())
    change(document)
    assert [where for where, _ in shapes.problems(document) if where.startswith(path)], list(shapes.problems(document))
    with pytest.raises(shapes.Misshapen, match=path.rpartition(".")[2]):
        shapes.hold(document)


def test_every_kind_of_object_is_understood():
    """No annotation of the package that the stand-in answers with is passed over because a name in it is unknown."""
    kinds = (
        *("account", "account_link", "balance", "balance_transaction", "cash_balance", "charge", "customer"),
        *("customer_cash_balance_transaction", "dispute", "event", "file", "funding_instructions", "payment_intent"),
        *("payment_method", "payout", "person", "refund", "setup_attempt", "setup_intent", "topup", "transfer"),
        *("transfer_reversal", "webhook_endpoint"),
    )
    for kind in kinds:
        nothing = list(shapes.problems({"object": kind}))
        assert nothing, kind  # each has something that is always there


def test_a_list_is_looked_at_one_by_one():
    wrong = {"object": "list", "data": [an_intent(), {"object": "charge"}], "has_more": False, "url": "/v1/x"}
    assert ("charge.amount", "missing") in list(shapes.problems(wrong))
    assert ("list.url", "missing") in list(shapes.problems({"object": "list", "data": [], "has_more": False}))


def test_what_was_deleted_says_no_more_than_that():
    assert list(shapes.problems({"object": "customer", "id": "cus_1", "deleted": True})) == []
    assert list(shapes.problems({"object": "customer", "id": "cus_1", "deleted": True, "email": "a@b.example"}))
