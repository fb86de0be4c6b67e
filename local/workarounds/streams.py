"""How a table's stream is delivered: bounded retries, bisection, partial failures, what never succeeds set aside."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

Result = dict[str, Any]
Records = list[dict[str, Any]]


def deliver(
    records: Records,
    invoke: Callable[[Records], Result],
    *,
    retries: float,
    bisect: bool,
    partial: bool,
    set_aside: Callable[[Records, Result], None],
    pause: Callable[[int], None],
) -> None:
    """Hand a batch over as Lambda does: again from the first failure on, and set aside what never succeeds."""
    tries = 0
    while records:
        result = invoke(records)
        left = _unfinished(records, result, partial)
        tries = tries + 1 if len(left) == len(records) else 1
        if not left:
            return
        if tries > retries:
            set_aside(left, result)
            return
        pause(tries)
        if bisect and len(left) > 1 and result.get("error"):
            half = len(left) // 2
            settings = {"retries": retries, "bisect": True, "partial": partial, "set_aside": set_aside, "pause": pause}
            deliver(left[:half], invoke, **settings)  # type: ignore[arg-type]  # a dict of settings has one value type
            left, tries = left[half:], 0
        records = left


def _unfinished(records: Records, result: Result, partial: bool) -> Records:
    if result.get("error"):
        return records
    body = result.get("body")
    failures = body.get("batchItemFailures") if partial and isinstance(body, dict) else None
    if not failures:
        return []
    failed = {failure.get("itemIdentifier") for failure in failures}
    numbers = [str(record["dynamodb"]["SequenceNumber"]) for record in records]
    return records[min((place for place, number in enumerate(numbers) if number in failed), default=0) :]


def streams_honour_their_mapping() -> None:
    """MiniStack takes any answer for success and retries an error for ever, in one piece, whatever the mapping says."""
    from ministack.services import lambda_svc

    execute = lambda_svc._execute_function

    def run(function: dict[str, Any], event: Any, *rest: Any, **options: Any) -> Result:
        mapping = _stream_mapping(lambda_svc, function, event)
        if mapping is None or rest or options:
            return dict(execute(function, event, *rest, **options))
        retries = mapping.get("MaximumRetryAttempts")
        deliver(
            event["Records"],
            lambda records: execute(function, {"Records": records}),
            retries=float("inf") if retries in {None, -1} else int(retries),
            bisect=bool(mapping.get("BisectBatchOnFunctionError")),
            partial="ReportBatchItemFailures" in (mapping.get("FunctionResponseTypes") or []),
            set_aside=lambda records, result: _set_aside(lambda_svc, mapping, function, records, result),
            pause=lambda tries: time.sleep(min(0.05 * 2**tries, 2)),
        )
        return {"body": {}}

    lambda_svc._execute_function = run


def _stream_mapping(lambda_svc: Any, function: dict[str, Any], event: Any) -> dict[str, Any] | None:
    records = event.get("Records") if isinstance(event, dict) else None
    if not records or not isinstance(records[0], dict) or records[0].get("eventSource") != "aws:dynamodb":
        return None
    stream = records[0].get("eventSourceARN")
    arn = (function.get("config") or function).get("FunctionArn", "")
    for _, _, mapping in lambda_svc._iter_all_esms():
        if mapping.get("EventSourceArn") == stream and arn.startswith(mapping.get("FunctionArn") or "?"):
            return dict(mapping)
    return None


def _set_aside(
    lambda_svc: Any, mapping: dict[str, Any], function: dict[str, Any], records: Records, result: Result
) -> None:
    """To a queue or topic MiniStack knows the way; a bucket gets what AWS gives it, the records themselves."""
    target = ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination", "")
    if not target.startswith("arn:aws:s3:::"):
        stream = mapping["EventSourceArn"]
        lambda_svc._send_ddb_stream_failure_record(mapping, function, records, stream, result, "RetryAttemptsExhausted")
        return
    from ministack.services import s3

    now = datetime.now(UTC)
    key = f"aws/lambda/{mapping['UUID']}/shardId-0/{now:%Y/%m/%d/%Y-%m-%dT%H.%M.%S.%f}"
    failed = {
        "requestContext": {
            "functionArn": (function.get("config") or function).get("FunctionArn"),
            "condition": "RetryAttemptsExhausted",
        },
        "responseContext": {"statusCode": 200, "functionError": "Unhandled", "answer": result.get("body")},
        "version": "1.0",
        "timestamp": now.isoformat(),
        "DDBStreamBatchInfo": {"streamArn": mapping["EventSourceArn"], "batchSize": len(records)},
        "payload": {"Records": records},
    }
    s3._put_object(target.removeprefix("arn:aws:s3:::"), key, json.dumps(failed).encode(), {})
