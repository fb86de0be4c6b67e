"""What functions log as a warning or an error, for the terminal: with the address of the trace it belongs to."""

import json

from local.home import STAGE
from local.stack import Stack


class Complaints:
    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._read = stack.cloud.function_log.stat().st_size

    def new(self) -> list[str]:
        with self._stack.cloud.function_log.open("rb") as log:
            log.seek(self._read)
            text = log.read()
        complete = text[: text.rfind(b"\n") + 1]
        self._read += len(complete)
        return [shown for line in complete.decode(errors="replace").splitlines() if (shown := self._shown(line))]

    def _shown(self, line: str) -> str:
        function, _, said = line.partition(" ")
        try:
            logged = json.loads(said)
        except ValueError:
            return ""
        if not isinstance(logged, dict) or logged.get("level") not in {"WARNING", "ERROR", "CRITICAL"}:
            return ""
        what = logged.get("exception_name") or logged.get("code") or logged.get("detail") or ""
        trace = f"{self._stack.url}/_traces/{logged['correlation_id']}" if logged.get("correlation_id") else ""
        name = function.removeprefix(f"metco-{STAGE}-")
        complaint = f"{name} {logged['level'].lower()}: {logged.get('message')} {what} {trace}".strip()
        return "".join(character if character.isprintable() else " " for character in complaint)
