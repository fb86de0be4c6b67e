"""What becomes of things that were bought: tales that are told again with every fault at every call from there on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

from functions.orders.rules.due import Windows
from kernel.authz import Principal
from local.carriers.parcels import Move
from local.stripe.objects import disputes
from tests.builders import ordering
from tests.builders.carriers import LYON
from tests.chaos import checkout_tales as buying
from tests.chaos.checkout_market import AGREED, CURRENCY, OPERATOR, SHIPPING, THEM, Market, quoted
from tests.chaos.fulfilment_checks import Left, documents
from tests.chaos.fulfilment_world import FulfilmentWorld
from tests.chaos.payments_tales import payable
from tests.chaos.payments_world import A_MINUTE, A_MOMENT, Answer

Tell = Callable[[Market], None]
USUAL = Windows()
STORES = {"camera": ordering.STORE, "film": ordering.STORE, "lens": ordering.OTHER_STORE}
NUMBER = {"camera": 1, "film": 2, "lens": 3}  # of lines, as they lie in the basket


@dataclass(frozen=True)
class Tale:
    """As an undisturbed telling ends: what each store's part is, what went back, and how many can be had again."""

    tell: Tell
    parts: tuple[str, str]
    back_minor: int = 0  # to the buyer, of what they paid
    again: frozenset[str] = field(default_factory=frozenset)


TALES: dict[str, Tale] = {}


def tale(*parts: str, back_minor: int = 0, again: str = "") -> Callable[[Tell], Tell]:
    def register(tell: Tell) -> Tell:
        named = tell.__name__.replace("_", " ")
        TALES[named] = Tale(tell, cast(tuple[str, str], parts), back_minor, frozenset(again.split()))
        return tell

    return register


# What buyers, stores and operators do. Their requests can fail, and are sent again.


def world_of(market: Market) -> FulfilmentWorld:
    return cast(FulfilmentWorld, market.world)


def bought(market: Market, *whats: str) -> None:
    """Nothing goes wrong yet: that is what tales of checkouts are about."""
    world = market.world
    quote = quoted(market, *whats or ("camera", "film", "lens"), code="")
    body = {"quote": quote, "address": ordering.ADDRESS, **buying.BY_CARD}
    market.order_id = str(world.ask("orders", THEM, "POST", "/v1/checkouts", body).body["order_id"])
    world.passes(A_MOMENT)
    buying.pays(market)
    market.world.plan.on = True


def asked(market: Market, who: Principal, method: str, path: str, body: Any = None, *, may: int = 0) -> Answer:
    """Under a key of its own, once more where somebody is in the way; `may`: a refusal that is right by now."""
    answer = market.world.ask("orders", who, method, path, body, key=world_of(market).a_key())
    assert answer.status in (200, 201, 202, may), (path, answer)
    market.world.passes(A_MOMENT)
    return answer


def store_of(store_id: str) -> Principal:
    rights = frozenset({"view_orders", "withdraw_funds"})
    return Principal(ordering.an_id("usr", 7), "session", frozenset({"customer", "seller"}), {store_id: rights})


def by_store(market: Market, what: str, method: str, path: str, body: Any = None, **may: int) -> Answer:
    """Of the store that sells this: from its order on."""
    store = STORES[what]
    return asked(market, store_of(store), method, f"/v1/stores/{store}/orders/{market.order_id}/{path}", body, **may)


def part_path(market: Market, what: str) -> str:
    part = ordering.seller_order_of(market.order_id, STORES[what])
    return f"/v1/orders/{market.order_id}/seller-orders/{part}"


def line(market: Market, what: str) -> str:
    variant = market.variant(what)
    every = (line for part in documents(market, "SELLER#") for line in part["lines"])
    return next(str(one["line_id"]) for one in every if one["variant_id"] == variant)


def sends(market: Market, *whats: str) -> str:
    body = {"lines": {line(market, what): 1 for what in whats}}
    return str(by_store(market, whats[0], "POST", "parcels", body).body["parcel_id"])


