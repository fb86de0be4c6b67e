"""Load on a running Metco: closed loops for throughput, an open loop whose latency counts from the intended send."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx


@dataclass(frozen=True, slots=True)
class Result:
    per_s: float
    p50_ms: float
    p95_ms: float
    failed: int


async def closed_loop(url: str, headers: dict[str, str], *, clients: int, seconds: float) -> Result:
    """So many clients, each asking again as soon as it has its answer."""
    times: list[float] = []
    failed = 0
    until = time.perf_counter() + seconds

    async def ask_again(client: httpx.AsyncClient) -> None:
        nonlocal failed
        while time.perf_counter() < until:
            started = time.perf_counter()
            answer = await client.get(url, headers=headers)
            times.append(time.perf_counter() - started)
            failed += answer.status_code != 200

    async with httpx.AsyncClient(timeout=30) as client:
        await asyncio.gather(*(ask_again(client) for _ in range(clients)))
    return _result(times, seconds, failed)


async def open_loop(url: str, headers: dict[str, str], *, per_s: float, seconds: float) -> Result:
    """A fixed arrival rate: a slow answer does not slow the asking, so queueing shows."""
    times: list[float] = []
    failed = 0
    first = time.perf_counter()

    async def ask(client: httpx.AsyncClient, intended: float) -> None:
        nonlocal failed
        await asyncio.sleep(max(0.0, intended - time.perf_counter()))
        answer = await client.get(url, headers=headers)
        times.append(time.perf_counter() - intended)
        failed += answer.status_code != 200

    async with httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=200)) as client:
        await asyncio.gather(*(ask(client, first + n / per_s) for n in range(int(per_s * seconds))))
    return _result(times, time.perf_counter() - first, failed)


async def open_posts(url: str, told: Sequence[tuple[dict[str, str], bytes]], *, per_s: float) -> Result:
    """As above, and everyone has something else to say: headers and body of each."""
    times: list[float] = []
    failed = 0
    first = time.perf_counter()

    async def post(client: httpx.AsyncClient, intended: float, headers: dict[str, str], body: bytes) -> None:
        nonlocal failed
        await asyncio.sleep(max(0.0, intended - time.perf_counter()))
        answer = await client.post(url, headers=headers, content=body)
        times.append(time.perf_counter() - intended)
        failed += answer.status_code != 200

    async with httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=200)) as client:
        await asyncio.gather(*(post(client, first + n / per_s, *one) for n, one in enumerate(told)))
    return _result(times, time.perf_counter() - first, failed)


def _result(times: list[float], seconds: float, failed: int) -> Result:
    ms = sorted(1000 * one for one in times)
    return Result(len(ms) / seconds, statistics.median(ms), ms[int(len(ms) * 0.95)], failed)
