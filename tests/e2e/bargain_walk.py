"""Bargaining, once through: by routes and GraphQL, then a checkout's tasks; products asked for; a suspended store."""

import json
import time
from functools import partial
from typing import Any

import httpx

from functions.catalog.store.standing import A_PAGE
from kernel import ids
from local.home import STAGE
from tests.e2e.store_walk import a_moderator, exported_file, soon, tell
from tests.e2e.walk import STARTED, Person, StepFailed

STEPS, SWEEP = f"metco-{STAGE}-catalog-steps", f"metco-{STAGE}-catalog-sweep"
NOTE = "I would collect it"
THING = {"texts": {"en": {"title": "Leica M3"}}, "prices": {"EUR": 100_00}, "takes_proposals": True}


def walk_bargain(seller: Person) -> None:
    buyer, moderator = type(seller)(seller.stack, seller.patience_s), a_moderator(seller.stack)
    for person in (seller, buyer):
        person.sign_up()
        person.sign_in()
    store_id = a_store(seller)
    offer = sell(seller, store_id)
    agreed = bargain(seller, buyer, store_id, offer)
    check_out(buyer, agreed)
    address = ask_for(seller, moderator, store_id)
    be_suspended(seller, moderator, store_id, address)
    leave(seller, buyer, f"/v1/stores/{store_id}/proposals/{agreed['proposal_id']}")


