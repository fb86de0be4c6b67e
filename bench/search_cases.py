"""What search's use cases cost: a listing is heard of and found, people look around, orders are learned from.

The index lies in a folder here; in the cloud one call of OpenSearch stands in its place, which no capacity is paid for.
"""

import json
import os
import tempfile
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

from bench.meter import measured
from bench.prices import Cost
from functions.search import consumers, interest
from functions.search.api import api
from functions.search.index import chosen
from functions.search.store.operating import operating
from functions.search.store.purchases import purchases
from kernel import clock
from kernel.authz import Principal
from tests.builders import discovery, reports
from tests.builders import search as a
from tests.builders.http import Caller

LISTED = 20
# Whoever searches waits for the index alone; what is heard is written down, read back whole, and its store counted.
MAX_CALLS = {
    "hear of a new listing": 6,
    "hear of a new price": 6,
    "hear that it is sold out": 4,
    "hear of a store's name": 3,
    "search": 0,
    "search in vain": 1,
    "suggest": 0,
    "search stores": 0,
    "report 10 looks": 1,
    "remember a look": 3,
    "what was looked at": 1,
    "what trends": 1,
    "learn from an order of 3": 2,
    "reckon a product": 3,
    "what others bought": 1,
}
MAX_WRITE_UNITS = {"hear of a new price": 2, "report 10 looks": 28, "learn from an order of 3": 14}
public = Caller(api)
person = Caller(api, Principal(discovery.PERSON, "", frozenset({"customer"})))
SEARCH = {"q": "leica", "language": "en", "facets": "brand", "condition": "new"}


def all_of() -> dict[str, Cost]:
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {"SEARCH_FOLDER": folder}):
        chosen.index.cache_clear()
        operating.cache_clear()  # it remembers the settings of another world
        try:
            return _hearing() | _searching() | _looking() | _buying()
        finally:
            chosen.index.cache_clear()


def _hearing() -> dict[str, Cost]:
    consumers.hear_of_store_change(a.store_told())
    consumers.hear_of_import(a.imported([a.a_listing(number) for number in range(2, LISTED)]))
    told = {
        "hear of a new listing": partial(consumers.hear_of_listing, a.listed(a.a_listing(1))),
        "hear of a new price": partial(
            consumers.hear_of_listing, a.listed(a.a_listing(1, 2, variant={"price": 90_00}))
        ),
        "hear that it is sold out": partial(consumers.hear_of_stock, a.stock(1, orderable=False)),
        "hear of a store's name": partial(consumers.hear_of_store_change, a.store_told(2, name="Analog")),
    }
    return {name: measured(step, invocations=1, messages=1) for name, step in told.items()}


def _searching() -> dict[str, Cost]:
    _ask("/v1/search", SEARCH)  # the settings are read once in a while
    asked: dict[str, tuple[str, dict[str, str]]] = {
        "search": ("/v1/search", SEARCH),
        "search in vain": ("/v1/search", {"q": "zzzzzzzz"}),
        "suggest": ("/v1/search/suggestions", {"q": "lei"}),
        "search stores": ("/v1/search/stores", {"q": "analog"}),
    }
    return {name: measured(partial(_ask, *one), invocations=1, http=1) for name, one in asked.items()}


def _looking() -> dict[str, Cost]:
    product = a.a_listing(1).product_id
    sent = reports.activities(*(reports.an_activity(product_id=product) for _ in range(10)))
    costs = {
        "report 10 looks": measured(
            lambda: _told(reports.as_user()("POST", "/v1/me/activity", sent)), invocations=1, http=1
        )
    }
    seen = discovery.seen(("product_viewed", "camera"), at=clock.now())
    costs["remember a look"] = measured(lambda: interest.remember(seen), invocations=1, messages=1)
    costs["what was looked at"] = measured(
        lambda: _told(person("GET", "/v1/me/recently-viewed")), invocations=1, http=1
    )
    costs["what trends"] = measured(partial(_ask, "/v1/search/trending", {}), invocations=1, http=1)
    return costs


def _buying() -> dict[str, Cost]:
    now = clock.now()
    order = discovery.an_order(1, "camera", "film", "bag", ordered_at=now - timedelta(days=1))
    learned = measured(lambda: purchases().learn([order], now))
    (product, mark), *_ = purchases().to_reckon()
    for one, its in purchases().to_reckon():
        purchases().reckon(one, its, now)  # counts them; what each goes with follows
    reckoned = measured(lambda: _reckoned(product, mark))
    companions = measured(partial(_ask, f"/v1/search/also-bought/{product}", {}), invocations=1, http=1)
    return {"learn from an order of 3": learned, "reckon a product": reckoned, "what others bought": companions}


def _reckoned(product: str, mark: str) -> None:
    if not purchases().reckon(product, mark, clock.now()):
        raise RuntimeError(f"{product} was only counted")


def _ask(path: str, query: dict[str, str]) -> Any:
    return _told(public("GET", path, query=query))


def _told(answer: Any) -> Any:
    """A refusal would be cheap, and must not be measured."""
    if answer.status >= 300:
        raise RuntimeError(f"{answer.status} {answer.text}")
    return json.loads(answer.text)
