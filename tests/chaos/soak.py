"""`make soak`: buyers and sellers, while everything around them goes wrong; in the end every order is final.

All of Metco as `make dev` has it, deployed for this alone. Function processes die before and after calls, answers are
lost, every event comes twice and the second time in reverse; Stripe and carriers refuse, answer too late or never, and
lose, double and shuffle what they tell. Then that stops, time passes, what gave up is handled again, and the books, the
stock and every order are looked at. `MINUTES=` says how long; fewer than 500 orders in ten minutes are a failure too.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import httpx

from bench.buying import HOME, PRICES, SHIP_TO, Line, shelves
from local.carriers import faults as at_carriers
from local.home import STAGE
from local.seed import PASSWORD, SELLER
from local.stack import Stack
from local.stripe.faults import Fault, WebhookFaults
from tests.builders.order_rows import kept_in
from tests.chaos.process_death import HOOK, KINDS, calls_of
from tests.e2e.sending_walk import SENDER

PEOPLE = 8
ORDERS_A_MINUTE = 50
PATIENCE_S = 240.0
FRESH_S = 300.0  # of a session, before another one is begun
WINDOWS_S = 200  # on a laptop, all of a part's windows are over by then
SHELF = 100_000
FINAL = ("completed", "cancelled")
AT_STRIPE = ("unavailable", "in_use", "broken_before", "broken_after", "lost", "never")
SWEEPS = ["orders-sweep", "ledger-sweep", "payments-sweep", "inventory-sweep", "catalog-sweep", "baskets-sweep"]


class NotDone(Exception):
    """Somebody was patient, and it never came to an end."""


@dataclass
class Known:
    """What the people saw: seconds by what they waited for, orders, and what went wrong for good."""

    took: dict[str, list[float]] = field(default_factory=dict)
    orders: list[str] = field(default_factory=list)
    stories: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, since: float) -> None:
        with self.lock:
            self.took.setdefault(what, []).append(time.perf_counter() - since)


class Client:
    """As a good one does: with one key until there is a definite answer."""

    def __init__(self, url: str, token: Callable[[httpx.Client], str]) -> None:
        self.http, self._token = httpx.Client(base_url=url, timeout=35), token
        self._since = 0.0

    def ask(self, method: str, path: str, *, may: Sequence[int] = (), **options: Any) -> Any:
        """What is answered; None for a refusal that `may` be."""
        key, until, said = uuid.uuid4().hex, time.perf_counter() + PATIENCE_S, "nothing"
        while time.perf_counter() < until:
            try:
                answer = self.http.request(method, path, headers=self._headers(key), **options)
            except httpx.TransportError as broken:
                said = repr(broken)
            else:
                said = f"{answer.status_code} {answer.text[:300]}"
                if answer.status_code < 300:
                    return answer.json() if answer.content else {}
                if answer.status_code in may and "Retry-After" not in answer.headers:
                    return None
                if answer.status_code in (401, 403):
                    self._since = 0.0  # whoever looks at tokens may have died as well
                elif answer.status_code < 500 and answer.status_code not in (404, 409, 429):
                    break
            time.sleep(0.5)
        raise NotDone(f"{method} {path}: {said}")

    def _headers(self, key: str) -> dict[str, str]:
        if time.perf_counter() - self._since > FRESH_S or not self._since:
            self.http.headers["Authorization"] = f"Bearer {self._token(self.http)}"
            self._since = time.perf_counter()
        return {"Idempotency-Key": key}


def a_guest() -> Callable[[httpx.Client], str]:
    kept: dict[str, str] = {}

    def token(http: httpx.Client) -> str:
        """The same guest for ever: an order is theirs alone."""
        while not kept:
            answer = http.post("/v1/guests")
            kept.update(answer.json() if answer.status_code == 201 else {})
        return kept["access_token"]

    return token


def the_seller(http: httpx.Client) -> str:
    while True:
        answer = http.post("/v1/sessions", json={"email": SELLER.email, "password": PASSWORD})
        if answer.status_code == 201:
            return str(answer.json()["access_token"])
        time.sleep(1)


class Trade:
    """One buyer and one seller, who do business again and again, each time with another end."""

    def __init__(self, stack: Stack, lines: Sequence[Line], chance: random.Random, known: Known) -> None:
        self.stack, self.lines, self.chance, self.known = stack, lines, chance, known
        self.url, self.seller = stack.url, Client(stack.url, the_seller)

    def until(self, end: float) -> None:
        while time.perf_counter() < end:
            story = self.chance.choice(STORIES)
            try:
                self.buyer = Client(self.url, a_guest())
                began = time.perf_counter()
                story(self, self.buys())
                self.known.note("a whole sale", began)
                self.known.stories[story.__name__] += 1
            except (NotDone, httpx.HTTPError, KeyError, TypeError) as broken:
                self.known.failed.append(f"{story.__name__}: {broken!r}"[:500])

    def buys(self) -> dict[str, Any]:
        for line in self.lines:
            self.buyer.ask(
                "POST", "/v1/basket/lines", json={name: of for name, of in line.items() if name != "product_id"}
            )
        quote = self.buyer.ask("POST", "/v1/basket/quote", json={"ship_to": SHIP_TO})["quote"]
        asked = {"quote": quote, "address": HOME, "email": "guest@example.com", "payment": {"method": "card"}}
        clicked = time.perf_counter()
        order_id = self.buyer.ask("POST", "/v1/checkouts", json=asked)["order_id"]
        self.known.note("ordered", clicked)
        with self.known.lock:
            self.known.orders.append(str(order_id))
        payment = self.sees(order_id, lambda order: (order["payment"] or {}).get("client_secret"))["payment"]
        self._pays(payment)
        paid = time.perf_counter()
        order = self.sees(order_id, lambda order: order["state"] != "pending")
        self.known.note("paid to confirmed", paid)
        return order

    def _pays(self, payment: dict[str, Any]) -> None:
        secret = payment["client_secret"]
        key = self.buyer.ask("GET", f"/v1/payments/{payment['payment_id']}")["publishable_key"]
        seen = {"key": key, "client_secret": secret, "payment_method": "pm_card_visa"}
        path = f"/_stripe/v1/payment_intents/{secret.partition('_secret_')[0]}/confirm"
        for _ in range(60):
            try:
                answer = self.buyer.http.post(path, data={**seen, "return_url": f"{self.url}/v1/pay"})
            except httpx.TransportError:
                continue
            if answer.status_code < 300 or answer.json().get("error", {}).get("code", "").endswith("unexpected_state"):
                return
            time.sleep(0.5)
        raise NotDone("the bank took no card")

    def sees(self, order_id: str, holds: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        until, order = time.perf_counter() + PATIENCE_S, dict[str, Any](state="unknown")
        while time.perf_counter() < until:
            order = self.buyer.ask("GET", f"/v1/orders/{order_id}")
            if holds(order) or order["state"] == "cancelled":
                return order
            time.sleep(0.5)
        raise NotDone(f"{order_id} is {order['state']}")

    # What each of them does

    def of_store(self, order: dict[str, Any], part: dict[str, Any], method: str, path: str, body: Any = None) -> Any:
        there = f"/v1/stores/{part['store_id']}/orders/{order['order_id']}"
        return self.seller.ask(method, f"{there}/{path}", json=body or {}, may=(409,))

    def sends(self, order: dict[str, Any], part: dict[str, Any], *, apart: bool = False) -> None:
        began = time.perf_counter()
        if apart:
            for line in part["lines"]:
                self.of_store(order, part, "POST", "parcels", {"lines": {line["line_id"]: 1}})
        else:
            self.of_store(order, part, "POST", "parcels")
        self.known.note("sent", began)

    def receives(self, order: dict[str, Any], part: dict[str, Any]) -> None:
        path = f"/v1/orders/{order['order_id']}/seller-orders/{part['seller_order_id']}/received"
        self.buyer.ask("POST", path, may=(409,))


def all_is_well(trade: Trade, order: dict[str, Any]) -> None:
    for part in order["seller_orders"]:
        trade.sends(order, part, apart=trade.chance.random() < 0.5)
        trade.receives(order, part)


def a_carrier_brings_it(trade: Trade, order: dict[str, Any]) -> None:
    """Whether its call arrives or not: else it is asked."""
    for part in order["seller_orders"]:
        parcel = trade.of_store(order, part, "POST", "parcels/label", {"carrier": "dhl"})
        if not parcel:
            continue  # somebody was faster
        for move in ("collected", "delivered"):
            trade.stack.carriers.core.move(parcel["tracking_number"], move)


def a_store_has_none(trade: Trade, order: dict[str, Any]) -> None:
    first, *others = order["seller_orders"]
    trade.of_store(order, first, "POST", "cancel", {"lines": {first["lines"][0]["line_id"]: 1}})
    for part in (first, *others):
        trade.sends(order, part)
        trade.receives(order, part)


def a_change_of_mind(trade: Trade, order: dict[str, Any]) -> None:
    for part in order["seller_orders"]:
        path = f"/v1/orders/{order['order_id']}/seller-orders/{part['seller_order_id']}/cancel"
        trade.buyer.ask("POST", path, json={}, may=(409,))


def a_part_of_the_price(trade: Trade, order: dict[str, Any]) -> None:
    part = order["seller_orders"][0]
    off = {"minor": 5_00, "currency": "EUR"}
    trade.of_store(order, part, "POST", "refunds", {"lines": {part["lines"][0]["line_id"]: off}})
    all_is_well(trade, order)


def it_comes_back(trade: Trade, order: dict[str, Any]) -> None:
    all_is_well(trade, order)
    part = order["seller_orders"][0]
    path = f"/v1/orders/{order['order_id']}"
    body = {"lines": {part["lines"][0]["line_id"]: 1}, "why": "damaged"}
    asked = trade.buyer.ask("POST", f"{path}/seller-orders/{part['seller_order_id']}/returns", json=body)
    back = f"returns/{asked['return_id']}"
    trade.sees(order["order_id"], lambda now: _return(now, asked["return_id"]) != "opening")
    trade.of_store(order, part, "POST", f"{back}/answer", {"answer": "approve"})
    trade.of_store(order, part, "POST", f"{back}/received")
    trade.of_store(order, part, "POST", f"{back}/inspection", {})


def _return(order: dict[str, Any], return_id: str) -> str:
    return next((str(one["state"]) for one in order.get("returns", ()) if one["return_id"] == return_id), "opening")


STORIES: Sequence[Callable[[Trade, dict[str, Any]], None]] = (
    all_is_well,
    all_is_well,
    a_carrier_brings_it,
    a_store_has_none,
    a_change_of_mind,
    a_part_of_the_price,
    it_comes_back,
)


class Misfortune:
    """All that goes wrong, one thing after the other, until it is called off."""

    def __init__(self, stack: Stack, folder: Path, chance: random.Random, known: Known) -> None:
        self.stack, self.folder, self.chance, self.known = stack, folder, chance, known
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._goes_on)

    def __enter__(self) -> "Misfortune":
        self.stack.stripe.core.faults.webhooks = WebhookFaults(drop=0.1, duplicate=0.2, shuffle=True)
        told = self.stack.carriers.core.faults
        told.drop, told.duplicate, told.shuffle = 0.1, 0.2, True
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.stack.stripe.core.faults.plan()
        self.stack.stripe.core.faults.webhooks = WebhookFaults()
        told = self.stack.carriers.core.faults
        told.plan()
        told.drop, told.duplicate, told.shuffle = 0.0, 0.0, False
        (self.folder / "plan.json").unlink(missing_ok=True)

    def _goes_on(self) -> None:
        while not self._over.wait(self.chance.uniform(0.2, 1.5)):
            match self.chance.choice(("process", "process", "stripe", "carriers")):
                case "process":
                    self._a_process_dies()
                case "stripe":
                    how = self.chance.choice(AT_STRIPE)
                    self.known.faults[f"Stripe: {how}"] += 1
                    self.stack.stripe.core.faults.plan(Fault(how, after=self.chance.randint(0, 5)))  # type: ignore[arg-type]  # one of How
                case "carriers":
                    which = self.chance.choice(get_args(at_carriers.How))
                    self.known.faults[f"carriers: {which}"] += 1
                    self.stack.carriers.core.faults.plan(at_carriers.Fault(which))

    def _a_process_dies(self) -> None:
        plan = self.folder / "plan.json"
        if plan.exists() and self.chance.random() < 0.9:
            return  # the last one has not come to pass
        kind = self.chance.choice(KINDS)
        self.known.faults[f"a process: {kind}"] += 1
        number = len(calls_of(self.folder)) + self.chance.randint(3, 60)
        waiting = plan.with_suffix(".new")
        waiting.write_text(json.dumps({"number": number, "kind": kind}))
        waiting.replace(plan)


# In the end


def handled_again(stack: Stack) -> int:
    """What consumers gave up on goes back to where it came from, as an operator has it done: how many."""
    queues, moved = stack.client("sqs"), 0
    for url in queues.list_queues().get("QueueUrls", ()):
        policy = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"]).get("Attributes", {})
        if "RedrivePolicy" not in policy:
            continue
        dead = json.loads(policy["RedrivePolicy"])["deadLetterTargetArn"].rpartition(":")[2]
        letters = queues.get_queue_url(QueueName=dead)["QueueUrl"]
        while found := queues.receive_message(QueueUrl=letters, MaxNumberOfMessages=10).get("Messages"):
            for one in found:
                queues.send_message(QueueUrl=url, MessageBody=one["Body"])
                queues.delete_message(QueueUrl=letters, ReceiptHandle=one["ReceiptHandle"])
                moved += 1
    return moved


def states(stack: Stack, orders: Sequence[str]) -> Counter[str]:
    table = stack.client("dynamodb")
    keys = [{"pk": {"S": f"ORDER#{one}"}, "sk": {"S": "-"}} for one in orders]
    found = Counter[str]()
    for key in keys:
        row = table.get_item(TableName=f"metco-{STAGE}-orders", Key=key).get("Item")
        found[kept_in(row)["state"] if row else "gone"] += 1
    return found


def come_to_rest(stack: Stack, orders: Sequence[str]) -> Counter[str]:
    """Time passes, sweeps look, operators have handled again what was given up: until every order is final."""
    found = states(stack, orders)
    for _ in range(20):
        httpx.post(f"{stack.url}/_clock", json={"by_s": WINDOWS_S, "sweeps": SWEEPS}, timeout=300)
        time.sleep(10)
        again, found = handled_again(stack), states(stack, orders)
        print(f"  at rest? {dict(found)}, {again} handled again", flush=True)
        if not again and set(found) <= set(FINAL):
            break
    return found


def books_wrong(stack: Stack) -> str:
    """As each night's proof has it: every currency adds up to nothing, and every balance is what journals say."""
    answer = stack.client("lambda").invoke(FunctionName=f"metco-{STAGE}-ledger-verifier", Payload=b"{}")
    return answer["Payload"].read().decode()[:300] if answer.get("FunctionError") else ""


