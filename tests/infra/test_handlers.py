import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from bench import imports
from infra.platform.context import ROOT
from tests.infra.conftest import Assembly

IMPORT = """
import importlib, json, sys
sys.path += json.loads(sys.argv[1])
for handler in sys.argv[2:]:
    module, _, name = handler.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name)), handler
"""


@pytest.fixture(scope="session")
def layers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """By name, the packages each layer's lock pins, taken from this environment: what is not pinned is not there."""
    locks = ROOT.glob("layers/*/requirements.txt")
    return {lock.parent.name: unpacked(lock, tmp_path_factory.mktemp(lock.parent.name)) for lock in locks}


def unpacked(lock: Path, folder: Path) -> Path:
    for name in re.findall(r"^([A-Za-z0-9._-]+)==", lock.read_text(), re.MULTILINE):
        distribution = metadata.distribution(name)
        for top in {file.parts[0] for file in distribution.files or [] if ".." not in file.parts}:
            target = folder / top
            if not target.exists():
                target.symlink_to(Path(str(distribution.locate_file(top))))
    return folder


def run_isolated(path: Sequence[Path], *handlers: str) -> subprocess.CompletedProcess[str]:
    """No site-packages, no environment, no current folder: only what is named."""
    command = [sys.executable, "-I", "-S", "-B", "-c", IMPORT, json.dumps([str(part) for part in path]), *handlers]
    return subprocess.run(command, env={}, cwd="/", capture_output=True, text=True, check=False)


def test_every_handler_imports_from_its_own_asset_and_layers_alone(cloud: Assembly, layers: dict[str, Path]):
    """Those that are shipped alike are imported one after the other: what there is to be found is the same for them."""
    shipped_alike: dict[tuple[Path, ...], set[str]] = defaultdict(set)
    for name, function in cloud.of_type("AWS::Lambda::Function").items():
        domain = name.split("/")[0]
        path = [asset_of(cloud, domain, function["Code"])]
        for layer in (reference["Ref"] for reference in function["Layers"]):
            shipped = asset_of(cloud, domain, cloud.resources[f"{domain}/{layer}"]["Properties"]["Content"]) / "python"
            path.append(layers.get(layer.partition("Layer")[0].lower(), shipped))
        shipped_alike[tuple(path)].add(function["Handler"])
    assert len(shipped_alike) > 1
    for alike, handlers in shipped_alike.items():
        done = run_isolated(alike, *sorted(handlers))
        assert done.returncode == 0, f"{handlers}: {done.stderr}"


def test_the_start_of_every_function_is_measured(cloud: Assembly):
    handlers = {str(function["Handler"]) for function in cloud.of_type("AWS::Lambda::Function").values()}
    assert {f"{module}.handler" for module in imports.HANDLERS} == handlers


def test_the_isolation_is_real(layers: dict[str, Path]):
    assert "No module named" in run_isolated([layers["base"]], "aws_cdk.App").stderr
    assert "No module named" in run_isolated([layers["base"]], "PIL.Image.open").stderr
    assert "No module named" in run_isolated([layers["base"]], "json.dumps", "PIL.Image.open").stderr
    assert run_isolated([layers["pictures"]], "PIL.Image.open").returncode == 0


def test_an_asset_holds_its_own_domain_and_nothing_else(cloud: Assembly):
    for name, function in cloud.of_type("AWS::Lambda::Function").items():
        domain = name.split("/")[0]
        if "S3Key" in function["Code"]:
            asset = asset_of(cloud, domain, function["Code"])
            shipped = {file.relative_to(asset).as_posix() for file in files_in(asset)}
            own = {file.relative_to(ROOT).as_posix() for file in files_in(ROOT / "functions" / domain)}
            assert shipped == own | {"functions/__init__.py"}


def asset_of(assembly: Assembly, domain: str, code: dict[str, Any]) -> Path:
    """The relay's code is a comment within the template: any folder without Python will do."""
    return assembly.asset(domain, code["S3Key"]) if "S3Key" in code else assembly.folder


def files_in(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
