"""Proposed prices under faults and rivals: each fault at each call of a tale; both sides, orders and time at once."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest

from functions.catalog import steps, sweep
from functions.catalog.api import api
from functions.catalog.model.proposals import Checkout, Proposal
from functions.catalog.rules import proposals as rules
from functions.catalog.store import proposals as store
from kernel import clock
from kernel.changes import Change, decode
from tests.builders.http import Context
from tests.chaos import tales
from tests.chaos.tales import Stage

BUYER, SELLER = "usr_00000000000000000000000007", "usr_00000000000000000000000001"
STORE = "sto_00000000000000000000000000"
MAY = {STORE: frozenset({"edit_products"})}
LATE = timedelta(days=3)
WAIT = ("awaiting_seller", "awaiting_buyer", "agreed")


def price(minor: int) -> dict[str, Any]:
    return {"price": {"minor": minor, "currency": "EUR"}}


def as_store(stage: Stage, proposal_id: str, act: str, body: Any = None) -> Any:
    path = f"/v1/stores/{STORE}/proposals/{proposal_id}/{act}"
    return stage.ask(SELLER, "POST", path, body, stores=MAY)


def as_buyer(stage: Stage, proposal_id: str, act: str, body: Any = None) -> Any:
    return stage.ask(BUYER, "POST", f"/v1/me/proposals/{proposal_id}/{act}", body)


def listed(stage: Stage) -> dict[str, str]:
    """Something for 100 euros, whose seller bargains; the three ids that name it."""
    item = {"texts": {"en": {"title": "Leica M3"}}, "prices": {"EUR": 100_00}, "takes_proposals": True}
    made = stage.ask(SELLER, "POST", f"/v1/stores/{STORE}/items", item, stores=MAY).json
    [offer] = made["offers"]
    return {
        "product_id": offer["product_id"],
        "offer_id": offer["offer_id"],
        "variant_id": offer["variants"][0]["variant_id"],
    }


def proposed(stage: Stage, named: Mapping[str, str], minor: int = 80_00) -> dict[str, Any]:
    return dict(stage.ask(BUYER, "POST", "/v1/me/proposals", {**named, **price(minor)}).json)


def task(stage: Stage, name: str, order_id: str, *lines: Mapping[str, Any]) -> dict[str, Any]:
    named = [
        {"proposal_id": one["proposal_id"], "variant_id": one["variant_id"], "quantity": 1, "price": one["price"]}
        for one in lines
    ]
    event = {"task": f"{name}_agreed_prices", "order_id": order_id, "buyer_id": BUYER, "lines": named}
    return stage.until_done(lambda: steps.handler(event, Context()))


def swept(stage: Stage, later: timedelta = LATE) -> None:
    stage.until_done(lambda: sweep.end_proposals(clock.now() + later))


# Tales


def bargain(stage: Stage) -> None:
    """Up and down, agreed on, held by an order in vain, then by another one that pays."""
    named = listed(stage)
    proposal = proposed(stage, named)
    proposal_id = proposal["proposal_id"]
    as_store(stage, proposal_id, "counter", price(95_00))
    as_buyer(stage, proposal_id, "counter", price(90_00))
    agreed = as_store(stage, proposal_id, "accept", price(90_00)).json
    assert task(stage, "reserve", "ord_1", agreed)["outcome"] == "reserved"
    assert task(stage, "release", "ord_1")["outcome"] == "released"
    assert task(stage, "reserve", "ord_2", agreed)["outcome"] == "reserved"
    assert task(stage, "redeem", "ord_2")["outcome"] == "redeemed"


def bargain_in_vain(stage: Stage) -> None:
    """Declined, withdrawn, and left until it was over; and what is refused on the way."""
    named = listed(stage)
    first = proposed(stage, named)
    stage.ask(BUYER, "POST", "/v1/me/proposals", {**named, **price(81_00)})
    as_store(stage, first["proposal_id"], "decline")
    second = proposed(stage, named, 85_00)
    as_buyer(stage, second["proposal_id"], "withdraw")
    third = proposed(stage, named, 86_00)
    swept(stage)
    as_store(stage, third["proposal_id"], "accept", price(86_00))
    task(stage, "release", "ord_3")
    task(stage, "reserve", "ord_3", third)


@pytest.mark.parametrize("tale", [bargain, bargain_in_vain])
def test_a_fault_at_any_call_leaves_nothing_else_behind(tale):
    assert list(tales.differences(api, tale)) == []


# Races


def wrong(rows: Mapping[Any, Any]) -> list[str]:
    """What may never be, whoever was faster."""
    plain = {key: decode(row) for key, row in rows.items()}
    made = [Proposal.model_validate_json(row["doc"]) for (pk, _), row in plain.items() if pk.startswith("PROPOSAL#")]
    orders = {
        row.order_id: row
        for row in (
            Checkout.model_validate_json(r["doc"]) for (pk, _), r in plain.items() if pk.startswith("CHECKOUT#")
        )
    }
    found = []
    for one in made:
        news = [sk.split("#")[1] for pk, sk in sorted(plain) if pk == f"EVENT#{one.proposal_id}"]
        ends = [name for name in news if name in ("ProposalClosed", "PriceRedeemed")]
        due = [sk for pk, sk in plain if pk == "DUE#proposal" and sk.endswith(one.proposal_id)]
        over = one.state in ("redeemed", "declined", "withdrawn", "expired")
        if len(ends) != over:
            found.append(f"{one.state}, told as {news}")
        if due != ([store._due_key(one)] if one.state in WAIT else []):
            found.append(f"{one.state}, due {due}")
        if news.count("PriceAgreed") > 1 or news[0] != "PriceProposed":
            found.append(f"told as {news}")
        holders = [
            order.order_id
            for order in orders.values()
            if one.proposal_id in order.proposals and order.state in ("reserved", "redeemed")
        ]
        if holders != ([one.order_id] if one.order_id else []):
            found.append(f"{one.state} for {one.order_id or 'nobody'}, held by {holders}")
        if one.order_id and orders[one.order_id].state != one.state:
            found.append(f"{one.state}, but its order has {orders[one.order_id].state}")
        if len(one.rounds) != 1 + news.count("PriceCountered"):
            found.append(f"{len(one.rounds)} rounds, told as {news}")
    return found


class Table:
    """A race's beginning, and what came of it."""

    def __init__(self, *, agreed: bool) -> None:
        self.agreed, self.wrong = agreed, list[str]()
        self.proposal: dict[str, Any] = {}
        self.given_up = False  # whether the first order was told that it has nothing any more

    def before(self, stage: Stage) -> None:
        self.proposal = proposed(stage, listed(stage))
        if self.agreed:
            self.proposal = as_store(stage, self.proposal["proposal_id"], "accept", price(80_00)).json

    def check(self, stage: Stage, rows: Mapping[Any, Any]) -> None:
        self.wrong = wrong(rows)
        kept = decode(rows["CHECKOUT#ord_0", "PRICES"])["doc"] if ("CHECKOUT#ord_0", "PRICES") in rows else ""
        if self.given_up and '"released"' not in kept:
            self.wrong.append(f"given up, and yet {kept}")


