"""Stripe's days held against the books: of a clean one nothing differs, of any other each difference and only those."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from functions.payments.model.reconciliation import DayNotOver, Difference, DifferenceAcceptance, Entry, JournalPosted
from functions.payments.rules import entries as reading
from functions.payments.rules import reconciliation as rules
from kernel.money import Money
from tests.builders import ledger as a
from tests.builders.ledger import usd
from tests.builders.stripe_days import DAY, SEEN, Journal, Story, Told, Transaction, days

TODAY = date(2030, 1, 1)
CLEAN_DAYS = 1_000
DIRTY_DAYS = 400


def found(told: Told, now: datetime = SEEN) -> dict[str, str]:
    return {one.about: one.kind for one in rules.differences(told.entries(), TODAY, now)}


def test_of_clean_days_nothing_differs():
    movements = 0
    for seed, told in enumerate(days(CLEAN_DAYS)):
        assert found(told) == {}, f"day {seed}"
        movements += len(told.transactions)
    assert movements > 20 * CLEAN_DAYS


# Spoiled in one place each


def things(of: Transaction | Journal) -> set[str]:
    each = reading.of_transaction(of) if isinstance(of, dict) else reading.of_journal(*of)
    return {entry.about for entry in each}


def journal_lost(told: Told, chance: Random) -> tuple[set[str], str]:
    gone = chance.choice([one for one in told.journals if things(one)])
    told.journals.remove(gone)
    return things(gone), "missing_here"


def transaction_lost(told: Told, chance: Random) -> tuple[set[str], str]:
    """Of a payout that was fetched back in parts, one of them is not all of it."""
    gone = chance.choice(told.transactions)
    told.transactions.remove(gone)
    parts = [one for one in told.transactions if one["type"] == "transfer_refund" and things(one) == things(gone)]
    return things(gone), "amount" if gone["type"] == "transfer_refund" and parts else "missing_there"


def journal_told_twice(told: Told, chance: Random) -> tuple[set[str], str]:
    """By another id: of one and the same there is one entry."""
    posted, at = chance.choice([one for one in told.journals if things(one)])
    told.journals.append((posted.model_copy(update={"journal_id": a.an_id("jrn", 7)}), at))
    return things((posted, at)), "missing_there"


def transaction_made_twice(told: Told, chance: Random) -> tuple[set[str], str]:
    """A second refund, transfer or payment of the same thing. A fee of another id is another fee."""
    said = chance.choice(told.transactions)
    again = {**said, "id": "txn_again"}
    told.transactions.append(again)
    return things(again), "missing_here"


def another_amount(told: Told, chance: Random) -> tuple[set[str], str]:
    said = chance.choice([one for one in told.transactions if abs(one["amount"]) > 1])
    more = 1 if said["amount"] > 0 else -1
    touched = [entry.about for entry in reading.of_transaction(said) if not (said["fee"] and entry.about[:4] == "fee/")]
    said |= {"amount": said["amount"] + more, "net": said["net"] + more}
    return set(touched), "amount"


def another_fee(told: Told, chance: Random) -> tuple[set[str], str]:
    charges = [one for one in told.transactions if one["type"] in reading.CHARGES and one["net"] > 2]
    said = chance.choice(charges)
    said |= {"fee": said["fee"] + 1, "net": said["net"] - 1}
    return {f"fee/{said['id']}", f"available/{said['id']}"}, "amount"


def another_currency(told: Told, chance: Random) -> tuple[set[str], str]:
    said = chance.choice(told.transactions)
    said["currency"] = "gbp"
    return things(said), "amount"


def a_strangers(told: Told, chance: Random) -> tuple[set[str], str]:
    kind = chance.choice(["charge", "refund", "transfer", "adjustment", "connect_collection_transfer"])
    said = {"id": "txn_strange", "type": kind, "amount": 5_00, "fee": 0, "net": 5_00, "currency": "usd", "source": None}
    told.transactions.append({**said, "created": int(DAY.timestamp()), "available_on": int(DAY.timestamp())})
    return things(told.transactions[-1]), "missing_here"


SPOILED: list[Callable[[Told, Random], tuple[set[str], str]]] = [
    journal_lost,
    transaction_lost,
    journal_told_twice,
    transaction_made_twice,
    another_amount,
    another_fee,
    another_currency,
    a_strangers,
]


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
def test_of_other_days_each_difference_is_found_and_no_other(spoil):
    for seed in range(DIRTY_DAYS // len(SPOILED)):
        story = Story(seed)
        story.order_paid()
        told = story.day()
        expected, kind = spoil(told, Random(seed))
        assert found(told) == dict.fromkeys(expected, kind), f"day {seed}"


def test_several_at_once_are_each_found():
    for seed in range(100):
        chance, story = Random(seed), Story(seed)
        story.order_paid()
        told, expected = story.day(), dict[str, str]()
        for spoil in (journal_lost, transaction_lost):
            before = set(expected)
            things_, kind = spoil(told, chance)
            if things_ & before:  # of one thing both, which is another kind, or none
                break
            expected |= dict.fromkeys(things_, kind)
        else:
            assert found(told) == expected, f"day {seed}"


def test_what_is_young_is_on_its_way():
    story = Story(1)
    story.order_paid()
    told = story.told
    [said] = told.transactions
    told.journals.clear()
    at = datetime.fromtimestamp(said["created"], UTC)
    later = dict.fromkeys(things(said), "timing")
    assert found(told, at + timedelta(hours=5)) == later
    free = datetime.fromtimestamp(said["available_on"], UTC)
    assert found(told, max(at, free) + timedelta(hours=7)) == dict.fromkeys(later, "missing_here")


def test_what_payments_knows_to_go_on_may_take_days():
    one = [entry("refund/r", minor=-5_00)]
    for days_, kind in ((13, "timing"), (15, "missing_here")):
        now = DAY + timedelta(days=days_)
        found = rules.difference(one, TODAY, now, known=True, under_way=True)
        assert found
        assert found.kind == kind


def test_the_day_of_the_other_half_does_not_matter():
    """Stripe's at five to midnight, the book's at five past: each day by itself has one half."""
    story = Story(2)
    midnight = DAY + timedelta(days=1)
    amount = usd(50_00)
    story.stripe("payout", -50_00, "USD", {"object": "payout", "id": "po_1"}, midnight - timedelta(minutes=5))
    [said] = story.told.transactions
    posted = JournalPosted.model_validate({
        "journal_id": a.an_id("jrn"), "kind": "funds_moved", "references": ["po_1"],
        "legs": [{"account": "bank", "amount": amount}, {"account": "stripe:available", "amount": -amount}],
    })  # fmt: skip # as it would be without the braces
    entries = [*reading.of_transaction(said), *reading.of_journal(posted, midnight + timedelta(minutes=5))]
    assert {entry.at.date() for entry in entries} == {TODAY, TODAY + timedelta(days=1)}
    assert rules.differences(entries, TODAY, SEEN) == []


# What is to be done


def entry(about: str, side: str = "stripe", minor: int = 5_00, name: str = "txn_1", currency: str = "USD") -> Entry:
    said: dict[str, Any] = {"about": about, "side": side, "name": name, "kind": "charge"}
    return Entry(**said, amount=Money(minor, currency), at=DAY)


def differs(*entries: Entry, known: bool = False) -> Difference:
    one = rules.difference(entries, TODAY, SEEN, known=known)
    assert one
    return one


@pytest.mark.parametrize(
    ("about", "side", "known", "action"),
    [
        ("payment/pay_1", "stripe", True, "tell_again"),
        ("payment/pay_1", "stripe", False, "ask_stripe"),
        ("payment/pay_1", "books", True, "look_into"),
        ("fee/txn_1", "stripe", False, "tell_again"),
        ("moved/po_1", "stripe", False, "book_move"),
        ("moved/po_1", "books", False, "look_into"),
        ("other/txn_1", "stripe", False, "look_into"),
        ("reversal/trr_1", "stripe", False, "look_into"),
    ],
)
def test_a_difference_says_what_is_to_be_done(about, side, known, action):
    one = differs(entry(about, side), known=known)
    assert (one.action, one.advice) == (action, rules.ADVICE[one.action])


def test_it_shows_both_sides_and_names_what_has_no_counterpart():
    one = differs(
        entry("refund/r", minor=-5_00, name="txn_1"),
        entry("refund/r", minor=-7_00, name="txn_2"),
        entry("refund/r", "books", minor=-5_00, name="jrn_1"),
    )
    assert (one.kind, one.transactions, one.journals) == ("missing_here", ["txn_2"], [])
    assert (one.at_stripe, one.in_books) == ([usd(-12_00)], [usd(-5_00)])


def test_the_same_amount_in_another_currency_is_another_amount():
    assert differs(entry("payment/p"), entry("payment/p", "books", currency="EUR")).kind == "amount"


def test_what_was_accepted_stays_so_while_its_amounts_do():
    one = differs(entry("payment/p"))
    accepted = rules.accepted(one, DifferenceAcceptance(reason="Case 12"), a.SELLER)
    assert not accepted.counts
    later = one.model_copy(update={"since": TODAY + timedelta(days=1)})
    assert rules.seen_again(accepted, later) == accepted
    more = differs(entry("payment/p"), entry("payment/p", name="txn_2"))
    again = rules.seen_again(accepted, more)
    assert (again.accepted_by, again.since, again.counts) == (None, TODAY, True)


# Fees that nobody else tells of


def test_only_fees_that_are_no_charges_are_told():
    story = Story(3)
    story.order_paid()
    story.fee_apart()
    story.contested()
    entries = story.told.entries()
    assert [entry.kind for entry in entries if entry.side == "stripe" and reading.to_tell(entry)] == ["stripe_fee"]


# Days


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("newest", "now", "days_"),
    [
        (None, "2030-01-02T05:59:00", ["2029-12-31"]),
        (None, "2030-01-02T06:00:00", ["2030-01-01"]),
        ("2030-01-01", "2030-01-02T06:00:00", []),
        ("2030-01-01", "2030-01-03T05:59:00", []),
        ("2029-12-29", "2030-01-02T06:00:00", ["2029-12-30", "2029-12-31", "2030-01-01"]),
    ],
)
def test_each_day_is_asked_for_once_it_is_over_for_long_enough(newest, now, days_):
    known = date.fromisoformat(newest) if newest else None
    assert rules.days_to_ask(known, at(now)) == [date.fromisoformat(one) for one in days_]


def test_what_was_missed_for_long_is_not_all_made_up_for():
    asked = rules.days_to_ask(date(2029, 1, 1), at("2030-01-16T06:00:00"))
    assert (asked[0], asked[-1]) == (date(2030, 1, 1), date(2030, 1, 15))


def test_a_day_that_is_not_over_waits():
    with pytest.raises(DayNotOver):
        rules.asked(None, TODAY, at("2030-01-01T23:59:00"))
    assert rules.asked(None, TODAY, at("2030-01-02T00:00:00")).state == "asked"


def test_a_report_shows_the_worst_first_and_counts_them_all():
    one, two = differs(entry("payment/a")), differs(entry("payment/b", "books"))
    accepted = rules.accepted(one, DifferenceAcceptance(reason="Case 12"), a.SELLER)
    report = rules.asked(None, TODAY, SEEN)
    done = rules.finished(rules.collected(rules.read(report, 3, "txn_9")), [accepted, two], SEEN)
    assert (done.differing, done.missing_here, done.missing_there, done.accepted, done.wrong) == (2, 0, 1, 1, 1)
    assert [shown.about for shown in done.differences] == ["payment/b", "payment/a"]
    assert (done.transactions, done.state, done.read_until) == (3, "finished", None)
