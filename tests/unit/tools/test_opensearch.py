import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tools.opensearch import __main__ as command
from tools.opensearch import jars, node

SERVER = {"server.jar": b"a server", "lucene.jar": b"an index"}


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout in which nothing was fetched yet, and these two are pinned."""
    hashes = tmp_path / "jars.sha256"
    hashes.write_text("".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in SERVER.items()))
    monkeypatch.setattr(jars, "HASHES", hashes)
    monkeypatch.setattr(jars, "JARS", tmp_path / ".build" / "opensearch")
    return tmp_path / ".build" / "opensearch"


def maven_brings(monkeypatch: pytest.MonkeyPatch, brought: Mapping[str, bytes]) -> None:
    def bring(into: Path) -> None:
        into.mkdir(parents=True)
        for name, content in brought.items():
            (into / name).write_bytes(content)

    monkeypatch.setattr(jars, "_by_maven", bring)


def test_what_is_pinned_is_fetched_once(built: Path, monkeypatch: pytest.MonkeyPatch):
    assert not jars.complete()
    maven_brings(monkeypatch, SERVER)
    command.main([])
    assert jars.complete()
    assert sorted(path.name for path in built.parent.iterdir()) == ["opensearch"]
    maven_brings(monkeypatch, {})
    command.main([])
    assert jars.complete()


@pytest.mark.parametrize(
    "brought",
    [SERVER | {"server.jar": b"another server"}, {"server.jar": b"a server"}, SERVER | {"more.jar": b"more"}],
    ids=["changed", "missing", "more"],
)
def test_what_is_not_pinned_is_thrown_away_and_said(
    built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], brought: Mapping[str, bytes]
):
    maven_brings(monkeypatch, brought)
    command.main([])  # and `make test` goes on
    assert not jars.complete()
    assert list(built.parent.iterdir()) == []
    assert re.search(r"tests are skipped: what Maven brought is not what is pinned .*\.jar", capsys.readouterr().out)


def test_a_folder_that_lacks_something_is_fetched_anew(built: Path, monkeypatch: pytest.MonkeyPatch):
    maven_brings(monkeypatch, SERVER)
    jars.fetch()
    (built / "server.jar").unlink()
    assert not jars.complete()
    jars.fetch()
    assert jars.complete()


def test_without_java_or_maven_it_says_what_to_install(
    built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("PATH", str(built))
    command.main([])
    assert "Java or Maven is not installed" in capsys.readouterr().out
    assert "there is no Java" in node.lacking()


def test_every_jar_of_the_checkout_is_pinned_and_the_server_is_the_one_that_is_deployed():
    deployed = Path(__file__).parents[3] / "infra" / "platform" / "search_index.py"
    names = jars.pinned()
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in names.values())
    (version,) = {found[1] for name in names if (found := re.fullmatch(r"opensearch-(\d+\.\d+)\.\d+\.jar", name))}
    assert f'engine_version="OpenSearch_{version}"' in deployed.read_text()