def both_sides(seed: int, *others: tales.Tale) -> Table:
    """Both sides on several devices: whatever is answered is answered to what was there."""
    table = Table(agreed=False)

    def seller(act: str, body: Any, stage: Stage) -> None:
        as_store(stage, table.proposal["proposal_id"], act, body)

    def buyer(act: str, body: Any, stage: Stage) -> None:
        as_buyer(stage, table.proposal["proposal_id"], act, body)

    rivals: list[tales.Tale] = [
        *(partial(seller, "accept", price(80_00)) for _ in range(2)),
        *(partial(seller, "counter", price(minor)) for minor in (90_00, 95_00)),
        partial(seller, "decline", None),
        *(partial(buyer, "withdraw", None) for _ in range(2)),
        partial(buyer, "counter", price(85_00)),
        partial(buyer, "accept", price(90_00)),
        *others,
    ]
    tales.race(api, table.before, rivals, seed, table.check)
    return table


def both_sides_and_time(seed: int) -> Table:
    return both_sides(seed, swept)


def orders(seed: int, *others: tales.Tale) -> Table:
    """Several orders want one agreed price; each pays or gives up."""
    table = Table(agreed=True)

    def order(number: int, end: str, stage: Stage) -> None:
        answer = task(stage, "reserve", f"ord_{number}", table.proposal)
        if answer["outcome"] == "reserved":
            task(stage, end, f"ord_{number}")

    def release(stage: Stage) -> None:
        table.given_up = task(stage, "release", "ord_0")["outcome"] == "released"

    ends = ("redeem", "release", "redeem", "release", "redeem")
    rivals: list[tales.Tale] = [*(partial(order, number, end) for number, end in enumerate(ends)), release, *others]
    tales.race(api, table.before, rivals, seed, table.check)
    return table


