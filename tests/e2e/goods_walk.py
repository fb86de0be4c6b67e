"""Goods, once each: listed, shown, priced, put away; a category that moves, a product of everyone that changes."""

from datetime import timedelta
from functools import partial
from typing import Any

import httpx

from kernel import clock
from local.home import STAGE
from tests.e2e.store_walk import a_moderator, soon
from tests.e2e.walk import Person, StepFailed

SWEEP = f"metco-{STAGE}-catalog-sweep"


def walk_goods(seller: Person) -> None:
    seller.sign_up()
    seller.sign_in()
    slug = f"goods-{seller.email.partition('@')[0]}"
    opening = {"name": "Film", "slug": slug, "country": "DE", "currency": "EUR"}
    store_id = seller.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"]
    own = f"{seller.stack.url}/v1/stores/{store_id}/offers"
    known = partial(httpx.get, own, headers=seller.authorization, timeout=30)
    soon(seller, lambda: known().status_code == 200, "whoever opened a store may not look into it")
    moderator = a_moderator(seller.stack)
    here, there = (a_category(moderator) for _ in range(2))
    product = sell(seller, store_id, a_category(moderator, here))
    move(seller, moderator, product, here, there)
    share(seller, moderator, store_id)
    sweep(seller)


def a_category(moderator: Person, parent_id: str | None = None) -> str:
    body = {"names": {"en": "Cameras"}, "parent_id": parent_id}
    made = moderator.mine("POST", "/v1/categories", expect=201, json=body).json()
    return str(made["category_id"])


def sell(seller: Person, store_id: str, category_id: str) -> dict[str, Any]:
    thing = {
        "texts": {"en": {"title": "Leica M3"}},
        "category_id": category_id,
        "options": [{"code": "colour", "values": ["Black", "Silver"]}],
        "variants": [{"options": {"colour": "Black"}, "sku": "BLACK"}],
        "prices": {"EUR": 129_00},
    }
    items = f"/v1/stores/{store_id}/items"
    draft = seller.mine("POST", items, expect=201, json={**thing, "status": "draft", "variants": []}).json()
    assert [one["offer_id"] for one in offers(seller, store_id, "draft")] == [draft["offers"][0]["offer_id"]]
    item = seller.mine("POST", items, expect=201, json=thing).json()
    seller.mine("POST", items, expect=409, json=thing)
    two_pages(seller, store_id)
    product, offer = item["product"], item["offers"][0]
    path = f"/v1/stores/{store_id}/products/{product['product_id']}"
    variants = f"{path}/offers/{offer['offer_id']}/variants"
    silver = {"options": {"colour": "Silver"}, "prices": {"EUR": 149_00}}
    seller.mine("POST", variants, expect=201, json=silver)
    variant = f"{variants}/{offer['variants'][0]['variant_id']}"
    seller.mine("PATCH", variant, json={"prices": {"EUR": 139_00}, "sku": None})
    for sales in ([a_sale(1)], [], [a_sale(0)]):  # of the first one is left that it was due: the sweep finds it void
        seller.mine("PUT", f"{variant}/schedule", json={"items": sales})
    page = seller.ask("GET", f"/v1/products/{product['product_id']}", expect=200).json()
    assert [one["prices"]["EUR"] for one in page["offers"][0]["variants"]] == [99_00, 149_00]
    assert len(seller.mine("GET", f"{path}/offers/{offer['offer_id']}/prices").json()["items"]) == 1
    seller.mine("PATCH", path, json={"texts": {"en": {"title": "Leica M3, serviced"}}})
    seller.ask("GET", f"/v1/products/{page['address']}", expect=308)
    return dict(product)


def a_sale(begins_in_s: int) -> dict[str, Any]:
    now = clock.now()
    begins, ends = (clock.rfc3339(now + timedelta(seconds=seconds)) for seconds in (begins_in_s, 3600))
    return {"starts_at": begins, "ends_at": ends, "prices": {"EUR": 99_00}}


def move(seller: Person, moderator: Person, product: dict[str, Any], here: str, there: str) -> None:
    """What is below a category goes with it at the next sweep."""
    assert product["product_id"] in shown(seller, here)
    moderator.mine("PUT", f"/v1/categories/{product['category_id']}/parent", json={"parent_id": there})

    def moved() -> bool:
        sweep(seller)
        return product["product_id"] in shown(seller, there)

    soon(seller, moved, "goods did not follow their category")
    assert product["product_id"] not in shown(seller, here)


def share(seller: Person, moderator: Person, store_id: str) -> None:
    """A product of everyone: its offers follow what the moderators make of it."""
    product = moderator.mine("POST", "/v1/products", expect=201, json={"texts": {"en": {"title": "Film"}}}).json()
    path, page = f"/v1/stores/{store_id}/products/{product['product_id']}", f"/v1/products/{product['product_id']}"
    seller.mine("POST", f"{path}/offers", expect=201, json={"prices": {"EUR": 9_00}})
    assert len(seller.ask("GET", f"{page}/offers", expect=200).json()["items"]) == 1
    moderator.mine("PATCH", page, json={"status": "archived"})
    assert moderator.mine("GET", "/v1/products", params={"status": "archived"}).json()["items"]
    soon(seller, lambda: offers(seller, store_id, "hidden"), "an offer did not follow its product")


def two_pages(seller: Person, store_id: str) -> None:
    """A cursor is sealed by the domain's own key."""
    path, query = f"/v1/stores/{store_id}/offers", {"limit": "1"}
    first = seller.mine("GET", path, params=query).json()
    second = seller.mine("GET", path, params={**query, "cursor": first["cursor"]}).json()
    assert first["items"][0]["offer_id"] != second["items"][0]["offer_id"]


def offers(seller: Person, store_id: str, shelf: str) -> list[dict[str, Any]]:
    answer = seller.mine("GET", f"/v1/stores/{store_id}/offers", params={"shelf": shelf})
    return list(answer.json()["items"])


def shown(person: Person, category_id: str) -> set[str]:
    answer = person.mine("GET", f"/v1/categories/{category_id}/products")
    return {one["product_id"] for one in answer.json()["items"]}


def sweep(person: Person) -> None:
    answer = person.stack.client("lambda").invoke(FunctionName=SWEEP, Payload=b"{}")
    if "FunctionError" in answer:
        raise StepFailed(f"the sweep failed: {answer['Payload'].read()[:300]!r}")
