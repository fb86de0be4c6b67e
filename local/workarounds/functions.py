"""How functions are run: on which packages, in how many processes, and what becomes of the lines they log."""

import os
import queue
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

LAST_LINE = "-- end of call "
LAST_LINE_AWAITED_S = 0.25
PROCESSES_PER_FUNCTION = 4
PROCESS_AWAITED_S = 25.0
CALLS_REMEMBERED = 2_000  # of each function


def functions_run_on_the_layers() -> None:
    """MiniStack would run functions on its own interpreter, among its own packages.

    They get the interpreter and the folders that LAPTOP_PYTHON and LAPTOP_PYTHONPATH name: what the cloud's layers
    hold, and nothing else. Both leave the environment here, for functions inherit it.
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
