"""What the books were found to be, proof by proof.

VERIFICATION   <time>   one proof, and the trial balance of its moment
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from functools import cache

from functions.ledger import events
from functions.ledger.model.books import NotVerifiedYet, TrialBalance, TrialLine, Verification, Verifications
from kernel import clock
from kernel.events import Event
from kernel.table import Item, Table, put

PK = "VERIFICATION"
KEPT = timedelta(days=400)


class Proofs:
    def __init__(self) -> None:
        self._table = Table(keep_events=True)

    def keep(self, found: Verification, trial: Sequence[TrialLine]) -> None:
        """As text: nobody looks for a part of it."""
        told = events.BooksVerified(
            as_of=found.as_of,
            journals=found.report.journals,
            complete=found.complete,
            whole=found.whole,
            covered=found.covered,
        )
        row = {
            "pk": PK,
            "sk": clock.rfc3339(found.finished_at),
            "found": found.model_dump_json(),
            "trial": json.dumps([line.model_dump(mode="json") for line in trial], separators=(",", ":")),
            "ttl": clock.epoch_s(found.finished_at + KEPT),
        }
        number = int(found.finished_at.timestamp() * 1000)
        self._table.commit([put(row).absent()], [Event(told, "books", number)])

    def newest(self, *, limit: int, cursor: str | None) -> Verifications:
        page = self._table.query(PK, limit=limit, cursor=cursor, newest_first=True)
        return Verifications(items=[_found(row) for row in page.items], cursor=page.cursor)

    def trial_balance(self) -> TrialBalance:
        rows = self._table.query(PK, limit=1, newest_first=True).items
        if not rows:
            raise NotVerifiedYet()
        lines = [TrialLine.model_validate(line) for line in json.loads(rows[0]["trial"])]
        return TrialBalance(as_of=_found(rows[0]).as_of, items=lines)


@cache
def proofs() -> Proofs:
    return Proofs()


def _found(row: Item) -> Verification:
    return Verification.model_validate_json(row["found"])
