"""Agreed prices in a checkout: each reserved, redeemed or released once, however the workflow repeats itself."""

from datetime import timedelta
from typing import Any

import pytest

from functions.catalog import steps
from functions.catalog.model.proposals import ProposalChanged
from functions.catalog.rules import proposals as rules
from functions.catalog.store.proposals import Proposals, proposals
from kernel import clock
from kernel.errors import Unavailable
from tests.builders.http import Context
from tests.builders.proposals import BUYER, NOON, ORDER, TERMS, made
from tests.component.catalog.test_standing import deliver

ANOTHER = "ord_00000000000000000000000001"


def agreed(**said):
    proposal = made(**said)
    after = rules.accepted(proposal, "seller", proposal.price, clock.now(), TERMS)
    proposals().answer(proposal, after, None)
    return after


def ask(task, *lines, order_id=ORDER, buyer_id=BUYER, **said) -> dict[str, Any]:
    named = [
        {
            "proposal_id": one.proposal_id,
            "variant_id": one.variant_id,
            "quantity": 1,
            "price": {"minor": one.price.minor, "currency": one.price.currency},
        }
        | said
        for one in lines
    ]
    event = {"task": f"{task}_agreed_prices", "order_id": order_id, "buyer_id": buyer_id, "lines": named}
    return steps.handler(event, Context())


def states(*made):
    return [proposals().proposal(one.proposal_id).state for one in made]


def test_all_agreed_prices_of_an_order_are_held_and_paid_once(world):
    one, two = agreed(), agreed()
    for _ in range(2):
        assert ask("reserve", one, two) == {"outcome": "reserved", "order_id": ORDER}
    assert states(one, two) == ["reserved", "reserved"]
    for _ in range(2):
        assert ask("redeem")["outcome"] == "redeemed"
    assert states(one, two) == ["redeemed", "redeemed"]
    types = [row["metadata"]["type"] for row in world.envelopes()]
    assert types.count("PriceRedeemed") == 2
    assert ask("release")["code"] == "already_redeemed"
    assert ask("reserve", one, order_id=ANOTHER)["code"] == "proposal_over"


def test_all_or_none(world):
    one, two = agreed(), made()
    before = world.items()
    assert ask("reserve", one, two)["code"] == "proposal_over"
    assert world.items() == before


def cancelled(order_id: str = ORDER, *, never_sent: bool = True) -> None:
    said = {"order_id": order_id, "reason": "by_seller", "was_paid": True, "never_sent": never_sent}
    assert deliver("OrderCancelled", source="metco.orders", **said) == []


@pytest.mark.parametrize("so_far", ["reserved", "redeemed"])
def test_an_order_that_was_paid_and_never_sent_gives_its_prices_back_once(world, so_far):
    one = agreed()
    ask("reserve", one)
    if so_far == "redeemed":
        ask("redeem")
    cancelled(never_sent=False)
    assert states(one) == [so_far]
    for _ in range(3):
        cancelled()
    assert states(one) == ["agreed"]
    types = [row["metadata"]["type"] for row in world.envelopes()]
    assert types.count("PriceAgreed") == (2 if so_far == "redeemed" else 1)
    before = world.items()
    assert ask("redeem")["outcome"] == "redeemed"  # it comes late, and must not fail
    assert ask("release")["outcome"] == "released"
    assert ask("reserve", one)["code"] == "already_released"
    assert world.items() == before
    assert ask("reserve", one, order_id=ANOTHER)["outcome"] == "reserved"
    cancelled()
    assert states(one) == ["reserved"]


def test_a_price_whose_time_is_over_stays_with_its_order(world):
    with clock.frozen(NOON) as advance:
        one = agreed()
        ask("reserve", one)
        ask("redeem")
        advance(timedelta(hours=25))
        for _ in range(2):
            cancelled()
        assert states(one) == ["redeemed"]
    cancelled(ANOTHER)  # it had no agreed price


