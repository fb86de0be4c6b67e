"""What becomes of orders: each a tale that is told again with every fault at every call, from the click on."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import stripe

from local.stripe import paying
from tests.builders import ordering
from tests.builders.stand_in import RETURN_URL
from tests.chaos.checkout_market import CURRENCY, THEM, Market, quoted
from tests.chaos.checkout_wire import BROKEN_BEFORE
from tests.chaos.payments_tales import confirmed
from tests.chaos.payments_world import A_MINUTE, A_MOMENT

Tell = Callable[[Market], None]
HALF_AN_HOUR = timedelta(minutes=33)
SOMEBODY, OTHER_ORDER = ordering.an_id("usr", 77), ordering.an_id("ord", 77)
EVERYTHING = ("camera", "film", "lens")
BY_CARD: Mapping[str, Any] = {"payment": {"method": "card"}}


@dataclass(frozen=True)
class Tale:
    tell: Tell
    ends: str  # as an undisturbed telling does


TALES: dict[str, Tale] = {}


def tale(ends: str) -> Callable[[Tell], Tell]:
    def register(tell: Tell) -> Tell:
        TALES[tell.__name__.replace("_", " ")] = Tale(tell, ends)
        return tell

    return register


# What buyers and others do. Nothing keeps them from it, and only their requests can fail.


def orders(market: Market, quote: str, credits_minor: int = 10_00, **said: Any) -> None:
    """A click, and the way of the order until it waits for somebody."""
    world = market.world
    world.plan.on = True
    part = {"credits": {"minor": credits_minor, "currency": CURRENCY}} if credits_minor else {}
    body = {"quote": quote, "address": ordering.ADDRESS, **part, **BY_CARD, **said}
    answer = world.ask("orders", THEM, "POST", "/v1/checkouts", body)
    assert answer.status == 202, answer
    market.order_id = str(answer.body["order_id"])
    world.passes(A_MOMENT)


def look(market: Market) -> Any:
    answer = market.world.ask("orders", THEM, "GET", f"/v1/orders/{market.order_id}")
    assert answer.status == 200, answer
    return answer.body


def secret(market: Market) -> str:
    """What the buyer's page pays with: "", where there is nothing to pay any more."""
    known = look(market)["payment"] or {}
    return str(known.get("client_secret") or "")


def pays(market: Market, card: str = "pm_card_bypassPending") -> None:
    if by := secret(market):
        confirmed(market.world, by, card)
    market.world.passes(A_MOMENT)


def cancels(market: Market) -> None:
    answer = market.world.ask("orders", THEM, "POST", f"/v1/orders/{market.order_id}/cancel")
    assert answer.status in (202, 409), answer


def someone_takes(market: Market, domain: str, task: str, **what: Any) -> None:
    """Another order, before this one comes to it."""
    taken = market.world.task(domain, task, **{"order_id": OTHER_ORDER, "buyer_id": SOMEBODY, **what})
    assert taken["outcome"] in ("reserved", "held"), taken


def they_give_back(market: Market, domain: str, task: str, **what: Any) -> None:
    """Whatever of this order's comes late could have it now."""
    market.world.plan.on = False
    given = market.world.task(domain, task, order_id=OTHER_ORDER, **what)
    assert given["outcome"] in ("released", "voided"), given


# The tales


@tale("confirmed")
def an_order_with_everything(market: Market) -> None:
    orders(market, quoted(market, *EVERYTHING))
    pays(market)


@tale("confirmed")
def credits_pay_it_all(market: Market) -> None:
    orders(market, quoted(market, "camera"), credits_minor=121_00)


@tale("cancelled")
def there_is_nothing_left_of_one_thing(market: Market) -> None:
    quote = quoted(market, *EVERYTHING)
    lens = market.line("lens", 5)
    line = {name: lens[name] for name in ("store_id", "variant_id", "quantity")}
    someone_takes(market, "inventory", "reserve", lines=[line])
    orders(market, quote)
    they_give_back(market, "inventory", "release")


@tale("cancelled")
def the_coupon_is_used_up(market: Market) -> None:
    quote = quoted(market, *EVERYTHING)
    someone_takes(market, "baskets", "reserve_promotions", uses=[{"promotion_id": market.promotion_id, "uses": 1}])
    orders(market, quote)
    they_give_back(market, "baskets", "release_promotions")


@tale("cancelled")
def the_credits_were_spent(market: Market) -> None:
    quote = quoted(market, *EVERYTHING)
    someone_takes(market, "ledger", "hold_credits", buyer_id=THEM.id, amount={"minor": 295_00, "currency": CURRENCY})
    orders(market, quote)
    they_give_back(market, "ledger", "void", buyer_id=THEM.id, currency=CURRENCY)


