"""Templates of every stage, synthesized once each and in this process."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest

from infra.app import build
from infra.platform.context import ROOT

Resources = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Assembly:
    """A stage's stacks by domain."""

    folder: Path
    stage: str

    @cached_property
    def templates(self) -> dict[str, dict[str, Any]]:
        found = sorted(self.folder.glob("*.template.json"))
        return {file.name.split(".")[0].split("-", 2)[2]: json.loads(file.read_text()) for file in found}

    @cached_property
    def resources(self) -> Resources:
        """Of all stacks, by `<domain>/<logical id>`."""
        return {
            f"{domain}/{logical_id}": resource
            for domain, template in self.templates.items()
            for logical_id, resource in template["Resources"].items()
        }

    def of_type(self, kind: str) -> Resources:
        return {name: found["Properties"] for name, found in self.resources.items() if found["Type"] == kind}

    def asset(self, domain: str, key: str) -> Path:
        """The folder behind a function's or layer's S3Key."""
        files: dict[str, Any] = json.loads((self.folder / f"metco-{self.stage}-{domain}.assets.json").read_text())[
            "files"
        ]
        return self.folder / str(files[key.removesuffix(".zip")]["source"]["path"])


Synthesize = Callable[[str], Assembly]


def said_of(stage: str, layers_dir: Path) -> dict[str, str]:
    """Production has everything, the edge too."""
    edge = {"domain": "metco.example", "zone_id": "Z0123456789"} if stage == "prod" else {}
    return {"stage": stage, "layers_dir": str(layers_dir), **edge}


@pytest.fixture(scope="session")
def layers_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stands in for the built wheels, which only their own hash would show in a template."""
    folder = tmp_path_factory.mktemp("layers")
    for lock in ROOT.glob("layers/*/requirements.txt"):
        python = folder / f"{lock.parent.name}-arm64" / "python"
        python.mkdir(parents=True)
        (python / "wheels.txt").write_text(f"stands in for {lock.parent.name}")
    return folder


@pytest.fixture(scope="session")
def synthesize(tmp_path_factory: pytest.TempPathFactory, layers_dir: Path) -> Synthesize:
    @cache
    def once(stage: str) -> Assembly:
        folder = tmp_path_factory.mktemp(stage)
        build(said_of(stage, layers_dir), str(folder)).synth()
        return Assembly(folder, stage)

    return once


@pytest.fixture(params=["local", "dev", "prod"], scope="session")
def assembly(request: pytest.FixtureRequest, synthesize: Synthesize) -> Assembly:
    return synthesize(request.param)


@pytest.fixture(scope="session")
def cloud(synthesize: Synthesize) -> Assembly:
    return synthesize("prod")


@pytest.fixture(scope="session")
def laptop(synthesize: Synthesize) -> Assembly:
    return synthesize("local")
