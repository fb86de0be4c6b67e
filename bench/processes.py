"""What the processes of the local cloud take, seen from outside: how the benches tell what an import costs."""

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from local.home import STAGE

CALM_S = 0.2  # of CPU in two seconds: the local cloud looks around even where there is nothing to do


@dataclass
class Watch:
    """What the processes of the local cloud take, by the function that they run: memory at most, and CPU in all."""

    pid: int
    peak_mb: dict[str, int] = field(default_factory=dict)
    _cpu_s: dict[int, tuple[str, float, float]] = field(default_factory=dict)  # function, when it began, by now
    _begun: bool = False
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Watch":
        self._look()
        self._begun = True
        self._thread = threading.Thread(target=self._look_on, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._look()

    def until_calm(self) -> None:
        """What follows from what was done: relays and consumers are behind it for a while."""
        before = -1.0
        while (now := sum(self.cpu_s().values())) - before > CALM_S:
            before = now
            time.sleep(2)

    def cpu_s(self) -> dict[str, float]:
        taken: Counter[str] = Counter()
        for name, first, now in list(self._cpu_s.values()):
            taken[name] += now - first  # type: ignore[assignment]  # a counter adds fractions as well
        return dict(taken)

    def _look_on(self) -> None:
        while not self._over.wait(0.5):
            self._look()

    def _look(self) -> None:
        for process, name in processes(self.pid):
            with suppress(OSError, IndexError, ValueError):
                status = (process / "status").read_text()
                mb = int(status.split("VmRSS:")[1].split()[0]) // 1024
                self.peak_mb[name] = max(self.peak_mb.get(name, 0), mb)
                taken = (process / "stat").read_text().rpartition(")")[2].split()
                now = (int(taken[11]) + int(taken[12])) / os.sysconf("SC_CLK_TCK")
                first = self._cpu_s.get(int(process.name), (name, 0.0 if self._begun else now, now))[1]
                self._cpu_s[int(process.name)] = (name, first, now)


def processes(cloud: int) -> Iterator[tuple[Path, str]]:
    """The local cloud itself, and those it started, each with the function that it runs."""
    yield Path(f"/proc/{cloud}"), "the local cloud"
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            if int((process / "status").read_text().split("PPid:")[1].split()[0]) == cloud:
                yield process, _function_of(process)


def _function_of(process: Path) -> str:
    for entry in (process / "environ").read_bytes().split(b"\0"):
        if entry.startswith(b"AWS_LAMBDA_FUNCTION_NAME="):
            return entry.partition(b"=")[2].decode().removeprefix(f"metco-{STAGE}-")
    return "other"
