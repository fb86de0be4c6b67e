"""All of Metco on this machine as one thing to start, ask and stop: `make dev` has one, each e2e session its own."""

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from local import mailbox, synth, traces
from local.carriers_accounts import CarriersAccounts
from local.cloud import LAYERS, PYTHON, Cloud
from local.code import EDITED, Code
from local.deployer import Deployer
from local.edge import Edge
from local.home import STAGE, Problem, is_free
from local.payout_ways import PayoutWays
from local.seed import seed
from local.stripe_account import StripeAccount

NODE_WANTED = 20
DEPLOYED = f"/metco/{STAGE}/laptop/deployed"


def quietly(_: str) -> None:
    """For those who only want the result."""


class Stack:
    """Owns one state folder, and everything that runs on it."""

    def __init__(
        self,
        home: Path,
        *,
        port: int = 0,
        tell: Callable[[str], None] = quietly,
        function_path: Sequence[Path] = (),
        function_environment: Mapping[str, str] | None = None,
    ) -> None:
        """`function_path` comes before the functions' own packages; fault injection enters there."""
        self.home, self.tell = home, tell
        self.assembly = Path()
        self.cloud = Cloud(
            home / "state",
            home / "logs" / "cloud.log",
            function_path=function_path,
            function_environment=function_environment,
        )
        self.stripe = StripeAccount(home / "state" / "stripe", self.cloud.clock.read)
        self.payouts = PayoutWays(home / "state" / "payouts", self.cloud.clock.read)
        self.carriers = CarriersAccounts(home / "state" / "carriers", self.cloud)
        self.edge = Edge(self.cloud, port, lambda: self.stripe.url, lambda: self.carriers.url)
        self._lock: IO[str] | None = None

    @classmethod
    def start(cls, home: Path, port: int = 0, *, seeded: bool = False, **options: Any) -> "Stack":
        stack = cls(home, port=port, **options)
        stack.up(seeded=seeded)
        return stack

    @property
    def url(self) -> str:
        return self.edge.url

    @property
    def endpoint(self) -> str:
        """Where AWS is: give it to boto3 as endpoint_url."""
        return self.cloud.endpoint

    def client(self, service: str) -> Any:
        """A boto3 client that may do everything, as an operator of the account."""
        return self.cloud.client(service)

    def mailbox(self, to: str = "") -> list[dict[str, Any]]:
        return mailbox.messages(self.cloud, to)

    def code_for(self, address: str, within_s: float = 10) -> str:
        """The newest one-time code sent to an address; mail takes a moment."""
        return _soon(lambda: mailbox.latest_code(self.cloud, address), f"no code came to {address}", within_s)

    def trace(self, correlation_id: str) -> dict[str, Any] | None:
        return traces.trace(self.cloud, correlation_id)

    # From nothing to usable, and back

    def up(self, *, reset: bool = False, seeded: bool = False) -> None:
        self._take_lock()
        try:
            check(self.edge.port)
            if reset:
                shutil.rmtree(self.cloud.state, ignore_errors=True)
            self.tell("starting the local cloud")
            self.cloud.start()
            self.stripe.start()
            self.payouts.start()
            self.carriers.start()
            self.deploy()
            self.edge.start()
            self.stripe.expect_people_at(self.edge.url, self.cloud)
            self.carriers.call_at(self.edge.url)
            if seeded:
                seed(self.cloud, self.url, self.tell)
        except BaseException:
            self.stop()
            raise

    def deploy(self) -> bool:
        """False if what is deployed is already what the checkout says. What operators write by hand comes after it."""
        changed = self._deployed_anew()
        self.stripe.give_keys(self.cloud)
        self.payouts.give_keys(self.cloud)
        self.carriers.give_keys()
        return changed

    def _deployed_anew(self) -> bool:
        same = self.cloud.parameter(DEPLOYED) == synth.fingerprint() and not self.cloud.parameter(EDITED)
        if same and (found := synth.cached()):
            self.assembly = found
            return False
        self.tell("synthesizing the templates")
        mark, self.assembly = synth.synthesize()
        Deployer(self.cloud, self.assembly, self.tell).deploy()
        Code(self.cloud).settle()
        self.client("ssm").put_parameter(Name=DEPLOYED, Value=mark, Type="String", Overwrite=True)
        return True

    def stop(self) -> None:
        self.edge.stop()
        self.carriers.stop()
        self.payouts.stop()
        self.stripe.stop()
        self.cloud.stop()
        if self._lock:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> "Stack":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _take_lock(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        lock = (self.home / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            who = lock.read().strip() or "another process"
            lock.close()
            raise Problem(f"Metco already runs from {self.home} ({who}): use that one, or stop it first.") from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}")
        lock.flush()
        self._lock = lock


def check(port: int) -> None:
    """What has to be there before anything is started, each in a sentence of its own."""
    if port and not is_free(port):
        raise Problem(
            f"Port {port} is taken by another program: stop it, or choose another one with `make dev PORT={port + 1}`."
        )
    if not PYTHON.exists():
        raise Problem("The local cloud is not installed (.venv-local is missing): `make dev` installs and starts it.")
    if not all(layer.is_dir() for layer in LAYERS):
        raise Problem("The functions' packages are missing (.build/layers): `make dev` installs them and starts.")
    node = shutil.which("node")
    if node is None:
        raise Problem(
            f"CDK needs Node {NODE_WANTED} or newer to write the templates, and found none: https://nodejs.org"
        )
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if not version.startswith("v") or int(version[1:].split(".")[0]) < NODE_WANTED:
        raise Problem(
            f"CDK needs Node {NODE_WANTED} or newer, and {node} is {version or 'broken'}: install a newer one."
        )


def _soon(find: Callable[[], str | None], complaint: str, within_s: float) -> str:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if found := find():
            return found
        time.sleep(0.05)
    raise TimeoutError(f"{complaint} within {within_s:.0f} s")
