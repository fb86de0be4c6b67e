"""The walk of the documentation, on the deployed template, and the demo's goods in its index."""

import httpx

from local.stack import Stack
from tests.e2e.page_walk import run_walk


def test_the_walk_of_the_page_about_search(stack: Stack):
    told = run_walk(stack, "search.md")
    name = told[3]
    assert name.startswith("Zenograph")
    assert told == [
        "1",
        *("used", "0"),
        *(name, "analog-cameras"),
        "search_refused",
        *("0", "200", "True"),  # found nowhere, then taught, and counted as missed
        "1",
    ]


def test_all_of_the_demos_goods_and_stores_are_found(stack: Stack):
    for path, least in (("/v1/search", 600), ("/v1/search/stores", 12)):
        assert httpx.get(f"{stack.url}{path}", params={"limit": 1}, timeout=30).json()["total"] >= least
