"""Two sellers side by side: whatever one of them tries, the other's goods, costs, files and stock stay their own."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from kernel import ids
from local.home import STAGE
from local.stack import Stack
from tests.e2e.full_store import COST, a_seller, furnish
from tests.e2e.personal_walk import rows
from tests.e2e.store_walk import a_moderator, soon
from tests.e2e.walk import Person

DOCUMENT = json.loads((Path(__file__).resolve().parents[2] / "docs/api/openapi.json").read_text())
SUSPENDED_WITHIN_S = 60.0
AT_REST_S = 5  # without a change: what catalog told last reaches inventory by three queues
OWED = "DUE#LEVEL#"  # a level that changed soon after it was told: inventory's sweep tells it, every minute by itself
SWEEP = f"metco-{STAGE}-inventory-sweep"


class Two(NamedTuple):
    """One seller with a store of everything, a buyer of theirs, and another seller who tries."""

    seller: Person
    buyer: Person
    other: Person
    things: dict[str, str]
    others_store: str


class Door(NamedTuple):
    name: str
    method: str
    path: str
    body: dict[str, Any] | None


@pytest.fixture(scope="module")
def two(stack: Stack) -> Two:
    seller, buyer, other = (Person(stack, patience_s=60) for _ in range(3))
    buyer.sign_up()
    buyer.sign_in()
    store_id, others_store = a_seller(seller), a_seller(other)
    return Two(seller, buyer, other, furnish(seller, buyer, store_id), others_store)


def doors() -> Iterator[Door]:
    """Every guarded operation of both domains that names something, with the document's own example to send."""
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            tags, permission = operation.get("tags", []), operation.get("x-permission")
            if "{" in path and {"catalog", "inventory"} & set(tags) and permission != "public":
                content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
                yield Door(operation["operationId"], method.upper(), path, content.get("example"))


def knock(who: Person, door: Door, things: dict[str, str]) -> httpx.Response:
    url = f"{who.stack.url}{door.path.format(**things)}"
    return httpx.request(door.method, url, json=door.body, headers=who.authorization, timeout=60)


def of_nobody(things: dict[str, str]) -> dict[str, str]:
    """Ids of the same kinds that nothing has."""
    return {name: ids.new_id(value.partition("_")[0]) if "_" in value else value for name, value in things.items()}


def fitting(door: Door, things: dict[str, str]) -> dict[str, str]:
    """A file belongs to the digital offer, everything else to the camera's."""
    if "{file_id}" not in door.path and not door.name.endswith("_files") and door.name != "announce_file":
        return things
    return things | {name: things[f"digital_{name}"] for name in ("product_id", "offer_id")}


def told(answer: httpx.Response) -> tuple[int, Any, Any]:
    problem = answer.json()
    return answer.status_code, problem["code"], problem["detail"]


def kept(two: Two) -> dict[str, str]:
    """Every row of the store's, wherever it lies; it comes to rest first, and nothing of it is still owed."""
    before, quiet_s = dict[str, str](), 0
    while quiet_s < AT_REST_S:
        now = _rows_of(two.seller.stack, two.things["store_id"])
        owed = any(OWED in key for key in now)
        if owed:
            two.seller.stack.client("lambda").invoke(FunctionName=SWEEP, Payload=b"{}")
        quiet_s = quiet_s + 1 if now == before and not owed else 0
        before = now
        time.sleep(1)
    return before


def _rows_of(stack: Stack, store_id: str) -> dict[str, str]:
    found = ((table, item, json.dumps(item, sort_keys=True)) for table, item in rows(stack))
    return {f"{table} {item['pk']['S']} {item['sk']['S']}": text for table, item, text in found if store_id in text}


def test_all_that_paths_can_name_is_tried():
    named = {name for door in doors() for name in re.findall(r"{(\w+)}", door.path)}
    assert named <= {*_EVERYTHING, "category_id"}
    assert len(list(doors())) >= 60


_EVERYTHING = {
    *("store_id", "product_id", "offer_id", "variant_id", "image_id", "file_id", "grant_id", "proposal_id"),
    *("import_id", "goods_export_id", "location_id", "reservation_id", "request_id", "address"),
}


def test_whoever_it_belongs_to_goes_in_and_out(two: Two, subtests: pytest.Subtests):
    """Else others would be turned away from doors that lead nowhere."""
    for door in doors():
        if door.method == "GET" and "{store_id}" in door.path:
            with subtests.test(door.name):
                answer = knock(two.seller, door, fitting(door, two.things))
                assert answer.status_code == 200, answer.text


def test_another_seller_is_answered_as_if_there_were_nothing(two: Two, subtests: pytest.Subtests):
    things = two.things | {"address": two.things["product_id"], "category_id": ids.new_id("cat")}
    before = kept(two)
    for door in doors():
        named = fitting(door, things)
        with subtests.test(door.name):
            answer = knock(two.other, door, named)
            assert answer.status_code in (403, 404), answer.text
            assert told(answer) == told(knock(two.other, door, of_nobody(named)))
    assert kept(two) == before


def test_nor_can_they_reach_it_through_their_own_store(two: Two, subtests: pytest.Subtests):
    """Stock is kept below the store that asks: there they write what they like, and nothing of it is the other's."""
    before = kept(two)
    for door in doors():
        if not re.search(r"{store_id}.*{(?!variant_id)\w+}", door.path):
            continue
        named = fitting(door, two.things) | {"store_id": two.others_store}
        with subtests.test(door.name):
            answer = knock(two.other, door, named)
            assert answer.status_code == 404, answer.text
            assert told(answer) == told(knock(two.other, door, of_nobody(named) | {"store_id": two.others_store}))
    assert kept(two) == before


