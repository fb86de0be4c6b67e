from pathlib import Path

import pytest

from local import synth


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A checkout of one source file; what is noted is what the file said each time it was synthesized."""
    read: list[str] = []
    source = tmp_path / "infra" / "app.py"
    source.parent.mkdir()
    source.write_text("first")

    def run(output: Path) -> None:
        read.append(source.read_text())
        output.mkdir()
        (output / "manifest.json").write_text(source.read_text())

    monkeypatch.setattr(synth, "ROOT", tmp_path)
    monkeypatch.setattr(synth, "HOME", tmp_path)
    monkeypatch.setattr(synth, "ASSEMBLIES", tmp_path / "assemblies")
    monkeypatch.setattr(synth, "SOURCES", ("infra",))
    monkeypatch.setattr(synth, "_run", run)
    return read


def test_the_same_checkout_is_synthesized_once(runs: list[str], tmp_path: Path):
    assert synth.synthesize() == synth.synthesize()
    (tmp_path / "infra" / "__pycache__").mkdir()
    (tmp_path / "infra" / "__pycache__" / "app.pyc").write_text("compiled")
    synth.synthesize()
    assert runs == ["first"]


def test_a_changed_checkout_is_synthesized_anew_and_going_back_is_free(runs: list[str], tmp_path: Path):
    source = tmp_path / "infra" / "app.py"
    first, _ = synth.synthesize()
    source.write_text("second")
    second, assembly = synth.synthesize()
    assert (assembly / "manifest.json").read_text() == "second"
    source.write_text("first")
    assert synth.synthesize()[0] == first != second
    assert runs == ["first", "second"]


def test_a_file_saved_meanwhile_is_not_taken_for_what_was_read(
    runs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    source, run = tmp_path / "infra" / "app.py", synth._run

    def run_while_somebody_types(output: Path) -> None:
        run(output)
        if len(runs) == 1:
            source.write_text("saved meanwhile")

    monkeypatch.setattr(synth, "_run", run_while_somebody_types)
    _, assembly = synth.synthesize()
    assert (assembly / "manifest.json").read_text() == "saved meanwhile"


def test_only_the_newest_assemblies_are_kept(runs: list[str], tmp_path: Path):
    for number in range(synth.KEPT + 3):
        (tmp_path / "infra" / "app.py").write_text(f"version {number}")
        synth.synthesize()
    assert len(list((tmp_path / "assemblies").iterdir())) == synth.KEPT