def test_nothing_begins_anew_for_somebody_who_has_left(world):
    one = agreed()
    ask("reserve", one)
    ask("redeem")
    assert deliver("UserErased", source="metco.identity", user_id=BUYER) == []
    cancelled()
    assert states(one) == ["redeemed"]
    assert not [row for row in world.items() if BUYER in row["pk"]["S"]]


def test_what_one_order_holds_another_does_not_get_until_it_is_given_back(world):
    one = agreed()
    ask("reserve", one)
    before = world.items()
    assert ask("reserve", one, order_id=ANOTHER)["code"] == "proposal_over"
    assert world.items() == before
    for _ in range(2):
        assert ask("release")["outcome"] == "released"
    assert states(one) == ["agreed"]
    assert ask("reserve", one, order_id=ANOTHER)["outcome"] == "reserved"


def test_a_release_that_comes_first_is_the_orders_last_word(world):
    one = agreed()
    assert ask("release")["outcome"] == "released"
    assert ask("reserve", one)["code"] == "already_released"
    assert ask("redeem")["code"] == "not_reserved"
    assert states(one) == ["agreed"]


def test_a_price_that_is_given_back_too_late_is_over(world):
    with clock.frozen(NOON) as advance:
        one = agreed()
        ask("reserve", one)
        advance(timedelta(days=3))
        assert list(proposals().over(clock.now())) == []
        ask("release")
        assert states(one) == ["expired"]


def test_a_price_is_reserved_as_it_was_agreed_and_not_otherwise(world):
    one = agreed()
    before = world.items()
    assert ask("reserve", one, buyer_id="usr_00000000000000000000000008")["code"] == "not_reserved"
    assert ask("reserve", one, quantity=2)["code"] == "not_reserved"
    assert ask("reserve", one, price={"minor": 1, "currency": "EUR"})["code"] == "price_outdated"
    assert ask("reserve", one, proposal_id="prp_00000000000000000000000000")["code"] == "not_found"
    assert world.items() == before


def test_an_expired_price_is_not_reserved_though_nobody_has_noted_it(world):
    with clock.frozen(NOON) as advance:
        one = agreed()
        advance(TERMS.hold)
        assert ask("reserve", one)["code"] == "proposal_over"


@pytest.mark.parametrize("times", [1, 4])
def test_a_task_that_meets_somebody_looks_again(world, monkeypatch, times):
    one, settle, met = agreed(), Proposals.settle, iter(range(times))

    def busy(self, *arguments):
        if next(met, None) is not None:
            raise ProposalChanged()
        settle(self, *arguments)

    monkeypatch.setattr(Proposals, "settle", busy)
    assert ask("reserve", one)["outcome"] == "reserved"


def test_a_task_that_never_gets_through_is_tried_again_by_the_workflow(world, monkeypatch):
    def busy(self, *arguments):
        raise ProposalChanged()

    one = agreed()
    monkeypatch.setattr(Proposals, "settle", busy)
    with pytest.raises(Unavailable):
        ask("reserve", one)


def test_forty_lines_are_one_transaction(world):
    with clock.frozen(NOON) as advance:
        today = [agreed() for _ in range(20)]
        advance(timedelta(hours=12))  # twenty a day are a buyer's limit
        many = [*today, *(agreed() for _ in range(20))]
        assert ask("reserve", *many)["outcome"] == "reserved"
        assert ask("redeem")["outcome"] == "redeemed"
    assert set(states(*many)) == {"redeemed"}


def test_forty_lines_are_given_back_in_one_transaction_when_their_time_is_over(world):
    with clock.frozen(NOON) as advance:
        today = [agreed() for _ in range(20)]
        advance(timedelta(hours=12))
        many = [*today, *(agreed() for _ in range(20))]
        ask("reserve", *many)
        advance(timedelta(days=2))
        assert ask("release")["outcome"] == "released"
    assert set(states(*many)) == {"expired"}