def stock_wrong(stack: Stack, lines: Sequence[Line], orders: Sequence[str]) -> list[str]:
    """What is not on the shelf any more is with buyers."""
    table, gone = stack.client("dynamodb"), Counter[str]()
    for order_id in orders:
        asked = {":o": {"S": f"ORDER#{order_id}"}, ":s": {"S": "SELLER#"}}
        where = "pk = :o AND begins_with(sk, :s)"
        rows = table.query(
            TableName=f"metco-{STAGE}-orders", KeyConditionExpression=where, ExpressionAttributeValues=asked
        )["Items"]
        for part in (kept_in(row) for row in rows):
            if part["state"] in FINAL and part.get("confirmed_at"):
                for line in part["lines"]:
                    away = line["quantity"] - line.get("cancelled", 0) - line.get("returned", 0)
                    gone[line["variant_id"]] += away
    seller, wrong = Client(stack.url, the_seller), list[str]()
    for line in lines:
        there = seller.ask("GET", f"/v1/stores/{line['store_id']}/stock/{line['variant_id']}")
        if (there["available"], there["reserved"]) != (SHELF - gone[line["variant_id"]], 0):
            wrong.append(f"{there['available']} there, {there['reserved']} promised, {gone[line['variant_id']]} away")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    known = Known()
    with tempfile.TemporaryDirectory(prefix="metco-soak-") as name:
        folder = Path(name)
        with Stack.start(
            folder / "home", seeded=True, function_path=[HOOK], function_environment={"CHAOS_DIR": str(folder)}
        ) as stack:
            return soaked(stack, folder, options.minutes, options.seed, known)


