import ast
import os
import re
from pathlib import Path

import pytest

from tools import setup

LOCK = """\
aws-cdk-lib==2.275.0 \\
    --hash=sha256:065665c041c42a5938ed220bdcd7230f22527fbec085e1853d2402c8a3615d9d
PyJWT[crypto]==2.15.1 \\
    --hash=sha256:9243213661e29250eb41368e5daa826fc017156c3b8a11440826b2e3ed376472
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:0133c3c3b54a0bf1e71fa5c1ad95c93f07fd54e24ef1fe182f5122e1573d2bf1
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    (tmp_path / "lock.txt").write_text(LOCK)
    return tmp_path / "lock.txt"


def a_package(folder: Path, name: str, *, complete: bool = True) -> None:
    (folder / f"{name}.dist-info").mkdir(parents=True)
    if complete:
        (folder / f"{name}.dist-info" / "RECORD").touch()


def test_a_lock_asks_for_its_pins_and_leaves_those_with_a_marker_to_pip(lock: Path):
    assert setup.pins(lock) == {("aws-cdk-lib", "2.275.0"), ("pyjwt", "2.15.1")}
    assert setup.pins(lock, conditional=True) - setup.pins(lock) == {("colorama", "0.4.6")}


def test_what_is_there_is_compared_and_not_what_was_once_done(lock: Path, tmp_path: Path):
    site = tmp_path / "site-packages"
    a_package(site, "aws_cdk_lib-2.275.0")
    assert not setup.pins(lock) <= setup.installed([site])
    a_package(site, "PyJWT-2.15.1")
    assert setup.pins(lock) <= setup.installed([site])


def test_a_package_whose_installation_was_interrupted_is_missing(lock: Path, tmp_path: Path):
    a_package(tmp_path, "aws_cdk_lib-2.275.0")
    a_package(tmp_path, "PyJWT-2.15.1", complete=False)
    assert setup.installed([tmp_path]) == {("aws-cdk-lib", "2.275.0")}


def test_an_old_python_can_read_far_enough_to_be_told():
    ast.parse(Path(setup.__file__).read_text(), feature_version=(3, 7))


def test_a_python_that_is_too_old_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(setup, "PYTHON_WANTED", (99, 0))
    with pytest.raises(SystemExit):
        setup.check_python()
    assert "needs Python 99.0 or newer" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("says", "sentence"), [(None, "found none"), ("v18.19.0", "is v18.19.0: install a newer one"), ("v20.1.0", "")]
)
def test_a_node_that_is_missing_or_too_old_is_one_clear_sentence(
    says: str | None,
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setenv("PATH", str(tmp_path))
    if says:
        (tmp_path / "node").write_text(f"#!/bin/sh\necho {says}\n")
        (tmp_path / "node").chmod(0o755)
    if not sentence:
        return setup.check_node()
    with pytest.raises(SystemExit):
        setup.check_node()
    told = capsys.readouterr().err
    assert sentence in told
    assert len(told.strip().splitlines()) == 1
    return None


def test_an_environment_whose_python_is_gone_does_not_work(tmp_path: Path):
    assert not setup.works(tmp_path / "bin" / "python")
    (tmp_path / "python").symlink_to(tmp_path / "moved-away")
    assert not setup.works(tmp_path / "python")


@pytest.mark.parametrize("lock", sorted([*setup.ROOT.glob("requirements/*.txt"), *setup.ROOT.glob("layers/*/*.txt")]))
def test_every_lock_pins_by_hash_and_names_no_address(lock: Path):
    text = lock.read_text()
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text)
    entries = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries), os.fspath(lock)


def test_tests_are_installed_over_what_runs_without_a_change_of_version():
    """`make test` after `make dev` adds packages and replaces none."""
    needed = setup.pins(setup.ROOT / "requirements/dev.txt")
    assert needed <= setup.pins(setup.ROOT / "requirements/test.txt")
    for layer in setup.ROOT.glob("layers/*/requirements.txt"):
        assert setup.pins(layer) <= needed


def test_every_layer_of_the_checkout_is_filled(monkeypatch: pytest.MonkeyPatch):
    filled = []
    monkeypatch.setattr(setup, "fill_layer", lambda name, architecture: filled.append((name, architecture)))
    setup.main(["layers", "arm64"])
    locks = setup.ROOT.glob("layers/*/requirements.txt")
    assert filled == [(name, "arm64") for name in sorted(lock.parent.name for lock in locks)]


def test_no_layer_brings_another_version_of_what_another_one_has():
    """A function may have several: which of two versions it then imported would be left to their order."""
    pins = {pin for lock in setup.ROOT.glob("layers/*/requirements.txt") for pin in setup.pins(lock)}
    assert sorted({name for name, _ in pins}) == sorted(name for name, _ in pins)