def orders_and_time(seed: int) -> Table:
    def withdraw(stage: Stage) -> None:
        [mine] = stage.ask(BUYER, "GET", "/v1/me/proposals").json["items"]
        as_buyer(stage, mine["proposal_id"], "withdraw")

    return orders(seed, withdraw, swept)


@pytest.mark.parametrize("race", [both_sides, both_sides_and_time, orders, orders_and_time])
@pytest.mark.parametrize("seed", range(25))
def test_whoever_is_faster_one_thing_comes_of_it(race, seed):
    assert race(seed).wrong == []


@pytest.mark.parametrize("seed", range(5))
def test_of_many_proposals_of_one_buyer_for_one_offer_one_is_made(seed):
    named = dict[str, str]()

    def before(stage: Stage) -> None:
        named.update(listed(stage))

    def propose(stage: Stage) -> None:
        stage.ask(BUYER, "POST", "/v1/me/proposals", {**named, **price(80_00)})

    def check(stage: Stage, rows: Mapping[Any, Any]) -> None:
        assert sorted(one.status for one in stage.answers) == [201, 201] + [409] * 19  # the first 201 is the listing
        assert len([pk for pk, _ in rows if pk.startswith("PROPOSAL#")]) == 1
        assert wrong(rows) == []

    tales.race(api, before, [propose] * 20, seed, check)


# Planted bugs


def unconditional(change: Change) -> Change:
    return Change(change.kind, change.key, change.item, change.sets, change.adds)


def without_versions(before: Proposal, after: Proposal) -> list[Change]:
    return [unconditional(change) for change in MOVED(before, after)]


def forgetting_what_is_due(before: Proposal, after: Proposal) -> list[Change]:
    return MOVED(before, after)[:1]


MOVED = store._moved


@pytest.mark.parametrize(
    ("race", "bug"),
    [
        (both_sides, patch.object(store, "_moved", without_versions)),
        (orders, patch.object(store, "_moved", without_versions)),
        (both_sides, patch.object(store, "_moved", forgetting_what_is_due)),
        (orders, patch.object(rules, "to_reserve", lambda checkout: True)),
        (orders, patch.object(rules, "released", lambda proposal, now: proposal)),
        (orders, patch.object(rules, "settled", lambda checkout, state: checkout)),
        (both_sides, patch.object(rules, "state_at", lambda proposal, now: "awaiting_seller")),
    ],
)
def test_a_planted_bug_is_found(race, bug):
    with bug:
        assert any(broken(race, seed) for seed in range(60))


def broken(race: Any, seed: int) -> bool:
    """Wrong in the end, or unable to come to one."""
    try:
        return race(seed).wrong != []
    except Exception:  # noqa: BLE001 - whatever a bug made of it
        return True
