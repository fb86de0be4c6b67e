import json
from typing import Any

from kernel import aws, log


def lines(caplog) -> list[dict[str, Any]]:
    """As they leave the function: one JSON object each."""
    return [json.loads(log._logger().registered_formatter.format(record)) for record in caplog.records]


def test_every_line_carries_the_correlation_id(caplog):
    with log.correlated("cor_given") as given:
        log.info("one", answer=42)
        log.warning("two")
    assert given == "cor_given"
    first, second = lines(caplog)
    assert (first["correlation_id"], first["message"], first["answer"]) == ("cor_given", "one", 42)
    assert (second["correlation_id"], second["level"]) == ("cor_given", "WARNING")


def test_a_request_without_an_id_gets_one_and_the_next_gets_another():
    with log.correlated() as first:
        assert log.correlation_id() == first
    with log.correlated() as second:
        assert second != first
    assert log.correlation_id() == ""


def test_what_happens_inside_something_else_keeps_to_its_own_request():
    with log.correlated("outer", "evt_1"):
        with log.correlated("inner"):
            assert (log.correlation_id(), log.causation_id()) == ("inner", "")
        assert (log.correlation_id(), log.causation_id()) == ("outer", "evt_1")


def test_an_exception_is_logged_with_where_it_came_from(caplog):
    with log.correlated("cor_1"):
        try:
            raise LookupError("missing")
        except LookupError:
            log.exception("failed", what="x")
    (line,) = lines(caplog)
    assert (line["exception_name"], line["what"]) == ("LookupError", "x")
    assert "test_log.py" in line["exception"]


def test_a_metric_is_a_line_of_its_own(capsys, monkeypatch):
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "things")
    monkeypatch.setenv("STAGE", "test")
    log.count("things_total", 3, kind="blue")
    line = json.loads(capsys.readouterr().out)
    assert (line["things_total"], line["kind"]) == ([3.0], "blue")
    assert line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Metco/test"


def test_a_meter_reads_time_and_the_calls_made_since_it_began(monkeypatch):
    monkeypatch.setattr(aws, "_calls", ["from before"])
    meter = log.Meter()
    aws._count(type("Model", (), {"name": "GetItem"}))
    read = meter.read()
    assert read["aws_calls"] == ["GetItem"]
    assert read["duration_ms"] >= 0 <= read["cpu_ms"]
