"""Stock on the deployed template: the walk of docs/inventory.md, and many at once for the last one."""

from concurrent.futures import ThreadPoolExecutor

from kernel import ids
from local.stack import Stack
from tests.e2e.page_walk import run_walk
from tests.e2e.stock_walk import call, move, wait_for_the_keys, walk_stock
from tests.e2e.walk import STARTED, Person


def test_the_walk_does_what_the_page_says(stack: Stack):
    lines = run_walk(stack, "inventory.md")
    assert lines[:4] == ["1", "received\t5", "adjusted\t-1", "in_stock\tNone\tNone"]
    assert lines[4:9] == ["transferred\t-3", "transferred\t3", "4", "409", "409"]
    assert lines[9:13] == ["7", "1", "2", "409"]
    assert [line for line in lines if line.startswith(("low", "out", "preorder"))] == [
        "low\t2\tNone",
        "out\tNone\tNone",
        "preorder\tNone\t2031-05-01",
    ]
    assert lines[-2:] in (["403", "403"], ["404", "404"])  # the latter, as long as Bela works in a store


def test_a_checkout_does_what_the_page_says(stack: Stack):
    told = run_walk(stack, "inventory.md", "A checkout")
    assert told[:3] == ["reserved", "reserved", "2 2 4"]
    assert told[3:5] == ["refused out_of_stock", "(3, 2)"]
    assert told[5:7] == ["committed", "refused already_sold"]
    assert told[7:10] == ["reserved", "released", "refused reservation_over"]
    assert told[10:] == ["2 0 2", "2 0"]


def test_stock_from_its_arrival_to_its_end(stack: Stack):
    walk_stock(Person(stack))


def test_of_forty_who_want_the_last_one_one_gets_it(stack: Stack):
    seller = Person(stack)
    seller.sign_up()
    seller.sign_in()
    opening = {"name": "Film", "slug": f"last-one-{STARTED}", "country": "DE", "currency": "EUR"}
    store_id = seller.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"]
    wait_for_the_keys(seller, store_id)
    camera = ids.new_id("var")
    move(seller, store_id, camera, 1)
    lines = [{"store_id": store_id, "variant_id": camera, "quantity": 1}]

    def order(_: int) -> str:
        asked = {"task": "reserve", "order_id": ids.new_id("ord"), "lines": lines}
        return str(call(stack, "steps", asked)["outcome"])

    with ThreadPoolExecutor(20) as pool:
        outcomes = sorted(pool.map(order, range(40)))
    assert outcomes == ["refused"] * 39 + ["reserved"]
    there = seller.mine("GET", f"/v1/stores/{store_id}/stock/{camera}").json()
    assert (there["available"], there["reserved"]) == (0, 1)
