"""Stock for tests: say what matters to the test, the rest is filled in."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from functions.inventory import api, consumers, steps
from functions.inventory.model.items import Shard, StockItem
from functions.inventory.model.names import ItemId
from functions.inventory.rules.locations import default_id, none_yet
from functions.inventory.rules.takings import Scene
from kernel import clock, ids
from kernel.authz import Principal
from tests.builders.cloud import World
from tests.builders.http import Answered, Caller, Context

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
STORE = "sto_00000000000000000000000000"
OTHER_STORE = "sto_00000000000000000000000001"
SELLER = "usr_00000000000000000000000000"
VARIANT = "var_00000000000000000000000000"
ORDER = "ord_00000000000000000000000000"
ITEM = ItemId(STORE, VARIANT)
HOME = default_id(STORE)
STOCK = f"/v1/stores/{STORE}/stock/{VARIANT}"

public = Caller(api.api)


def variant(number: int) -> str:
    return f"var_{number:026}"


def order(number: int) -> str:
    return f"ord_{number:026}"


def as_seller(store_id: str = STORE, user_id: str = SELLER) -> Caller:
    may = {store_id: frozenset({"edit_products"})}
    return Caller(api.api, Principal(user_id, "", frozenset({"customer", "seller"}), may))


def as_operator() -> Caller:
    return Caller(api.api, Principal("usr_00000000000000000000000009", "", frozenset({"customer", "moderator"})))


# Values


def an_item(**said: Any) -> StockItem:
    fields: dict[str, Any] = {"store_id": STORE, "variant_id": VARIANT, "version": 1}
    return StockItem(**fields | said)


def a_shard(left: int = 0, *, number: int = 0, location: str = HOME, item: ItemId = ITEM, **said: int) -> Shard:
    return Shard(item, location, number, left, said.get("reserved", 0), said.get("credit", 0))


def a_scene(shards: Sequence[Shard], *items: StockItem) -> Scene:
    """Of one store, with its default location only."""
    kept = {one.id: one for one in items or (an_item(),)}
    lie = {item: [one for one in shards if one.item == item] for item in kept}
    return Scene(items=kept, locations={STORE: none_yet(STORE)}, shards=lie)


# What people and workflows do


def move(kind: str, quantity: int, *, variant_id: str = VARIANT, **said: Any) -> Answered:
    if kind == "adjusted":
        said = {"reason": "count"} | said
    path = f"/v1/stores/{STORE}/stock/{variant_id}/movements"
    return as_seller()("POST", path, {"kind": kind, "quantity": quantity, **said})


def received(quantity: int, variant_id: str = VARIANT, **said: Any) -> None:
    answer = move("received", quantity, variant_id=variant_id, **said)
    assert answer.status == 201, answer.text


def settings(variant_id: str = VARIANT, **said: Any) -> Answered:
    return as_seller()("PUT", f"/v1/stores/{STORE}/stock/{variant_id}/settings", said)


def a_location(name: str = "Shop", store_id: str = STORE, **said: Any) -> str:
    answer = as_seller(store_id)("POST", f"/v1/stores/{store_id}/locations", {"name": name, **said})
    assert answer.status == 201, answer.text
    return str(answer.json["location_id"])


def stock(variant_id: str = VARIANT) -> dict[str, Any]:
    return dict(as_seller()("GET", f"/v1/stores/{STORE}/stock/{variant_id}").json)


def amounts(variant_id: str = VARIANT) -> tuple[int, int]:
    """Available and reserved."""
    there = stock(variant_id)
    return there["available"], there["reserved"]


def a_line(quantity: int = 1, variant_id: str = VARIANT, store_id: str = STORE) -> dict[str, Any]:
    return {"store_id": store_id, "variant_id": variant_id, "quantity": quantity}


def task(name: str, order_id: str = ORDER, **said: Any) -> dict[str, Any]:
    return steps.handler({"task": name, "order_id": order_id, **said}, Context())


def reserve(*lines: dict[str, Any], order_id: str = ORDER, **said: Any) -> dict[str, Any]:
    return task("reserve", order_id, lines=list(lines or [a_line()]), **said)


def final(how: str = "unknown", order_id: str = ORDER) -> None:
    """Orders says what became of it."""
    hear("OrderFinal", "metco.orders", order_id=order_id, how=how)


def hear(kind: str, source: str = "metco.catalog", **data: Any) -> None:
    metadata = {
        "id": ids.new_id("evt"),
        "type": kind,
        "version": 1,
        "occurred_at": clock.rfc3339(clock.now()),
        "aggregate": "a",
        "sequence": 1,
        "correlation_id": "cor_1",
    }
    body = {"source": source, "detail-type": f"{kind}.v1", "detail": {"metadata": metadata, "data": data}}
    answer = consumers.handler({"Records": [{"messageId": "1", "body": json.dumps(body)}]}, Context())
    assert answer == {"batchItemFailures": []}


def a_listing(version: int = 1, quantity: int | None = 10, **said: Any) -> dict[str, Any]:
    variants = [{"variant_id": VARIANT, "quantity": quantity}]
    offer = "ofr_00000000000000000000000000"
    return {"store_id": STORE, "offer_id": offer, "version": version, "variants": variants, **said}


class Listening:
    """Hands the domain's own events to its own consumer, as relay, bus and queue do."""

    def __init__(self, world: World) -> None:
        self.world, self.heard = world, set[str]()

    def __call__(self) -> list[dict[str, Any]]:
        """All that is new, until nothing more follows from it; what was told on the way."""
        told: list[dict[str, Any]] = []
        while new := [one for one in self.world.envelopes() if one["metadata"]["id"] not in self.heard]:
            for envelope in new:
                self.heard.add(envelope["metadata"]["id"])
                kind = envelope["metadata"]["type"]
                if kind in ("StockMoved", "StoreToRecount"):
                    hear(kind, "metco.inventory", **envelope["data"])
                else:
                    told.append({"type": kind, **envelope["data"]})
        return told


# For the access matrix


def things_of(user_id: str) -> dict[str, str]:
    return {"location_id": ids.derived_id("loc", user_id), "reservation_id": ids.derived_id("rsv", user_id)}


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """What can be done only once, made anew for one call."""
    if "location" in operation and operation not in ("add_location", "list_locations"):
        return things | {"location_id": a_location(store_id=things["store_id"])}, {}
    if "reservation" in operation:
        store_id, order_id = things["store_id"], ids.new_id("ord")
        may = {store_id: frozenset({"edit_products"})}
        path = f"/v1/stores/{store_id}/stock/{VARIANT}/movements"
        Caller(api.api, Principal(SELLER, "", frozenset(), may))("POST", path, {"kind": "received", "quantity": 1})
        made = reserve(a_line(store_id=store_id), order_id=order_id)
        return things | {"reservation_id": str(made["reservation_id"])}, {}
    return things, {}