def test_nor_by_naming_it_in_what_they_send(two: Two):
    things, own = two.things, f"/v1/stores/{two.others_store}"
    picture = {"pictures": [{"image_id": things["image_id"]}]}
    thing = {"texts": {"en": {"title": "Mine"}}, "prices": {"EUR": 1_00}}
    before = kept(two)
    two.other.mine("POST", f"{own}/items", expect=404, json=thing | picture)
    made = two.other.mine("POST", f"{own}/items", expect=201, json=thing).json()["product"]["product_id"]
    two.other.mine("PUT", f"{own}/products/{made}/pictures", expect=404, json=picture)
    digital = {name: things[f"digital_{name}"] for name in ("product_id", "offer_id")}
    two.other.mine("POST", f"{own}/downloads", expect=404, json={"buyer_id": two.other.user_id, **digital})
    offered = f"{own}/products/{things['product_id']}/offers"
    two.other.mine("POST", offered, expect=404, json={"prices": {"EUR": 1_00}})
    assert kept(two) == before


def test_a_buyers_proposals_and_downloads_are_nobody_elses(two: Two):
    grant, proposal = two.things["grant_id"], two.things["proposal_id"]
    assert two.buyer.mine("GET", f"/v1/me/downloads/{grant}").json()["grant_id"] == grant
    assert two.buyer.mine("GET", f"/v1/me/proposals/{proposal}").json()["state"] == "awaiting_seller"
    for who in (two.seller, two.other):
        link = f"/v1/me/downloads/{grant}/files/{two.things['file_id']}/link"
        who.mine("POST", link, expect=404)
        assert who.mine("GET", "/v1/me/downloads").json()["items"] == []
        assert who.mine("GET", "/v1/me/proposals").json()["items"] == []
    [file] = two.buyer.mine("GET", f"/v1/me/downloads/{grant}").json()["files"]
    assert file["left"] == 10


def test_what_a_thing_cost_its_store_is_in_no_public_answer_no_event_and_no_log(two: Two):
    seller, things = two.seller, two.things
    store = f"/v1/stores/{things['store_id']}"
    offer = seller.mine("GET", f"{store}/products/{things['product_id']}").json()["offers"][0]
    assert offer["variants"][0]["cost"] == {"EUR": COST}
    product, variant = things["product_id"], f"{things['store_id']}:{things['variant_id']}"
    public = [f"/v1/products/{product}", f"/v1/products/{product}/offers", f"{store}/products"]
    for path in (*public, f"/v1/availability?variants={variant}"):
        answer = seller.ask("GET", path, expect=200).text
        assert things["store_id"] in answer
        assert _costs(answer) == [], path
    asked = f'{{ read_product(address: "{product}") {{ offers {{ variants {{ cost }} }} }} }}'
    [error] = seller.ask("POST", "/v1/graphql/public", expect=200, json={"query": asked}).json()["errors"]
    assert error["extensions"]["code"] == "query_invalid"
    assert _costs(two.buyer.mine("GET", f"/v1/me/proposals/{things['proposal_id']}").text) == []
    events = [json.dumps(item) for _, item in rows(seller.stack) if item["pk"]["S"].startswith("EVENT#")]
    assert any(things["offer_id"] in one for one in events)
    assert [one for one in events if _costs(one)] == []
    assert _costs(seller.stack.cloud.function_log.read_text()) == []


def _costs(text: str) -> list[str]:
    return re.findall(rf"(?<!\d){COST}(?!\d)|86753\.09", text)


def test_drafts_are_nobody_elses(two: Two):
    draft = two.things["draft_id"]
    seen = two.other.ask("GET", f"/v1/products/{draft}", expect=404)
    assert told(seen) == told(two.other.ask("GET", f"/v1/products/{ids.new_id('prd')}", expect=404))
    listed = two.other.ask("GET", f"/v1/stores/{two.things['store_id']}/products", expect=200).json()["items"]
    assert draft not in {one["product_id"] for one in listed}


def test_a_suspended_stores_goods_are_gone_within_a_minute_and_back_when_it_is(two: Two):
    moderator, other = a_moderator(two.other.stack), two.other
    store = f"/v1/stores/{two.others_store}"
    thing = {"texts": {"en": {"title": "Leica M2"}}, "prices": {"EUR": 99_000}, "quantity": 2}
    [offer] = other.mine("POST", f"{store}/items", expect=201, json=thing).json()["offers"]
    variant = f"{two.others_store}:{offer['variants'][0]['variant_id']}"

    def on_the_shelf() -> tuple[bool, bool, bool]:
        page = httpx.get(f"{other.stack.url}/v1/products/{offer['product_id']}", timeout=30)
        listed = other.ask("GET", f"{store}/products", expect=200).json()["items"]
        [known] = other.ask("GET", f"/v1/availability?variants={variant}", expect=200).json()["items"]
        found = offer["product_id"] in {one["product_id"] for one in listed}
        return page.status_code == 200, found, known["state"] == "in_stock"

    soon(other, lambda: on_the_shelf() == (True, True, True), "what was listed is not on the shelf")
    reason, begun = {"reason": "Sells what it does not have"}, time.monotonic()
    moderator.mine("POST", f"{store}/suspend", json=reason)
    soon(other, lambda: on_the_shelf() == (False, False, False), "a suspended store's goods are still there")
    assert time.monotonic() - begun < SUSPENDED_WITHIN_S
    moderator.mine("POST", f"{store}/restore", json=reason)
    soon(other, lambda: on_the_shelf() == (True, True, True), "a restored store's goods are not back")
