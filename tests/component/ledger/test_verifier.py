"""The hourly proof of the books: what is right is found right while it changes, and what was tampered with is found."""

import json
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from functions.ledger import verifier
from functions.ledger.model import accounts as on
from functions.ledger.model.books import Verification
from functions.ledger.store.finding import Finding
from functions.ledger.store.kept import shorthand
from functions.ledger.store.rows import balance_keys
from kernel import clock
from kernel.table import Table
from tests.builders import ledger as a
from tests.builders import reading as r
from tests.builders import settling as s
from tests.builders.http import Context

HOUR = timedelta(hours=1)


@pytest.fixture
def waits(monkeypatch):
    """What the verifier waits for indexes to catch up, without waiting."""
    waited: list[float] = []
    monkeypatch.setattr("kernel.table.sleep", waited.append)
    return waited


@pytest.fixture
def traded(world, waits):
    with clock.frozen(a.NOON) as advance:
        s.granted(40_00)
        s.hold(34_00)
        s.pay(34_00)
        s.refund(60_00)
        s.of_sale("release_funds")
        advance(HOUR)
        yield world


def proof() -> Verification:
    return verifier.verify(clock.now())


def tamper(world: Any, pk: str, **values: Any) -> None:
    """As nobody can who goes through the ledger: straight into the table."""
    table = Table()
    for name, value in values.items():
        table._client.update_item(
            TableName=table.name,
            Key={"pk": {"S": pk}, "sk": {"S": "-"}},
            UpdateExpression="SET #name = :value",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues={":value": value},
        )


def newest() -> dict[str, Any]:
    found: dict[str, Any] = r.finance("GET", "/v1/ledger/proofs").json["items"][0]
    return found


def journal_row(world: Any, kind: str) -> Any:
    [row] = [row for row in world.items() if row.get("kind", {}).get("S") == kind and row["pk"]["S"].startswith("JOUR")]
    return row


def long_of(row: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shorthand().full(row["kept"]["B"]))
    return found


def test_books_that_are_whole_are_found_whole(traded):
    found = proof()
    assert (found.whole, found.complete, found.report.journals) == (True, True, 5)
    assert newest() == found.model_dump(mode="json")
    [told] = [one["data"] for one in traded.envelopes() if one["metadata"]["type"] == "BooksVerified"]
    assert (told["journals"], told["whole"]) == (5, True)


def test_what_nobody_has_paid_in_is_not_covered(traded):
    """Metco gave 40.00 away that nobody put in: the books are whole, and the money does not pay for all of it."""
    found = proof()
    [cover] = found.report.covers
    assert (found.whole, found.covered, cover.spare.minor < 0) == (True, False, True)


@pytest.mark.parametrize("account", [on.credits_of(a.BUYER), on.available(a.STORE), on.COMMISSION_HELD])
def test_a_balance_that_was_tampered_with_is_found(traded, account):
    key = next(key for key in balance_keys(account, "USD") if Table().get(*key))
    minor = (Table().get(*key) or {})["balance"]
    tamper(traded, key[0], balance={"N": str(minor + 1)})
    found = proof()
    assert not found.whole
    [differs] = found.report.differing
    assert differs.account.startswith(account)
    assert abs(differs.kept.minor - differs.due.minor) == 1
    assert newest()["whole"] is False


def test_a_balance_from_nowhere_is_found(traded):
    account = on.available(a.an_id("sto", 9))
    tamper(
        traded,
        f"BALANCE#{account}#USD",
        balance={"N": "100"},
        by_walkpk={"S": "ACCOUNT#3"},
        by_walksk={"S": f"{account}#USD"},
    )
    [differs] = proof().report.differing
    assert (differs.account, differs.kept.minor, differs.due.minor) == (account, -100, 0)


def test_a_balance_that_is_gone_is_found(traded):
    [(pk, sk)] = balance_keys(on.available(a.STORE), "USD")
    Table()._client.delete_item(TableName=Table().name, Key={"pk": {"S": pk}, "sk": {"S": sk}})
    assert [one.account for one in proof().report.differing] == [on.available(a.STORE)]


def test_a_journal_that_was_tampered_with_is_found(traded):
    row = journal_row(traded, "credits_held")
    long = long_of(row)
    long["legs"][0]["amount"]["minor"] = 3500
    tamper(traded, row["pk"]["S"], kept={"B": shorthand().short(json.dumps(long))})
    found = proof()
    assert (found.whole, found.spoiled) == (False, [row["journal_id"]["S"]])


