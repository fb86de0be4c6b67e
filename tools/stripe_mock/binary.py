"""Brings Stripe's own mock into .build: built by Go from its pinned version, whose sum Go compares and tells.

It answers with examples and remembers nothing, but it is written by Stripe, and looks at every parameter.
Knows the standard library alone. Whoever lacks Go is told what is skipped, and everything else goes on.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

MODULE, VERSION = "github.com/stripe/stripe-mock", "v0.203.0"
SUM = "h1:EzW7nb/fphqcAkgVRHAaC88OaAZo6SBWSl54cflDTio="
BINARY = Path(__file__).resolve().parents[2] / ".build" / "stripe-mock" / VERSION / "stripe-mock"
WITHIN_S = 300
HOW = "install Go 1.22 or newer, then run `make setup-stripe-mock`"


class NotBuilt(Exception):
    """Says why, in a sentence for a person."""


def complete() -> bool:
    """By name alone: what is in the folder was compared when it was put there."""
    return BINARY.is_file()


def build() -> None:
    """Built beside and moved in at the end: it is either there and right, or not there."""
    if not shutil.which("go"):
        raise NotBuilt(f"Go is not installed: {HOW}")
    beside = BINARY.parent.with_name(f"stripe-mock.{os.getpid()}")
    try:
        _by_go(beside)
        if (said := _sum(beside / BINARY.name)) != SUM:
            raise NotBuilt(f"what Go brought is not what is pinned: {said or 'it names no sum'}")
        BINARY.parent.mkdir(parents=True, exist_ok=True)
        (beside / BINARY.name).replace(BINARY)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _by_go(into: Path) -> None:
    """Go's own stores go below .build too: nothing is installed outside the checkout."""
    own = {"GOBIN": into, "GOPATH": into / "path", "GOCACHE": into / "cache", "GOFLAGS": "-modcacherw"}
    environment = {**os.environ, **{name: str(value) for name, value in own.items()}}
    into.mkdir(parents=True, exist_ok=True)
    try:
        done = _go("install", "-p", "2", f"{MODULE}@{VERSION}", environment=environment)
    except subprocess.TimeoutExpired:
        raise NotBuilt(f"Go took longer than {WITHIN_S} s: is there a network?") from None
    if done.returncode:
        raise NotBuilt(f"Go could not build it: {done.stderr.strip()[-300:]}")


def _sum(built: Path) -> str:
    """A binary of Go knows what it was built from."""
    told = _go("version", "-m", str(built)).stdout
    found = re.search(rf"\bmod\s+{re.escape(MODULE)}\s+{re.escape(VERSION)}\s+(\S+)", told)
    return found[1] if found else ""


def _go(*arguments: str, environment: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    command = ["go", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=WITHIN_S, check=False, env=environment)
