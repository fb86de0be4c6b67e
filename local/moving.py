"""Moving time on a laptop: POST /_clock moves all of Metco ahead, and does at once what is else done every so often."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiohttp import web
from botocore.exceptions import BotoCoreError, ClientError

from local.cloud import Cloud

AT_ONCE = 2


def routes(cloud: Cloud) -> list[web.RouteDef]:
    async def move(request: web.Request) -> web.Response:
        """Answers when whatever waits for a moment that has now come was looked for once."""
        if request.content_type != "application/json":  # which no page elsewhere may send here
            return _refused(415, "not_json", 'Say how far as JSON: {"by_s": 86400}, or {"ahead_s": 86400} in all.')
        try:
            asked = await request.json()
            only = asked.pop("sweeps", None) if isinstance(asked, dict) else None
            cloud.clock.moved(asked)
        except ValueError as error:
            return _refused(400, "not_moved", str(error))
        swept = await asyncio.to_thread(sweep, cloud, only)
        return web.json_response({**time(), "sweeps": swept})

    async def show(_: web.Request) -> web.Response:
        return web.json_response(time())

    def time() -> dict[str, Any]:
        return {"now": cloud.clock.now().isoformat(timespec="seconds"), "ahead_s": cloud.clock.ahead_s()}

    return [web.get("/_clock", show), web.post("/_clock", move)]


def sweep(cloud: Cloud, only: Sequence[str] | None = None) -> dict[str, str]:
    """By function: `done`, or what went wrong. One that is at it anyway is not disturbed: a sweep may run twice.

    `only`: of these, such as `orders-sweep`; the others come when their minute, hour or day does.
    """
    found = sorted(one for one in _swept(cloud) if only is None or one.endswith(tuple(f"-{name}" for name in only)))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(found, pool.map(lambda function: _run(cloud, function), found), strict=True))


def _swept(cloud: Cloud) -> Iterator[str]:
    """Whatever the template has on a schedule."""
    events = cloud.client("events")
    for page in events.get_paginator("list_rules").paginate():
        for rule in page["Rules"]:
            if rule.get("ScheduleExpression"):
                for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]:
                    yield target["Arn"].partition(":function:")[2].partition(":")[0]


def _run(cloud: Cloud, function: str) -> str:
    try:
        answer = cloud.client("lambda").invoke(FunctionName=function, Payload=b"{}")
    except (BotoCoreError, ClientError) as error:
        return str(error)
    told = answer["Payload"].read()
    return str(json.loads(told).get("errorMessage", "failed")) if "FunctionError" in answer else "done"


def _refused(status: int, code: str, detail: str) -> web.Response:
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    return web.json_response(body, status=status, content_type="application/problem+json")
