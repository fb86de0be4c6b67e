"""Imports and exports for tests: files are sent as their forms say, events brought to the functions that hear them."""

import csv
import io
import json
from typing import Any

from functions.catalog import chunks, imports
from functions.catalog.model.imports import MAX_BYTES
from kernel import ids
from kernel.authz import Principal
from tests.builders import catalog, cloud
from tests.builders.cloud import World
from tests.builders.http import Answered, Context

STORE = "sto_00000000000000000000000000"
HEARS = {"ImportStarted": imports, "GoodsExportRequested": imports, "ImportChunkReady": chunks}
HEADER = ["sku", "title", "category", "price:EUR", "status"]


def a_csv(*rows: list[Any], header: list[str] | None = None, separator: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([header or HEADER, *rows])
    return text.getvalue().encode()


def a_row(number: int = 1, *, category: str = "", price: str = "12.50", status: str = "active") -> list[str]:
    return [f"SKU-{number}", f"Camera {number}", category, price, status]


def a_workbook(*rows: list[Any], header: list[str] | None = None) -> bytes:
    from openpyxl import Workbook

    book, packed = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for row in [header or HEADER, *rows]:
        sheet.append(row)
    book.save(packed)
    return packed.getvalue()


def announced(content: bytes, *, store_id: str = STORE, **said: Any) -> str:
    """An import whose file has arrived."""
    answer = announce(store_id, size_bytes=min(len(content), MAX_BYTES), **said)
    assert answer.status == 201, answer.text
    key = answer.json["fields"]["key"]
    kind = answer.json["fields"]["Content-Type"]
    cloud.client("s3").put_object(Bucket=cloud.BUCKET, Key=key, Body=content, ContentType=kind)
    return str(answer.json["progress"]["import_id"])


def announce(store_id: str = STORE, **said: Any) -> Answered:
    body = {"kind": "csv", "size_bytes": 1} | said
    return catalog.as_seller(store_id)("POST", f"/v1/stores/{store_id}/imports", body)


def start(import_id: str, *, store_id: str = STORE, dry_run: bool = False) -> Answered:
    path = f"/v1/stores/{store_id}/imports/{import_id}/start"
    return catalog.as_seller(store_id)("POST", path, {"dry_run": dry_run})


def read(import_id: str, store_id: str = STORE) -> dict[str, Any]:
    answer = catalog.as_seller(store_id)("GET", f"/v1/stores/{store_id}/imports/{import_id}")
    assert answer.status == 200, answer.text
    return dict(answer.json)


def imported(world: World, content: bytes, *, dry_run: bool = False, **said: Any) -> dict[str, Any]:
    """A file from its announcement to its end; the import as it then stands."""
    import_id = announced(content, **said)
    answer = start(import_id, dry_run=dry_run)
    assert answer.status == 200, answer.text
    told_all(world)
    return read(import_id)


def told_all(world: World, *, twice: bool = False, without: tuple[str, ...] = ()) -> None:
    """Every event to whoever hears it, as relay, bus and queue would bring it, until nothing is new."""
    heard = set[str]()
    while True:
        fresh = [one for one in world.envelopes() if one["metadata"]["id"] not in heard]
        fresh = [one for one in fresh if one["metadata"]["type"] in HEARS.keys() - {*without}]
        if not fresh:
            return
        for envelope in fresh:
            heard.add(envelope["metadata"]["id"])
            for _ in range(1 + twice):
                assert tell(envelope) == []


def tell(envelope: dict[str, Any]) -> list[dict[str, str]]:
    kind = envelope["metadata"]["type"]
    body = json.dumps({"source": "metco.catalog", "detail-type": f"{kind}.v1", "detail": envelope})
    record = {"messageId": "1", "body": body}
    return list(HEARS[kind].handler({"Records": [record]}, Context())["batchItemFailures"])


def faults(progress: dict[str, Any]) -> list[list[str]]:
    """The file of faults: line, column, reason."""
    key = f"imports/{progress['import_id']}/{progress['run']}/faults.csv"
    body = cloud.client("s3").get_object(Bucket=cloud.BUCKET, Key=key)["Body"].read()
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))[1:]


def exported(world: World, kind: str = "csv", store_id: str = STORE) -> bytes:
    answer = catalog.as_seller(store_id)("POST", f"/v1/stores/{store_id}/exports", {"kind": kind})
    assert answer.status == 201, answer.text
    told_all(world)
    body: bytes = (
        cloud.client("s3")
        .get_object(Bucket=cloud.BUCKET, Key=f"exports/{answer.json['export_id']}.{kind}")["Body"]
        .read()
    )
    return body


# For the access matrix and the other tests that call every route


def things_of(user_id: str) -> dict[str, str]:
    return {"import_id": ids.derived_id("imp", user_id), "goods_export_id": ids.derived_id("gex", user_id)}


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """An import or export of this very store that is as far as the operation needs it."""
    store_id = things.get("store_id", "")
    match operation:
        case "read_import" | "start_import":
            free(store_id)
            return things | {"import_id": announced(a_csv(a_row()), store_id=store_id)}, {}
        case "cancel_import" | "link_import_faults":
            free(store_id)
            import_id = announced(a_csv(a_row(price="cheap")), store_id=store_id)
            assert start(import_id, store_id=store_id).status == 200
            if operation == "link_import_faults":
                told_all(World({}, ""))
            return things | {"import_id": import_id}, {}
        case "read_goods_export" | "link_export":
            path = f"/v1/stores/{store_id}/exports"
            export = catalog.as_seller(store_id)("POST", path, {"kind": "csv"}).json
            if operation == "link_export":
                told_all(World({}, ""))
            return things | {"goods_export_id": export["export_id"]}, {}
    return things, {}


def free(store_id: str) -> None:
    """A store imports one file at a time."""
    path = f"/v1/stores/{store_id}/imports"
    for one in catalog.as_seller(store_id)("GET", path).json["items"]:
        if one["state"] == "running":
            catalog.as_seller(store_id)("POST", f"{path}/{one['import_id']}/cancel")
