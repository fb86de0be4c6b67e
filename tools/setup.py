"""Prepares a checkout: checks Node, fills environments and layers from their locks, and only when something is missing.

Runs before anything is installed, so it knows the standard library alone and has to parse on an old Python in order to
say so. What is installed is compared with what is pinned, package by package: an interrupted installation, a changed
lock and a switch between branches all come out right, and there is no stamp file to lie about it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parent.parent
PYTHON_WANTED = (3, 11)
NODE_WANTED = 20
LAMBDA_PYTHON = "3.13"
PLATFORMS = {
    "arm64": ["manylinux2014_aarch64", "manylinux_2_28_aarch64", "manylinux_2_34_aarch64"],
    "x86_64": ["manylinux2014_x86_64", "manylinux_2_28_x86_64", "manylinux_2_34_x86_64"],
}
UV = "uv==0.13.8"


def stop(sentence: str) -> NoReturn:
    sys.stderr.write(f"\n{sentence}\n\n")
    raise SystemExit(1)


def check_python() -> None:
    if sys.version_info[:2] < PYTHON_WANTED:
        stop(
            f"Metco needs Python {'.'.join(map(str, PYTHON_WANTED))} or newer, and this is {sys.version.split()[0]}. "
            "Install a newer one, or name it: make PYTHON=python3.12 dev"
        )


def check_node() -> None:
    """CDK's Python library drives a Node process: synthesizing needs Node although none of Metco is written for it."""
    node = shutil.which("node")
    if node is None:
        stop(f"Metco needs Node {NODE_WANTED} or newer to synthesize its templates, and found none: https://nodejs.org")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.lstrip("v").split(".")[0]) < NODE_WANTED:
        stop(f"Metco needs Node {NODE_WANTED} or newer, and {node} is {version}: install a newer one.")


# ------------------------------------------------------------------------------------------------- pinned and installed


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: Path, *, conditional: bool = False) -> set[tuple[str, str]]:
    """The packages a lock asks for on every machine, or also those it asks for on some, by a marker."""
    found = set()
    for line in lock.read_text().splitlines():
        match = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(\s*;)?", line)
        if match and (conditional or not match.group(3)):
            found.add((canonical(match.group(1)), match.group(2)))
    return found


def installed(site_packages: Iterable[Path]) -> set[tuple[str, str]]:
    """RECORD is the last file pip writes, so a package without one was interrupted half-way and counts as missing."""
    found = set()
    for folder in site_packages:
        for info in folder.glob("*.dist-info"):
            if (info / "RECORD").exists():
                name, _, version = info.name[: -len(".dist-info")].partition("-")
                found.add((canonical(name), version))
    return found


# -------------------------------------------------------------------------------------------------------------- filling


