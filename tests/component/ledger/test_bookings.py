"""What finance tells of Metco's own money."""

from typing import Any

import pytest

from functions.ledger.model import accounts as on
from functions.ledger.store.people import people
from tests.builders import deciding as d
from tests.builders import ledger as a
from tests.builders import settling as s

MONEY = {"reference": "statement-1", "amount": s.money(5_00)}
TOLD: dict[str, tuple[str, dict[str, Any], dict[str, int]]] = {
    "capital_paid_in": ("bank-entries", MONEY | {"line": "capital_in"}, {on.BANK: 5_00, on.CAPITAL: 5_00}),
    "capital_taken_out": ("bank-entries", MONEY | {"line": "capital_out"}, {on.BANK: -5_00, on.CAPITAL: -5_00}),
    "funds_moved": ("bank-entries", MONEY | {"line": "from_stripe"}, {on.BANK: 5_00, on.STRIPE_AVAILABLE: -5_00}),
    "tax_remitted": ("bank-entries", MONEY | {"line": "sales_tax"}, {on.TAX_PAYABLE: -5_00, on.BANK: -5_00}),
    "debt_written_off": (
        "write-offs",
        MONEY | {"owner": "store", "owner_id": a.STORE},
        {on.debt("store", a.STORE): 25_00, on.LOSSES: 5_00},
    ),
    "currency_exchanged": (
        "exchanges",
        {
            "reference": "x",
            "given": s.money(5_00, "EUR"),
            "received": s.money(5_30),
            "expected": s.money(5_40),
        },
        {on.BANK: 5_30, on.position("USD"): -5_40, on.FX_GAIN_LOSS: 10},
    ),
}
every_kind = pytest.mark.parametrize("kind", TOLD)


@pytest.fixture(autouse=True)
def whole_books(world):
    d.owes(30_00)
    yield
    report = s.proof(world)
    assert report.whole, report


def tell(kind: str, by: Any = None, **said: Any) -> Any:
    path, body, _ = TOLD[kind]
    return (by or d.finance())("POST", f"/v1/ledger/{path}", body | said)


@every_kind
def test_it_is_in_the_books_once_and_leaves_a_track(world, kind):
    answer = tell(kind)
    assert (answer.status, answer.json["kind"]) == (201, kind)
    balances = TOLD[kind][2]
    assert {account: s.balance(account) for account in balances} == balances
    [track] = [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "OperatorActed"]
    assert track == {"operator_id": d.FINN, "action": f"book_{kind}", "subject": answer.json["journal_id"]}
    before = world.items()
    assert tell(kind, by=d.finance(d.GRETA)).json["code"] == "already_posted"
    assert world.items() == before


@every_kind
def test_under_one_reference_nothing_else_is_booked(world, kind):
    tell(kind)
    before = world.items()
    other = "given" if kind == "currency_exchanged" else "amount"
    amount = s.money(4_00, "EUR" if other == "given" else "USD")
    assert tell(kind, **{other: amount}).json["code"] == "posted_otherwise"
    assert world.items() == before


@every_kind
def test_a_repeated_request_is_answered_alike(world, kind):
    path, body, _ = TOLD[kind]
    key = {"idempotency-key": "the-same-key"}
    first = d.finance()("POST", f"/v1/ledger/{path}", body, headers=key)
    before = world.items()
    assert d.finance()("POST", f"/v1/ledger/{path}", body, headers=key).json == first.json
    assert world.items() == before


@every_kind
@pytest.mark.parametrize("by", [d.admin(), d.buyer(), d.seller()])
def test_nobody_else_keeps_the_books(world, kind, by):
    before = world.items()
    assert tell(kind, by=by).status == 403
    assert world.items() == before


@pytest.mark.parametrize(
    ("line", "balances"),
    [
        ("to_stripe", {on.STRIPE_AVAILABLE: 5_00, on.BANK: -5_00}),
        ("commission_tax", {on.COMMISSION_TAX: -5_00, on.BANK: -5_00}),
    ],
)
def test_the_other_way_it_is_the_other_way_round(world, line, balances):
    assert tell("funds_moved", line=line).status == 201
    assert {account: s.balance(account) for account in balances} == balances


def test_no_more_is_written_off_than_is_owed(world):
    before = world.items()
    assert tell("debt_written_off", amount=s.money(30_01)).json["code"] == "debt_is_less"
    assert world.items() == before
    assert tell("debt_written_off", amount=s.money(30_00)).status == 201


def test_a_debt_that_is_paid_at_this_moment_is_not_written_off(world):
    def pays() -> None:
        s.task("record", kind="debt_written_off", said=MONEY | {
            "reference": "other", "owner": "store", "owner_id": a.STORE, "amount": s.money(29_00)
        })  # fmt: skip # as it would be without the braces

    with s.rival(pays):
        assert tell("debt_written_off").json["code"] == "debt_is_less"
    assert s.balance(on.debt("store", a.STORE)) == 1_00


def test_nobody_writes_off_a_debt_of_their_own(world):
    people().works(d.FINN, a.STORE, sequence=1)
    before = world.items()
    mine = {"owner": "buyer", "owner_id": d.FINN}
    for said in ({}, mine):
        answer = tell("debt_written_off", **said)
        assert (answer.status, answer.json["code"]) == (403, "own_debt")
    assert world.items() == before


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("capital_paid_in", {"amount": s.money(0)}),
        ("capital_paid_in", {"line": "found_in_the_street"}),
        ("capital_paid_in", {"reference": ""}),
        ("currency_exchanged", {"given": s.money(5_00)}),
        ("currency_exchanged", {"expected": s.money(5_00, "EUR")}),
        ("debt_written_off", {"owner": "buyer"}),
    ],
)
def test_what_makes_no_sense_is_refused(world, kind, said):
    before = world.items()
    assert tell(kind, **said).status == 422
    assert world.items() == before
