"""The proof of the books while they are written to: all journals are read, and all balances, but not at one moment.

A journal that was posted well before a balance was read is in that balance, one that was posted well after is not. Of
those in between, the balance has the first few as they came, but for one or two that met a rival and had to try again.
If none of these few ways comes to what it is, it is wrong. Sums over all accounts are of the journals that were settled
when the reading began: those are all there, each with all its legs.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, combinations

from functions.ledger.model.accounts import kind_of
from functions.ledger.model.books import TrialLine, Verification
from functions.ledger.model.journals import Journal
from functions.ledger.model.verify import Crossed, Differs, Report
from functions.ledger.rules import verify
from functions.ledger.rules.shards import shard_of
from kernel.money import Money

Row = tuple[str, str, int]  # account, currency, shard
ON_ITS_WAY = timedelta(seconds=15)  # longer than any call tries to write
CLOCKS_APART = timedelta(seconds=2)
RIVALS = 2  # of the journals of one row that are tried again at one moment
NEAR = 12  # so far from the last one that came in, those can be
SHOWN = 50  # of what is wrong: enough to see what kind of thing it is


@dataclass(frozen=True, slots=True)
class Balance:
    """As a row had it, on its normal side."""

    minor: int
    read_at: datetime


class Proof:
    def __init__(self, settled_until: datetime, shards: int) -> None:
        self._settled_until, self._shards = settled_until, shards
        self._settled: dict[Row, int] = defaultdict(int)
        self._fresh: dict[Row, list[tuple[datetime, int]]] = defaultdict(list)
        self.journals = 0
        self.spoiled: list[str] = []

    def add(self, journal_id: str, journal: Journal | None, posted_at: datetime) -> None:
        """None: it is there, and cannot be read, or does not add up."""
        self.journals += 1
        if journal is None or journal.journal_id != journal_id:
            self.spoiled.append(journal_id)
            return
        shard = shard_of(journal_id, self._shards)
        for leg in journal.legs:
            row = leg.account, leg.amount.currency, shard if kind_of(leg.account).sharded else 0
            if posted_at <= self._settled_until:
                self._settled[row] += leg.amount.minor
            else:
                self._fresh[row].append((posted_at, leg.amount.minor))

    def differing(self, kept: Mapping[Row, Balance]) -> dict[Row, Differs]:
        """`kept` were read before the journals."""
        found = {}
        for row in sorted({*self._settled, *self._fresh, *kept}):
            account, currency, shard = row
            has = kind_of(account).normal(kept[row].minor) if row in kept else 0
            if has not in self._could_be(row, kept.get(row)):
                name = f"{account}#{shard}" if kind_of(account).sharded else account
                found[row] = Differs(account=name, kept=Money(has, currency), due=Money(self._due(row), currency))
        return found

    def _could_be(self, row: Row, kept: Balance | None) -> Iterator[int]:
        fresh = sorted(self._fresh.get(row, ()))
        sums = list(accumulate((minor for _, minor in fresh), initial=self._settled.get(row, 0)))
        first, last = 0, len(fresh)
        if kept:
            first = bisect_left(fresh, (kept.read_at - ON_ITS_WAY, 0))
            last = bisect_left(fresh, (kept.read_at + CLOCKS_APART, 0))
        for end in range(first, last + 1):
            near = [minor for _, minor in fresh[max(first, end - NEAR) : end]]
            for late in range(min(RIVALS, len(near)) + 1):
                yield from (sums[end] - sum(missing) for missing in combinations(near, late))

    def _due(self, row: Row) -> int:
        return self._settled.get(row, 0) + sum(minor for _, minor in self._fresh.get(row, ()))

    def balances(self) -> dict[verify.Key, int]:
        """As of the moment until which all is settled: debit positive, shards summed."""
        sums: dict[verify.Key, int] = defaultdict(int)
        for (account, currency, _), minor in self._settled.items():
            sums[account, currency] += minor
        return dict(sums)


def verification(
    proof: Proof,
    kept: Mapping[Row, Balance],
    differing: Sequence[Differs],
    *,
    as_of: datetime,
    finished_at: datetime,
    complete: bool,
) -> Verification:
    balances = proof.balances()
    report = Report(
        journals=proof.journals,
        twice=[],  # an id is a key: there cannot be two
        differing=list(differing),
        out_of_zero=verify.out_of_zero(balances),
        crossed=_crossed(kept),
        covers=verify.covers(balances),
    )
    few = report.model_copy(update={name: getattr(report, name)[:SHOWN] for name in ("differing", "crossed")})
    return Verification(
        as_of=as_of,
        finished_at=finished_at,
        complete=complete,
        whole=complete and report.whole and not proof.spoiled,
        covered=report.covered,
        spoiled=proof.spoiled[:SHOWN],
        report=few,
    )


def trial_lines(balances: Mapping[verify.Key, int]) -> list[TrialLine]:
    sums: dict[tuple[str, str], list[int]] = defaultdict(list)
    for (account, currency), minor in balances.items():
        if minor:
            sums[kind_of(account).pattern, currency].append(minor)
    return [
        TrialLine(
            kind=pattern,
            currency=currency,
            accounts=len(each),
            debit=Money(max(sum(each), 0), currency),
            credit=Money(max(-sum(each), 0), currency),
        )
        for (pattern, currency), each in sorted(sums.items(), key=lambda one: (one[0][1], one[0][0]))
    ]


def _crossed(kept: Mapping[Row, Balance]) -> list[Crossed]:
    """Of each row by itself, as it was read: a floor holds at every moment."""
    return [
        Crossed(account=account, balance=Money(balance.minor, currency))
        for (account, currency, _), balance in sorted(kept.items(), key=lambda one: one[0])
        if kind_of(account).floor and balance.minor < 0
    ]
