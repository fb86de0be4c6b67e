"""MiniStack's gaps, closed inside its own process before it starts; each one has a test that says when it can go.

Run by MiniStack's interpreter, so this file imports nothing of Metco. No file of the package is changed. Whoever pins
another version of MiniStack runs tests/local/test_workarounds.py first: a workaround that no longer fits fails there,
and so does one that is no longer needed.
"""

import copy
import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LAST_LINE = "-- end of call "
LAST_LINE_AWAITED_S = 0.25
PROCESSES_PER_FUNCTION = 4
PROCESS_AWAITED_S = 25.0
CALLS_REMEMBERED = 2_000  # of each function

Result = dict[str, Any]
Records = list[dict[str, Any]]


# -------------------------------------------------------------------------------------------------- where functions run


def functions_run_on_the_base_layer() -> None:
    """MiniStack would run functions on its own interpreter, among its own packages.

    They get the interpreter and the folder that LAPTOP_PYTHON and LAPTOP_PYTHONPATH name: what the cloud's layer holds,
    and nothing else. Both leave the environment here, for functions inherit it.
    """
    from ministack.core import lambda_runtime

    python = os.environ.pop("LAPTOP_PYTHON", sys.executable)
    path = os.environ.pop("LAPTOP_PYTHONPATH", "")
    os.environ.update(PYTHONPATH=path, PYTHONNOUSERSITE="1")
    find = lambda_runtime._detect_runtime_binary

    def binary_of(runtime: str) -> tuple[str, str]:
        binary, worker = find(runtime)
        return (python if runtime.startswith("python") else binary), worker

    lambda_runtime._detect_runtime_binary = binary_of


def functions_answer_at_once() -> None:
    """After every call MiniStack waits for log lines: 50 ms for the first, then 5 ms for one more, then gives up.

    A mark behind the last line tells it when to stop, so no call waits for nothing and no line goes to the next call.
    """
    from ministack.core import lambda_runtime

    call = "            result = handler_fn(event, context)\n"
    marked = f"""            try:
                result = handler_fn(event, context)
            finally:
                sys.stderr.write("{LAST_LINE}" + context.aws_request_id + "\\n")
                sys.stderr.flush()
"""
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    if script.count(call) != 1:
        raise RuntimeError("MiniStack calls handlers in another way now: functions_answer_at_once no longer fits.")
    lambda_runtime._PYTHON_WORKER_SCRIPT = script.replace(call, marked)
    worker_class = lambda_runtime.Worker
    invoke = worker_class.invoke

    def invoked(worker: Any, event: Any, request_id: str, **options: Any) -> Any:
        worker.last_line = LAST_LINE + request_id
        return invoke(worker, event, request_id, **options)

    def lines_of_the_call(worker: Any, **_: float) -> str:
        lines: list[str] = []
        deadline = time.monotonic() + LAST_LINE_AWAITED_S
        with suppress(queue.Empty):
            while (line := worker._stderr_queue.get(timeout=max(deadline - time.monotonic(), 0))) != worker.last_line:
                if not line.startswith(LAST_LINE):  # of a call that was given up
                    lines.append(line)
        return "\n".join(lines)

    worker_class.invoke, worker_class._drain_stderr_bounded = invoked, lines_of_the_call


def functions_share_a_few_processes() -> None:
    """A burst of fifty calls would start fifty processes, and on two cores none of them would answer in time.

    Calls beyond the limit wait for a process. None of our functions calls itself, so none waits for its own caller.
    """
    from ministack.services import lambda_svc

    acquire, release = lambda_svc.acquire_worker, lambda_svc.release_worker
    released = threading.Condition()

    def acquire_or_wait(*arguments: Any, **options: Any) -> tuple[Any, str]:
        deadline = time.monotonic() + PROCESS_AWAITED_S
        with released:
            while True:
                worker, how = acquire(*arguments, **(options | {"max_concurrency": PROCESSES_PER_FUNCTION}))
                if worker is not None or not released.wait(deadline - time.monotonic()):
                    return worker, how

    def release_and_tell(worker: Any) -> None:
        release(worker)
        with released:
            released.notify_all()

    lambda_svc.acquire_worker, lambda_svc.release_worker = acquire_or_wait, release_and_tell


# ------------------------------------------------------------------------------------------------------- table streams


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


def streams_survive_a_restart() -> None:
    """MiniStack saves how far each mapping has read but not what it reads, and so skips new events after a restart."""
    from ministack.services import dynamodb

    _also_save(dynamodb, ("_stream_records", "_stream_trimmed"))


def mail_survives_a_restart() -> None:
    """What was sent stays in the mailbox page, like all other state."""
    from ministack.services import ses

    _also_save(ses, ("_sent_emails",))


def _also_save(service: Any, stores: tuple[str, ...]) -> None:
    save, load = service.get_state, service.load_persisted_state

    def get_state() -> dict[str, Any]:
        return {**save(), **{name: copy.deepcopy(getattr(service, name)) for name in stores}}

    def load_persisted_state(data: dict[str, Any]) -> None:
        for name in stores:  # first, for the pollers start as soon as the rest is there
            getattr(service, name).update(data.get(name) or {})
        load(data)

    service.get_state, service.load_persisted_state = get_state, load_persisted_state


