import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from kernel import clock, log
from kernel.events import MAX_BYTES, Data, Event, Metadata, Seen, encode

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class ThingMade(Data):
    """A thing exists."""

    thing_id: str
    labels: list[str] = []


class ThingMadeAnew(Data):
    version = 2
    thing_id: str


def test_the_envelope_says_what_when_in_which_order_and_because_of_what():
    with clock.frozen(NOW), log.correlated("cor_1", "evt_0"):
        envelope = Event(ThingMade(thing_id="thg_1"), "thg_1", 3).envelope()
    assert envelope["metadata"].pop("id").startswith("evt_")
    assert envelope == {
        "metadata": {
            "type": "ThingMade",
            "version": 1,
            "occurred_at": "2026-05-04T12:00:00.000Z",
            "aggregate": "thg_1",
            "sequence": 3,
            "correlation_id": "cor_1",
            "causation_id": "evt_0",
        },
        "data": {"thing_id": "thg_1", "labels": []},
    }


def test_the_version_is_part_of_the_name():
    assert ThingMade.detail_type() == "ThingMade.v1"
    assert ThingMadeAnew.detail_type() == "ThingMadeAnew.v2"
    assert Event(ThingMadeAnew(thing_id="thg_1"), "thg_1", 1).envelope()["metadata"]["version"] == 2


def test_a_producer_publishes_only_what_it_has_declared():
    with pytest.raises(ValidationError):
        ThingMade(thing_id="thg_1", email="ada@example.com")  # type: ignore[call-arg]  # the point of the test


def test_a_consumer_sees_only_what_it_needs():
    class View(Seen):
        thing_id: str

    assert View.model_validate({"thing_id": "thg_1", "new": 1}).model_dump() == {"thing_id": "thg_1"}


def test_metadata_of_a_later_kernel_is_understood():
    known = {"id": "e", "type": "T", "version": 1, "occurred_at": "t", "aggregate": "a", "sequence": 1}
    assert Metadata.model_validate({**known, "correlation_id": "c", "tenant": "new"}).causation_id == ""


def test_a_fat_event_is_a_defect_and_counted_in_bytes():
    just_fits = {"data": "x" * (MAX_BYTES - len('{"data":""}'))}
    assert json.loads(encode(just_fits)) == just_fits
    with pytest.raises(ValueError, match="send ids, not content"):
        encode({"data": just_fits["data"] + "x"})
    with pytest.raises(ValueError, match="send ids, not content"):
        encode({"data": "ї" * (MAX_BYTES // 2)})