def test_a_journal_of_which_a_byte_was_changed_is_found(traded):
    row = journal_row(traded, "credits_held")
    kept = bytearray(row["kept"]["B"])
    kept[len(kept) // 2] ^= 1
    tamper(traded, row["pk"]["S"], kept={"B": bytes(kept)})
    found = proof()
    assert (found.whole, found.spoiled) == (False, [row["journal_id"]["S"]])


def test_a_journal_that_moves_another_amount_but_adds_up_is_found(traded):
    row = journal_row(traded, "credits_held")
    long = long_of(row)
    for leg in long["legs"]:
        leg["amount"]["minor"] += 1 if leg["amount"]["minor"] > 0 else -1
    tamper(traded, row["pk"]["S"], kept={"B": shorthand().short(json.dumps(long))})
    assert len(proof().report.differing) == 2


def test_a_journal_that_is_gone_is_found(traded):
    row = journal_row(traded, "credits_held")
    Table()._client.delete_item(TableName=Table().name, Key={"pk": row["pk"], "sk": row["sk"]})
    found = proof()
    assert not found.whole
    assert {one.account.partition(":")[0] for one in found.report.differing} == {"buyer", "hold"}


def test_a_balance_below_its_floor_is_found(traded):
    [(pk, _)] = balance_keys(on.available(a.STORE), "USD")
    tamper(traded, pk, balance={"N": "-1"})
    [crossed] = proof().report.crossed
    assert (crossed.account, crossed.balance.minor) == (on.available(a.STORE), -1)


@pytest.mark.parametrize("moment", range(8))
def test_whoever_moves_money_meanwhile_raises_no_alarm(traded, monkeypatch, moment):
    """Between any two pages somebody is given credits and spends them: what is read is of no single moment."""
    pages, each, ticks = list[int](), Finding.every_balance, count()
    clock.set_clock(lambda: a.NOON + HOUR + timedelta(milliseconds=next(ticks)))

    def busy(finding, run):
        yield from each(finding, run)
        pages.append(run)
        if len(pages) % 8 == moment:
            s.granted(5_00, grant_id=f"g{len(pages)}")
            s.hold(3_00, a.an_id("ord", 100 + len(pages)))

    monkeypatch.setattr(Finding, "every_balance", busy)
    found = proof()
    assert found.whole, found.report
    assert found.report.journals > 5


def test_an_index_that_is_late_raises_no_alarm(traded, waits, monkeypatch):
    """A journal that was posted a minute ago is in the balances, and shows in the index only after a while."""
    s.granted(5_00, grant_id="fresh")
    found = Finding.every_journal

    def late(finding, run):
        yield from (one for one in found(finding, run) if waits or one[2] < a.NOON + HOUR)

    monkeypatch.setattr(Finding, "every_journal", late)
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        assert proof().whole
    assert waits == [5.0]


def test_what_is_right_at_once_is_not_waited_for(traded, waits):
    assert proof().whole
    assert waits == []


def test_a_tampered_balance_is_found_among_fresh_ones(traded):
    s.granted(5_00, grant_id="fresh")
    [(pk, _)] = balance_keys(on.credits_of(a.BUYER), "USD")
    tamper(traded, pk, balance={"N": "1"})
    assert [one.account for one in proof().report.differing] == [on.credits_of(a.BUYER)]


def test_a_proof_that_could_not_read_everything_proves_nothing(traded, monkeypatch):
    monkeypatch.setattr(verifier, "LONG", -HOUR)
    found = proof()
    assert (found.complete, found.whole) == (False, False)


def test_the_function_fails_after_it_has_told_what_is_wrong(traded):
    verifier.handler({}, Context())
    [(pk, _)] = balance_keys(on.available(a.STORE), "USD")
    tamper(traded, pk, balance={"N": "1"})
    with clock.frozen(clock.now() + HOUR), pytest.raises(verifier.BooksWrong):
        verifier.handler({}, Context())
    kept = r.finance("GET", "/v1/ledger/proofs").json["items"]
    assert [one["whole"] for one in kept] == [False, True]


def test_a_proof_changes_nothing_of_what_it_proves(traded):
    before = [row for row in traded.items() if row["pk"]["S"].startswith(("JOURNAL#", "BALANCE#", "SALE#", "HOLD#"))]
    proof()
    after = [row for row in traded.items() if row["pk"]["S"].startswith(("JOURNAL#", "BALANCE#", "SALE#", "HOLD#"))]
    assert after == before


# The trial balance


def test_debits_and_credits_of_the_trial_balance_are_alike(traded):
    assert r.finance("GET", "/v1/ledger/trial-balance").json["code"] == "not_verified_yet"
    found = proof()
    told = r.finance("GET", "/v1/ledger/trial-balance").json
    assert told["as_of"] == found.model_dump(mode="json")["as_of"]
    lines = told["items"]
    assert sum(line["debit"]["minor"] for line in lines) == sum(line["credit"]["minor"] for line in lines) > 0
    by_kind = {line["kind"]: line for line in lines}
    assert by_kind["store:<store>:available"]["credit"]["minor"] == s.balance(on.available(a.STORE))
    assert by_kind[on.STRIPE_PENDING]["debit"]["minor"] == s.balance(on.STRIPE_PENDING)
    assert by_kind["seller-order:<sale>:pending"]["accounts"] == 1
