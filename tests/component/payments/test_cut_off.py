"""Cut off before or after every call to AWS and to Stripe, and simply tried again: the same end, nothing twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.client import BaseClient

from functions.payments import customers as at
from functions.payments.store.customers import customers
from kernel import settings
from kernel.people import UserErased
from local.stripe.objects.accounts import CHECKED_WITHIN_S
from local.stripe.wire import Request
from tests.builders import onboarding
from tests.builders import payments as a
from tests.builders.consumed import received
from tests.builders.kept import keep
from tests.builders.ledger import BUYER, STORE
from tests.builders.paying import told
from tests.builders.payments import buyer, seller
from tests.builders.stand_in import AtStripe

ACCOUNT = f"/v1/stores/{STORE}/payout-account"
METHODS = "/v1/me/payment-methods"


class CutOff(BaseException):
    """Nobody catches it: the process is gone."""


@dataclass
class Calls:
    """Every call that leaves the process. `at`: which one is not begun (before) or not heard the end of (after)."""

    at: int = -1
    after: bool = False
    made: list[str] = field(default_factory=list)

    def meet(self, name: str, *, after: bool) -> None:
        if not after:
            self.made.append(name)
        if len(self.made) - 1 == self.at and after is self.after:
            self.at = -1
            raise CutOff(name)


@contextmanager
def watched(there: AtStripe, calls: Calls) -> Iterator[Calls]:
    asked: Any = BaseClient.__dict__["_make_api_call"]

    def make_api_call(client: Any, operation: str, parameters: Any) -> Any:
        calls.meet(operation, after=False)
        found = asked(client, operation, parameters)
        calls.meet(operation, after=True)
        return found

    def name(request: Request) -> str:
        return f"{request.method} {request.route}"

    there.transport.before = lambda request: calls.meet(name(request), after=False)
    there.transport.after = lambda request: calls.meet(name(request), after=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", make_api_call)
        yield calls
    there.transport.before = there.transport.after = None


@dataclass(frozen=True)
class Tale:
    begin: Callable[[AtStripe], Any]
    act: Callable[[Any], bool]  # whether it is done, or is to be tried again
    ended: Callable[[Any, AtStripe], Any]


def cards(there: AtStripe) -> list[str]:
    customer = customers().of(BUYER)[0]
    found = there.client.v1.customers.payment_methods.list(customer.customer_id).data if customer else []
    return [one.id for one in found]


def a_store(_: AtStripe) -> None:
    onboarding.heard_of()


def a_full_form(there: AtStripe) -> None:
    onboarding.fill_in(there, onboarding.opened()["account_id"])
    there.advance(seconds=CHECKED_WITHIN_S)


def a_confirmed_card(there: AtStripe) -> str:
    setup_id = str(buyer()("POST", f"{METHODS}/setups").json["setup_id"])
    said: Any = {"payment_method": "pm_card_visa", "return_url": a.SITE}
    there.client.v1.setup_intents.confirm(setup_id, said)
    return setup_id


def a_saved_card(there: AtStripe) -> str:
    at.settle(a_confirmed_card(there))
    return cards(there)[0]


def erase(_: Any) -> bool:
    from functions.payments.consumers.people import forget_person

    forget_person(received(UserErased(user_id=BUYER)))
    return True


def left_of_buyer(world: Any, there: AtStripe) -> Any:
    kept = [row["pk"]["S"] + row["sk"]["S"] for row in world.items() if BUYER in str(row) and "EVENT" not in str(row)]
    attempts = (f"ATTEMPT#customer/{BUYER}-", f"CUSTOMER#{BUYER}ERASED")
    setups = [one for one in kept if one.startswith("SETUP#")]
    return (
        sorted(set(kept) - set(attempts) - set(setups)),
        there.client.v1.customers.list().data,
        customers().is_erased(BUYER),
    )


TALES = {
    "open an account": Tale(
        a_store,
        lambda _: seller()("POST", ACCOUNT).status == 201,
        lambda world, there: (
            len(there.client.v1.accounts.list().data),
            [data["state"] for _, data in told(world, "SellerAccountChanged")],
        ),
    ),
    "become payable": Tale(
        a_full_form,
        lambda _: seller()("POST", f"{ACCOUNT}/refresh").status == 200,
        lambda world, _: (
            seller()("GET", ACCOUNT).json["state"],
            [data["state"] for _, data in told(world, "SellerAccountChanged")],
        ),
    ),
    "begin to save": Tale(
        lambda _: None,
        lambda _: buyer()("POST", f"{METHODS}/setups", headers={"Idempotency-Key": "the-same-key"}).status == 201,
        lambda world, there: (
            len(there.client.v1.customers.list().data),
            len(there.client.v1.setup_intents.list().data),
            len([row for row in world.items() if row["pk"]["S"].startswith("SETUP#")]),
        ),
    ),
    "save a card": Tale(
        a_confirmed_card,
        lambda setup_id: buyer()("GET", f"{METHODS}/setups/{setup_id}").json["state"] == "saved",
        lambda _, there: (cards(there), [one["payment_method_id"] for one in shown()]),
    ),
    "remove a card": Tale(
        a_saved_card,
        lambda method_id: buyer()("DELETE", f"{METHODS}/{method_id}").status in (204, 404),
        lambda _, there: (cards(there), shown()),
    ),
    "be erased": Tale(a_saved_card, erase, left_of_buyer),
}
ENDS: dict[str, Callable[[Any], bool]] = {
    "open an account": lambda end: end == (1, ["incomplete"]),
    "become payable": lambda end: end == ("payable", ["incomplete", "payable"]),
    "begin to save": lambda end: end == (1, 1, 1),
    "save a card": lambda end: len(end[0]) == 1 and end[0] == end[1],
    "remove a card": lambda end: end == ([], []),
    "be erased": lambda end: end == ([], [], True),
}


def shown() -> list[dict[str, Any]]:
    return list(buyer()("GET", METHODS).json["items"])


def told_again(tale: Tale, thing: Any) -> None:
    for _ in range(5):
        with suppress(CutOff):
            if tale.act(thing):
                return
    raise AssertionError("it never came to an end")


@pytest.mark.parametrize("name", TALES)
def test_whatever_is_cut_off_is_finished_by_the_next_try(world, time, name):
    tale, restore = TALES[name], keep()

    def told_with(calls: Calls) -> Any:
        restore()
        settings.forget()
        there = a.connected()
        thing = tale.begin(there)
        with watched(there, calls):
            told_again(tale, thing)
        return tale.ended(world, there)

    whole = Calls()
    assert ENDS[name](told_with(whole))
    assert len(whole.made) > 1
    for place, call in enumerate(whole.made):
        for after in (False, True):
            end = told_with(Calls(place, after))
            assert ENDS[name](end), f"cut off {'after' if after else 'before'} {call}: {end}"