def a_store(seller: Person) -> str:
    slug = f"bargains-{seller.email.partition('@')[0]}"
    opening = {"name": "Film", "slug": slug, "country": "DE", "currency": "EUR"}
    store_id = str(seller.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"])
    own = f"{seller.stack.url}/v1/stores/{store_id}/offers"
    known = partial(httpx.get, own, headers=seller.authorization, timeout=30)
    soon(seller, lambda: known().status_code == 200, "whoever opened a store may not look into it")
    place = f"STORE#{store_id}"
    soon(seller, lambda: "PLACE" in {row["sk"]["S"] for row in rows(seller, place)}, "nobody heard where a store is")
    return store_id


def walk_crowd(seller: Person) -> None:
    """A store with more offers than one page of them is hidden whole."""
    seller.sign_up()
    seller.sign_in()
    store_id = a_store(seller)
    for _ in range(A_PAGE + 1):
        seller.mine("POST", f"/v1/stores/{store_id}/items", expect=201, json=THING)
    suspended = {"reason": "Buyers got nothing"}
    a_moderator(seller.stack).mine("POST", f"/v1/stores/{store_id}/suspend", json=suspended)
    shown = partial(seller.ask, "GET", f"/v1/stores/{store_id}/products", expect=200)
    soon(seller, lambda: not shown().json()["items"], "a suspended store still shows what it offers")


def rows(person: Person, partition: str) -> list[dict[str, Any]]:
    """What catalog keeps there."""
    dynamodb = person.stack.client("dynamodb")
    [table] = [name for name in dynamodb.list_tables()["TableNames"] if f"metco-{STAGE}-catalog-" in name]
    asked = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": partition}}}
    return list(dynamodb.query(TableName=table, **asked)["Items"])


def sell(seller: Person, store_id: str) -> dict[str, Any]:
    """By GraphQL, and read again by a route."""
    mutation = """mutation($store_id: String!, $request: NewItemInput!) {
        list_item(store_id: $store_id, request: $request) {
            offers { product_id offer_id variants { variant_id } } } }"""
    made = ask(seller, mutation, store_id=store_id, request=THING)["list_item"]
    [offer] = made["offers"]
    page = seller.ask("GET", f"/v1/products/{offer['product_id']}", expect=200).json()
    assert [one["offer_id"] for one in page["offers"]] == [offer["offer_id"]]
    return dict(offer)


def bargain(seller: Person, buyer: Person, store_id: str, offer: dict[str, Any]) -> dict[str, Any]:
    variant_id = offer["variants"][0]["variant_id"]
    named = {"product_id": offer["product_id"], "offer_id": offer["offer_id"], "variant_id": variant_id}
    bid, once = {**named, **euros(80_00), "note": NOTE}, {"Idempotency-Key": "the-first-bid"}
    proposed = buyer.mine("POST", "/v1/me/proposals", expect=201, json=bid, headers=once).json()
    proposal_id = proposed["proposal_id"]
    listed = "query($store_id: String!) { list_proposals(store_id: $store_id) { items { proposal_id } } }"

    def waiting() -> list[str]:
        return [one["proposal_id"] for one in ask(seller, listed, store_id=store_id)["list_proposals"]["items"]]

    soon(seller, lambda: proposal_id in waiting(), "a proposal did not reach its store")
    counter = """mutation($store_id: String!, $proposal_id: String!, $counter: CounterInput!) {
        counter_proposal(store_id: $store_id, proposal_id: $proposal_id, counter: $counter) { state } }"""
    told = ask(seller, counter, store_id=store_id, proposal_id=proposal_id, counter=euros(90_00))
    assert told["counter_proposal"] == {"state": "awaiting_buyer"}
    mine = "{ list_my_proposals { items { proposal_id state product { address category { names } } } } }"
    [seen] = ask(buyer, mine)["list_my_proposals"]["items"]
    assert (seen["proposal_id"], seen["product"]["address"][:9]) == (proposal_id, "leica-m3-")
    agreed = buyer.mine("POST", f"/v1/me/proposals/{proposal_id}/accept", json=euros(90_00)).json()
    assert agreed["state"] == "agreed"
    return dict(agreed)


def check_out(buyer: Person, agreed: dict[str, Any]) -> None:
    line = {name: agreed[name] for name in ("proposal_id", "variant_id", "quantity", "price")}
    first, second = f"ord-{STARTED}-{time.time_ns()}", f"ord-{STARTED}-{time.time_ns()}-2"
    order = {"buyer_id": agreed["buyer_id"], "lines": [line]}
    assert task(buyer, "reserve", order_id=first, **order) == "reserved"
    assert task(buyer, "reserve", order_id=second, **order) == "refused"
    assert task(buyer, "release", order_id=first) == "released"
    third = f"{second}-3"
    assert task(buyer, "reserve", order_id=third, **order) == "reserved"
    assert task(buyer, "redeem", order_id=third) == "redeemed"
    path = f"/v1/me/proposals/{agreed['proposal_id']}"
    assert buyer.mine("GET", path).json()["state"] == "redeemed"


def ask_for(seller: Person, moderator: Person, store_id: str) -> str:
    """A product that the catalogue lacked, in the end offered by whoever asked for it."""
    wanted = {"product": {"texts": {"en": {"title": "Leica IIIf"}}}}
    path = f"/v1/stores/{store_id}/product-requests"
    request_id = seller.mine("POST", path, expect=201, json=wanted).json()["request_id"]
    moderator.mine("POST", f"/v1/product-requests/{request_id}/claim")
    decided = moderator.mine("POST", f"/v1/product-requests/{request_id}/approve", json={"reason": "A camera"}).json()
    offer = """mutation($store_id: String!, $product_id: String!, $request: NewOfferInput!) {
        add_offer(store_id: $store_id, product_id: $product_id, request: $request) { product_id } }"""
    given = {"store_id": store_id, "product_id": decided["product_id"], "request": {"prices": {"EUR": 50_00}}}
    return str(ask(seller, offer, **given)["add_offer"]["product_id"])


def be_suspended(seller: Person, moderator: Person, store_id: str, product_id: str) -> None:
    """Within seconds nobody sees what the store offers; restored, everybody does."""
    query = """query($store_id: String!, $address: String!) {
        list_store_products(store_id: $store_id) { items { product_id product { texts } } }
        list_offers(address: $address) { items { offer_id } } }"""

    def seen(products: int, offers: int) -> bool:
        told = ask(None, query, seller, store_id=store_id, address=product_id)
        return (len(told["list_store_products"]["items"]), len(told["list_offers"]["items"])) == (products, offers)

    soon(seller, partial(seen, 2, 1), "what a store offers is not seen")
    for act, expected in (("suspend", (0, 0)), ("restore", (2, 1))):
        moderator.mine("POST", f"/v1/stores/{store_id}/{act}", json={"reason": "Buyers got nothing"})
        soon(seller, partial(seen, *expected), f"after {act} visitors see something else than they should")
    invoke(seller, SWEEP, {})


def leave(seller: Person, buyer: Person, proposal: str) -> None:
    """The buyer takes along what is known, and is forgotten: what was agreed on stays, what was said does not."""
    export_id = ids.new_id("exp")
    tell(buyer, "DataExportRequested", export_id=export_id)
    name = f"exports/{buyer.user_id}/{export_id}.catalog.json"
    soon(buyer, lambda: NOTE.encode() in exported_file(buyer.stack, name), "what catalog knows was not exported")
    assert seller.mine("GET", proposal).json()["rounds"][0]["note"] == NOTE
    assert rows(seller, f"RECEIPT#{buyer.user_id}")
    tell(buyer, "UserErased")
    told = partial(seller.mine, "GET", proposal)
    soon(seller, lambda: told().json()["rounds"][0]["note"] == "", "what the buyer said was not forgotten")
    soon(seller, lambda: not rows(seller, f"RECEIPT#{buyer.user_id}"), "what the buyer was answered is still kept")


def ask(who: Person | None, query: str, stack_of: Person | None = None, **variables: Any) -> dict[str, Any]:
    body = {"query": query, "variables": variables}
    if who:
        answer = who.mine("POST", "/v1/graphql", json=body).json()
    else:
        assert stack_of
        answer = stack_of.ask("POST", "/v1/graphql/public", expect=200, json=body).json()
    if "errors" in answer:
        raise StepFailed(f"{query.split('(')[0]}: {answer['errors']}")
    return dict(answer["data"])


def task(person: Person, name: str, **said: Any) -> str:
    return str(invoke(person, STEPS, {"task": f"{name}_agreed_prices", **said})["outcome"])


def invoke(person: Person, function: str, event: dict[str, Any]) -> Any:
    answer = person.stack.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
    told = answer["Payload"].read()
    if "FunctionError" in answer:
        raise StepFailed(f"{function} failed: {told[:300]!r}")
    return json.loads(told or b"null")


def euros(minor: int) -> dict[str, Any]:
    return {"price": {"minor": minor, "currency": "EUR"}}
