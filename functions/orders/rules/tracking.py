"""What became of a parcel, from what its carrier has scanned: late, doubled and shuffled news change nothing."""

from collections.abc import Iterable

from functions.orders.model.carriers import Scan, Stand, Tracked

# An end counts for more than what is on the way to it; of two ends the later one.
ENDS: frozenset[Stand] = frozenset({"delivered", "lost", "back"})


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
