"""What has to be true in the end: of the books, of Stripe, of stock, of carriers, of executions and queues."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config

from bench.buying import Line
from functions.ledger.model.accounts import kind_of
from kernel.changes import decode
from local.home import ACCOUNT, REGION, STAGE
from local.seed import FINANCE, SELLER
from local.stack import Stack
from tests.chaos.soak.operators import Operators
from tests.chaos.soak.people import Json, signed_in
from tests.chaos.soak.rest import DAY_S, Orders, move, quiet, table_of

SHELF = 100_000
LONGEST_S = 900  # of any function
HOURS_S = 7 * 3600  # after the day: then nothing of it is young, and it is held against the books
MANUAL = "manual"
UNBILLED = ("dhl",)  # whose labels cost nothing until they are used: one whose answer was lost is left
RUNS = 40  # of the function that reconciles, each a step with each day


class Proofs:
    def __init__(self, stack: Stack, orders: Orders, operators: Operators, since: datetime) -> None:
        self.stack, self.orders, self.operators, self.since = stack, orders, operators, since
        self.finance = signed_in(stack.url, FINANCE)
        config = Config(read_timeout=LONGEST_S, retries={"max_attempts": 0})
        self._functions: Any = boto3.client(
            "lambda",
            endpoint_url=stack.endpoint,
            region_name=REGION,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="test",
            config=config,
        )
        self.proved: list[str] = []  # what was looked at, in words

    # The books

    def books(self) -> Iterator[str]:
        """As each night's proof has it: balances are what journals say, all is zero, and what is owed is there."""
        if failed := self._run("ledger-verifier"):
            yield failed
        [proof] = self.finance.ask("GET", "/v1/ledger/proofs", params={"limit": 1})["items"]
        for name in ("complete", "whole", "covered"):
            if not proof[name]:
                yield f"the proof is not {name}: {json.dumps(proof)[:800]}"
        journals = proof["report"]["journals"]
        self.proved.append(f"{journals} journals, all balances as they say, and all that is owed is there")

    def balances(self) -> Counter[tuple[str, str]]:
        """By account and currency, debit positive."""
        found = Counter[tuple[str, str]]()
        for row in self._rows("ledger", "BALANCE#"):
            account, currency = row["pk"].split("#")[1:3]
            found[account, currency] += kind_of(account).normal(row["balance"])
        return found

    def money_at_stripe(self) -> Iterator[str]:
        kept, there = self.balances(), self._at_stripe()
        for currency in {currency for _, currency in kept} | set(there):
            if over := sum(minor for (_, of), minor in kept.items() if of == currency):
                yield f"the books leave {over} {currency} over"
            here = sum(kept[f"stripe:{where}", currency] for where in ("pending", "available"))
            if here != there[currency]:
                yield f"the books have {here} {currency} at Stripe, which has {there[currency]}"
            elif here:
                self.proved.append(f"{here / 100:,.2f} {currency} at Stripe, there and in the books")
        held = {account: minor for (account, _), minor in kept.items() if account.startswith("hold:") and minor}
        waits = {name: minor for (name, _), minor in kept.items() if name.startswith("seller-order:") and minor}
        if held or waits:
            yield f"{len(held)} holds and {len(waits)} parts have money on them still: {[*held, *waits][:5]}"

    def reconciliation(self) -> Iterator[str]:
        """Every day of it, transaction by transaction: nothing differs, and nothing is on its way any more."""
        move(self.stack, DAY_S + HOURS_S)
        quiet(self.operators)
        today, day, days = self.stack.cloud.clock.now().date(), self.since.date(), list[str]()
        while day < today:
            days.append(day.isoformat())
            self.finance.ask("POST", "/v1/reconciliations", json={"day": days[-1]})
            day += timedelta(days=1)
        left, transactions = set(days), 0
        for _ in range(RUNS):
            self._run("payments-reconcile")
            for one in sorted(left):
                [report] = self.finance.ask("GET", "/v1/reconciliations", params={"day": one})["items"]
                if report["state"] == "finished":
                    left.discard(one)
                    transactions += report["transactions"]
            if not left:
                break
        if left:
            yield f"{len(left)} days are not held against the books: {sorted(left)}"
        for one in self.finance.ask("GET", "/v1/reconciliation-differences", params={"limit": 50})["items"]:
            yield f"{one['kind']} {one['about']}: {json.dumps(one)[:400]}"
        self.proved.append(f"{len(days)} days, {transactions} transactions of Stripe's held against the books")

    def refunds(self) -> Iterator[str]:
        """What refunds say went back did: once, by the card that paid; of what was cancelled unpaid, all of it."""
        paid, back = Counter[str](), Counter[str]()
        for charge in self.stack.stripe.core.state.find("charge"):
            if charge["status"] == "succeeded":
                paid[charge["metadata"]["payment_id"]] += charge["amount"]
                back[charge["metadata"]["payment_id"]] += charge["amount_refunded"]
        total = 0
        for kept in self.orders.each:
            order, payment_id = kept.order, kept.order.paying.payment_id or ""
            said = sum(one.by_card.minor for one in kept.refunds if one.by_card)
            due = said if order.confirmed_at else paid[payment_id]
            total += due
            if back[payment_id] != due:
                yield f"{order.order_id}: {due} should have gone back, and {back[payment_id]} did"
            if order.confirmed_at and paid[payment_id] != order.paying.card.minor:
                yield f"{order.order_id}: {order.paying.card.minor} were to be paid, and {paid[payment_id]} were"
        self.proved.append(f"{sum(paid.values()) / 100:,.2f} EUR paid by card, of which {total / 100:,.2f} went back")

    # What is somewhere

    def stock(self, lines: Sequence[Line]) -> Iterator[str]:
        """What is not on the shelf any more is with buyers."""
        away = Counter[str]()
        for part in (part for kept in self.orders.each for part in kept.parts if part.confirmed_at):
            for line in part.lines:
                away[line.variant_id] += line.quantity - line.cancelled - line.returned
        seller = signed_in(self.stack.url, SELLER)
        for one in lines:
            there = seller.ask("GET", f"/v1/stores/{one['store_id']}/stock/{one['variant_id']}")
            gone = away[one["variant_id"]]
            if (there["available"], there["reserved"]) != (SHELF - gone, 0):
                yield f"{there['available']} there, {there['reserved']} promised, {gone} away of {SHELF}"
        self.proved.append(f"{away.total()} pieces with buyers, all others on the shelf")

    def labels(self) -> Iterator[str]:
        """Each label that a carrier is paid for is of a parcel that left. What DHL never scanned costs nothing."""
        with self.stack.carriers.turn:
            there = [one for one in self.stack.carriers.core.parcels.values() if not one.void]
        parcels = [one for kept in self.orders.each for one in kept.parcels if one.carrier != MANUAL]
        known = {one.tracking_number: one.state for one in parcels}
        unknown = [one for one in there if one.number not in known]
        unused = [one.number for one in unknown if one.carrier in UNBILLED and not one.scans]
        if lost := {one.number for one in unknown} - set(unused):
            yield f"{len(lost)} labels are paid for, and nobody knows them: {sorted(lost)[:5]}"
        if left := [number for number, state in known.items() if state == "label"]:
            yield f"{len(left)} labels were never used: {sorted(left)[:5]}"
        if more := len(parcels) - len(known):
            yield f"{more} parcels have a label that another one has"
        used = len(there) - len(unknown)
        self.proved.append(f"{used} labels at carriers, each of a parcel that left; {len(unused)} unbilled and unused")

    # What goes on

    def executions(self) -> Iterator[str]:
        """Each has come to its end; or another that was begun in its place has."""
        states, ended, other = self.stack.client("stepfunctions"), Counter[str](), dict[str, str]()
        for machine in _paged(states, "list_state_machines", "stateMachines"):
            name = machine["name"].removeprefix(f"metco-{STAGE}-")
            for one in _paged(states, "list_executions", "executions", stateMachineArn=machine["stateMachineArn"]):
                first = f"{name} {one['name'].partition('-again-')[0]}"
                if one["status"] == "SUCCEEDED":
                    ended[first] += 1
                else:
                    other[first] = one["status"]
        for first, status in other.items():
            if first not in ended:
                yield f"{first} is {status}"
        by_name = Counter(first.partition(" ")[0] for first in ended)
        told = ", ".join(f"{count} of {name}" for name, count in sorted(by_name.items()))
        self.proved.append(f"executions at their end: {told}")

    def waiting(self) -> Iterator[str]:
        if letters := self.operators.given_up():
            yield f"given up after all: {dict(letters)}"
        if batches := self.operators.kept_batches():
            yield f"{len(batches)} batches of events were not told: {batches[:3]}"
        if messages := self.operators.still_to_handle():
            yield f"{messages} events are not handled"
        for one in self.operators.parked():
            yield f"parked: {one['workflow']}/{one['step']}, {one['why']}, {one['order_id']}"
        self.proved.append("dead-letter queues empty, nothing parked")

    def found_by_sweeper(self) -> Counter[str]:
        """From its reports, those of all its runs."""
        found, asked = Counter[str](), Json(limit=50)
        while True:
            page = self.finance.ask("GET", "/v1/sweeps", params=asked)
            for sweep in page["items"]:
                found["(runs)"] += 1
                found["(looked at)"] += sweep["looked"]
                found.update(f"{one['what']}, {one['outcome']}" for one in sweep["found"])
            if not page["cursor"]:
                return found
            asked["cursor"] = page["cursor"]

    def _run(self, name: str) -> str:
        """What is else done every hour or so; how it failed. It may take its time."""
        answer = self._functions.invoke(FunctionName=f"metco-{STAGE}-{name}", Payload=b"{}")
        return answer["Payload"].read().decode()[:300] if answer.get("FunctionError") else ""

    def _at_stripe(self) -> Counter[str]:
        """All that the platform has there, pending or not."""
        found = Counter[str]()
        for one in self.stack.stripe.core.state.find("balance_transaction"):
            found[str(one["currency"]).upper()] += one["net"]
        return found

    def _rows(self, domain: str, prefix: str) -> Iterator[Mapping[str, Any]]:
        scan = self.stack.client("dynamodb").get_paginator("scan")
        for page in scan.paginate(TableName=table_of(self.stack, domain)):
            yield from (decode(row) for row in page["Items"] if row["pk"]["S"].startswith(prefix))


def _paged(client: Any, call: str, key: str, **asked: Any) -> Iterator[dict[str, Any]]:
    for page in client.get_paginator(call).paginate(**asked):
        yield from page[key]
