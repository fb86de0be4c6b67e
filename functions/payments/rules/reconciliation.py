"""What differs between Stripe and the books, of what kind it is, and what is to be done.

All entries about one thing are held together, whenever they were: what one has today and the other had yesterday is no
difference. What they have together has to be the same in each currency, however many movements it took.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

from functions.payments.model.reconciliation import (
    Action,
    DayForgotten,
    DayNotOver,
    Difference,
    DifferenceAcceptance,
    Entry,
    Kind,
    Reconciliation,
    Side,
)
from kernel.ids import derived_id
from kernel.money import Money

YOUNG = timedelta(hours=6)  # for so long, the other side may still be on its way
UNDER_WAY = timedelta(days=14)  # and for so long, where payments itself knows that there is more to come
RUNS_FROM_HOUR = 6  # of the next day in UTC: by then, nothing of the day is young
KNOWN_FOR = timedelta(days=365)  # what both sides had is kept for longer than that
CATCHES_UP = 14  # days that were missed
SHOWN = 100  # differences in a day's report; all of them are listed apart
NAMED = 20
PARTS, LOOKED_AT = 4, 12  # of one movement, on the other side: to say what is missing, not whether something is

ADVICE: dict[Action, str] = {
    "wait": "It is on its way: the next run looks again.",
    "tell_again": "Payments knows it and the books do not: bring the ledger's dead letters back, or replay its event.",
    "ask_stripe": "Payments has not heard of it: send its event again at Stripe. Nobody's, it was made outside Metco.",
    "book_move": "Stripe and the bank moved money: book it by Stripe's id of it.",
    "look_into": "Compare both sides line by line, find out which is wrong, and have it put right by two persons.",
}


def by_thing(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.about].append(entry)
    return dict(found)


def balanced(entries: Iterable[Entry]) -> bool:
    sums: dict[str, int] = defaultdict(int)
    for entry in entries:
        sums[entry.amount.currency] += entry.amount.minor if entry.side == "stripe" else -entry.amount.minor
    return not any(sums.values())


def difference(
    entries: Sequence[Entry], day: date, now: datetime, *, known: bool = False, under_way: bool = False
) -> Difference | None:
    """`entries`: all there ever were about one thing. `under_way`: payments has not told the books its end yet."""
    if balanced(entries):
        return None
    about = entries[0].about
    there, here = _unmatched(entries)
    kind = _kind(there, here, now - (UNDER_WAY if under_way else YOUNG))
    action = _action(kind, about, known)
    return Difference(
        difference_id=derived_id("dif", about),
        about=about,
        kind=kind,
        at_stripe=_sums(entries, "stripe"),
        in_books=_sums(entries, "books"),
        transactions=sorted({entry.name for entry in there})[:NAMED],
        journals=sorted({entry.name for entry in here})[:NAMED],
        known=known,
        action=action,
        advice=ADVICE[action],
        since=day,
    )


def differences(entries: Iterable[Entry], day: date, now: datetime) -> list[Difference]:
    """Of all things at once, where all is at hand."""
    each = (difference(mine, day, now) for _, mine in sorted(by_thing(entries).items()))
    return [one for one in each if one]


def _unmatched(entries: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """What is left on each side of what has no counterpart on the other: one of the same amount, or a few together."""
    in_time = sorted(entries, key=lambda one: one.at)
    there = [one for one in in_time if one.side == "stripe"]
    here = [one for one in in_time if one.side == "books"]
    for parts in range(1, PARTS + 1):
        for whole, others in ((there, here), (here, there)):
            for one in list(whole):
                if found := _together(one, others, parts):
                    whole.remove(one)
                    for part in found:
                        others.remove(part)
    return there, here


def _together(one: Entry, others: Sequence[Entry], parts: int) -> tuple[Entry, ...] | None:
    """So many of the others that are this amount, as a payout that is fetched back from several transfers."""
    same = [other for other in others if other.amount.currency == one.amount.currency][:LOOKED_AT]
    each = combinations(same, parts)
    return next((some for some in each if sum(part.amount.minor for part in some) == one.amount.minor), None)


def _kind(there: Sequence[Entry], here: Sequence[Entry], since: datetime) -> Kind:
    if any(entry.at > since for entry in (*there, *here)):
        return "timing"
    if not here:
        return "missing_here"
    return "amount" if there else "missing_there"


def _action(kind: Kind, about: str, known: bool) -> Action:
    if kind == "timing":
        return "wait"
    if kind != "missing_here":
        return "look_into"
    if about.startswith("moved/"):
        return "book_move"
    if about.startswith(("other/", "reversal/")):
        return "look_into"
    return "tell_again" if known or about.startswith(("fee/", "available/")) else "ask_stripe"


def _sums(entries: Iterable[Entry], side: Side) -> list[Money]:
    sums: dict[str, int] = defaultdict(int)
    for entry in entries:
        if entry.side == side:
            sums[entry.amount.currency] += entry.amount.minor
    return [Money(minor, currency) for currency, minor in sorted(sums.items())]


# What becomes of one


def seen_again(before: Difference | None, now: Difference) -> Difference:
    """Since when it differs, and that somebody accepted it as it is: of other amounts nobody has said so."""
    if not before:
        return now
    kept: dict[str, object] = {"since": before.since}
    alike = (before.at_stripe, before.in_books) == (now.at_stripe, now.in_books)
    if before.accepted_by and alike:
        kept |= {"accepted_by": before.accepted_by, "reason": before.reason}
    return now.model_copy(update=kept)


def accepted(kept: Difference, said: DifferenceAcceptance, by: str) -> Difference:
    return kept.model_copy(update={"accepted_by": by, "reason": said.reason})


# Days


def days_to_ask(newest: date | None, now: datetime) -> list[date]:
    """Those that are over, and nobody has asked for; at first only the last one."""
    last = (now.astimezone(UTC) - timedelta(days=1, hours=RUNS_FROM_HOUR)).date()
    if not newest:
        return [last]
    first = max(newest + timedelta(days=1), last - timedelta(days=CATCHES_UP))
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def asked(before: Reconciliation | None, day: date, now: datetime) -> Reconciliation:
    today = now.astimezone(UTC).date()
    if day >= today:
        raise DayNotOver()
    if day <= today - KNOWN_FOR:
        raise DayForgotten()
    return Reconciliation(day=day, version=before.version + 1 if before else 1)


def read(kept: Reconciliation, more: int, until: str | None) -> Reconciliation:
    return _next(kept, transactions=kept.transactions + more, read_until=until)


def collected(kept: Reconciliation) -> Reconciliation:
    return _next(kept, state="collected", read_until=None)


def finished(kept: Reconciliation, found: Sequence[Difference], now: datetime) -> Reconciliation:
    """With all that differs by now, whenever it began to."""
    kinds = Counter(one.kind for one in found if not one.accepted_by)
    counted: Mapping[str, int] = {kind: kinds[kind] for kind in ("timing", "missing_here", "missing_there", "amount")}
    worst_first = sorted(found, key=lambda one: (not one.counts, one.since, one.about))
    return _next(
        kept,
        **counted,
        state="finished",
        differing=len(found),
        accepted=sum(1 for one in found if one.accepted_by),
        differences=worst_first[:SHOWN],
        finished_at=now,
    )


def _next(kept: Reconciliation, **changed: object) -> Reconciliation:
    return kept.model_copy(update={**changed, "version": kept.version + 1})
