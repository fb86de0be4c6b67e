import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tools.lint.__main__ import problems
from tools.new_domain.__main__ import MATRIX, Refused, create

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What a domain needs to live in, without the environments that would take a minute to copy."""
    for folder in ("functions", "infra", "layers", "local", "tools", "tests/builders"):
        if (ROOT / folder).is_dir():
            shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests" / "component").mkdir()
    for file in ("pyproject.toml", "tests/__init__.py", "tests/conftest.py", MATRIX):
        shutil.copy(ROOT / file, tmp_path / file)
    (tmp_path / "tests" / "unit").mkdir(parents=True)
    (tmp_path / "tests" / "unit" / "__init__.py").touch()
    return tmp_path


def run(checkout: Path, *command: str) -> str:
    paths = os.pathsep.join([str(checkout), str(checkout / "layers/kernel/python")])
    done = subprocess.run(
        [str(Path(sys.executable).parent / command[0]), *command[1:]],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": paths, "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache" / "new-domain")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_new_domain_passes_every_check_at_once(checkout: Path):
    written = create(checkout, "sundials")
    own = [path for path in written if "sundials" in path]
    run(checkout, "ruff", "check", "--quiet", *own)
    run(checkout, "ruff", "format", "--check", "--quiet", *own)
    run(checkout, "mypy", "functions/sundials", "tests/builders/sundials.py", "tests/unit/sundials")
    assert not [finding for finding in problems(checkout) if "sundials" in finding]
    assert " 0 broken" in run(checkout, "lint-imports", "--no-logo", "--no-cache")
    assert "events/sundials/EntryAdded.v1.schema.json" in run(checkout, "python", "-m", "tools.contracts")
    assert " passed" in run(checkout, "pytest", "tests/unit/sundials", "-q", "-p", "no:cacheprovider")


def test_a_new_domain_is_registered_with_its_permissions_and_its_stack(checkout: Path):
    create(checkout, "sundials")
    create(checkout, "yachts")
    permissions = (checkout / "layers/kernel/python/permissions.py").read_text()
    assert [
        f'"{action}"' in permissions for action in ("add_sundials", "read_sundials", "add_yachts", "grant_roles")
    ] == [True] * 4
    decided = tomllib.loads((checkout / MATRIX).read_text())["actions"]
    assert decided["add_yachts"] == decided["read_sundials"] == decided["edit_profile"]
    app = (checkout / "infra/app.py").read_text()
    assert "from infra.domains.sundials import Sundials\n" in app
    assert "Sundials, Yachts)" in app


@pytest.mark.parametrize("name", ["", "Sundials", "wish-list", "class", "identity", "../x"])
def test_a_name_that_cannot_be_a_domain_is_refused_and_nothing_is_written(checkout: Path, name: str):
    before = sorted(checkout.rglob("*"))
    with pytest.raises(Refused):
        create(checkout, name)
    assert sorted(checkout.rglob("*")) == before
