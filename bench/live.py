"""The deployed template on this machine: CPU from the functions' own log lines, and load through the edge."""

import asyncio
import json
import statistics
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench import goods_live, payments_live
from bench.load import Result, closed_loop, open_loop
from local.home import STAGE
from local.stack import Stack

PASSWORD = "correct horse battery"
CLIENTS, RATE_PER_S, SECONDS = 8, 60.0, 5.0
ROUNDS = 30
CODES = 3  # an address is sent five in a quarter of an hour, one of them to sign up


@dataclass(frozen=True, slots=True)
class Taken:
    """CPU of many calls of one kind. Neighbours only add to it: the least is what the code itself takes."""

    median_ms: float
    least_ms: float


def run() -> tuple[dict[str, Taken], dict[str, Result]]:
    """(CPU by what was done, load results)."""
    with tempfile.TemporaryDirectory() as home:
        stack = Stack.start(Path(home))
        try:
            return _measured(stack)
        finally:
            stack.stop()


def _measured(stack: Stack) -> tuple[dict[str, Taken], dict[str, Result]]:
    with httpx.Client(base_url=stack.url, timeout=60) as client:
        shop = goods_live.opened(stack, client)  # first: who is to be admin, identity reads once in a while
        address = "bench@example.com"
        begun = client.post("/v1/sign-ups", json={"email": address}).json()["id"]
        verify = {"code": stack.code_for(address), "password": PASSWORD, "name": "Bench"}
        client.post(f"/v1/sign-ups/{begun}/verify", json=verify).raise_for_status()
        for n in range(ROUNDS):
            mine = _signed_in(client, address)
            client.get("/v1/me", headers=mine).raise_for_status()
            client.patch("/v1/me", headers=mine, json={"name": f"Bench {n}"}).raise_for_status()
            client.delete("/v1/sessions/current", headers=mine).raise_for_status()
        _signed_in_by_code(client, stack, address)
        mine = _signed_in(client, address)
        pages = goods_live.rounds(shop)
        time.sleep(2)  # the last events are on their way
        taken = _cpu(stack)  # before the rush: of eight at once on two cores, each would be charged for the others too
        url = f"{stack.url}/v1/me"
        asyncio.run(closed_loop(url, mine, clients=CLIENTS, seconds=2))  # every worker has started once
        loads = (
            {
                f"GET /v1/me, {CLIENTS} clients": asyncio.run(closed_loop(url, mine, clients=CLIENTS, seconds=SECONDS)),
                f"GET /v1/me, {RATE_PER_S:.0f}/s": asyncio.run(open_loop(url, mine, per_s=RATE_PER_S, seconds=SECONDS)),
            }
            | goods_live.loads(shop, pages)
            | payments_live.loads(stack)
        )
    return taken, loads


def _signed_in(client: httpx.Client, address: str) -> dict[str, str]:
    session = client.post("/v1/sessions", json={"email": address, "password": PASSWORD}).json()
    return {"Authorization": f"Bearer {session['access_token']}"}


def _signed_in_by_code(client: httpx.Client, stack: Stack, address: str) -> None:
    for _ in range(CODES):
        had = len(stack.mailbox(address))
        begun = client.post("/v1/sign-in-codes", json={"to": address}).json()["id"]
        while len(stack.mailbox(address)) == had:
            time.sleep(0.1)
        code = {"code": stack.code_for(address)}
        client.post(f"/v1/sign-in-codes/{begun}/confirm", json=code).raise_for_status()


def _cpu(stack: Stack) -> dict[str, Taken]:
    taken: dict[str, list[float]] = defaultdict(list)
    logs = stack.client("logs")
    for group in logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/metco-{STAGE}-")["logGroups"]:
        for line in lines_of(logs, group["logGroupName"]):
            if "cpu_ms" in line:
                taken[line.get("route") or line.get("event_type") or line["message"]].append(line["cpu_ms"])
    return {what: Taken(statistics.median(ms), min(ms)) for what, ms in sorted(taken.items())}


def lines_of(logs: Any, group: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group):
        for event in page["events"]:
            try:
                line = json.loads(event["message"])
            except ValueError:
                continue  # the platform's own lines
            if isinstance(line, dict):
                found.append(line)
    return found
