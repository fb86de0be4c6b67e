"""Goods by the file, once each way: refused as a whole, in with one row refused, out again, and one that got stuck."""

import csv
import io
from functools import partial
from typing import Any

import httpx

from kernel import clock
from local.home import STAGE
from tests.e2e.goods_walk import sweep
from tests.e2e.store_walk import a_moderator, send, soon
from tests.e2e.walk import Person

HEADER = ["sku", "product", "title", "price:EUR", "status"]
MANY = 120  # more than a page of an export


def walk_sheets(seller: Person) -> None:
    seller.sign_up()
    seller.sign_in()
    slug = f"sheet-{seller.email.partition('@')[0]}"
    opening = {"name": "Film", "slug": slug, "country": "DE", "currency": "EUR"}
    store_id = seller.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"]
    path = f"/v1/stores/{store_id}/imports"
    known = partial(httpx.get, f"{seller.stack.url}{path}", headers=seller.authorization, timeout=30)
    soon(seller, lambda: known().status_code == 200, "whoever opened a store may not import into it")
    everyones = {"texts": {"en": {"title": "Film"}}}
    product = a_moderator(seller.stack).mine("POST", "/v1/products", expect=201, json=everyones).json()["product_id"]
    unread = bring(seller, path, a_file([["1", "x"]], ["sku", "colour of the lid"]))
    assert unread["state"] == "failed", unread
    rows = [[f"SKU-{number}", "", f"Camera {number}", "12.50", "active"] for number in range(MANY)]
    content = a_file([*rows, ["FILM", product, "", "9.00", "active"], ["NONE", "", "No price", "dear", "active"]])
    done = bring(seller, path, content)
    assert (done["state"], done["created"], done["refused"]) == ("done", MANY + 1, 1), done
    faults = httpx.get(seller.mine("GET", f"{path}/{done['import_id']}/faults").json()["url"], timeout=30).text
    assert "price:EUR" in faults
    assert out(seller, store_id).count(b"SKU-") == MANY
    again = bring(seller, path, content)
    assert (again["unchanged"], again["created"]) == (MANY + 1, 0), again
    get_stuck(seller, path, again)


def a_file(rows: list[list[str]], header: list[str] | None = None) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header or HEADER, *rows])
    return text.getvalue().encode()


def bring(seller: Person, path: str, content: bytes) -> dict[str, Any]:
    upload = seller.mine("POST", path, expect=201, json={"size_bytes": len(content)}).json()
    send(upload, content)
    mine = f"{path}/{upload['progress']['import_id']}"
    seller.mine("POST", f"{mine}/start", json={})
    return ended(seller, mine)


def ended(seller: Person, mine: str) -> dict[str, Any]:
    def over() -> dict[str, Any] | None:
        progress: dict[str, Any] = seller.mine("GET", mine).json()
        return None if progress["state"] == "running" else progress

    return dict(soon(seller, over, "an import did not end"))


def out(seller: Person, store_id: str) -> bytes:
    path = f"/v1/stores/{store_id}/exports"
    export = seller.mine("POST", path, expect=201, json={"kind": "csv"}).json()
    mine = f"{path}/{export['export_id']}"
    soon(seller, lambda: seller.mine("GET", mine).json()["state"] == "ready", "an export did not end")
    return httpx.get(seller.mine("GET", f"{mine}/file").json()["url"], timeout=30).content


def get_stuck(seller: Person, path: str, done: dict[str, Any]) -> None:
    """As if the last event of another run had been lost: the sweep notices, and the import ends."""
    dynamodb, key = seller.stack.client("dynamodb"), {"pk": f"IMPORTS#{done['store_id']}", "sk": done["import_id"]}
    [table] = [name for name in dynamodb.list_tables()["TableNames"] if f"-{STAGE}-catalog" in name]
    lost = {":s": {"S": "running"}, ":h": {"S": "2020-01-01T00:00:00.000Z"}, ":n": {"S": clock.rfc3339(clock.now())}}
    lost[":r"] = {"N": str(done["run"] + 1)}
    dynamodb.update_item(
        TableName=table,
        Key={name: {"S": value} for name, value in key.items()},
        UpdateExpression="SET #s = :s, #r = :r, heard_at = :h, started_at = :n",
        ExpressionAttributeNames={"#s": "state", "#r": "run"},
        ExpressionAttributeValues=lost,
    )
    running = {"pk": "IMPORTS", "sk": done["store_id"], "import_id": done["import_id"]}
    dynamodb.put_item(TableName=table, Item={name: {"S": value} for name, value in running.items()})
    sweep(seller)
    assert ended(seller, f"{path}/{done['import_id']}")["state"] == "done"
