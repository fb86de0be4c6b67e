"""What the sweep looks for: rows with a moment at which somebody has to ask again, found by the index `by_due`."""

import zlib
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from kernel import clock
from kernel.table import Item, Table

BUCKETS = 4  # partitions of each kind, so that a rush does not queue up for one
AT_ONCE = 100  # of each bucket in one round: what is left then, the next minute takes


def due_keys(what: str, at: datetime | None, subject: str) -> Item:
    """Part of the row itself: whoever is not due any more has none, and is not in the index."""
    if at is None:
        return {}
    bucket = zlib.crc32(subject.encode()) % BUCKETS
    return {"by_duepk": f"{what}#{bucket}", "by_duesk": f"{clock.rfc3339(at)}#{subject}"}


def overdue(table: Table, what: str, now: datetime) -> Iterator[tuple[str, str]]:
    """The keys of those rows, as the index has them: whoever acts reads the row itself first."""
    for bucket in range(BUCKETS):
        page = table.query(f"{what}#{bucket}", index="by_due", before=clock.rfc3339(now), limit=AT_ONCE)
        yield from ((row["pk"], row["sk"]) for row in islice(page.items, AT_ONCE))
