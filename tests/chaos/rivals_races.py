"""The races: cancelled while it is sent, frozen while it is released, given back while it is paid out."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

from functions.ledger.model import accounts as on
from functions.ledger.rules import standing as standing_rules
from functions.ledger.store import books as ledger_books
from functions.ledger.store import contesting, sales
from functions.ledger.store import rows as ledger_rows
from functions.ledger.store.rows import read_sale
from functions.orders import cancelling
from functions.orders.store import parts
from functions.orders.store import rows as order_rows
from kernel.changes import Change, decode, put
from kernel.money import Money
from tests.builders import ordering
from tests.chaos import fulfilment_tales as tales
from tests.chaos.asl import Execution
from tests.chaos.checkout_market import AGREED, CURRENCY, PRICES, SHIPPING, THEM, Market
from tests.chaos.fulfilment_tales import STORES, USUAL, line, money, part_path, store_of
from tests.chaos.fulfilment_world import FILES
from tests.chaos.payments_checks import books
from tests.chaos.payments_tales import payable
from tests.chaos.planting import Bugs, careless
from tests.chaos.rivals import Act, Race, Scene

Cast = Mapping[str, Act]
QUANTITY = 3
REFUSALS = ("nothing_to_send", "work_begun", "sent_already", "not_from_there")
MOVED = {**ordering.ADDRESS, "line1": "Another door 7"}
STORE = STORES["camera"]
DONE, NO = "yes", "no"


# Cancel against send


def three_are_bought(market: Market) -> None:
    tales.bought(market, *["camera"] * QUANTITY)


def who_sends_and_cancels(scene: Scene, chance: random.Random) -> Cast:
    """A store whose people do not speak with each other, its buyer, and one who moves."""
    some = chance.sample(range(6), chance.randint(2, 4))
    what, of_store = line(scene.market, "camera"), f"/v1/stores/{STORE}/orders/{scene.market.order_id}"
    scene.known["wanted"] = wanted = {}
    cast: dict[str, Act] = {}

    def asks(name: str, who: Any, method: str, path: str, body: Any) -> None:
        def act() -> None:
            answer = scene.world.ask("orders", who, method, path, body, key=f"request-{name}".replace(" ", "-"))
            scene.said[name] = DONE if answer.status < 300 else NO
            assert answer.status < 300 or answer.body["code"] in REFUSALS, answer

        cast[name] = act

    for one in some:
        count = chance.randint(1, QUANTITY)
        match one:
            case 0 | 1:
                wanted[f"send {one}"] = count
                asks(f"send {one}", store_of(STORE), "POST", f"{of_store}/parcels", {"lines": {what: count}})
            case 2:
                wanted["cancel"] = count
                asks("cancel", store_of(STORE), "POST", f"{of_store}/cancel", {"lines": {what: count}})
            case 3:
                wanted["buyer cancels"] = count
                path = f"{part_path(scene.market, 'camera')}/cancel"
                asks("buyer cancels", THEM, "POST", path, {"lines": {what: count}})
            case 4:
                asks("move", THEM, "PUT", f"/v1/orders/{scene.market.order_id}/address", MOVED)
            case 5:
                asks("begin", store_of(STORE), "POST", f"{of_store}/begin", None)
    scene.known["moved"] = False
    return cast


def never_both_sent_and_cancelled(scene: Scene) -> Iterator[str]:
    [part] = scene.docs("SELLER#")
    [one] = part["lines"]
    packed = sum(count for parcel in scene.docs("PARCEL#") for count in parcel["lines"].values())
    gone = sum(count for refund in scene.docs("REFUND#") for count in refund["pieces"].values())
    back = sum(refund["total"]["minor"] for refund in scene.docs("REFUND#"))
    if one["sent"] + one["cancelled"] > QUANTITY:
        yield f"of {QUANTITY}, {one['sent']} were sent and {one['cancelled']} cancelled"
    if (packed, gone) != (one["sent"], one["cancelled"]):
        yield f"parcels hold {packed} and refunds are of {gone}, where {one['sent']} and {one['cancelled']} are known"
    shipping = SHIPPING if one["cancelled"] == QUANTITY else 0
    if back != PRICES["camera"] * one["cancelled"] + shipping:
        yield f"{back} goes back for {one['cancelled']} pieces"
    moved = json.loads(scene.row("orders", f"ORDER#{scene.market.order_id}", "PERSON")["kept"]["S"])
    now_moved = moved["address"]["line1"] == MOVED["line1"]
    if now_moved and not scene.known["moved"] and one["sent"]:
        yield "its address is changed when some of it was sent"
    scene.known["moved"] = now_moved


def everybody_heard_what_is_so(scene: Scene) -> Iterator[str]:
    yield from never_both_sent_and_cancelled(scene)
    [part] = scene.docs("SELLER#")
    [one] = part["lines"]
    heard = Counter[str]()
    for name, count in scene.known["wanted"].items():
        if scene.said.get(name) == DONE:
            heard["sent" if name.startswith("send") else "cancelled"] += count
    if (heard["sent"], heard["cancelled"]) != (one["sent"], one["cancelled"]):
        yield f"{dict(heard)} was answered, and it is {one['sent']} sent and {one['cancelled']} cancelled"
    if (scene.said.get("move") == DONE) != scene.known["moved"]:
        yield f"to move was answered {scene.said.get('move')}"


# Release against whatever freezes


def it_can_be_released(market: Market) -> None:
    """All has come, its window is over, and its settlement is begun."""
    tales.bought(market, "camera")
    market.world.plan.on = False
    tales.sends(market, "camera")
    tales.received(market, "camera")
    market.world.passes(timedelta(seconds=USUAL.settle_s))
    market.world.invoke("orders-sweep", {})


def settles(scene: Scene) -> None:
    """Its workflow is begun, and is walked to its end."""
    part = part_of(scene)
    named = {"order_id": scene.market.order_id, "seller_order_id": part, "attempt": 1}
    walks(scene, "settlement", f"{part}-1", named)
    scene.said["release"] = str(scene.docs("SELLER#")[0]["settlement"]["state"])


def walks(scene: Scene, workflow: str, name: str, named: Mapping[str, Any]) -> None:
    given = {**named, "correlation_id": "cor_1", "causation_id": "evt_1"}
    one = Execution(FILES[workflow], given, scene.world._call, name=name)
    scene.world.machines.executions[name] = one
    one.run()
    assert one.ended == "SUCCEEDED", one.at


def part_of(scene: Scene) -> str:
    return ordering.seller_order_of(scene.market.order_id, STORE)


def returns(scene: Scene) -> None:
    body = {"lines": {line(scene.market, "camera"): 1}, "why": "no_longer_wanted"}
    path = f"{part_path(scene.market, 'camera')}/returns"
    answer = scene.world.ask("orders", THEM, "POST", path, body, key="request-return")
    assert answer.status == 202, answer
    return_id = str(answer.body["return_id"])
    named = {"order_id": scene.market.order_id, "return_id": return_id}
    walks(scene, "return", f"{return_id}-opening", named)
    scene.said["return"] = DONE if scene.docs("RETURN#")[0]["frozen"] else NO


def objects(scene: Scene, cause: str) -> None:
    """Whatever is to be decided first: a dispute."""
    heard = scene.world.task("ledger", "freeze", seller_order_id=part_of(scene), cause=cause)
    scene.said["dispute"] = DONE if heard["outcome"] == "frozen" else NO


def who_releases_and_objects(scene: Scene, chance: random.Random) -> Cast:
    cause = ordering.an_id("dsp", 1)
    cast: dict[str, Act] = {"release": partial(settles, scene)}
    if (who := chance.randint(0, 2)) != 1:
        cast["dispute"] = partial(objects, scene, cause)
    if who:
        cast["return"] = partial(returns, scene)
    return cast


def standing(scene: Scene) -> Mapping[str, Any]:
    return read_sale(decode(scene.row("ledger", f"SALE#{part_of(scene)}"))).model_dump(mode="json")


def never_both_released_and_frozen(scene: Scene) -> Iterator[str]:
    sale = standing(scene)
    if sale["released"] and sale["freezes"]:
        yield f"its money is released, and frozen by {len(sale['freezes'])}"


def paid_or_kept_back(scene: Scene) -> Iterator[str]:
    yield from never_both_released_and_frozen(scene)
    sale, [part] = standing(scene), scene.docs("SELLER#")
    if (part["state"] == "completed") != sale["released"]:
        yield f"its part is {part['state']}, and its money is {'' if sale['released'] else 'not '}released"
    if part["settlement"]["state"] not in ("done", "paused"):
        yield f"its settlement is {part['settlement']['state']}"
    for one in scene.docs("RETURN#"):
        if one["state"] != "requested" or one["frozen"] != (one["return_id"] in sale["freezes"]):
            yield f"a return is {one['state']} and says frozen is {one['frozen']}, of {sale['freezes']}"
    if scene.said.get("dispute") == NO and not sale["released"]:
        yield "it could not be frozen, and was not released"
    yield from balanced(scene)


def balanced(scene: Scene) -> Iterator[str]:
    if over := sum(minor for _, minor in books(scene.world).items()):
        yield f"the books leave {over} over"


# Release against a chargeback


def who_releases_and_charges_back(scene: Scene, chance: random.Random) -> Cast:
    """A bank asks, and has perhaps decided; the second is sometimes heard first, and each of them perhaps twice."""
    outcome = chance.choice((None, "won", "lost"))
    scene.known["outcome"] = outcome
    cast: dict[str, Act] = {"release": partial(settles, scene), "opened": partial(hears, scene, "ChargebackOpened")}
    if chance.random() < 0.3:
        cast["opened again"] = cast["opened"]
    if outcome:
        cast["closed"] = partial(hears, scene, "ChargebackClosed", outcome=outcome)
        if chance.random() < 0.3:
            cast["closed again"] = cast["closed"]
    return cast


CHARGEBACK = ordering.an_id("cbk", 1)
FEE = money(15_00)


def hears(scene: Scene, kind: str, **said: Any) -> None:
    """Of a bank that takes the price of the camera: brought by the queue until it is handled."""
    fee = {"fee": FEE} if kind == "ChargebackOpened" else {"fee_returned": money(0)}
    named = {"chargeback_id": CHARGEBACK, "payment_id": scene.known["payment"], "order_id": scene.market.order_id}
    amount = {"amount": money(scene.known["paid"]), "purpose": "order", "buyer_id": THEM.id}
    metadata = {"id": f"evt_{kind}", "type": kind, "version": 1, "occurred_at": "2026-01-01T12:00:00Z"}
    metadata |= {"aggregate": CHARGEBACK, "correlation_id": "cor_1"}
    told = {"metadata": {**metadata, "sequence": 1}, "data": {**named, **amount, **fee, **said}}
    body = {"source": "metco.payments", "detail-type": f"{kind}.v1", "detail": told}
    event = {"Records": [{"messageId": "1", "body": json.dumps(body), "attributes": {"ApproximateReceiveCount": "1"}}]}

    def handled() -> None:
        if scene.world.invoke("ledger-consumers", event)["batchItemFailures"]:
            raise ConnectionError(kind)

    scene.world.until(handled)
    scene.said[kind] = str(said.get("outcome", DONE))


def what_was_paid(scene: Scene) -> None:
    sale = standing(scene)["sale"]
    scene.known |= {"payment": sale["payment_id"], "paid": PRICES["camera"] + SHIPPING}


def paid_out_or_charged_back(scene: Scene) -> Iterator[str]:
    yield from never_both_released_and_frozen(scene)
    sale, [part] = standing(scene), scene.docs("SELLER#")
    outcome = scene.known["outcome"]
    if outcome and sale["freezes"]:
        yield "it is decided, and frozen still"
    if not outcome and not sale["released"] and CHARGEBACK not in sale["freezes"]:
        yield "a bank asks for its money, and it is neither released nor frozen"
    if (part["state"] == "completed") != sale["released"]:
        yield f"its part is {part['state']}, and its money is {'' if sale['released'] else 'not '}released"
    taken = sum(1 for (pk, _), row in scene.world.cloud.rows("ledger").items() if _is_loss(pk, row))
    if taken != (outcome == "lost"):
        yield f"of a chargeback that is {outcome}, {taken} were taken"
    if sale["released"] and outcome == "lost" and _has(scene) > 0 and _owes(scene):
        yield f"its store has {_has(scene)} of money that the bank took"
    yield from balanced(scene)


def _is_loss(pk: str, row: Mapping[str, Any]) -> bool:
    return pk.startswith("JOURNAL#") and decode(row).get("kind") == "chargeback_lost"


def _has(scene: Scene) -> int:
    return -books(scene.world).get((on.available(STORE), CURRENCY), 0)


def _owes(scene: Scene) -> int:
    return books(scene.world).get((on.debt("store", STORE), CURRENCY), 0)


# Money back against money out


def it_is_released(market: Market) -> None:
    tales.bought(market, "camera", "film")
    market.world.plan.on = False
    tales.sends(market, "camera", "film")
    tales.received(market, "camera")
    tales.settled(market)
    payable(market.world)


def what_each_takes(scene: Scene) -> None:
    """Of its store, when nobody else is there."""
    scene.known["has"] = _has(scene)
    assert scene.known["has"] > 0
    for what in ("camera", "film"):
        scene.begins()
        _gives_back(scene, what)
        scene.known[what] = scene.known["has"] - _has(scene) + _owes(scene)
    scene.begins()


def who_takes_it_out(scene: Scene, chance: random.Random) -> Cast:
    """A store that wants its money, twice perhaps; and buyers who get theirs."""
    has = scene.known["has"]
    amounts = {f"out {number}": chance.choice((has, has // 2, has // 3 + 1)) for number in range(chance.randint(1, 2))}
    scene.known["wanted"] = amounts
    cast: dict[str, Act] = {name: partial(_withdraws, scene, name, minor) for name, minor in amounts.items()}
    for what in chance.choice((("camera",), ("film",), ("camera", "film"))):
        cast[f"back {what}"] = partial(_gives_back, scene, what)
    return cast


def _withdraws(scene: Scene, name: str, minor: int) -> None:
    body = {"amount": money(minor), "way": "stripe"}
    path = f"/v1/stores/{STORE}/withdrawals"
    answer = scene.world.ask("ledger", store_of(STORE), "POST", path, body, key=f"request-{name}".replace(" ", "-"))
    assert answer.status in (201, 409), answer
    scene.said[name] = DONE if answer.status == 201 else NO


def _gives_back(scene: Scene, what: str) -> None:
    refund_id = ordering.an_id("rfd", 1 + (what == "film"))
    price = {"camera": PRICES["camera"], "film": AGREED}[what]
    lines = {line(scene.market, what): money(price)}
    named = {"seller_order_id": part_of(scene), "store_id": STORE, "refund_id": refund_id}
    booked = scene.world.task("ledger", "refund", **named, lines=lines)
    assert booked["by_card"]["minor"] == price, booked
    scene.said[f"back {what}"] = "owed" if booked["owed"]["minor"] else "had"


def never_less_than_nothing(scene: Scene) -> Iterator[str]:
    if _has(scene) < 0:
        yield f"its store has {_has(scene)}"
    yield from balanced(scene)


def either_paid_out_or_given_back(scene: Scene) -> Iterator[str]:
    """What went out and what went back is what there was, or its store owes the rest, and that is known."""
    yield from never_less_than_nothing(scene)
    out = sum(minor for name, minor in scene.known["wanted"].items() if scene.said[name] == DONE)
    back = sum(scene.known[what] for what in ("camera", "film") if f"back {what}" in scene.said)
    has = scene.known["has"] - out - back
    if _has(scene) - _owes(scene) != has:
        yield f"its store has {_has(scene)} and owes {_owes(scene)}, which is not {has}"
    if out > scene.known["has"]:
        yield f"of {scene.known['has']}, {out} went out"
    if _owes(scene) and not any(said == "owed" for said in scene.said.values()):
        yield "it owes what nobody was told of"


RACES: Mapping[str, Race] = {
    "cancel against send": Race(
        three_are_bought, who_sends_and_cancels, never_both_sent_and_cancelled, everybody_heard_what_is_so, "orders"
    ),
    "dispute against release": Race(
        it_can_be_released, who_releases_and_objects, never_both_released_and_frozen, paid_or_kept_back, "ledger"
    ),
    "chargeback against release": Race(
        it_can_be_released,
        who_releases_and_charges_back,
        never_both_released_and_frozen,
        paid_out_or_charged_back,
        "ledger",
        what_was_paid,
    ),
    "payout against refund": Race(
        it_is_released,
        who_takes_it_out,
        never_less_than_nothing,
        either_paid_out_or_given_back,
        "ledger",
        what_each_takes,
    ),
}
BUGS: Mapping[str, Bugs] = {name: Bugs() for name in RACES}


def nothing_is_looked_at(*_: Any) -> Change:
    """In the place of a condition: a row that means nothing."""
    return put({"pk": "NOTHING", "sk": "-"})


class _Always:
    """A check that is never made."""

    def when(self, **_: Any) -> "_Always":
        return self

    def otherwise(self, _: Exception) -> Change:
        return nothing_is_looked_at()


def without_conditions(change: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *said: careless(change(*said))


@BUGS["cancel against send"]
def a_part_is_written_whatever_it_is_by_now() -> Iterator[None]:
    with (
        patch.object(parts, "part_row", without_conditions(order_rows.part_row)),
        patch.object(parts, "order_row", without_conditions(order_rows.order_row)),
    ):
        yield


@BUGS["cancel against send"]
def an_address_is_changed_whatever_was_sent_meanwhile() -> Iterator[None]:
    from functions.orders.store import orders as kept

    with (
        patch.object(cancelling, "part_still", nothing_is_looked_at),
        patch.object(kept, "order_row", without_conditions(order_rows.order_row)),
    ):
        yield


def a_sale_is_written_whatever_it_is_by_now() -> Iterator[None]:
    with patch.object(sales, "sale_row", without_conditions(ledger_rows.sale_row)):
        yield


BUGS["dispute against release"](a_sale_is_written_whatever_it_is_by_now)
BUGS["chargeback against release"](a_sale_is_written_whatever_it_is_by_now)


@BUGS["chargeback against release"]
def what_is_decided_is_frozen_all_the_same() -> Iterator[None]:
    """Nobody looks whether it is still open."""
    with patch.object(contesting, "check", lambda *_: _Always()):
        yield


@BUGS["payout against refund"]
def a_balance_has_no_floor() -> Iterator[None]:
    with patch.object(ledger_books, "balance_change", without_conditions(ledger_rows.balance_change)):
        yield


@BUGS["payout against refund"]
def what_a_store_has_is_what_it_had() -> Iterator[None]:
    """A refund takes all of it from what there is, whatever that is."""
    refunded = standing_rules.refunded

    def planted(kept: Any, refund_id: str, lines: Any, available: Money, now: Any, *, as_credits: bool) -> Any:
        return refunded(kept, refund_id, lines, Money(10**9, available.currency), now, as_credits=as_credits)

    with patch.object(standing_rules, "refunded", planted):
        yield