def soaked(stack: Stack, folder: Path, minutes: float, seed: int, known: Known) -> int:
    lines = shelves(stack)
    sends_by_carrier(stack, lines)
    began = time.perf_counter()
    with Misfortune(stack, folder, random.Random(seed), known), ThreadPoolExecutor(PEOPLE) as pool:
        trades = [Trade(stack, lines, random.Random(f"{seed}/{one}"), known) for one in range(PEOPLE)]
        for done in [pool.submit(one.until, began + minutes * 60) for one in trades]:
            done.result()
    took = time.perf_counter() - began
    found = come_to_rest(stack, known.orders)
    wrong = {
        "orders that are not final": {state: count for state, count in found.items() if state not in FINAL},
        "given up after all": handled_again(stack),
        "books": books_wrong(stack),
        "stock": stock_wrong(stack, lines, known.orders),
        "people who were never answered": known.failed,
        "too few orders": len(known.orders) if len(known.orders) < minutes * ORDERS_A_MINUTE else 0,
    }
    report(known, took, found)
    for what, seen in wrong.items():
        if seen:
            print(f"WRONG  {what}: {seen}"[:2000])
    return 1 if any(wrong.values()) else 0


def sends_by_carrier(stack: Stack, lines: Sequence[Line]) -> None:
    seller, choice = Client(stack.url, the_seller), {"carriers": ["manual", "dhl"], "package": {"weight_g": 800}}
    for store_id in {line["store_id"] for line in lines}:
        seller.ask("PUT", f"/v1/stores/{store_id}/carriers", json={**choice, "sender": SENDER})


def report(known: Known, took: float, found: Counter[str]) -> None:
    print(f"\n{len(known.orders)} orders in {took / 60:.1f} minutes, {len(known.orders) / took:.2f}/s: {dict(found)}")
    print(f"  each of {sum(PRICES) / 100:.2f}; stories {dict(known.stories)}; {known.faults.total()} faults")
    for what, times in sorted(known.faults.items()):
        print(f"    {times:5} {what}")
    for what, seconds in known.took.items():
        cut = statistics.quantiles(seconds, n=100) if len(seconds) > 1 else seconds * 100
        print(f"  {what:20} p50 {cut[49]:6.2f} s  p95 {cut[94]:6.2f} s  p99 {cut[98]:6.2f} s  ({len(seconds)})")


if __name__ == "__main__":
    sys.exit(main())
