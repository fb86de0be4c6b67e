"""What a run of the sweeper tells: how many of each kind were found, and what became of them."""

from collections import Counter
from typing import Any

from functions.orders.model.sweeps import Sweep


def told(done: Sweep) -> dict[str, Any]:
    """Whose they were is in the report: the event is for counting."""
    counted = Counter((one.what, one.outcome) for one in done.found)
    found = [{"what": what, "outcome": outcome, "count": count} for (what, outcome), count in sorted(counted.items())]
    return {"sweep_id": done.sweep_id, "at": done.at, "looked": done.looked, "found": found}
