"""From the checkout to its templates, made again only when something that they are made of has changed."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from local.home import HOME, ROOT, STAGE, Problem

SOURCES = ("cdk.json", "infra", "functions", "layers", "requirements/dev.txt")
ASSEMBLIES = HOME / "assemblies"
KEPT = 5  # assemblies, the newest: going back to a branch is quick too


def fingerprint() -> str:
    digest = hashlib.sha256()
    for file in sorted(path for source in SOURCES for path in _files(ROOT / source)):
        digest.update(f"{file.relative_to(ROOT)}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _files(source: Path) -> list[Path]:
    if source.is_file():
        return [source]
    return [path for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def cached() -> Path | None:
    """The cloud assembly of the checkout as it is, if there is one."""
    found = ASSEMBLIES / fingerprint()
    return found if (found / "manifest.json").exists() else None


def synthesize() -> tuple[str, Path]:
    """The fingerprint of the checkout, and the folder with its cloud assembly."""
    ASSEMBLIES.mkdir(parents=True, exist_ok=True)
    with (HOME / "synth.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test sessions side by side need the same assembly: one of them makes it
        while not (target := cached()):
            mark = fingerprint()
            beside = ASSEMBLIES / f"{mark}.unfinished"
            shutil.rmtree(beside, ignore_errors=True)
            _run(beside)
            if mark == fingerprint():  # else a file was saved meanwhile, and nobody knows which version was read
                beside.rename(ASSEMBLIES / mark)
        target.touch()
        for old in sorted(ASSEMBLIES.iterdir(), key=_age)[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)
        return target.name, target


def _run(output: Path) -> None:
    """In a process of its own: the Node process that CDK drives goes when it is done, and its memory with it."""
    environment = os.environ | {
        "CDK_OUTDIR": str(output),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "layers/kernel/python")]),
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(HOME / "jsii"),
    }
    command = [sys.executable, "-m", "infra.app", "-c", f"stage={STAGE}"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr[-4000:])
        raise Problem("The templates could not be synthesized; the error above comes from `python -m infra.app`.")


def _age(path: Path) -> float:
    return path.stat().st_mtime