def saved_addresses_follow_the_port() -> None:
    """MiniStack saves its queues under addresses with its port in them, and does not find them on another port."""
    state, now = Path(os.environ["STATE_DIR"]), os.environ["GATEWAY_PORT"]
    kept = state / "port"
    before = kept.read_text() if kept.exists() else now
    if before != now:
        for part in state.glob("*.json"):
            part.write_text(part.read_text().replace(f"localhost:{before}", f"localhost:{now}"))
    kept.write_text(now)


def logs_forget_the_oldest() -> None:
    """Each call gets a log stream, all are kept in memory, and retention is a number nobody reads."""
    from ministack.services import cloudwatch_logs, lambda_svc

    emit = lambda_svc._emit_lambda_logs
    remembered = int(os.environ.get("LAPTOP_CALLS_REMEMBERED", CALLS_REMEMBERED))

    def bounded(function: dict[str, Any], *arguments: Any, **options: Any) -> None:
        emit(function, *arguments, **options)
        config = function.get("config") or function
        name = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config.get('FunctionName')}"
        streams = (cloudwatch_logs._log_groups.get(name) or {}).get("streams", {})
        if len(streams) > remembered * 1.1:
            with cloudwatch_logs._log_events_lock:
                for oldest in list(streams)[:-remembered]:
                    streams.pop(oldest, None)

    lambda_svc._emit_lambda_logs = bounded


def functions_log_to_a_file() -> None:
    """What functions say stays in memory, where nobody can follow it: LAPTOP_FUNCTION_LOG gets a copy of each line."""
    from ministack.services import lambda_svc

    target = Path(os.environ.pop("LAPTOP_FUNCTION_LOG", os.devnull))
    emit = lambda_svc._emit_lambda_logs

    def copied(function: dict[str, Any], request: str, text: str, *arguments: Any, **options: Any) -> None:
        emit(function, request, text, *arguments, **options)
        name = (function.get("config") or function).get("FunctionName")
        if lines := (text or "").splitlines():
            with target.open("a", encoding="utf-8") as log:  # one write, so that lines of two functions do not mix
                log.write("".join(f"{name} {line}\n" for line in lines))

    lambda_svc._emit_lambda_logs = copied


def secrets_are_referred_to_by_arn() -> None:
    """`Ref` of a secret is its ARN on AWS and its name here, so a grant of exactly that secret would grant nothing."""
    from ministack.services.cloudformation import provisioners

    handler = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
    create, update, delete = handler["create"], handler["update"], handler["delete"]

    def name_of(arn: str) -> str:
        return arn.partition(":secret:")[2][: -len("-abcdef")]

    def created(*arguments: Any, **options: Any) -> tuple[str, dict[str, str]]:
        _, attributes = create(*arguments, **options)
        return attributes["Arn"], attributes

    def updated(arn: str, *arguments: Any, **options: Any) -> tuple[str, dict[str, str]]:
        _, attributes = update(name_of(arn), *arguments, **options)
        return attributes["Arn"], attributes

    def deleted(arn: str, *arguments: Any) -> None:
        delete(name_of(arn), *arguments)

    handler.update(create=created, update=updated, delete=deleted)


def sending_needs_the_senders_identity() -> None:
    """AWS asks for `ses:SendEmail` on the identity that sends; MiniStack asks for it on everything."""
    from ministack.core import iam_actions

    find = iam_actions._ses_v2_resource_arn

    def resource(method: str, path: str, body: bytes, region: str, account_id: str) -> str:
        if (method, path.rstrip("/")) != ("POST", "/v2/email/outbound-emails"):
            return str(find(method, path, body, region, account_id))
        sender = json.loads(body or b"{}").get("FromEmailAddress", "")
        domain = sender.rpartition("@")[2].strip("> ")
        return f"arn:aws:ses:{region}:{account_id}:identity/{domain}"

    iam_actions._ses_v2_resource_arn = resource


WORKAROUNDS: tuple[Callable[[], None], ...] = (
    functions_run_on_the_base_layer,
    functions_answer_at_once,
    functions_share_a_few_processes,
    streams_honour_their_mapping,
    streams_survive_a_restart,
    mail_survives_a_restart,
    saved_addresses_follow_the_port,
    logs_forget_the_oldest,
    functions_log_to_a_file,
    secrets_are_referred_to_by_arn,
    sending_needs_the_senders_identity,
)


def _stop_with_the_launcher() -> None:
    """The launcher holds the other end of our input. Should it be killed, we stop as asked, and save our state."""

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def main() -> None:
    without = os.environ.pop("LAPTOP_WITHOUT", "").split(",")  # how the tests ask whether a gap is still there
    _stop_with_the_launcher()
    for close_gap in WORKAROUNDS:
        if close_gap.__name__ not in without:
            close_gap()
    from ministack.app import main as serve
    from ministack.core import lambda_runtime

    try:
        serve()
    finally:
        lambda_runtime.reset()  # it leaves its functions running, each until it notices


if __name__ == "__main__":
    main()