def moves(market: Market, what: str, parcel_id: str, move: str) -> None:
    by_store(market, what, "POST", f"parcels/{parcel_id}/moves", {"move": move})


def received(market: Market, what: str) -> None:
    asked(market, THEM, "POST", f"{part_path(market, what)}/received")


def delivered(market: Market) -> None:
    """All of it."""
    for whats in (("camera", "film"), ("lens",)):
        sends(market, *whats)
        received(market, whats[0])


def settled(market: Market) -> None:
    """Nobody has objected."""
    world_of(market).due(timedelta(seconds=USUAL.settle_s))


def undisturbed(market: Market, work: Callable[[], object]) -> None:
    """What came before this tale begins."""
    market.world.plan.on = False
    work()
    world_of(market).settles()
    market.world.plan.on = True


def carried_out(market: Market) -> None:
    world_of(market).settles()


# The tales


@tale("completed", "completed")
def all_of_it_is_sent_and_comes(market: Market) -> None:
    """In three parcels: one is said to have come, of one the buyer says it, of one nobody says anything."""
    bought(market)
    by_store(market, "camera", "POST", "begin")
    first = sends(market, "camera")
    sends(market, "film")
    moves(market, "camera", first, "deliver")
    received(market, "camera")
    sends(market, "lens")
    settled(market)
    world_of(market).due(timedelta(seconds=USUAL.receive_s))
    settled(market)


@tale("completed", "completed", back_minor=AGREED, again="film")
def a_line_is_cancelled(market: Market) -> None:
    bought(market)
    by_store(market, "film", "POST", "cancel", {"lines": {line(market, "film"): 1}})
    carried_out(market)
    market.world.plan.on = False
    sends(market, "camera")
    received(market, "camera")
    sends(market, "lens")
    received(market, "lens")


@tale("cancelled", "completed", back_minor=129_00 + AGREED + SHIPPING, again="camera film")
def the_buyer_changes_their_mind(market: Market) -> None:
    bought(market)
    asked(market, THEM, "POST", f"{part_path(market, 'camera')}/cancel", {})
    carried_out(market)
    market.world.plan.on = False
    sends(market, "lens")
    received(market, "lens")


@tale("cancelled", "cancelled", back_minor=129_00 + 50_00 + 2 * SHIPPING, again="camera lens")
def nobody_sends_it(market: Market) -> None:
    bought(market, "camera", "lens")
    world_of(market).due(timedelta(seconds=USUAL.ship_s))


@tale("completed", "completed", back_minor=129_00, again="camera")
def something_comes_back(market: Market) -> None:
    bought(market)
    undisturbed(market, lambda: delivered(market))
    returned(market)
    settled(market)


def returned(market: Market, what: str = "camera", **said: Any) -> str:
    """From the first word until its money is on its way."""
    body = {"lines": {line(market, what): 1}, "why": "no_longer_wanted", **said}
    return_id = str(asked(market, THEM, "POST", f"{part_path(market, what)}/returns", body).body["return_id"])
    carried_out(market)
    by_store(market, what, "POST", f"returns/{return_id}/answer", {"answer": "approve"})
    asked(market, THEM, "POST", f"/v1/orders/{market.order_id}/returns/{return_id}/sent", {})
    by_store(market, what, "POST", f"returns/{return_id}/received")
    by_store(market, what, "POST", f"returns/{return_id}/inspection", {})
    carried_out(market)
    return return_id


@tale("completed", "completed", again="")
def something_is_exchanged(market: Market) -> None:
    """Its like is sent, and what came back can be sold."""
    bought(market)
    undisturbed(market, lambda: delivered(market))
    returned(market, wanted="exchange", variants={line(market, "camera"): market.variant("camera")})
    sends(market, "camera")
    received(market, "camera")
    settled(market)


@tale("completed", "completed")
def a_return_is_refused(market: Market) -> None:
    bought(market)
    undisturbed(market, lambda: delivered(market))
    body = {"lines": {line(market, "camera"): 1}, "why": "no_longer_wanted"}
    return_id = asked(market, THEM, "POST", f"{part_path(market, 'camera')}/returns", body).body["return_id"]
    carried_out(market)
    by_store(market, "camera", "POST", f"returns/{return_id}/answer", {"answer": "reject"})
    carried_out(market)
    settled(market)


