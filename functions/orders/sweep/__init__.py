"""Every minute: what is due of stores' parts happens by itself, so that no sale waits for somebody who never comes."""

from collections.abc import Callable
from typing import Any

from functions.orders.stranded import round as strandings
from functions.orders.sweep import due, parcels, returns
from kernel import log

# Each does a part and says how much of it was done; one that fails holds up none of the others.
ROUNDS: dict[str, Callable[[Any], int]] = {
    "parts": due.round_of_parts,
    "parcels": parcels.round_of_parcels,
    "returns": returns.round_of_returns,
    "strandings": strandings.sweep,
}


def handler(_event: dict[str, Any], context: Any) -> None:
    meter, done = log.Meter(), dict[str, int]()
    failed: list[Exception] = []
    with log.correlated():
        for name, go_round in ROUNDS.items():
            try:
                done[name] = go_round(context)
            except Exception as failure:  # raised below, once the other rounds had their turn
                log.exception("round failed", round=name)
                failed.append(failure)
        log.info("swept", **done, **meter.read())
    if failed:
        raise ExceptionGroup("Some of the sweep's rounds failed.", failed)
