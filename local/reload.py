"""Hot reload: what is saved under functions/ or in the kernel is live in about a second, if it can be imported."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.cloud import BASE_LAYER
from local.deployer import zipped
from local.home import ROOT, STAGE, Problem
from local.stack import Stack

LOOK_EVERY_S = 0.25
QUIET_FOR_S = 2.0
# What the templates are read from: a route, a permission, a subscription, a grant.
DECLARING = frozenset({"api.py", "consumers.py", "permissions.py"})

Seen = dict[Path, int]


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    module: str
    layers: tuple[str, ...]

    @property
    def domain(self) -> str:
        return self.module.split(".")[1] if self.module.startswith("functions.") else ""


class Reloader:
    def __init__(self, stack: Stack, tell: Callable[[str], None], checkout: Path = ROOT) -> None:
        self._stack, self._tell, self._checkout = stack, tell, checkout
        self._domains, self._kernel, self._infra = (
            checkout / folder for folder in ("functions", "layers/kernel/python", "infra")
        )
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="reload", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(30)

    def _watch(self) -> None:
        seen, redeclared, quiet_s = self._look(), False, 0.0
        while not self._stopping.wait(LOOK_EVERY_S):
            now = self._look()
            changed = {path for path in seen.keys() | now.keys() if seen.get(path) != now.get(path)}
            seen, quiet_s = now, 0.0 if changed else quiet_s + LOOK_EVERY_S
            redeclared |= any(path.name in DECLARING or path.is_relative_to(self._infra) for path in changed)
            try:
                if changed:
                    self._replace(changed)
                elif redeclared and quiet_s >= QUIET_FOR_S:
                    redeclared = False
                    self._redeploy()
            except Problem as problem:
                self._tell(str(problem))
            except Exception as error:  # noqa: BLE001  # whatever goes wrong, the next save gets its chance
                self._tell(f"could not replace the code: {error}")

    # Code

    def _replace(self, changed: Iterable[Path]) -> None:
        domains = {path.relative_to(self._domains).parts[0] for path in changed if path.is_relative_to(self._domains)}
        kernel = any(path.is_relative_to(self._kernel) for path in changed)
        touched = [one for one in self._deployed() if kernel or one.domain in domains]
        if not touched:
            return
        complaint = self._import_complaint(sorted({one.module for one in touched}))
        if complaint:
            self._tell(f"not replaced, the old code stays: {complaint}")
            return
        if kernel:
            self._replace_kernel(touched)
        for domain in sorted(domains):
            self._replace_domain(domain, touched)
        self._tell(f"live: {', '.join(sorted(one.name.removeprefix(f'metco-{STAGE}-') for one in touched))}")

    def _replace_domain(self, domain: str, touched: list[Function]) -> None:
        code = zipped(sources(self._checkout, [self._domains / "__init__.py", self._domains / domain]))
        for one in touched:
            if one.domain == domain:
                self._lambda.update_function_code(FunctionName=one.name, ZipFile=code)

    def _replace_kernel(self, touched: list[Function]) -> None:
        content = zipped(sources(self._kernel.parent, [self._kernel]))
        layer = self._lambda.publish_layer_version(
            LayerName=f"metco-{STAGE}-kernel-saved", Content={"ZipFile": content}
        )
        for one in touched:
            layers = [layer["LayerVersionArn"] if "kernel" in arn.casefold() else arn for arn in one.layers]
            self._lambda.update_function_configuration(FunctionName=one.name, Layers=layers)

    def _deployed(self) -> list[Function]:
        pages = self._lambda.get_paginator("list_functions").paginate()
        return [
            Function(
                function["FunctionName"],
                function["Handler"].rpartition(".")[0],
                tuple(layer["Arn"] for layer in function.get("Layers", ())),
            )
            for page in pages
            for function in page["Functions"]
        ]

    @property
    def _lambda(self) -> Any:
        return self._stack.client("lambda")

    def _import_complaint(self, modules: list[str]) -> str:
        """Imports them as the functions would. Empty if it went well, else the last of what Python said."""
        path = os.pathsep.join(map(str, (self._checkout, self._kernel, BASE_LAYER)))
        done = subprocess.run(
            [getattr(sys, "_base_executable", sys.executable), "-c", f"import {', '.join(modules)}"],
            env={"PATH": os.defpath, "PYTHONPATH": path, "PYTHONNOUSERSITE": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=self._checkout,
            capture_output=True,
            text=True,
            check=False,
        )
        if not done.returncode:
            return ""
        lines = done.stderr.strip().splitlines()
        where = next((line.strip() for line in reversed(lines) if line.lstrip().startswith("File ")), "")
        return f"{lines[-1]} ({where.replace(f'{self._checkout}/', '')})"

    def _look(self) -> Seen:
        folders = (self._domains, self._kernel, self._infra)
        files = [path for folder in folders for path in folder.rglob("*") if "__pycache__" not in path.parts]
        return {path: saved_at(path) for path in files}

    # What the code declares

    def _redeploy(self) -> None:
        """Routes, grants and subscriptions are the template's: they follow when the typing pauses."""
        if self._stack.deploy():
            self._tell("deployed anew: routes, permissions and subscriptions are as the code says")


def saved_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns if path.is_file() else 0
    except FileNotFoundError:  # editors replace files by way of others
        return 0


def sources(root: Path, parts: Iterable[Path]) -> dict[str, bytes]:
    files = [file for part in parts for file in ([part] if part.is_file() else part.rglob("*"))]
    return {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in files
        if file.is_file() and "__pycache__" not in file.parts
    }
