"""All that reports and search keep of what people do, done once: looked at, taken over, bought, added up, forgotten."""

import json
from datetime import timedelta
from functools import partial
from typing import Any

from kernel import clock, ids
from kernel.changes import decode, encode
from kernel.table import receipts_of
from local.home import STAGE
from local.seed import ACCOUNTS
from local.seed import PASSWORD as DEMO_PASSWORD
from local.stack import Stack
from tests.e2e.store_walk import exported_file, hand, soon, tell
from tests.e2e.walk import Person, StepFailed

RECKONING = f"metco-{STAGE}-search-reckoning"
VIEWED = "/v1/me/recently-viewed"


def walk_discovery(person: Person) -> None:
    for step in (person.sign_up, person.sign_in):
        step()
    seen = look_around_as_a_guest(person)
    recommend(person.stack)
    take_along(person, seen)
    leave(person)


def look_around_as_a_guest(person: Person) -> str:
    """Looked at by a guest who then signs in: it is the person's, here and there, and the guest's no more."""
    guest, product_id = Person(person.stack, person.patience_s), ids.new_id("prd")
    guest.session = guest.ask("POST", "/v1/guests", expect=201).json()
    report(guest, product_id)
    soon(guest, lambda: viewed(guest) == [product_id], "what a guest looked at is not remembered")
    anybody = acts(ids.new_id("prd"))
    person.ask("POST", "/v1/activity", expect=202, json=anybody)
    token, guest_id = guest.session["access_token"], guest.session["guest_id"]
    person.mine("POST", "/v1/me/guests", json={"guest_token": token})
    soon(person, lambda: viewed(person) == [product_id], "what a guest looked at is not the person's")
    soon(person, lambda: not kept(person.stack, "search", f"VIEWER#{guest_id}"), "a guest's list is left over")
    own = f"VISITOR#{person.user_id}"
    soon(person, lambda: len(kept(person.stack, "reports", own)) == 1, "what a guest did is not the person's")
    soon(person, lambda: not kept(person.stack, "reports", f"VISITOR#{guest_id}"), "what a guest did is left over")
    return product_id


def report(person: Person, product_id: str) -> None:
    """Sent twice under one key, and again under another: it counts once."""
    sent = acts(product_id)
    again = {"Idempotency-Key": ids.new_id("key")}
    for headers, expected in ((again, 1), (again, 1), ({"Idempotency-Key": ids.new_id("key")}, 0)):
        told = person.mine("POST", "/v1/me/activity", expect=202, json=sent, headers=headers).json()
        assert told["taken"] == expected, f"{told} was said of what is {'new' if expected else 'known'}"


def acts(product_id: str) -> dict[str, Any]:
    one = {"id": ids.new_id("act"), "kind": "product_viewed", "product_id": product_id}
    return {"consent": True, "activities": [one]}


def viewed(person: Person) -> list[str]:
    return [one["product_id"] for one in person.mine("GET", VIEWED).json()["items"]]


def recommend(stack: Stack) -> None:
    """Orders of a former system; what is reckoned from them, and what trends."""
    admin, products = an_admin(stack), [ids.new_id("prd") for _ in range(2)]
    day_ago = clock.rfc3339(clock.now() - timedelta(days=1))
    order = {"order_id": ids.new_id("ord"), "ordered_at": day_ago, "products": products}
    for taken in (1, 0):
        told = admin.mine("POST", "/v1/search/purchases", json={"orders": [order]}).json()
        assert told["taken"] == taken, f"{told} was said of an order that came {'first' if taken else 'again'}"

    def reckoned() -> bool:
        reckon(stack)
        found = [kept(stack, "search", f"TOGETHER#{product}") for product in products]
        return [rows and rows[0].get("products") for rows in found] == [[other] for other in reversed(products)]

    soon(Person(stack, patience_s=60), reckoned, "what was bought together is not reckoned")
    learn_of_a_sale(stack, products)
    assert kept(stack, "search", "TRENDS"), "nothing trends, whatever is looked at"
    for of in (f"similar/{products[0]}", f"also-bought/{products[0]}", "trending"):
        Person(stack).ask("GET", f"/v1/search/{of}", expect=200)


def learn_of_a_sale(stack: Stack, products: list[str]) -> None:
    """As orders tells of it once it is paid."""
    order_id, lines = ids.new_id("ord"), [{"product_id": product} for product in products]
    hand(stack, "search-interest", "metco.orders", "OrderPaid", order_id=order_id, seller_orders=[{"lines": lines}])
    assert kept(stack, "search", f"PURCHASE#{order_id}"), "a sale was not learned from"


def reckon(stack: Stack) -> None:
    answer = stack.client("lambda").invoke(FunctionName=RECKONING)
    if "FunctionError" in answer:
        raise StepFailed(f"the reckoning failed: {answer['Payload'].read()[:300]!r}")


def take_along(person: Person, product_id: str) -> None:
    export_id = ids.new_id("exp")
    tell(person, "DataExportRequested", export_id=export_id)
    for domain in ("search", "reports"):
        key = f"exports/{person.user_id}/{export_id}.{domain}.json"
        found = soon(person, partial(exported_file, person.stack, key), f"{domain} added nothing to the export")
        assert product_id in json.dumps(json.loads(found)), f"{domain} does not export what it knows"


def leave(person: Person) -> None:
    """Nothing of theirs is left, the answers that they were given neither."""
    person.mine("DELETE", VIEWED, expect=204, headers={"Idempotency-Key": ids.new_id("key")})
    report(person, ids.new_id("prd"))
    tell(person, "UserErased")

    def gone() -> bool:
        of_theirs = (f"VISITOR#{person.user_id}", f"VIEWER#{person.user_id}", receipts_of(person.user_id))
        left = [row for domain in ("search", "reports") for pk in of_theirs for row in kept(person.stack, domain, pk)]
        return all(row["sk"] == "ERASED" or row.get("erased") for row in left)

    soon(person, gone, "something of somebody erased is left over")


def an_admin(stack: Stack) -> Person:
    [email] = [account.email for account in ACCOUNTS if "admin" in account.roles]
    person = Person(stack, email=email)
    body = {"email": email, "password": DEMO_PASSWORD}
    person.session = person.ask("POST", "/v1/sessions", expect=201, json=body).json()
    return person


def kept(stack: Stack, domain: str, pk: str) -> list[dict[str, Any]]:
    """A partition as it is in the table: what nobody may see over HTTP is looked for there."""
    found = stack.client("dynamodb").query(
        TableName=table_of(stack, domain),
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues=encode({":pk": pk}),
        ConsistentRead=True,
    )
    return [decode(row) for row in found["Items"]]


def table_of(stack: Stack, domain: str) -> str:
    function = stack.client("lambda").get_function_configuration(FunctionName=f"metco-{STAGE}-{domain}-api")
    return str(function["Environment"]["Variables"]["TABLE"])
