"""Everything inventory's functions may do, done once: goods come, are ordered, sold, given back, and forgotten."""

import json
import time
from typing import Any

from kernel import ids
from local.home import STAGE
from local.stack import Stack
from tests.e2e.store_walk import invoke, soon, tell
from tests.e2e.walk import Person, StepFailed


def walk_stock(seller: Person) -> None:
    for step in (seller.sign_up, seller.sign_in):
        step()
    slug = f"stock-{seller.email.partition('@')[0]}"
    opening = {"name": "Film", "slug": slug, "country": "DE", "currency": "EUR"}
    store_id = seller.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"]
    camera, film = ids.new_id("var"), ids.new_id("var")
    wait_for_the_keys(seller, store_id)
    keep_the_books(seller, store_id, camera, film)
    sell(seller, store_id, camera)
    tell_of_plenty(seller, store_id, film)
    leave(seller, store_id, camera)


def wait_for_the_keys(seller: Person, store_id: str) -> None:
    """A store's own people are known to the other domains a moment after it opened."""

    def admitted() -> bool:
        try:
            seller.mine("GET", f"/v1/stores/{store_id}/access/edit_products", expect=204)
        except StepFailed:
            return False
        return True

    soon(seller, admitted, "the seller is not known as one")


def keep_the_books(seller: Person, store_id: str, camera: str, film: str) -> None:
    """A shop beside the warehouse, a set of both things, and what of it is told of whom."""
    stock = f"/v1/stores/{store_id}/stock"
    shop = seller.mine("POST", f"/v1/stores/{store_id}/locations", expect=201, json={"name": "Shop"}).json()
    assert len(seller.mine("GET", f"/v1/stores/{store_id}/locations").json()["items"]) == 2
    for _ in range(2):
        move(seller, store_id, camera, 5)
    move(seller, store_id, film, 6, location_id=shop["location_id"])
    bundle = ids.new_id("var")
    parts = [{"variant_id": camera}, {"variant_id": film, "quantity": 3}]
    for items in (parts, [], parts):
        seller.mine("PUT", f"{stock}/{bundle}/parts", json={"items": items})
    assert seller.mine("GET", f"{stock}/{bundle}").json()["available"] == 2
    assert len(seller.mine("GET", f"{stock}/{camera}/movements").json()["items"]) == 2
    listed = seller.mine("GET", stock, params={"limit": 1}).json()
    assert len(seller.mine("GET", stock, params={"limit": 1, "cursor": listed["cursor"]}).json()["items"]) == 1
    soon(seller, lambda: state_of(seller, store_id, bundle) == "in_stock", "nobody told of a set")
    off = {"name": "Shop", "active": False}
    seller.mine("PUT", f"/v1/stores/{store_id}/locations/{shop['location_id']}", json=off)
    soon(seller, lambda: state_of(seller, store_id, film) == "out", "nobody told that the shop is closed")
    soon(seller, lambda: state_of(seller, store_id, bundle) == "out", "nobody told of the set that has a part there")


def sell(seller: Person, store_id: str, camera: str) -> None:
    """One order is paid, one comes to nothing, one is forgotten."""
    line = {"store_id": store_id, "variant_id": camera, "quantity": 3}
    paid, given_up, forgotten = (ids.new_id("ord") for _ in range(3))
    for order_id, hold_s in ((paid, 900), (given_up, 900), (forgotten, 1)):
        task(seller.stack, "reserve", "reserved", order_id=order_id, lines=[line], hold_s=hold_s)
    short = task(seller.stack, "reserve", "refused", order_id=ids.new_id("ord"), lines=[line])
    assert short["short"][0]["left"] == 1
    task(seller.stack, "extend", "reserved", order_id=paid, hold_s=1800)
    task(seller.stack, "commit", "committed", order_id=paid)
    task(seller.stack, "release", "released", order_id=given_up)
    time.sleep(1.1)
    call(seller.stack, "sweep", {})  # asks orders, whose own sweep says that it knows of no such order

    def there() -> tuple[int, int]:
        stock = seller.mine("GET", f"/v1/stores/{store_id}/stock/{camera}").json()
        return stock["available"], stock["reserved"]

    def is_let_go() -> bool:
        invoke(seller, "orders-sweep")
        return there() == (7, 0)

    soon(seller, is_let_go, "what was forgotten is still reserved")


def tell_of_plenty(seller: Person, store_id: str, film: str) -> None:
    """Of many, the sweep tells the last number."""
    many = ids.new_id("var")
    move(seller, store_id, many, 100)

    def told() -> int:
        items = seller.mine("GET", f"/v1/stores/{store_id}/stock", params={"limit": 50}).json()["items"]
        return int(next(one["available"] for one in items if one["variant_id"] == many))

    soon(seller, lambda: told() == 100, "nobody told of a hundred")
    for _ in range(2):
        move(seller, store_id, many, -1, kind="adjusted", reason="loss")

    def swept() -> bool:
        call(seller.stack, "sweep", {})
        return told() == 98

    soon(seller, swept, "nobody told of the last two")


def leave(seller: Person, store_id: str, camera: str) -> None:
    """With the store its goods; with the person what they were answered."""
    move(seller, store_id, camera, 1, key="delivery-0001")
    assert receipts_of(seller)
    tell(seller, "UserErased")
    soon(seller, lambda: state_of(seller, store_id, camera) == "out", "a closed store still sells")
    soon(seller, lambda: not receipts_of(seller), "answers of somebody erased are still kept")


def move(seller: Person, store_id: str, variant_id: str, quantity: int, *, key: str = "", **said: str) -> None:
    headers = {"Idempotency-Key": key} if key else {}
    body = {"kind": "received", "quantity": quantity, **said}
    path = f"/v1/stores/{store_id}/stock/{variant_id}/movements"
    seller.mine("POST", path, expect=201, json=body, headers=headers)


def state_of(seller: Person, store_id: str, variant_id: str) -> str:
    variants = {"variants": f"{store_id}:{variant_id}"}
    return str(seller.ask("GET", "/v1/availability", expect=200, params=variants).json()["items"][0]["state"])


def task(stack: Stack, name: str, outcome: str, **asked: Any) -> dict[str, Any]:
    answer = call(stack, "steps", {"task": name, **asked})
    if answer["outcome"] != outcome:
        raise StepFailed(f"{name}: {answer}")
    return answer


def call(stack: Stack, function: str, event: dict[str, Any]) -> dict[str, Any]:
    """As a state machine or a schedule would."""
    answer = stack.client("lambda").invoke(
        FunctionName=f"metco-{STAGE}-inventory-{function}", Payload=json.dumps(event).encode()
    )
    told = json.loads(answer["Payload"].read() or b"null")
    if "FunctionError" in answer:
        raise StepFailed(f"{function}: {told}")
    return dict(told or {})


def receipts_of(person: Person) -> list[Any]:
    dynamodb = person.stack.client("dynamodb")
    [table] = [name for name in dynamodb.list_tables()["TableNames"] if "inventory" in name.lower()]
    found = dynamodb.query(
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"RECEIPT#{person.user_id}"}},
    )
    return list(found["Items"])
