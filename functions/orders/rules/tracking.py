"""What became of a parcel, from what its carrier has scanned: late, doubled and shuffled news change nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.orders.model.carriers import Scan, Stand, Tracked
from functions.orders.model.parcels import Move

# An end counts for more than what is on the way to it; of two ends the later one.
ENDS: frozenset[Stand] = frozenset({"delivered", "lost", "back"})

# What is said of a parcel that its carrier has at this stand: a store may not have said that it was handed over.
MOVES: Mapping[Stand, tuple[Move, ...]] = {
    "label": (),
    "under_way": ("move",),
    "delivered": ("deliver",),
    "lost": ("move", "lose"),
    "back": ("move", "send_back"),
}


@dataclass(frozen=True, slots=True)
class Looks:
    """How often a carrier is asked about a parcel that nobody calls about: an operator's setting."""

    every_s: int = 6 * 3600
    for_s: int = 60 * 86_400  # what no carrier knows an end of by then, people have to find


def next_look(made_at: datetime, now: datetime, looks: Looks) -> datetime | None:
    """None: no more."""
    if now >= made_at + timedelta(seconds=looks.for_s):
        return None
    return now + timedelta(seconds=looks.every_s)


def tracked(scans: Iterable[Scan]) -> Tracked:
    """In the order in which it happened, whatever the order in which it is told.

    Once it was on its way back, arriving somewhere is arriving at the sender's: whoever ordered it does not have it.
    """
    each = sorted({(one.at, one.what): one for one in scans}.values(), key=lambda one: (one.at, one.what))
    stand: Stand = "label"
    at = None
    for one in each:
        if one.stand == "label" or (stand in ENDS and one.stand not in ENDS):
            continue
        if stand == "back" and one.stand == "delivered":
            continue
        if one.stand != stand:
            stand, at = one.stand, one.at
    return Tracked(stand=stand, at=at, scans=each)
