import json
from datetime import datetime

import pytest

from kernel import log
from kernel.consume import Consumer
from kernel.events import Received, Seen
from tests.builders.http import Context


class ThingMade(Seen):
    thing_id: str


class ThingMadeAnew(Seen):
    version = 2
    at: datetime


@pytest.fixture
def seen():
    return []


@pytest.fixture
def consumer(seen):
    consumer = Consumer()

    @consumer.on("metco.things", ThingMade)
    def made(event: Received[ThingMade]) -> None:
        if event.data.thing_id == "bad":
            raise LookupError("no such thing")
        seen.append((event.data.thing_id, log.correlation_id(), log.causation_id()))

    @consumer.on("metco.things", ThingMadeAnew)
    def made_anew(event: Received[ThingMadeAnew]) -> None:
        seen.append(event.data.at)

    return consumer


def a_message(thing_id: str, *, detail_type: str = "ThingMade.v1", source: str = "metco.things", **data):
    metadata = {
        "id": f"evt_{thing_id}",
        "type": "ThingMade",
        "version": 1,
        "occurred_at": "2026-05-04T12:00:00.000Z",
        "aggregate": thing_id,
        "sequence": 1,
        "correlation_id": "cor_1",
    }
    detail = {"metadata": metadata, "data": {"thing_id": thing_id, **data}}
    body = {"source": source, "detail-type": detail_type, "detail": detail, "version": "0"}
    return {"messageId": f"m-{thing_id}", "body": json.dumps(body), "attributes": {"ApproximateReceiveCount": "2"}}


def failures(consumer, *messages):
    answer = consumer.handler({"Records": list(messages)}, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_what_it_listens_to_is_what_infra_makes_the_rule_from(consumer):
    assert consumer.subscriptions == [("metco.things", "ThingMade.v1"), ("metco.things", "ThingMadeAnew.v2")]


def test_an_event_is_handled_as_part_of_the_request_that_caused_it(consumer, seen):
    assert failures(consumer, a_message("thg_1")) == []
    assert seen == [("thg_1", "cor_1", "evt_thg_1")]


def test_fields_of_tomorrow_do_not_disturb(consumer, seen):
    assert failures(consumer, a_message("thg_1", colour="blue", deep={"x": [1]})) == []
    assert len(seen) == 1


def test_versions_are_told_apart(consumer, seen):
    assert failures(consumer, a_message("thg_1", detail_type="ThingMadeAnew.v2", at="2026-05-04T12:00:00Z")) == []
    assert seen[0].year == 2026


def test_one_failure_returns_one_message(consumer, seen):
    assert failures(consumer, a_message("a"), a_message("bad"), a_message("b")) == ["m-bad"]
    assert [thing for thing, _, _ in seen] == ["a", "b"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"source": "metco.things", "detail-type": "ThingMade.v1"}',
        '{"source": "metco.things", "detail-type": "ThingMade.v1", "detail": {"metadata": {}, "data": {}}}',
        a_message("x", detail_type="ThingLost.v1")["body"],
        a_message("x", source="metco.others")["body"],
        a_message("x", thing_id_was=1)["body"].replace('"thing_id"', '"other"'),
    ],
)
def test_a_message_that_is_not_understood_goes_back_alone_and_is_logged(consumer, seen, body, caplog):
    assert failures(consumer, {"messageId": "m-odd", "body": body}, a_message("fine")) == ["m-odd"]
    assert [thing for thing, _, _ in seen] == ["fine"]
    assert any("not understood" in record.message for record in caplog.records)


def test_every_attempt_is_logged_with_its_number(consumer, caplog):
    failures(consumer, a_message("bad"), a_message("good"))
    told = {record.message: record.__dict__["attempt"] for record in caplog.records}
    assert told == {"event failed": 2, "event handled": 2}


def test_the_next_message_is_not_taken_for_a_part_of_the_last(consumer, seen):
    later = a_message("b")
    later["body"] = later["body"].replace("cor_1", "cor_2")
    failures(consumer, a_message("a"), later)
    assert [correlation for _, correlation, _ in seen] == ["cor_1", "cor_2"]
    assert log.correlation_id() == ""


def test_one_event_has_one_handler(consumer):
    with pytest.raises(RuntimeError, match="handled already"):

        @consumer.on("metco.things", ThingMade)
        def made_again(event: Received[ThingMade]) -> None: ...

    assert failures(consumer, a_message("one")) == []
