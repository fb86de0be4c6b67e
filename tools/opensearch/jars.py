"""Brings the jars of a real OpenSearch server into .build: fetched by Maven, each compared with its pinned hash.

Knows the standard library alone. Whoever lacks Java or Maven is told what is skipped, and everything else goes on.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
HASHES = HERE / "jars.sha256"
JARS = HERE.parents[1] / ".build" / "opensearch"
WITHIN_S = 300
HOW = "install a Java runtime (17 or newer) and Maven, then run `make setup-opensearch`"


class NotFetched(Exception):
    """Says why, in a sentence for a person."""


def pinned() -> dict[str, str]:
    """Hash by file name, in the format of `sha256sum`."""
    lines = (line.split() for line in HASHES.read_text().splitlines())
    return {name: digest for digest, name in lines}


def complete() -> bool:
    """By name alone: what is in the folder was compared when it was put there."""
    return JARS.is_dir() and {jar.name for jar in JARS.glob("*.jar")} == pinned().keys()


def fetch() -> None:
    """Filled beside and moved in at the end: the folder is either complete or not there."""
    beside = JARS.with_name(f"opensearch.{os.getpid()}")
    try:
        _by_maven(beside)
        if wrong := sorted(set(hashed(beside).items()) ^ set(pinned().items())):
            names = ", ".join(sorted({name for name, _ in wrong})[:5])
            raise NotFetched(f"what Maven brought is not what is pinned in {HASHES.name}: {names}")
        shutil.rmtree(JARS, ignore_errors=True)
        beside.replace(JARS)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def write_hashes() -> None:
    """After the version in pom.xml was changed, by whoever looked at what is new."""
    beside = JARS.with_name(f"opensearch.{os.getpid()}")
    try:
        _by_maven(beside)
        HASHES.write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(hashed(beside).items())))
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def hashed(folder: Path) -> dict[str, str]:
    return {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in folder.glob("*.jar")}


def _by_maven(into: Path) -> None:
    """Maven's own store goes below .build too: nothing is installed outside the checkout."""
    if not (shutil.which("java") and shutil.which("mvn")):
        raise NotFetched(f"Java or Maven is not installed: {HOW}")
    store = into.with_name(f"{into.name}.maven")
    command = ["mvn", "--batch-mode", "--quiet", "--strict-checksums", "--file", str(HERE / "pom.xml")]
    command += [f"-Dmaven.repo.local={store}", "dependency:copy-dependencies", f"-DoutputDirectory={into}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN_S, check=False)
    except subprocess.TimeoutExpired:
        raise NotFetched(f"Maven took longer than {WITHIN_S} s: is there a network?") from None
    finally:
        shutil.rmtree(store, ignore_errors=True)
    if done.returncode:
        told = [line for line in done.stdout.splitlines() if line.strip()]
        raise NotFetched(f"Maven could not fetch it: {told[0][:300] if told else done.stderr[-300:]}")