@tale("completed", "completed", back_minor=30_00)
def a_part_of_the_price_goes_back(market: Market) -> None:
    bought(market)
    by_store(market, "camera", "POST", "refunds", {"lines": {line(market, "camera"): money(30_00)}})
    carried_out(market)
    undisturbed(market, lambda: delivered(market))


@tale("completed", "completed")
def a_store_is_paid_out(market: Market) -> None:
    bought(market)
    undisturbed(market, lambda: delivered(market))
    undisturbed(market, lambda: payable(market.world))
    settled(market)
    withdraws(market, 100_00)


def withdraws(market: Market, minor: int) -> None:
    """As soon as it is there: a settlement that did not begin is looked after some minutes later."""
    world_of(market).settles(lambda: {part["state"] for part in Left(market).parts} == {"completed"})
    store_id = STORES["camera"]
    body = {"amount": money(minor), "way": "stripe"}
    path = f"/v1/stores/{store_id}/withdrawals"
    answer = market.world.ask("ledger", store_of(store_id), "POST", path, body)
    assert answer.status == 201, answer
    for _ in range(3):
        market.world.passes(timedelta(seconds=61))


@tale("completed", "completed", back_minor=129_00)
def money_goes_back_that_the_store_has(market: Market) -> None:
    """It was paid out: what is missing is the store's debt."""
    bought(market)

    def before() -> None:
        delivered(market)
        payable(market.world)
        settled(market)
        withdraws(market, 150_00)

    undisturbed(market, before)
    body = {"lines": {line(market, "camera"): money(129_00)}}
    asked(market, OPERATOR, "POST", f"{part_path(market, 'camera')}/refunds", body)
    carried_out(market)


@tale("completed", "completed")
def a_bank_asks_for_the_money_and_does_not_get_it(market: Market) -> None:
    """While it is decided, no store is paid for it."""
    bought(market)
    undisturbed(market, lambda: delivered(market))
    core = market.world.core
    charge = next(one for one in core.state.find("charge") if one["amount"] != 1_000_00)
    dispute = core.act(lambda call: disputes.opens(call, charge, "fraudulent"))
    market.world.passes(A_MOMENT)
    settled(market)
    core.act(lambda call: disputes.decide(call, call.get("dispute", dispute["id"]), won=True))
    market.world.passes(A_MOMENT)
    settled(market)


@tale("completed", "completed")
def a_carrier_brings_it(market: Market) -> None:
    """By its label; it calls, and is asked where the parcel is. What a lost answer had it print, is taken back."""
    bought(market, "lens", "camera")
    store = STORES["lens"]
    chosen = {"carriers": ["fedex"], "sender": LYON | {"phone": "+33472000000"}, "package": {"weight_g": 800}}
    asked(market, store_of(store), "PUT", f"/v1/stores/{store}/carriers", chosen)
    parcel = labelled(market, "lens")
    carried(market, parcel["tracking_number"], "collected", "under_way")
    carried(market, parcel["tracking_number"], "delivered", "delivered")
    sends(market, "camera")
    received(market, "camera")


def carried(market: Market, number: str, move: Move, then: str) -> None:
    """Until that is known: by its call, or because it is asked."""
    world_of(market).carriers.move(number, move)
    world_of(market).settles(lambda: then in {one["state"] for one in documents(market, "PARCEL#")})


def labelled(market: Market, what: str) -> dict[str, Any]:
    """Somebody is at it, as far as is known, for as long as an answer may take: its store looks again in a minute."""
    for _ in range(3):
        answer = by_store(market, what, "POST", "parcels/label", {"carrier": "fedex"}, may=409)
        if answer.status == 201:
            return dict(answer.body)
        market.world.passes(A_MINUTE)
    raise AssertionError("the label is under way for ever")


def money(minor: int) -> dict[str, Any]:
    return {"minor": minor, "currency": CURRENCY}