def pip_install(python: Path, lock: Path, into: str, extra: list[str]) -> None:
    count = len(pins(lock, conditional=True))
    print(f"Installing {count} packages into {into} (first time, or its lock changed)", flush=True)
    started = time.monotonic()
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
    lines: list[str] = []
    with subprocess.Popen(
        [*command, *extra, "--requirement", str(lock)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        seen = 0
        for line in pip.stdout or ():
            lines.append(line)
            seen += line.startswith("Collecting ")
            progress(f"  {min(seen, count)} of {count} fetched" if "Installing" not in line else "  unpacking")
    progress("")
    if pip.returncode:
        sys.stderr.write("".join(lines[-15:]))
        stop(
            f"pip could not install {lock.relative_to(ROOT)} into {into}; its last lines are above. Is there a network?"
        )
    print(f"  done in {time.monotonic() - started:.0f} s", flush=True)


def progress(text: str) -> None:
    """One line that rewrites itself, for people only: a log file keeps the first and the last line."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\033[K{text}")
        sys.stdout.flush()


def fill_venv(folder: str, lock: str) -> None:
    venv, locked = ROOT / folder, ROOT / lock
    python = venv / "bin" / "python"
    if not works(python):
        shutil.rmtree(venv, ignore_errors=True)
        made = subprocess.run([sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True, check=False)
        if made.returncode:
            stop(f"Python could not make {folder}: {made.stdout}{made.stderr}On Debian: apt install python3-venv")
    if not pins(locked) <= installed(venv.glob("lib/python3.*/site-packages")):
        # CDK alone brings thousands of modules, of which a few are ever imported: Python compiles those by itself.
        pip_install(python, locked, folder, ["--no-compile"])


def works(python: Path) -> bool:
    """An environment whose Python was upgraded or moved away still has its folder, and nothing in it runs."""
    try:
        return subprocess.run([str(python), "-c", "import pip"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def fill_layers(architecture: str | None = None) -> None:
    """Every folder with a lock is a layer; a folder without one is code of ours, and ships as it is."""
    for lock in sorted((ROOT / "layers").glob("*/requirements.txt")):
        fill_layer(lock.parent.name, architecture)


def fill_layer(name: str, architecture: str | None) -> None:
    """Built beside and moved in at the end: a layer is either complete or not there."""
    lock = ROOT / "layers" / name / "requirements.txt"
    target = ROOT / ".build" / "layers" / (f"{name}-{architecture}" if architecture else name)
    if pins(lock) <= installed([target / "python"]) <= pins(lock, conditional=True):
        return
    beside = target.with_name(f"{target.name}.{os.getpid()}")
    extra = ["--target", str(beside / "python")]
    if architecture:
        if architecture not in PLATFORMS:
            stop(f"There is no Lambda architecture {architecture!r}; choose one of {', '.join(sorted(PLATFORMS))}.")
        extra += ["--no-compile", "--only-binary", ":all:", "--implementation", "cp", "--python-version", LAMBDA_PYTHON]
        for platform in PLATFORMS[architecture]:
            extra += ["--platform", platform]
    try:
        pip_install(Path(sys.executable), lock, str(target.relative_to(ROOT)), extra)
        shutil.rmtree(beside / "python" / "bin", ignore_errors=True)
        shutil.rmtree(target, ignore_errors=True)
        beside.replace(target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


# ---------------------------------------------------------------------------------------------------------------- locks


def write_locks() -> None:
    """Every wheel's hash and no address: the same lock installs from the public index and from any mirror of it."""
    tool = ROOT / ".build" / "uv"
    if not works(tool / "bin" / "python"):
        subprocess.run([sys.executable, "-m", "venv", str(tool)], check=True)
    subprocess.run([str(tool / "bin" / "pip"), "install", "--quiet", UV], check=True)
    sources = [*sorted((ROOT / "layers").glob("*/requirements.in")), *sorted((ROOT / "requirements").glob("*.in"))]
    for source in sources:
        lock = source.with_suffix(".txt")
        before = hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else ""
        options = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-annotate", "--no-header", "--quiet"]
        options += ["--python-version", ".".join(map(str, PYTHON_WANTED)), "--output-file", str(lock)]
        subprocess.run([str(tool / "bin" / "uv"), "pip", "compile", *options, str(source)], check=True)
        changed = hashlib.sha256(lock.read_bytes()).hexdigest() != before
        print(f"{lock.relative_to(ROOT)}: {'changed' if changed else 'as before'}")


def main(arguments: list[str]) -> None:
    check_python()
    if arguments == ["node"]:
        check_node()
    elif arguments == ["locks"]:
        write_locks()
    elif arguments[:1] == ["venv"] and len(arguments) == 3:
        fill_venv(arguments[1], arguments[2])
    elif arguments[:1] == ["layers"] and len(arguments) in (1, 2):
        fill_layers(*arguments[1:])
    else:
        stop("usage: setup.py node | locks | venv FOLDER LOCK | layers [ARCHITECTURE]")


if __name__ == "__main__":
    main(sys.argv[1:])
