"""Does, every minute, what waits for a moment and not for an event: a rebuild that was cut off goes on."""

from typing import Any

from functions.search import filling
from kernel import clock, log


def handler(_event: dict[str, Any], context: Any) -> None:
    meter = log.Meter()
    with log.correlated():
        filling.resume(clock.now())
        log.info("swept", **meter.read())
