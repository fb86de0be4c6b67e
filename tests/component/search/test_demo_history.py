"""What `make dev` brings of former orders is accepted, can be stopped, and counts once."""

from typing import Any

import pytest

from functions.search import api, reckoning
from functions.search.store.purchases import purchases
from kernel import ids
from kernel.authz import Principal
from local.demo import history
from local.demo.goods import goods_of
from local.demo.stores import demo_stores
from tests.builders.cloud import World
from tests.builders.http import Caller

GOODS = {good.sku: good for store in demo_stores() for good in goods_of(store)}
OPENED = {store.slug: store.slug for store in demo_stores()}
TOLD: list[str] = []
admin = Caller(api.api, Principal("usr_00000000000000000000000009", "", frozenset({"customer", "admin"})))


def product(sku: str) -> str:
    return ids.derived_id("prd", sku)


class Seller:
    """Answers as the shelves of the demo's stores do."""

    def __call__(self, method: str, path: str, body=None):
        [store] = [one for one in demo_stores() if f"/stores/{one.slug}/offers" in path]
        skus = {good.sku: [one.sku for one in good.variants] or [good.sku] for good in goods_of(store)}
        items = [{"product_id": product(sku), "variants": [{"sku": one} for one in each]} for sku, each in skus.items()]
        return {"items": items, "cursor": None}


class Admin:
    def __init__(self) -> None:
        self.taken = 0

    def __call__(self, method: str, path: str, body=None):
        answer = admin(method, f"/v1{path}", body)
        assert answer.status == 200, answer.text
        self.taken += answer.json["taken"]
        return answer.json


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(history, "BROUGHT", 15)
    monkeypatch.setattr(history, "AT_ONCE", 10)


def bring(operator: Any, *, stopped=lambda: False) -> bool:
    seller: Any = Seller()
    return history.bring_orders(operator, seller, OPENED, TOLD.append, stopped=stopped)


def test_the_demos_orders_are_brought_once_and_learned_from(world: World):
    operator = Admin()
    assert bring(operator)
    assert bring(operator)
    assert operator.taken == 15
    reckoning.handler({}, None)
    recommending = [sku for sku in GOODS if purchases().companions(product(sku))]
    assert len(recommending) > 10


def test_stopped_it_goes_on_where_it_was(world: World):
    operator, asked = Admin(), iter([False, True])
    assert not bring(operator, stopped=lambda: next(asked))
    assert operator.taken == 10
    assert bring(operator)
    assert operator.taken == 15
