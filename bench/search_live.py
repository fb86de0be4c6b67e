"""`python -m bench.search_live [--url …]`: how soon a changed price is found on a running Metco, and search under load.

Without an address it starts a Metco of its own, with the demo's goods on its shelves.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench.load import Result, closed_loop
from local.seed import PASSWORD, SELLER
from local.stack import Stack

CHANGES, WITHIN_S, FOUND_P95_S = 40, 30.0, 2.0
CLIENTS, WARM_UP_S, SECONDS = 8, 3.0, 6.0
STORE, QUERY = "analog-cameras", "/v1/search?q=camera&facets=category&facets=brand&facets=condition&facets=price"


@contextmanager
def running(url: str) -> Iterator[tuple[str, Path | None]]:
    """Its address, and where its functions' log is, if that is known."""
    if url:
        yield url, None
        return
    with tempfile.TemporaryDirectory() as home, Stack.start(Path(home), seeded=True) as stack:
        yield stack.url, stack.cloud.function_log


def freshness(client: httpx.Client) -> list[float]:
    """Seconds from the moment a seller's change is answered until a search shows it."""
    session = client.post("/v1/sessions", json={"email": SELLER.email, "password": PASSWORD}).raise_for_status().json()
    bearer = {"Authorization": f"Bearer {session['access_token']}"}
    store_id = client.get(f"/v1/shops/{STORE}").raise_for_status().json()["store_id"]
    product = client.get(f"/v1/stores/{store_id}/products").raise_for_status().json()["items"][0]["address"]
    page = client.get(f"/v1/products/{product}").raise_for_status().json()
    offer = page["offers"][0]
    variant = offer["variants"][0]
    path = f"/v1/stores/{store_id}/products/{page['product_id']}/offers/{offer['offer_id']}"
    asked = {"q": next(iter(page["texts"].values()))["title"], "store": store_id}
    taken = []
    for number in range(CHANGES):
        price = 1_000 + number
        changed = {"prices": dict.fromkeys(variant["prices"], price)}
        client.patch(f"{path}/variants/{variant['variant_id']}", json=changed, headers=bearer).raise_for_status()
        taken.append(_until_found(client, asked, offer["offer_id"], price))
    return taken


def _until_found(client: httpx.Client, asked: dict[str, str], offer_id: str, price: int) -> float:
    started = time.perf_counter()
    while time.perf_counter() - started < WITHIN_S:
        items: list[dict[str, Any]] = client.get("/v1/search", params=asked).raise_for_status().json()["items"]
        if any(one["offer_id"] == offer_id and price in one["prices"].values() for one in items):
            return time.perf_counter() - started
        time.sleep(0.02)
    raise TimeoutError(f"A changed price was not found within {WITHIN_S:.0f} s.")


def load(url: str) -> Result:
    asyncio.run(closed_loop(f"{url}{QUERY}", {}, clients=CLIENTS, seconds=WARM_UP_S))  # every worker has started once
    return asyncio.run(closed_loop(f"{url}{QUERY}", {}, clients=CLIENTS, seconds=SECONDS))


def cpu_ms(log: Path) -> list[float]:
    """What each search took in its function, from the function's own log lines."""
    lines = (line.partition(" ")[2] for line in log.read_text().splitlines() if '"GET /v1/search"' in line)
    return [json.loads(line)["cpu_ms"] for line in lines]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.search_live", description=__doc__)
    parser.add_argument("--url", default="", help="of a running Metco with the demo's accounts")
    parser.add_argument("--log", type=Path, help="where its functions' log is, for the CPU of each search")
    options = parser.parse_args()
    with running(options.url) as (url, log), httpx.Client(base_url=url, timeout=30) as client:
        found = sorted(freshness(client))
        result, log = load(url), options.log or log
        took = cpu_ms(log)[-200:] if log else []
    p95 = found[int(len(found) * 0.95)]
    print(f"A changed price is found after {statistics.median(found):.2f} s (p50), {p95:.2f} s (p95), of {CHANGES}")
    print(f"Search, {CLIENTS} clients: {result.per_s:.0f}/s, p50 {result.p50_ms:.0f} ms, p95 {result.p95_ms:.0f} ms")
    if took:
        print(f"  CPU of a search in its function: median {statistics.median(took):.2f} ms, least {min(took):.2f} ms")
    return 1 if p95 > FOUND_P95_S or result.failed else 0


if __name__ == "__main__":
    sys.exit(main())
