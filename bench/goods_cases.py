"""What the catalogue's use cases cost. The tree of categories is remembered, as in a function that has run before."""

import json
from functools import partial
from typing import Any

from bench import goods_sample as sample
from bench.meter import measured
from bench.prices import Cost
from functions.catalog.store.categories import categories
from tests.builders import catalog as a
from tests.builders import graphql, images, proposals
from tests.builders.http import Answered

LISTED = 20
ITEMS = f"/v1/stores/{a.STORE}/items"
QUERY = """{ read_product(address: "%s") { title: texts brand pictures { image_id alt } category { names }
  offers { store_id condition variants { variant_id options prices compare_at lowest_30_days } } } }"""


def all_of() -> dict[str, Cost]:
    categories.cache_clear()  # it remembers the tree of another world
    category_id = a.a_category(a.a_category())
    seller, costs = a.as_seller(), dict[str, Cost]()
    one_off, listed = sample.a_one_off(category_id), list[Answered]()
    categories().tree()
    costs["list an item"] = measured(lambda: listed.append(seller("POST", ITEMS, one_off)), invocations=1, http=1)
    item = sample.an_item(category_id, 0, [images.ready() for _ in range(sample.PICTURES)])
    costs["… with 6 variants"] = measured(lambda: listed.append(seller("POST", ITEMS, item)), invocations=1, http=1)
    product_id = _told(listed[-1])["product"]["product_id"]
    for condition in sample.CONDITIONS[1:]:
        offer = sample.an_offer(condition, 0)
        _told(seller("POST", f"/v1/stores/{a.STORE}/products/{product_id}/offers", offer))
    for number in range(1, LISTED - 1):
        _told(seller("POST", ITEMS, sample.an_item(category_id, number, [images.ready()])))
    costs |= _reading(product_id, category_id)
    return costs | _pricing(_told(listed[-1])["offers"][0])


def _reading(product_id: str, category_id: str) -> dict[str, Cost]:
    pages = {
        "read product": f"/v1/products/{product_id}",
        "list a category": f"/v1/categories/{category_id}/products",
        "list a store": f"/v1/stores/{a.STORE}/products",
    }
    costs = {name: measured(partial(_page, path), invocations=1, http=1) for name, path in pages.items()}
    query = QUERY % product_id
    costs["query a product"] = measured(lambda: _data(graphql.post(query)), invocations=1, http=1)
    return costs


def _pricing(offer: dict[str, Any]) -> dict[str, Cost]:
    seller, buyer, dearer = a.as_seller(), a.as_user(proposals.BUYER), {"prices": {"EUR": 85_00}}
    variant_id = offer["variants"][0]["variant_id"]
    path = f"/v1/stores/{a.STORE}/products/{offer['product_id']}/offers/{offer['offer_id']}/variants/{variant_id}"
    costs = {"change a price": measured(lambda: _told(seller("PATCH", path, dearer)), invocations=1, http=1)}
    price = {"minor": 70_00, "currency": "EUR"}
    named = {"product_id": offer["product_id"], "offer_id": offer["offer_id"], "variant_id": variant_id}
    made = list[dict[str, Any]]()
    propose = partial(buyer, "POST", "/v1/me/proposals", named | {"price": price})
    costs["propose a price"] = measured(lambda: made.append(_told(propose())), invocations=1, http=1)
    accept = f"/v1/stores/{a.STORE}/proposals/{made[0]['proposal_id']}/accept"
    costs["accept a price"] = measured(lambda: _told(seller("POST", accept, {"price": price})), invocations=1, http=1)
    return costs


def _page(path: str) -> None:
    _told(a.public("GET", path))


def _told(answer: Answered) -> Any:
    """A refusal would be cheap, and must not be measured."""
    if answer.status >= 300:
        raise RuntimeError(f"{answer.status} {answer.text}")
    return answer.json


def _data(answer: Answered) -> Any:
    told = json.loads(answer.text)
    if "errors" in told:
        raise RuntimeError(answer.text)
    return told["data"]
