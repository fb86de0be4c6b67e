"""`make bench-import`: a file of 50,000 rows into the running laptop stack, again, out, and in again; and cut off."""

import argparse
import csv
import io
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench import goods_file
from bench.goods_file import Fault
from bench.processes import Watch, processes
from functions.catalog.model.imports import FileKind
from local.home import STAGE
from local.stack import Stack

PASSWORD = "correct horse battery"
BUDGET_S = 60.0
FLAT_MB = 150  # of a function, however long the file is
WITHIN_S = 900


@dataclass
class Shop:
    """A seller with a store on a stack of their own, and the tree of categories that the file speaks of."""

    stack: Stack
    client: httpx.Client
    store_id: str = ""
    seller: str = ""
    token: str = ""
    stores: int = 0

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        headers = {"Authorization": f"Bearer {token or self.token}"} if token or self.token else {}
        answer = self.client.request(method, f"/v1{path}", json=body, headers=headers)
        if answer.status_code == 401 and self.token and not token:  # a session's quarter of an hour is over
            self.token = self.signed_in(self.seller)
            headers = {"Authorization": f"Bearer {self.token}"}
            answer = self.client.request(method, f"/v1{path}", json=body, headers=headers)
        if answer.status_code >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json()

    def person(self, address: str) -> str:
        begun = self.ask("POST", "/sign-ups", {"email": address})["id"]
        code = {"code": self.stack.code_for(address), "password": PASSWORD, "name": "Bench"}
        self.ask("POST", f"/sign-ups/{begun}/verify", code)
        return self.signed_in(address)

    def signed_in(self, address: str) -> str:
        answer = self.client.post("/v1/sessions", json={"email": address, "password": PASSWORD})
        return str(answer.raise_for_status().json()["access_token"])

    def open(self) -> None:
        admin = self._admin()
        attributes = [
            {"code": "material", "kind": "choice", "choices": [{"value": one} for one in goods_file.MATERIALS]},
            {"code": "year", "kind": "number", "minimum": 1900, "maximum": 2100},
        ]
        home = {"names": {"en": "Home"}, "attributes": attributes, "price_limits": {"EUR": {"floor": 100}}}
        root = self.ask("POST", "/categories", home, admin)["category_id"]
        for name in ("Kitchen", "Garden"):
            self.ask("POST", "/categories", {"parent_id": root, "names": {"en": name}}, admin)
        self.open_store()

    def open_store(self) -> None:
        self.stores += 1
        self.seller = f"seller-{self.stores}@example.com"
        self.token = self.person(self.seller)
        store = {"name": "Bench", "slug": f"bench-{self.stores}", "country": "DE", "currency": "EUR"}
        self.store_id = self.ask("POST", "/stores", store)["store_id"]
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:  # the principal learns of the store by an event
            if self._get(f"/stores/{self.store_id}/imports").status_code == 200:
                return
            time.sleep(0.3)
        raise TimeoutError("the seller may not import")

    def _admin(self) -> str:
        path = f"/metco/{STAGE}/identity/settings"
        settings = json.loads(self.stack.cloud.parameter(path) or "{}") | {"first_admin": "admin@example.com"}
        self.stack.client("ssm").put_parameter(Name=path, Value=json.dumps(settings), Type="String", Overwrite=True)
        token = self.person("admin@example.com")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:  # the gateway learns of the role by an event, later than the own page does
            headers = {"Authorization": f"Bearer {token}"}
            if self.client.get("/v1/products", headers=headers).status_code == 200:
                return token
            time.sleep(0.3)
        raise TimeoutError("the first admin may not keep the catalogue")

    def _get(self, path: str) -> httpx.Response:
        return self.client.get(f"/v1{path}", headers={"Authorization": f"Bearer {self.token}"})


def bring(shop: Shop, content: bytes, kind: FileKind = "csv", *, killed: bool = False) -> tuple[dict[str, Any], float]:
    """The import at its end, and how long it took from its start; `killed`: half-way all who work on it are."""
    path = f"/stores/{shop.store_id}/imports"
    upload = shop.ask("POST", path, {"kind": kind, "size_bytes": len(content)})
    httpx.post(upload["url"], data=upload["fields"], files={"file": content}, timeout=60).raise_for_status()
    mine = f"{path}/{upload['progress']['import_id']}"
    started = time.perf_counter()
    shop.ask("POST", f"{mine}/start", {})
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        progress = shop.ask("GET", mine)
        if progress["state"] != "running":
            return progress, time.perf_counter() - started
        if killed and progress["rows_done"] * 2 > progress["rows"] > 0:
            killed = False
            kill(shop)
        time.sleep(0.5)
    raise TimeoutError(f"the import did not end: {shop.ask('GET', mine)}")


def kill(shop: Shop) -> None:
    """Those alone that the bench's own cloud has started for imports."""
    for process, name in processes(shop.stack.cloud.pid):
        if name in ("catalog-chunks", "catalog-imports"):
            with suppress(ProcessLookupError):
                os.kill(int(process.name), signal.SIGKILL)
                print(f"    killed {name} ({process.name})", flush=True)


