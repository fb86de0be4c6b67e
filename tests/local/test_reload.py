"""What makes a saved file one that templates are read from."""

import inspect
from pathlib import Path

import pytest

from local.home import ROOT
from local.reload import declares
from tools.contracts import domains

ROUTES = {Path(inspect.getfile(one.function)) for d in domains() for api in d.apis for one in api.operations.values()}
CONSUMERS = {path for path in (ROOT / "functions").rglob("*.py") if "Consumer()" in path.read_text(encoding="utf-8")}


@pytest.mark.parametrize("path", sorted(ROUTES | CONSUMERS), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_with_routes_or_subscriptions_declares_whatever_it_is_called(path: Path):
    assert declares(path)


def test_a_file_that_stores_declares_nothing():
    stores = [path for path in (ROOT / "functions").rglob("*.py") if "store" in path.parts]
    assert stores
    assert not any(declares(path) for path in stores)


def test_permissions_declare_and_so_does_what_is_gone(tmp_path: Path):
    assert declares(ROOT / "layers/kernel/python/permissions.py")
    assert declares(tmp_path / "gone.py")
    assert not declares(tmp_path / "gone.txt")
