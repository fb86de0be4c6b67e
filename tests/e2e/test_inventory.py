"""Stock on the deployed template: the walk of docs/inventory.md, and many at once for the last one."""

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kernel import ids
from local.stack import Stack
from tests.e2e.stock_walk import call, move, wait_for_the_keys, walk_stock
from tests.e2e.walk import STARTED, Person

PAGE = Path(__file__).resolve().parents[2] / "docs" / "inventory.md"


def test_the_walk_does_what_the_page_says(stack: Stack):
    [walk] = re.findall(r"^## A walk$.*?^```bash\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", walk.replace("http://localhost:8000", stack.url)],
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[:4] == ["1", "received\t5", "adjusted\t-1", "in_stock\tNone\tNone"]
    assert lines[4:9] == ["transferred\t-3", "transferred\t3", "4", "409", "409"]
    assert lines[9:13] == ["7", "1", "2", "409"]
    assert [line for line in lines if line.startswith(("low", "out", "preorder"))] == [
        "low\t2\tNone",
        "out\tNone\tNone",
        "preorder\tNone\t2031-05-01",
    ]
    assert lines[-2:] == ["403", "403"], "who works in no store at all is told so"


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
