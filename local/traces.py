"""One request drawn across functions: every invocation that logged its correlation id, and what each of them said."""

import json
import re
import time
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from local.cloud import Cloud
from local.home import STAGE

GROUPS = f"/aws/lambda/metco-{STAGE}-"
CORRELATION_ID = re.compile(r"[A-Za-z0-9_.\-]{8,64}")
RECENT_S = 3600
DURATION = re.compile(r"\tDuration: (\d+(?:\.\d+)?) ms")
NOT_SHOWN = frozenset({"level", "location", "message", "timestamp", "service", "correlation_id", "correlation_ids"})


def recent(cloud: Cloud, limit: int = 50) -> list[dict[str, Any]]:
    """The newest requests that came in from outside."""
    found = [
        {
            "correlation_id": line["correlation_id"],
            "at": _iso(event["timestamp"]),
            "route": line["route"],
            "status": line["status"],
            "duration_ms": line["duration_ms"],
        }
        for group in _groups(cloud)
        for event, line in _lines(cloud, group, '"duration_ms"')
        if line.get("message") == "request"
    ]
    return sorted(found, key=lambda request: request["at"], reverse=True)[:limit]


def trace(cloud: Cloud, correlation_id: str) -> dict[str, Any] | None:
    """None if nobody logged this id, or nobody yet."""
    spans = [span for group in _groups(cloud) for span in _spans(cloud, group, correlation_id)]
    if not spans:
        return None
    spans.sort(key=lambda span: (span["starts_at"], -span["duration_ms"]))
    start = spans[0]["starts_at"]
    end = max(span["starts_at"] + span["duration_ms"] for span in spans)
    for span in spans:
        span["after_ms"] = round(span.pop("starts_at") - start, 1)
    return {
        "correlation_id": correlation_id,
        "at": _iso(start),
        "duration_ms": round(end - start, 1),
        "spans": spans,
    }


def _spans(cloud: Cloud, group: str, correlation_id: str) -> list[dict[str, Any]]:
    """The local cloud gives each invocation a log stream, which ends with the report of how long it took."""
    said: dict[str, list[dict[str, Any]]] = defaultdict(list)
    ended: dict[str, float] = {}
    for event, line in _lines(cloud, group, f'"{correlation_id}"'):
        if correlation_id in {line.get("correlation_id"), *(line.get("correlation_ids") or ())}:
            said[event["logStreamName"]].append(line)
            ended[event["logStreamName"]] = event["timestamp"]
    return [
        {
            "function": group.removeprefix(GROUPS),
            "starts_at": ended[stream] - (took := _duration_ms(cloud, group, stream)),
            "duration_ms": took,
            "failed": any(line.get("level") in {"ERROR", "CRITICAL"} for line in lines),
            "lines": [_shown(line) for line in lines],
        }
        for stream, lines in said.items()
    ]


def _groups(cloud: Cloud) -> list[str]:
    pages = cloud.client("logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix=GROUPS)
    return [group["logGroupName"] for page in pages for group in page["logGroups"]]


def _lines(cloud: Cloud, group: str, pattern: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    since = int((time.time() - RECENT_S) * 1000)
    found = cloud.client("logs").filter_log_events(logGroupName=group, startTime=since, filterPattern=pattern)["events"]
    return [(event, line) for event in found if (line := _parsed(event["message"]))]


def _parsed(message: str) -> dict[str, Any] | None:
    try:
        line = json.loads(message)
    except ValueError:
        return None
    return line if isinstance(line, dict) and "message" in line else None


def _duration_ms(cloud: Cloud, group: str, stream: str) -> float:
    events = cloud.client("logs").get_log_events(logGroupName=group, logStreamName=stream)["events"]
    report = DURATION.search(events[-1]["message"]) if events else None
    return float(report[1]) if report else 0.0


def _shown(line: dict[str, Any]) -> dict[str, Any]:
    fields = {name: value for name, value in line.items() if name not in NOT_SHOWN and value is not None}
    return {"level": line.get("level", "INFO"), "message": line["message"], "fields": fields}


def _iso(milliseconds: float) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")
