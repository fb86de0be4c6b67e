"""The local cloud: MiniStack in a process, an environment and a state folder of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local.ask import NoAnswer, ask
from local.clock import Clock
from local.home import ACCOUNT, LOCALHOST, REGION, ROOT, Problem, free_port, is_free

PYTHON = ROOT / ".venv-local" / "bin" / "python"
# On a laptop every function finds every layer; that each names those it needs, tests/infra/test_handlers.py proves.
LOCKS = sorted(ROOT.glob("layers/*/requirements.txt"))
LAYERS = [ROOT / ".build" / "layers" / lock.parent.name / "python" for lock in LOCKS]
START_WITHIN_S = 30
STOP_WITHIN_S = 20


class Cloud:
    """Starts in a clean environment: nothing of yours, least of all AWS credentials, reaches it or its functions."""

    def __init__(
        self,
        state: Path,
        log: Path,
        *,
        function_path: Sequence[Path] = (),
        function_environment: Mapping[str, str] | None = None,
        without: Sequence[str] = (),
    ) -> None:
        self.state, self.log = state, log
        self.clock = Clock(state / "clock")
        self.port = 0
        self._function_path = (*function_path, *LAYERS)
        self._function_environment = dict(function_environment or {})
        self._without = without
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: dict[str, Any] = {}
        self._building = threading.Lock()

    @property
    def endpoint(self) -> str:
        return f"http://{LOCALHOST}:{self.port}"

    @property
    def function_log(self) -> Path:
        """What the functions said since the start, each line with the function's name before it."""
        return self.log.with_name("functions.log")

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        refuse_corrupt_state(self.state)
        shutil.rmtree(self.state / "tmp", ignore_errors=True)  # what a killed one left behind
        for folder in ("s3", "tmp"):
            (self.state / folder).mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        # A token carries its issuer's address, so the port stays the same from one start to the next while it is free.
        self.port = _last_port(self.state)
        self.function_log.write_bytes(b"")
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [str(PYTHON), "-m", "local.workarounds"],
                env=self._environment(),
                cwd=self.state,
                stdin=subprocess.PIPE,  # never written to: its end tells that the launcher is gone
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the launcher, which then stops this with the SIGTERM that saves
            )
        self._wait_until_ready()

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.defpath,
            "HOME": str(self.state),
            "TMPDIR": str(self.state / "tmp"),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "AUTH": "true",  # the template's IAM policies are enforced: a missing grant shows here, not in the cloud
            "BIND_HOST": LOCALHOST,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": REGION,
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.state),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.state / "s3"),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.2",
            "LAMBDA_WARM_TTL_SECONDS": "60",
            "PYTHONPATH": str(ROOT),  # for local.workarounds, which then sets what functions get
            "PYTHONUNBUFFERED": "1",
            "LAPTOP_PYTHON": getattr(sys, "_base_executable", sys.executable),
            "LAPTOP_PYTHONPATH": os.pathsep.join(str(folder) for folder in self._function_path),
            "LAPTOP_FUNCTION_LOG": str(self.function_log),
            "LAPTOP_WITHOUT": ",".join(self._without),
            "CLOCK_AHEAD_FILE": str(self.clock.file),
            "SEARCH_FOLDER": str(self.state / "search"),  # where the index is: it goes when the state goes
            **self._function_environment,
        }

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        while time.monotonic() < deadline and self.running:
            with suppress(NoAnswer):
                if ask("GET", f"{self.endpoint}/_ministack/ready", within_s=2)[0] == HTTPStatus.OK:
                    return
            time.sleep(0.05)
        self.stop()
        raise Problem(f"The local cloud did not start within {START_WITHIN_S} s; the end of {self.log} says why.")

    def stop(self) -> None:
        """By SIGTERM, on which the state is written; what is killed instead forgets all since its start."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        process, self._process = self._process, None
        if process is None:
            return
        with process:  # closes its input
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()

    def get(self, path: str) -> Any:
        """One of MiniStack's own pages: what was mailed, what was sent as SMS."""
        return ask("GET", f"{self.endpoint}{path}")[1]

    def parameter(self, name: str) -> str | None:
        ssm = self.client("ssm")
        try:
            return str(ssm.get_parameter(Name=name)["Parameter"]["Value"])
        except ssm.exceptions.ParameterNotFound:
            return None

    def client(self, service: str) -> Any:
        """One that may do everything, as the account's root may. Kept: building one takes longer than using it."""
        with self._building:
            if service not in self._clients:
                self._clients[service] = self._client(service)
            return self._clients[service]

    def _client(self, service: str) -> Any:
        return boto3.client(  # type: ignore[call-overload]  # the service's name is data here
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="test",
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}, read_timeout=60),
        )


def refuse_corrupt_state(state: Path) -> None:
    """MiniStack would go on without the part it cannot read, and overwrite it when it stops."""
    for part in sorted(state.glob("*.json")):
        try:
            json.loads(part.read_bytes())
        except ValueError:
            raise Problem(
                f"The saved state is damaged: {part} is not JSON. "
                "Start with `make dev RESET=1` to begin anew, or put a sound copy of that file there."
            ) from None


def _last_port(state: Path) -> int:
    kept = state / "port"
    port = int(kept.read_text()) if kept.exists() else 0
    return port if port and is_free(port) else free_port()
