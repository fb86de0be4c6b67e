import json

import pytest

from kernel import aws, relay
from kernel.events import Data, Event
from kernel.table import Table, put
from tests.builders.http import Context


class ThingMade(Data):
    thing_id: str


class Bus:
    """PutEvents, with the entries to refuse by their aggregate's sequence."""

    def __init__(self, *refused: int, down: bool = False) -> None:
        self.refused, self.down = set(refused), down
        self.calls: list[list[int]] = []
        self.sent: list[dict[str, str]] = []

    def put_events(self, Entries):  # noqa: N803  # the name that boto3 has
        if self.down:
            raise ConnectionError("no bus")
        assert len(Entries) <= 10
        assert sum(len(text.encode()) for entry in Entries for text in entry.values()) < 256 * 1024
        sequences = [json.loads(entry["Detail"])["metadata"]["sequence"] for entry in Entries]
        self.calls.append(sequences)
        self.sent += [entry for entry, sequence in zip(Entries, sequences, strict=True) if sequence not in self.refused]
        answers = [
            {"ErrorCode": "ThrottlingException"} if one in self.refused else {"EventId": "1"} for one in sequences
        ]
        return {"FailedEntryCount": sum("ErrorCode" in one for one in answers), "Entries": answers}


def stream(world, count: int, *, name: str = "INSERT", thing_id: str = "thg_1"):
    """What DynamoDB's stream hands over after `count` commits."""
    for number in range(1, count + 1):
        Table().commit(
            [put({"pk": "THING", "sk": str(number)})], [Event(ThingMade(thing_id=thing_id), "thg_1", number)]
        )
    rows = sorted((item for item in world.items() if "envelope" in item), key=lambda item: item["sk"]["S"])
    return [
        {
            "eventName": name,
            "dynamodb": {"Keys": {"pk": row["pk"], "sk": row["sk"]}, "NewImage": row, "SequenceNumber": str(place)},
        }
        for place, row in enumerate(rows, start=1)
    ]


def relayed(bus: Bus, records) -> list[str]:
    aws.use("events", bus)
    answer = relay.handler({"Records": records}, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_large_events_go_out_as_many_as_one_call_takes(world):
    bus = Bus()
    assert relayed(bus, stream(world, 9, thing_id="я" * 29_000)) == []
    assert bus.calls == [[1, 2, 3, 4], [5, 6, 7, 8], [9]]


def test_events_go_out_in_order_ten_at_a_time(world):
    bus = Bus()
    assert relayed(bus, stream(world, 23)) == []
    assert bus.calls == [list(range(1, 11)), list(range(11, 21)), [21, 22, 23]]


def test_an_event_goes_out_as_it_was_committed(world):
    bus, records = Bus(), stream(world, 1)
    relayed(bus, records)
    assert bus.sent == [
        {
            "EventBusName": "default",
            "Source": "metco.identity",
            "DetailType": "ThingMade.v1",
            "Detail": records[0]["dynamodb"]["NewImage"]["envelope"]["S"],
        }
    ]


@pytest.mark.parametrize("name", ["MODIFY", "REMOVE"])
def test_an_expiring_row_is_not_news(world, name):
    bus = Bus()
    assert relayed(bus, stream(world, 1, name=name)) == []
    assert bus.calls == []


def test_state_is_not_published(world):
    state = {"eventName": "INSERT", "dynamodb": {"Keys": {"pk": {"S": "THING"}}, "SequenceNumber": "1"}}
    bus = Bus()
    assert relayed(bus, [state]) == []
    assert bus.calls == []


@pytest.mark.parametrize(("refused", "resume_at"), [((1,), "1"), ((5,), "5"), ((10,), "10"), ((12, 14), "12")])
def test_the_stream_resumes_at_the_first_event_that_did_not_get_out(world, refused, resume_at):
    assert relayed(Bus(*refused), stream(world, 15)) == [resume_at]


def test_nothing_is_sent_past_a_failed_batch(world):
    bus = Bus(3)
    relayed(bus, stream(world, 15))
    assert bus.calls == [list(range(1, 11))]


def test_resuming_loses_nothing(world):
    records, bus = stream(world, 15), Bus(4, 9)
    (resume_at,) = relayed(bus, records)
    bus.refused.clear()
    assert relayed(bus, records[int(resume_at) - 1 :]) == []
    assert {json.loads(entry["Detail"])["metadata"]["sequence"] for entry in bus.sent} == set(range(1, 16))


def test_a_bus_that_is_down_fails_the_whole_batch_so_that_the_stream_repeats_it(world):
    with pytest.raises(ConnectionError):
        relayed(Bus(down=True), stream(world, 1))
