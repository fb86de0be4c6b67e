"""One real OpenSearch node on this machine, for as long as a test session or a measurement takes."""

import http.client
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType

from tools.opensearch import jars

START_WITHIN_S = 120
STOP_WITHIN_S = 20
TRIES = 3
PORTS = range(9210, 9290)  # the runner looks for a free one from here on, and not beyond 9299

SETTINGS = """\
network.host: 127.0.0.1
transport.port: 0
discovery.type: single-node
cluster.routing.allocation.disk.threshold_enabled: false  # a nearly full disk is no reason to refuse a test's writes
"""

# The shell's only work is to end the node once whoever started it is gone, however that came: its input ends then.
GUARD = '"$@" & read -r _; kill $!; wait $!'


class NotStarted(Exception):
    """Says why, with the last of what the node said."""


def lacking() -> str:
    """Why there can be no node here; "" if there can."""
    if not shutil.which("java"):
        return f"there is no Java: {jars.HOW}"
    if not jars.complete():
        return f"the OpenSearch server is not in .build: {jars.HOW}"
    return ""


class Node:
    """Its data, settings and log are in the given folder, and stay there for whoever wants to see them."""

    def __init__(self, folder: Path, heap_mb: int = 512) -> None:
        self.folder, self.heap_mb = folder, heap_mb
        self.url = ""
        self._name = f"metco-{os.getpid()}-{secrets.token_hex(4)}"
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder / "node.log"

    def start(self) -> "Node":
        for _ in range(TRIES):  # two nodes that start at the same time may both find the same port free
            self._launch()
            if self._answers_within(START_WITHIN_S):
                return self
            self.stop()
        raise NotStarted(f"OpenSearch did not start; it said: {self.log.read_text()[-2_000:]}")

    def stop(self) -> None:
        if self._guard is None:
            return
        guard, self._guard = self._guard, None
        assert guard.stdin
        guard.stdin.close()
        try:
            guard.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            os.killpg(guard.pid, signal.SIGKILL)
            guard.wait()

    def kill(self) -> None:
        """As a power failure would: nothing is written any more. What was acknowledged must be there after `start`."""
        assert self._guard
        assert self._guard.stdin
        os.killpg(self._guard.pid, signal.SIGKILL)
        self._guard.wait()
        self._guard.stdin.close()
        self._guard = None

    def __enter__(self) -> "Node":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _launch(self) -> None:
        for part in ("config", "data", "logs"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        (self.folder / "config" / "opensearch.yml").write_text(SETTINGS)
        # One compiler, which is ready at once: no node lives long enough here to earn back what the second one takes.
        java = [
            "java",
            f"-Xms{self.heap_mb}m",
            f"-Xmx{self.heap_mb}m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            f"{jars.JARS}/*",
        ]
        java += ["org.codelibs.opensearch.runner.OpenSearchRunner", "-numOfNode", "1", "-disableESLogger"]
        java += ["-basePath", str(self.folder), "-confPath", str(self.folder / "config")]
        java += ["-dataPath", str(self.folder / "data"), "-logsPath", str(self.folder / "logs")]
        java += ["-clusterName", self._name, "-baseHttpPort", str(secrets.choice(PORTS)), "-printOnFailure"]
        with self.log.open("wb") as log:
            self._guard = subprocess.Popen(
                ["/bin/sh", "-c", GUARD, "sh", *java],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _answers_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if said := re.search(r"HTTP Port:\s+(\d+)", self.log.read_text()):
                self.url = f"http://127.0.0.1:{said[1]}"
                if (name := self._cluster_name()) is not None:
                    return name == self._name
            time.sleep(0.2)
        return False

    def _cluster_name(self) -> str | None:
        """Whose node it is that answers there; None if nothing does yet."""
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=2)
        try:
            connection.request("GET", "/_cluster/health")
            return str(json.load(connection.getresponse())["cluster_name"])
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            return None
        finally:
            connection.close()
