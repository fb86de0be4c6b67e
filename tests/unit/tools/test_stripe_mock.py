import re
from pathlib import Path

import pytest

from tools.stripe_mock import __main__ as command
from tools.stripe_mock import binary, server


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout in which nothing was built yet."""
    monkeypatch.setattr(binary, "BINARY", tmp_path / ".build" / "stripe-mock" / "v1" / "stripe-mock")
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    return binary.BINARY


def go_brings(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    def bring(into: Path) -> None:
        into.mkdir(parents=True)
        (into / "stripe-mock").write_bytes(b"a server")

    monkeypatch.setattr(binary, "_by_go", bring)
    monkeypatch.setattr(binary, "_sum", lambda _: told)


def test_what_is_pinned_is_built_once(built: Path, monkeypatch: pytest.MonkeyPatch):
    go_brings(monkeypatch, binary.SUM)
    assert server.lacking()
    command.main()
    assert built.read_bytes() == b"a server"
    assert not server.lacking()
    go_brings(monkeypatch, "h1:another")
    command.main()
    assert built.is_file()


def test_what_is_not_pinned_is_thrown_away_and_said(
    built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    go_brings(monkeypatch, "h1:another")
    command.main()  # and `make test` goes on
    assert not binary.complete()
    assert list(built.parents[1].glob("*")) == []
    assert re.search(r"tests are skipped: what Go brought is not what is pinned: h1:another", capsys.readouterr().out)


def test_whoever_lacks_go_is_told_what_to_do(
    built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("shutil.which", lambda name: None)
    command.main()
    assert not built.exists()
    assert binary.HOW in capsys.readouterr().out
