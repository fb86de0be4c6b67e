"""Proves the books once an hour: reckons every balance anew from all journals, and keeps what it found.

That something is wrong is kept and told first; then the function fails, which is what raises the alarm.
"""

from datetime import datetime, timedelta
from typing import Any

from functions.ledger.model.books import Verification
from functions.ledger.rules import proof as rules
from functions.ledger.rules.proof import Balance, Proof, Row
from functions.ledger.store.finding import finding
from functions.ledger.store.proofs import proofs
from functions.ledger.store.rows import RUNS, SHARDS
from kernel import clock, log

SETTLED = timedelta(minutes=5)  # no call writes for so long: older journals are in every balance they touch
LONG = timedelta(minutes=13)  # of the function's fifteen
READINGS = 3  # what differs once may have been written just then; what differs every time is wrong


class BooksWrong(Exception):
    """The books do not add up: docs/runbooks/ledger.md says what to look at."""


def handler(_event: dict[str, Any], context: Any) -> None:
    meter = log.Meter()
    with log.correlated():
        found = verify(clock.now())
        log.info(
            "books verified",
            journals=found.report.journals,
            complete=found.complete,
            whole=found.whole,
            covered=found.covered,
            **meter.read(),
        )
        if not found.whole:
            raise BooksWrong(f"The proof of {clock.rfc3339(found.finished_at)} tells what is wrong.")


def verify(started: datetime) -> Verification:
    proof, kept, complete = read(started)
    wrong = proof.differing(kept)
    for _ in range(READINGS - 1):
        if wrong and complete:
            finding().catch_up()
            proof, kept, complete = read(started)
            again = proof.differing(kept)
            wrong = {row: again[row] for row in wrong if row in again}
    found = rules.verification(
        proof,
        kept,
        list(wrong.values()),
        as_of=started - SETTLED,
        finished_at=clock.now(),
        complete=complete,
    )
    proofs().keep(found, rules.trial_lines(proof.balances()))
    return found


def read(started: datetime) -> tuple[Proof, dict[Row, Balance], bool]:
    """Balances first: what is in one of them by then, the journals read afterwards tell."""
    kept = {row: balance for run in range(RUNS) for row, balance in finding().every_balance(run)}
    proof = Proof(started - SETTLED, SHARDS)
    for run in range(RUNS):
        for journal_id, journal, posted_at in finding().every_journal(run):
            proof.add(journal_id, journal, posted_at)
            if clock.now() - started > LONG:
                return proof, kept, False
    return proof, kept, True
