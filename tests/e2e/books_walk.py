"""All that reads the books, done once: a store's statement, an order's journals, every account, and the proof."""

import json
from typing import Any

from kernel import ids
from local.home import STAGE
from local.seed import FINANCE
from local.seed import PASSWORD as DEMO_PASSWORD
from tests.e2e.ledger_walk import line, money, task
from tests.e2e.stock_walk import wait_for_the_keys
from tests.e2e.store_walk import exported_file, soon
from tests.e2e.walk import STARTED, Person, StepFailed


def walk_books(person: Person) -> None:
    seller = Person(person.stack, patience_s=person.patience_s)
    seller.sign_up()
    seller.sign_in()
    opening = {"name": "Film", "slug": f"books-{STARTED}-{seller.user_id[-6:]}", "country": "DE", "currency": "EUR"}
    store = seller.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"]
    wait_for_the_keys(seller, store)
    order, sales = ids.new_id("ord"), [ids.new_id("slo"), ids.new_id("slo")]
    stores = [store, ids.new_id("sto")]  # of two, so that it has to be found out whose each sale is
    sold = [
        {"seller_order_id": sale, "store_id": of, "lines": [line(100_00, 20_00)]}
        for sale, of in zip(sales, stores, strict=True)
    ]
    paid = {"order_id": order, "buyer_id": ids.new_id("usr"), "payment_id": f"pi-{order}", "seller_orders": sold}
    task(person.stack, "record_paid", "recorded", **paid, card=money(240_00), credits=money(0))
    task(person.stack, "release_funds", "released", seller_order_id=sales[0])
    soon(seller, lambda: available(seller, store) == money(90_00), "the balance does not tell of what was released")
    first = seller.mine("GET", f"/v1/stores/{store}/statement", params={"limit": 1}).json()
    rest = seller.mine("GET", f"/v1/stores/{store}/statement", params={"cursor": first["cursor"], "limit": 1}).json()
    kinds = [one["kind"] for one in first["items"] + rest["items"]]
    if kinds != ["sale_released", "order_paid"]:
        raise StepFailed(f"a statement's pages: {kinds}")
    export = seller.mine("POST", "/v1/me/exports", expect=202).json()["id"]
    part = f"exports/{seller.user_id}/{export}.ledger.json"
    soon(seller, lambda: exported_file(person.stack, part), "an export lacks what the ledger knows")
    _finance(person, order, f"pi-{order}", store)


def available(seller: Person, store: str) -> Any:
    told = seller.mine("GET", f"/v1/stores/{store}/balance").json()["items"]
    return told[0]["available"] if told else None


def _finance(person: Person, order: str, payment: str, store: str) -> None:
    finance = Person(person.stack, email=FINANCE.email, patience_s=person.patience_s)
    body = {"email": finance.email, "password": DEMO_PASSWORD}
    finance.session = finance.ask("POST", "/v1/sessions", expect=201, json=body).json()
    asked: list[dict[str, Any]] = [{"order_id": order}, {"payment_id": payment}, {"store_id": store}, {"limit": 50}]
    for search in asked:
        found = finance.mine("GET", "/v1/ledger/journals", params=search).json()["items"]
        if not found:
            raise StepFailed(f"no journals of {search}")
        finance.mine("GET", f"/v1/ledger/journals/{found[0]['journal_id']}")
    if not finance.mine("GET", "/v1/ledger/accounts", params={"of": "store"}).json()["items"]:
        raise StepFailed("there are no stores' accounts")
    shown = finance.mine("GET", f"/v1/ledger/accounts/store:{store}:available/EUR").json()
    if shown["balance"] != money(90_00):
        raise StepFailed(f"a balance in the books: {shown}")
    before = finance.mine("GET", "/v1/ledger/proofs", params={"limit": 1}).json()["items"]
    answer = person.stack.client("lambda").invoke(FunctionName=f"metco-{STAGE}-ledger-verifier", Payload=b"{}")
    if "FunctionError" in answer:
        raise StepFailed(f"the proof of the books: {json.loads(answer['Payload'].read())}")
    [proof] = finance.mine("GET", "/v1/ledger/proofs", params={"limit": 1}).json()["items"]
    if [proof] == before or not proof["whole"] or not proof["report"]["journals"]:
        raise StepFailed(f"the books are not whole: {proof}")
    lines = finance.mine("GET", "/v1/ledger/trial-balance").json()["items"]
    if sum(one["debit"]["minor"] - one["credit"]["minor"] for one in lines):
        raise StepFailed(f"debits and credits are not alike: {lines}")
