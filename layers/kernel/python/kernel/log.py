"""Structured log lines and metrics, each with the correlation id that ties one request together across functions."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from kernel import aws, ids, settings

_correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")
_causation_id: ContextVar[str] = ContextVar("causation_id", default="")


@cache
def _logger() -> Logger:
    return Logger(location=None, serialize_stacktrace=False)


def correlation_id() -> str:
    return _correlation_id.get()


def causation_id() -> str:
    return _causation_id.get()


@contextmanager
def correlated(correlation: str = "", caused_by: str = "") -> Iterator[str]:
    """Everything logged and published inside belongs to one request (a new one, if none is given)."""
    correlation = correlation or ids.new_id("cor")
    tokens = _correlation_id.set(correlation), _causation_id.set(caused_by)
    try:
        yield correlation
    finally:
        _correlation_id.reset(tokens[0])
        _causation_id.reset(tokens[1])


class Meter:
    """What one invocation took: time, CPU, and the AWS calls it made, for the line that tells of it."""

    def __init__(self) -> None:
        aws.calls_taken()
        self._started = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, Any]:
        started, cpu = self._started
        return {
            "duration_ms": round((time.perf_counter() - started) * 1000, 2),
            "cpu_ms": round((time.process_time() - cpu) * 1000, 2),
            "aws_calls": aws.calls_taken(),
        }


def info(message: str, **fields: Any) -> None:
    _logger().info(message, correlation_id=correlation_id(), **fields)


def warning(message: str, **fields: Any) -> None:
    _logger().warning(message, correlation_id=correlation_id(), **fields)


def exception(message: str, **fields: Any) -> None:
    """Log the exception that is being handled, with its trace."""
    _logger().exception(message, correlation_id=correlation_id(), **fields)


def count(name: str, value: float = 1, *, unit: MetricUnit = MetricUnit.Count, **dimensions: str) -> None:
    """A CloudWatch metric in the log's embedded format: no call, no wait."""
    with single_metric(name=name, unit=unit, value=value, namespace=f"Metco/{settings.env('STAGE')}") as metric:
        for dimension, of in dimensions.items():
            metric.add_dimension(name=dimension, value=of)
