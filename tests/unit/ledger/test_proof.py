"""The proof while money moves: in whatever order rivals come, right is found right, and wrong is found wrong."""

import random
from datetime import datetime, timedelta
from functools import cache

import pytest

from functions.ledger.model import accounts as on
from functions.ledger.model.facts.credits import CreditsGranted
from functions.ledger.model.journals import Journal
from functions.ledger.rules import proof as rules
from functions.ledger.rules.journals import journal_of
from functions.ledger.rules.proof import Balance, Proof
from functions.ledger.rules.shards import shard_of
from tests.builders import ledger as a

SHARDS = 4
READ = a.NOON
CREDITS = (on.credits_of(a.BUYER), "USD", 0)
TALES = 300


def granted(number: int, minor: int) -> Journal:
    return journal_of(CreditsGranted(at=READ, grant_id=f"g{number}", buyer_id=a.BUYER, amount=a.usd(minor)))


@cache
def many() -> list[Journal]:
    chance = random.Random(0)
    return [granted(number, chance.randrange(1, 20_000)) for number in range(600)]


class Rush:
    """Two journals a second on one balance, before and after the moment it is read; every tenth meets a rival."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        self.proof = Proof(READ - timedelta(minutes=5), SHARDS)
        self.balance = 0
        for journal in many():
            posted = READ + timedelta(milliseconds=chance.randrange(-150_000, 150_000))
            took = timedelta(milliseconds=chance.randrange(5, 40))
            if chance.random() < 0.1:
                took += timedelta(milliseconds=chance.randrange(20, 500))
            self.proof.add(journal.journal_id, journal, posted)
            if posted + took <= READ:
                self.balance += sum(-leg.amount.minor for leg in journal.legs if leg.account == CREDITS[0])

    def wrong(self, by: int = 0) -> bool:
        return CREDITS in self.proof.differing({CREDITS: Balance(self.balance + by, READ)})


def test_a_rush_raises_no_alarm(capsys):
    """One reading may meet a third rival at one moment: that is what the verifier reads three times for."""
    alarms = sum(Rush(seed).wrong() for seed in range(TALES))
    with capsys.disabled():
        print(f"\nOf {TALES} right balances that were read in a rush, {alarms} looked wrong to a single reading")
    assert alarms <= TALES // 50


def test_a_tampered_balance_is_found_in_the_rush(capsys):
    chance = random.Random(1)
    found = sum(Rush(seed).wrong(chance.choice([-1, 1]) * chance.randrange(1, 100_000)) for seed in range(TALES))
    with capsys.disabled():
        print(f"\nOf {TALES} balances that were tampered with in a rush, {found} were found by a single reading")
    assert found >= TALES * 0.9


def test_a_quiet_balance_is_exact():
    proof = Proof(READ - timedelta(minutes=5), SHARDS)
    journal = granted(1, 5_00)
    proof.add(journal.journal_id, journal, READ - timedelta(hours=1))
    row = (on.PROMOTIONS, "USD", shard_of(journal.journal_id, SHARDS))
    right = {CREDITS: Balance(5_00, READ), row: Balance(5_00, READ)}
    assert proof.differing(right) == {}
    for minor in (4_99, 5_01, 0):
        assert list(proof.differing(right | {row: Balance(minor, READ)})) == [row]


@pytest.mark.parametrize(
    ("posted", "minor", "wrong"),
    [
        (READ - timedelta(minutes=1), 0, True),  # long enough ago: it must be in it
        (READ - timedelta(seconds=1), 0, False),  # on its way: it may be
        (READ - timedelta(seconds=1), 5_00, False),
        (READ + timedelta(minutes=1), 5_00, True),  # afterwards: it cannot be
        (READ + timedelta(minutes=1), 0, False),
    ],
)
def test_what_a_balance_may_have_by_the_moment_it_was_read(posted: datetime, minor: int, wrong: bool):
    proof = Proof(READ - timedelta(minutes=5), SHARDS)
    journal = granted(1, 5_00)
    proof.add(journal.journal_id, journal, posted)
    assert (CREDITS in proof.differing({CREDITS: Balance(minor, READ)})) is wrong


def test_a_journal_under_anothers_id_is_none():
    proof = Proof(READ, SHARDS)
    proof.add(a.an_id("jrn"), granted(1, 5_00), READ)
    assert (proof.spoiled, proof.balances()) == ([a.an_id("jrn")], {})


def test_sums_are_of_settled_journals_alone():
    proof = Proof(READ - timedelta(minutes=5), SHARDS)
    for number, age_min in ((1, 10), (2, 1)):
        journal = granted(number, 5_00)
        proof.add(journal.journal_id, journal, READ - timedelta(minutes=age_min))
    assert proof.balances() == {(on.credits_of(a.BUYER), "USD"): -5_00, (on.PROMOTIONS, "USD"): 5_00}
    lines = {line.kind: (line.debit.minor, line.credit.minor) for line in rules.trial_lines(proof.balances())}
    assert lines == {"buyer:<buyer>:credits": (0, 5_00), on.PROMOTIONS: (5_00, 0)}
