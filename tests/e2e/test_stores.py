"""A store on the deployed template: the walk of docs/stores.md, and fifty who want one address."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import httpx

from local.stack import Stack
from tests.e2e.page_walk import run_walk
from tests.e2e.store_walk import walk_store
from tests.e2e.walk import STARTED, Person

_numbers = count()


def a_seller(stack: Stack) -> Person:
    person = Person(stack)
    person.sign_up()
    person.sign_in()
    return person


def a_slug() -> str:
    return f"store-{STARTED}-{next(_numbers)}"


def test_the_walk_does_what_the_page_says(stack: Stack):
    missing, *versions, moved, led, options, followed, role, orders, products, money, faq, gone, here, there = run_walk(
        stack, "stores.md", within_s=150
    )
    assert '"may_sell":false' in missing.replace(" ", "")
    assert versions == ["2", "3", "4"]
    assert moved == led
    assert "Airmail" in options
    assert (followed, role) == ("204", "cashier")
    assert orders == '{"items":[],"cursor":null}'
    assert (products, money, faq) == ("403", "403", "404")
    assert (gone, here, there) == ("204", "404", "403")


def test_of_fifty_who_want_one_address_one_gets_it(stack: Stack):
    sellers, slug = [a_seller(stack) for _ in range(3)], a_slug()
    body = {"name": "Film", "slug": slug, "country": "DE", "currency": "EUR"}

    def ask(number: int) -> int:
        headers = sellers[number % len(sellers)].authorization
        return httpx.post(f"{stack.url}/v1/stores", json=body, headers=headers, timeout=60).status_code

    with ThreadPoolExecutor(25) as pool:
        statuses = sorted(pool.map(ask, range(50)))
    assert statuses == [201] + [409] * 49
    stores = [store for seller in sellers for store in seller.mine("GET", "/v1/me/stores").json()["items"]]
    assert len(stores) == 1
    page = httpx.get(f"{stack.url}/v1/shops/{slug}", timeout=30)
    assert (page.status_code, page.json()["store_id"]) == (200, stores[0]["store_id"])


def test_a_former_address_leads_to_the_present_one_and_a_page_is_asked_for_once(stack: Stack):
    seller, slug = a_seller(stack), a_slug()
    body = {"name": "Film", "slug": slug, "country": "DE", "currency": "EUR"}
    store_id = seller.mine("POST", "/v1/stores", expect=201, json=body).json()["store_id"]
    seller.mine("PUT", f"/v1/stores/{store_id}/slug", json={"slug": f"{slug}-b"})
    with httpx.Client(base_url=stack.url, timeout=30, follow_redirects=True) as visitor:
        page = visitor.get(f"/v1/shops/{slug}")
        assert [one.status_code for one in page.history] == [308]
        assert (page.status_code, page.json()["slug"]) == (200, f"{slug}-b")
        assert page.headers["Cache-Control"] == "public, max-age=30"
        again = visitor.get(f"/v1/shops/{slug}-b", headers={"If-None-Match": page.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_a_store_from_its_opening_to_its_end(stack: Stack):
    walk_store(Person(stack))
