"""Brings the checkout's code to the deployed functions without a deployment, if it can be imported."""

import os
import subprocess
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.cloud import LAYERS, Cloud
from local.deployer import zipped
from local.home import ROOT, STAGE

# Says that functions run other code than their stacks do, so that the next deployment brings it there by hand, too:
# CloudFormation compares templates, and sees no difference when an edit was taken back while Metco was down.
EDITED = f"/metco/{STAGE}/laptop/edited"


class NotImportable(Exception):
    """The code was not brought anywhere: the functions keep what they have."""


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    module: str
    layers: tuple[str, ...]

    @property
    def domain(self) -> str:
        return self.module.split(".")[1] if self.module.startswith("functions.") else ""

    @property
    def short_name(self) -> str:
        return self.name.removeprefix(f"metco-{STAGE}-")


class Code:
    def __init__(self, cloud: Cloud, checkout: Path = ROOT) -> None:
        self._cloud, self._checkout = cloud, checkout
        self.domains = checkout / "functions"
        self.kernel = checkout / "layers" / "kernel" / "python"

    def bring(self, changed: Collection[Path]) -> list[str]:
        """To the functions that run one of these files; their names."""
        domains = {path.relative_to(self.domains).parts[0] for path in changed if path.is_relative_to(self.domains)}
        kernel = any(path.is_relative_to(self.kernel) for path in changed)
        touched = [one for one in self._deployed() if kernel or one.domain in domains]
        if not touched:
            return []
        self._refuse_broken(sorted({one.module for one in touched}))
        self._cloud.client("ssm").put_parameter(Name=EDITED, Value="yes", Type="String", Overwrite=True)
        if kernel:
            self._replace_kernel(touched)
        for domain in sorted(domains):
            self._replace_domain(domain, [one for one in touched if one.domain == domain])
        return sorted(one.short_name for one in touched)

    def settle(self) -> None:
        """After a deployment: where functions were edited in between, let them have what was deployed."""
        if self._cloud.parameter(EDITED):
            self.bring([self.kernel, *(folder for folder in self.domains.iterdir() if folder.is_dir())])
            self._cloud.client("ssm").delete_parameter(Name=EDITED)

    def _replace_domain(self, domain: str, functions: Iterable[Function]) -> None:
        code = zipped(_sources(self._checkout, [self.domains / "__init__.py", self.domains / domain]))
        for one in functions:
            self._lambda.update_function_code(FunctionName=one.name, ZipFile=code)

    def _replace_kernel(self, functions: Iterable[Function]) -> None:
        name, content = f"metco-{STAGE}-kernel-saved", zipped(_sources(self.kernel.parent, [self.kernel]))
        saved = self._lambda.publish_layer_version(LayerName=name, Content={"ZipFile": content})["LayerVersionArn"]
        for one in functions:
            layers = [saved if "kernel" in arn.casefold() else arn for arn in one.layers]
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
        return self._cloud.client("lambda")

    def _refuse_broken(self, modules: list[str]) -> None:
        """Imports them as the functions would; of what Python says to a failure, the last lines are worth telling."""
        path = os.pathsep.join(map(str, (self._checkout, self.kernel, *LAYERS)))
        done = subprocess.run(
            [getattr(sys, "_base_executable", sys.executable), "-c", f"import {', '.join(modules)}"],
            env={"PATH": os.defpath, "PYTHONPATH": path, "PYTHONNOUSERSITE": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=self._checkout,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            lines = done.stderr.strip().splitlines()
            where = next((line.strip() for line in reversed(lines) if line.lstrip().startswith("File ")), "")
            raise NotImportable(f"{lines[-1]} ({where.replace(f'{self._checkout}/', '')})")


def _sources(root: Path, parts: Iterable[Path]) -> dict[str, bytes]:
    files = [file for part in parts for file in ([part] if part.is_file() else part.rglob("*"))]
    return {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in files
        if file.is_file() and "__pycache__" not in file.parts
    }
