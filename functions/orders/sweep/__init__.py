"""Every minute: what is due of stores' parts happens by itself, so that no sale waits for somebody who never comes."""

from collections.abc import Callable
from typing import Any

from functions.orders.stranded import round as strandings
from functions.orders.sweep import due, parcels, returns
from functions.orders.turn import Turn
from kernel import log

# Each does a part and says how much of it was done; one that fails, or has much to do, holds up none of the others.
ROUNDS: dict[str, Callable[[Turn], int]] = {
    "parts": due.round_of_parts,
    "parcels": parcels.round_of_parcels,
    "returns": returns.round_of_returns,
    "strandings": strandings.sweep,  # the last: it reports what the others had no time for
}
KEPT = 1 / 4  # of the function's time, for the report, and for whatever is just being done when the others' is over


def handler(_event: dict[str, Any], context: Any) -> None:
    meter, done, left = log.Meter(), dict[str, int](), dict[str, str]()
    failed: list[Exception] = []
    kept_ms = KEPT * context.get_remaining_time_in_millis()
    with log.correlated():
        for place, (name, go_round) in enumerate(ROUNDS.items()):
            now_ms = context.get_remaining_time_in_millis()
            share_ms = max(0, now_ms - kept_ms) / (len(ROUNDS) - place)
            try:
                done[name] = go_round(Turn(name, context, now_ms - share_ms, left))
            except Exception as failure:  # raised below, once the other rounds had their turn
                log.exception("round failed", round=name)
                failed.append(failure)
        for name in left:
            log.count("sweep_cut_short_total", round=name)
        log.info("swept", **done, **({"left_since": left} if left else {}), **meter.read())
    if failed:
        raise ExceptionGroup("Some of the sweep's rounds failed.", failed)