def faults_of(shop: Shop, progress: dict[str, Any]) -> Counter[Fault]:
    link = shop.ask("GET", f"/stores/{shop.store_id}/imports/{progress['import_id']}/faults")
    text = httpx.get(link["url"], timeout=60).content.decode("utf-8-sig")
    return Counter((int(line), column) for line, column, _ in list(csv.reader(io.StringIO(text)))[1:])


def out(shop: Shop) -> tuple[bytes, float]:
    path, started = f"/stores/{shop.store_id}/exports", time.perf_counter()
    export = shop.ask("POST", path, {"kind": "csv"})
    while shop.ask("GET", f"{path}/{export['export_id']}")["state"] != "ready":
        time.sleep(0.5)
    link = shop.ask("GET", f"{path}/{export['export_id']}/file")
    return httpx.get(link["url"], timeout=120).content, time.perf_counter() - started


def told(title: str, progress: dict[str, Any], took_s: float) -> None:
    counts = ", ".join(f"{progress[name]} {name}" for name in ("created", "updated", "unchanged", "refused"))
    print(f"  {title:<24}{took_s:7.1f} s   {progress['rows']} rows: {counts}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-import", description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        file = Path(home) / "goods.csv"
        expected = goods_file.write(file, options.rows)
        content = file.read_bytes()
        print(f"{options.rows} rows, {len(content) / 1e6:.1f} MB, {len(expected)} of them wrong; {busy()}", flush=True)
        stack = Stack.start(Path(home) / "stack")
        try:
            with httpx.Client(base_url=stack.url, timeout=60) as client:
                shop = Shop(stack, client)
                shop.open()
                return _measure(shop, content, options.rows, expected)
        finally:
            stack.stop()


def busy() -> str:
    """Others at work on this machine make every second longer, and CPU seconds hardly."""
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"


def _measure(shop: Shop, content: bytes, rows: int, expected: list[Fault]) -> int:
    over: list[str] = []
    with Watch(shop.stack.cloud.pid) as watch:
        first, took_s = bring(shop, content)
        by_then = sum(watch.cpu_s().values())
        told("first import", first, took_s)
        watch.until_calm()
    good = rows - len(expected)
    _hold(over, "all good rows in", (first["created"], first["refused"]) == (good, len(expected)))
    _hold(over, "each bad row told by line and column", faults_of(shop, first) == Counter(expected))
    _hold(over, f"within {BUDGET_S:.0f} s", took_s <= BUDGET_S)
    workers = [mb for name, mb in watch.peak_mb.items() if name != "the local cloud"]
    _hold(over, f"no function above {FLAT_MB} MB", max(workers) <= FLAT_MB)
    taken = watch.cpu_s()
    print(f"    {by_then:.1f} s of CPU until its end, {sum(taken.values()):.1f} s with what follows from it; {busy()}")
    for name, cpu_s in sorted(taken.items(), key=lambda one: -one[1]):
        if cpu_s > 0.5:
            each = f"{1e6 * cpu_s / rows:6.0f} µs a row"
            print(f"    {name:<24}{cpu_s:7.1f} s of CPU, {each}, {watch.peak_mb[name]:5} MB at most", flush=True)
    again, took_s = bring(shop, content)
    told("the same file again", again, took_s)
    _hold(over, "nothing changed", (again["unchanged"], again["created"], again["updated"]) == (good, 0, 0))
    _hold(over, "each bad row told as before", faults_of(shop, again) == Counter(expected))
    book, took_s = bring(shop, goods_file.workbook(content), "xlsx")
    told("the same as a workbook", book, took_s)
    _hold(over, "nothing changed by it", (book["unchanged"], book["created"], book["updated"]) == (good, 0, 0))
    _hold(over, "the same rows bad", faults_of(shop, book) == Counter(expected))
    exported, took_s = out(shop)
    print(f"  {'export':<24}{took_s:7.1f} s   {len(exported) / 1e6:.1f} MB")
    back, took_s = bring(shop, exported)
    told("what was exported, in", back, took_s)
    _hold(over, "nothing changed either", (back["rows"], back["unchanged"]) == (good, good))
    shop.open_store()
    halved, took_s = bring(shop, content, killed=True)
    told("killed half-way", halved, took_s)
    same = all(halved[name] == first[name] for name in ("rows", "created", "updated", "unchanged", "refused"))
    _hold(over, "the same sums", same)
    _hold(over, "the same bad rows", faults_of(shop, halved) == Counter(expected))
    _hold(over, "all goods there, once", out(shop)[0].count(b"\r\nSKU-") == good)
    print(f"\n{'Not held: ' + '; '.join(over) if over else 'All of it holds.'}")
    return 1 if over else 0


def _hold(over: list[str], what: str, holds: bool) -> None:
    print(f"    {'ok  ' if holds else 'NOT '}{what}", flush=True)
    if not holds:
        over.append(what)


if __name__ == "__main__":
    sys.exit(main())
