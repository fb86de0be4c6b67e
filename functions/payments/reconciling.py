"""Holds days of Stripe's against the books: reads Stripe's side, then compares, each safe to be cut off and repeated.

Between both there is a run's time: what is told because of what was read comes into the books by then.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from functions.payments import events, stripe_api
from functions.payments.model.chargebacks import Chargeback
from functions.payments.model.funds import Funds
from functions.payments.model.payments import Payment
from functions.payments.model.payouts import Payout
from functions.payments.model.reconciliation import (
    Difference,
    Entry,
    JournalPosted,
    Reconciliation,
    ReconciliationChanged,
)
from functions.payments.model.refunds import Refund
from functions.payments.rules import entries as reading
from functions.payments.rules import reconciliation as rules
from functions.payments.store.chargebacks import chargebacks
from functions.payments.store.funds import funds
from functions.payments.store.payments import payments
from functions.payments.store.payouts import payouts
from functions.payments.store.reconciliation import reconciliation
from functions.payments.store.refunds import refunds
from functions.payments.stripe_api import Item
from kernel import clock, log
from kernel.events import Event

# Stripe moved money of it, and the books will hear when it has come to an end.
STILL = frozenset({"refund:asked", "refund:pending", "withdrawal:asked", "withdrawal:left", "withdrawal:returning"})
STILL |= {"available:pending", "fee:unknown", "available:unknown"}
TOGETHER = 500  # transactions, then how far it has come is written down


def hear(posted: JournalPosted, at: datetime) -> None:
    """What the books have of Metco's money at Stripe."""
    reconciliation().keep(reading.of_journal(posted, at))


def ask_for_missed_days() -> None:
    now = clock.now()
    for day in rules.days_to_ask(reconciliation().newest_day(), now):
        with suppress(ReconciliationChanged):
            reconciliation().replace(None, rules.asked(None, day, now))


def go_on(day: date) -> Reconciliation:
    """One step: from asked to collected, from there to finished."""
    kept = reconciliation().day(day)
    match kept.state:
        case "asked":
            return _collect(kept)
        case "collected":
            return _compare(kept)
        case _:
            return kept


# Reading Stripe


def _collect(kept: Reconciliation) -> Reconciliation:
    transactions = _transactions(kept)
    while some := list(islice(transactions, TOGETHER)):
        entries = [entry for said in some for entry in reading.of_transaction(said)]
        reconciliation().keep(entry for entry in entries if not reading.to_tell(entry))
        for entry in entries:
            if reading.to_tell(entry):
                reconciliation().tell_fee(entry)
        kept = _replaced(kept, rules.read(kept, len(some), str(some[-1]["id"])))
    return _replaced(kept, rules.collected(kept))


def _transactions(kept: Reconciliation) -> Iterator[Item]:
    """The newest first, from where the last run was cut off."""
    first = datetime(kept.day.year, kept.day.month, kept.day.day, tzinfo=UTC)
    created = {"gte": clock.epoch_s(first), "lt": clock.epoch_s(first + timedelta(days=1))}
    asked: Item = {"created": created, "expand": ["data.source"]}
    if kept.read_until:
        asked["starting_after"] = kept.read_until
    return stripe_api.every(lambda stripe, params: stripe.v1.balance_transactions.list(params), asked)


# Comparing


def _compare(kept: Reconciliation) -> Reconciliation:
    """What differs in this day, and whatever differed before: some of it is in order by now."""
    before = {one.about: one for one in reconciliation().differing()}
    suspect = {*before, *_not_balanced(kept.day)}
    differs = [one for about in sorted(suspect) if (one := _look_at(about, kept.day))]
    found = [rules.seen_again(before.get(one.about), one) for one in differs]
    reconciliation().found(found, before)
    after = rules.finished(kept, found, clock.now())
    told = events.BooksReconciled(day=kept.day.isoformat(), transactions=after.transactions, differences=after.wrong)
    return _replaced(kept, after, Event(told, f"reconciliation_{kept.day.isoformat()}", after.version))


def _not_balanced(day: date) -> Iterator[str]:
    for run in reconciliation().of_day(day):
        yield from (about for about, mine in rules.by_thing(run).items() if not rules.balanced(mine))


def _look_at(about: str, day: date) -> Difference | None:
    """All there is about it, whenever it was: most of a day's other halves are in the day beside it."""
    entries = reconciliation().about(about)
    if rules.balanced(entries):
        return None
    known, state = _own(about, entries)
    return rules.difference(entries, day, clock.now(), known=known, under_way=state in STILL)


def _own(about: str, entries: list[Entry]) -> tuple[bool, str]:
    """Whether payments has a row of its own about it, and how that stands."""
    head, _, named = about.partition("/")
    owner = next((entry.owner for entry in entries if entry.owner), "-")
    looks: dict[str, Callable[[], Funds | Payment | Refund | Chargeback | Payout | None]] = {
        "payment": lambda: payments().find(named),
        "fee": lambda: funds().find(owner),
        "available": lambda: funds().find(owner),
        "refund": lambda: refunds().find(owner, named),
        "chargeback": lambda: chargebacks().find(named),
        "withdrawal": lambda: payouts().find(owner, named),
    }
    found = looks[head]() if head in looks else None
    return (True, f"{head}:{found.state}") if found else (False, "")


def _replaced(before: Reconciliation, after: Reconciliation, *told: Event) -> Reconciliation:
    reconciliation().replace(before, after, told)
    if after.state != before.state:
        counts = {name: getattr(after, name) for name in ("transactions", "differing", "timing", "accepted")}
        log.info("reconciliation", day=after.day.isoformat(), state=after.state, **counts)
    return after
