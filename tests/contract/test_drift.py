"""What is written down says what the code says."""

import json
from pathlib import Path

import pytest

from tools import contracts
from tools.contracts import events


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return contracts.generated(contracts.domains())


def test_every_contract_says_what_the_code_says(files: dict[str, str]):
    assert list(contracts.drift(files)) == []


def test_drift_is_told_with_the_file_and_the_command(tmp_path: Path):
    (tmp_path / "events" / "x").mkdir(parents=True)
    (tmp_path / "changed.json").write_text("old")
    (tmp_path / "events" / "x" / "Gone.v1.schema.json").write_text("{}")
    run = "run `make docs` and commit"
    assert list(contracts.drift({"changed.json": "new", "missing.json": ""}, tmp_path)) == [
        f"changed.json no longer says what the code says: {run} it.",
        f"missing.json is missing: {run} it.",
        f"events/x/Gone.v1.schema.json describes an event that nobody publishes any more: {run} its removal.",
    ]


def test_writing_leaves_no_drift_and_touches_only_what_changed(tmp_path: Path):
    files = {"a/b.json": "1", "c.json": "2"}
    assert list(contracts.write(files, tmp_path)) == ["a/b.json", "c.json"]
    assert list(contracts.drift(files, tmp_path)) == []
    assert list(contracts.write(files, tmp_path)) == []


# Within a version only optional fields are added

BASE = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "kind": {"enum": ["a", "b"]}, "note": {"type": "string"}},
    "required": ["id", "kind"],
}


def changed(**properties: object) -> dict[str, object]:
    return {**BASE, "properties": {**BASE["properties"], **properties}}  # type: ignore[dict-item]  # plain JSON


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (changed(id={"type": "integer"}), ['/id/type was "string" and is "integer"']),
        (changed(kind={"enum": ["a"]}), ['/kind can no longer be "b"']),
        ({**BASE, "required": ["kind"]}, ["/id is no longer always there"]),
        ({**BASE, "required": ["id", "kind", "note"]}, ["/note is new and not optional"]),
        ({**BASE, "properties": {"id": {"type": "string"}, "kind": {"enum": ["a", "b"]}}}, ["/note is gone"]),
        (changed(extra={"type": "string"}), []),
        (changed(kind={"enum": ["a", "b", "c"]}), []),
        (changed(note={"type": "string", "description": "now explained", "examples": ["x"]}), []),
    ],
)
def test_a_published_event_only_grows(after: dict[str, object], told: list[str]):
    assert events.breaks(BASE, after) == told


def test_moving_a_type_into_a_definition_breaks_nothing():
    before = {"properties": {"id": {"type": "string"}}}
    after = {"properties": {"id": {"$ref": "#/$defs/Id"}}, "$defs": {"Id": {"type": "string"}}}
    assert events.breaks(before, after) == []


def test_a_breaking_change_is_refused_before_anything_is_written(files: dict[str, str]):
    path = next(path for path in files if path.endswith("UserRegistered.v1.schema.json"))
    broken = json.loads(files[path])
    del broken["properties"]["data"]["properties"]["locale"]
    with pytest.raises(contracts.ContractError, match=r"UserRegistered\.v1 is published.*/data/locale is gone"):
        events.guard({path: json.dumps(broken)})