@tale("confirmed")
def a_card_is_refused_and_another_pays(market: Market) -> None:
    orders(market, quoted(market, *EVERYTHING))
    refused(market)
    pays(market)


@tale("cancelled")
def nobody_pays(market: Market) -> None:
    orders(market, quoted(market, *EVERYTHING))
    refused(market)
    market.world.passes(HALF_AN_HOUR)
    market.world.passes(A_MINUTE)


def refused(market: Market) -> None:
    with suppress(stripe.CardError):
        pays(market, "pm_card_visa_chargeDeclinedInsufficientFunds")
    market.world.passes(A_MOMENT)


@tale("cancelled")
def the_buyer_leaves(market: Market) -> None:
    orders(market, quoted(market, *EVERYTHING))
    cancels(market)
    market.world.passes(A_MOMENT)


@tale("confirmed")
def the_buyer_leaves_and_had_just_paid(market: Market) -> None:
    """Nobody has heard of the money when the change of mind comes."""
    orders(market, quoted(market, *EVERYTHING))
    market.world.deliver = False
    if by := secret(market):
        confirmed(market.world, by)
    cancels(market)
    market.world.passes(A_MOMENT)
    market.world.deliver = True
    market.world.passes(A_MOMENT)


@tale("confirmed")
def the_money_is_long_on_its_way(market: Market) -> None:
    """The buyer agrees to it, then leaves: no change of mind counts any more."""
    orders(market, quoted(market, *EVERYTHING), payment={"method": "crypto"})
    if by := secret(market):
        intent = by.partition("_secret_")[0]
        asked: Any = {"payment_method_data": {"type": "crypto"}, "return_url": RETURN_URL}
        market.world.people.v1.payment_intents.confirm(intent, asked)
        market.world.core.act(lambda call: paying.approved(call, intent, agreed=True))
        cancels(market)
    market.world.passes(A_MOMENT)
    market.world.passes(timedelta(seconds=10))


@tale("confirmed")
def a_bank_transfer_in_two_parts(market: Market) -> None:
    orders(market, quoted(market, *EVERYTHING), payment={"method": "customer_balance"})
    for minor in (100_00, 132_90):
        transfers(market, minor)
        market.world.passes(timedelta(hours=3))


def transfers(market: Market, minor: int) -> None:
    world = market.world
    by = secret(market)
    if not by:
        return
    intent = by.partition("_secret_")[0]
    stands = world.people.v1.payment_intents.retrieve(intent)
    if stands.status == "requires_payment_method":
        asked: Any = {"payment_method_data": {"type": "customer_balance"}}
        stands = world.people.v1.payment_intents.confirm(intent, asked)
    sent: Any = {"amount": minor, "currency": CURRENCY.lower()}
    world.people.v1.test_helpers.customers.fund_cash_balance(str(stands.customer), sent)


def parked(market: Market, decision: str, *tasks: str, mends: bool = True) -> None:
    """The money is there, and what has to be done then cannot be."""
    world = market.world
    orders(market, quoted(market, *EVERYTHING))
    world.decide, world.mends = lambda step: decision, mends
    world.broken = dict.fromkeys(tasks, BROKEN_BEFORE)
    pays(market)
    world.operators()
    world.passes(A_MINUTE)


@tale("confirmed")
def parked_after_the_money_and_tried_again(market: Market) -> None:
    parked(market, "retry", "inventory.commit")


@tale("cancelled")
def parked_after_the_money_and_given_back(market: Market) -> None:
    parked(market, "refund", "ledger.record_paid")


@tale("cancelled")
def parked_when_it_was_sold_and_given_back(market: Market) -> None:
    parked(market, "refund", "inventory.commit")


@tale("confirmed")
def parked_after_the_money_and_confirmed_as_it_is(market: Market) -> None:
    """Somebody took the goods out of their reservation: an operator has them delivered all the same."""
    orders(market, quoted(market, *EVERYTHING))
    world = market.world
    world.decide = lambda step: "confirm" if step == "paid" else "retry"
    world.plan.on = False
    world.task("inventory", "release", order_id=market.order_id)
    world.plan.on = True
    pays(market)
    world.operators()
    world.passes(A_MINUTE)


@tale("cancelled")
def what_cannot_be_given_back_at_once(market: Market) -> None:
    world = market.world
    orders(market, quoted(market, *EVERYTHING))
    world.broken = {"baskets.release_promotions": BROKEN_BEFORE}
    cancels(market)
    world.passes(A_MOMENT)
    world.operators()
    world.passes(A_MINUTE)
