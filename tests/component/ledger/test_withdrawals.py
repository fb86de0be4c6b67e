from datetime import timedelta
from typing import Any

import pytest

from functions.ledger.api import api
from functions.ledger.model import accounts as on
from functions.ledger.store.people import people
from kernel import clock
from kernel.authz import Principal
from tests.builders import deciding as d
from tests.builders import ledger as a
from tests.builders import settling as s
from tests.builders.deciding import FINN, GRETA, HUGO
from tests.builders.http import Caller


@pytest.fixture(autouse=True)
def whole_books(world):
    """A store with 1,000.00, and three persons in finance. Whatever a test does: in the end the books are whole."""
    d.with_limits()
    d.in_finance(FINN, GRETA, HUGO)
    d.has_funds(1_000_00)
    yield
    report = s.proof(world)
    assert report.whole, report


def has() -> dict[str, int]:
    there = {"available": on.available(a.STORE), "debt": on.debt("store", a.STORE)}
    return {name: minor for name, account in there.items() if (minor := s.balance(account))}


def became(withdrawal_id: str, state: str, **said: Any) -> dict[str, Any]:
    return s.task("withdrawal", store_id=a.STORE, withdrawal_id=withdrawal_id, became=state, **said)


def read(withdrawal_id: str) -> dict[str, Any]:
    return dict(d.seller()("GET", d.path_of(withdrawal_id)).json)


def told(world, withdrawal_id: str) -> list[str]:
    return [
        one["metadata"]["type"]
        for one in world.envelopes()
        if one["metadata"]["aggregate"] == withdrawal_id and one["metadata"]["type"] != "OperatorActed"
    ]


def queue() -> list[str]:
    return [one["withdrawal_id"] for one in d.finance()("GET", "/v1/withdrawals").json["items"]]


# Asked for


def test_a_small_one_goes_by_itself_and_is_set_aside(world):
    answer = d.ask(500_00)
    assert (answer.status, answer.json["state"], answer.json["needs"]) == (201, "approved", 0)
    assert has() == {"available": 500_00}
    withdrawal_id = answer.json["withdrawal_id"]
    assert s.balance(on.withdrawal(withdrawal_id)) == 500_00
    assert sorted(told(world, withdrawal_id)) == ["WithdrawalApproved", "WithdrawalRequested"]
    assert queue() == []
    assert d.seller()("GET", f"/v1/stores/{a.STORE}/withdrawals").json["items"] == [answer.json]


def test_a_large_one_waits_for_two_persons(world):
    withdrawal_id = d.asked(500_01)
    assert (read(withdrawal_id)["state"], queue()) == ("awaiting_approval", [withdrawal_id])
    first = d.approve(withdrawal_id, FINN)
    assert (first.status, first.json["state"]) == (200, "awaiting_approval")
    second = d.approve(withdrawal_id, GRETA)
    assert (second.json["state"], [one["person_id"] for one in second.json["approvals"]]) == ("approved", [FINN, GRETA])
    assert queue() == []
    assert told(world, withdrawal_id) == ["WithdrawalRequested", "WithdrawalApproved"]


def test_many_small_ones_in_one_day_are_a_large_one(world):
    d.asked(300_00)
    assert d.ask(200_01).json["state"] == "awaiting_approval"
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert d.ask(300_00).json["state"] == "approved"


def test_a_seller_is_not_told_who_agrees(world):
    withdrawal_id = d.asked(600_00)
    d.approve(withdrawal_id, FINN)
    assert FINN not in d.seller()("GET", d.path_of(withdrawal_id)).text
    assert FINN not in d.seller()("GET", f"/v1/stores/{a.STORE}/withdrawals").text


@pytest.mark.parametrize(
    ("minor", "status", "code"),
    [
        (9_99, 422, "withdrawal_too_small"),
        (5_000_01, 422, "withdrawal_too_large"),
        (1_000_01, 409, "insufficient_funds"),
    ],
)
def test_what_cannot_be_withdrawn_stays(world, minor, status, code):
    before = world.items()
    answer = d.ask(minor)
    assert (answer.status, answer.json["code"]) == (status, code)
    assert world.items() == before


def test_a_day_has_a_limit_and_what_never_left_does_not_count(world):
    d.has_funds(9_000_00)
    first = d.asked(5_000_00)
    assert d.ask(1_000_01).json["code"] == "daily_limit_reached"
    d.seller()("POST", d.path_of(first, "/cancel"))
    assert d.ask(1_000_01).status == 201


def test_in_other_currencies_nothing_is_withdrawn(world):
    d.with_limits(EUR=d.LIMITS)
    assert d.ask(20_00).json["code"] == "withdrawals_not_offered"


def test_a_debt_is_paid_before_anything_leaves(world):
    s.task("record", kind="fee_passed_on", said={
        "fee": "chargeback", "reference": "dp_1", "store_id": a.STORE, "amount": s.money(1_100_00)
    })  # fmt: skip # as it would be without the braces
    d.has_funds(300_00)
    assert has() == {"available": 300_00, "debt": 100_00}
    assert d.ask(200_01).json["code"] == "insufficient_funds"
    assert has() == {"available": 200_00}
    assert d.ask(200_00).status == 201
    assert has() == {}


def test_two_who_ask_for_the_last_of_it_get_it_once(world):
    with s.rival(lambda: d.ask(400_00)):
        assert d.ask(700_00).status == 409
    assert has() == {"available": 600_00}


def test_two_small_ones_at_once_are_no_way_around_the_second_person(world):
    with s.rival(lambda: d.ask(400_00)):
        assert d.ask(400_00).json["code"] == "means_moved"
    assert d.ask(400_00).json["state"] == "awaiting_approval"


def test_a_debt_that_arises_at_this_moment_is_seen(world):
    fee = {"fee": "chargeback", "reference": "dp_1", "store_id": a.STORE, "amount": s.money(1_100_00)}

    def owes() -> None:
        s.task("record", kind="fee_passed_on", said=fee)
        d.has_funds(500_00)

    with s.rival(owes):
        assert d.ask(400_00).json["code"] == "means_moved"
    assert has() == {"available": 500_00, "debt": 100_00}


# Four eyes are two persons


def agreed_by(withdrawal_id: str) -> list[str]:
    items = d.finance()("GET", "/v1/withdrawals").json["items"]
    return [one["person_id"] for kept in items if kept["withdrawal_id"] == withdrawal_id for one in kept["approvals"]]


def refused(world, withdrawal_id: str, by: str = FINN, code: str = "approver_not_independent") -> None:
    """Nothing moved, nobody agreed, and nothing was told."""
    before = world.items()
    answer = d.approve(withdrawal_id, by)
    assert (answer.status, answer.json["code"]) == (403, code)
    assert world.items() == before


def test_one_person_with_two_tabs_is_one(world):
    withdrawal_id = d.asked(600_00)
    assert d.approve(withdrawal_id).status == 200
    refused(world, withdrawal_id)


def test_one_person_who_sends_both_at_one_moment_is_one(world):
    withdrawal_id = d.asked(600_00)
    with s.rival(lambda: d.approve(withdrawal_id)):
        assert d.approve(withdrawal_id).json["code"] == "withdrawal_changed"
    assert (read(withdrawal_id)["state"], agreed_by(withdrawal_id)) == ("awaiting_approval", [FINN])


def test_one_persons_keys_approve_nothing(world):
    """Operators' powers never travel in a key, and no key has a scope for this."""
    withdrawal_id = d.asked(600_00)
    d.approve(withdrawal_id)
    before = world.items()
    for roles, scopes in (({"customer", "finance"}, {"funds:read"}), ({"customer", "finance"}, set())):
        key = Caller(api, Principal(FINN, "", frozenset(roles), scopes=frozenset(scopes)))
        assert key("POST", d.path_of(withdrawal_id, "/approve")).status == 403
    assert world.items() == before


def test_one_request_repeated_under_its_key_is_one(world):
    withdrawal_id = d.asked(600_00)
    key = {"idempotency-key": "the-same-key"}
    first = d.approve(withdrawal_id, headers=key)
    assert d.approve(withdrawal_id, headers=key).json == first.json
    assert agreed_by(withdrawal_id) == [FINN]
    refused(world, withdrawal_id)


def test_with_another_role_in_between_it_is_the_same_person(world):
    withdrawal_id = d.asked(600_00)
    d.approve(withdrawal_id)
    d.registered(FINN, roles=("customer", "moderator"), sequence=2)
    refused(world, withdrawal_id)
    d.in_finance(FINN, sequence=3)
    refused(world, withdrawal_id)


def test_whoever_asked_for_it_does_not_approve_it(world):
    d.in_finance(a.SELLER)
    withdrawal_id = d.asked(600_00)
    refused(world, withdrawal_id, a.SELLER)


def test_whoever_works_in_the_store_does_not_approve_it(world):
    withdrawal_id = d.asked(600_00)
    people().works(FINN, a.STORE, sequence=1)
    refused(world, withdrawal_id)


def test_whoever_left_the_store_since_it_was_asked_for_does_not_approve_it(world):
    people().works(FINN, a.STORE, sequence=1)
    withdrawal_id = d.asked(600_00)
    people().left(FINN, a.STORE, clock.rfc3339(clock.now() + timedelta(seconds=1)), sequence=2)
    refused(world, withdrawal_id)


def test_whoever_left_the_store_before_does(world):
    people().works(FINN, a.STORE, sequence=1)
    people().left(FINN, a.STORE, clock.rfc3339(clock.now() - timedelta(days=1)), sequence=2)
    assert d.approve(d.asked(600_00)).status == 200


def test_whoever_the_ledger_has_not_heard_of_as_finance_does_not_approve_it(world):
    """A token says what somebody was a moment ago; what the ledger has heard is what a transaction can be held to."""
    stranger = a.an_id("usr", 50)
    refused(world, d.asked(600_00), stranger)


@pytest.mark.parametrize(
    "lose",
    [
        lambda: d.registered(FINN, sequence=2),
        lambda: people().works(FINN, a.STORE, sequence=1),
        lambda: people().erased(FINN),
    ],
    ids=["role", "joined the store", "erased"],
)
class TestWhoLosesTheRight:
    def test_before_the_second_agrees_has_not_agreed(self, world, lose):
        withdrawal_id = d.asked(600_00)
        d.approve(withdrawal_id, FINN)
        lose()
        second = d.approve(withdrawal_id, GRETA)
        assert second.json["state"] == "awaiting_approval"
        assert [one["person_id"] for one in second.json["approvals"]] == [GRETA]
        assert d.approve(withdrawal_id, HUGO).json["state"] == "approved"

    def test_at_the_moment_the_second_agrees_has_not_agreed(self, world, lose):
        withdrawal_id = d.asked(600_00)
        d.approve(withdrawal_id, FINN)
        with s.rival(lose):
            assert d.approve(withdrawal_id, GRETA).json["code"] == "rights_changed"
        assert read(withdrawal_id)["state"] == "awaiting_approval"

    def test_at_the_moment_of_agreeing_has_not_agreed(self, world, lose):
        withdrawal_id = d.asked(600_00)
        with s.rival(lose):
            assert d.approve(withdrawal_id, FINN).json["code"] == "rights_changed"
        assert agreed_by(withdrawal_id) == []


def test_two_persons_at_one_moment_are_two_who_agree_one_after_the_other(world):
    withdrawal_id = d.asked(600_00)
    with s.rival(lambda: d.approve(withdrawal_id, FINN)):
        assert d.approve(withdrawal_id, GRETA).json["code"] == "withdrawal_changed"
    assert d.approve(withdrawal_id, GRETA).json["state"] == "approved"


def test_admins_and_sellers_approve_nothing(world):
    withdrawal_id = d.asked(600_00)
    before = world.items()
    for caller, status in ((d.admin(), 403), (d.seller(), 403), (d.buyer(), 403)):
        for then, body in (("/approve", None), ("/deny", {"reason": "no"})):
            assert caller("POST", d.path_of(withdrawal_id, then), body).status == status
        assert caller("GET", "/v1/withdrawals").status == status
    assert world.items() == before


def test_nobody_withdraws_from_another_store(world):
    withdrawal_id = d.asked(600_00)
    other = d.seller(a.an_id("usr", 8), a.an_id("sto", 1))
    before = world.items()
    assert d.ask(20_00, by=other).status == 404
    for method, path in (("GET", d.path_of(withdrawal_id)), ("POST", d.path_of(withdrawal_id, "/cancel"))):
        assert other(method, path).status == 404
    elsewhere = d.path_of(withdrawal_id, store_id=a.an_id("sto", 1))
    assert other("POST", f"{elsewhere}/cancel").json["code"] == "no_such_withdrawal"
    assert world.items() == before


# Denied, called off


def test_what_is_denied_can_be_withdrawn_again(world):
    withdrawal_id = d.asked(600_00)
    answer = d.finance()("POST", d.path_of(withdrawal_id, "/deny"), {"reason": "Another name."})
    assert (answer.json["state"], read(withdrawal_id)["reason"]) == ("denied", "Another name.")
    assert (has(), queue()) == ({"available": 1_000_00}, [])
    assert told(world, withdrawal_id) == ["WithdrawalRequested", "WithdrawalEnded"]
    before = world.items()
    for answer in (
        d.approve(withdrawal_id),
        d.finance()("POST", d.path_of(withdrawal_id, "/deny"), {"reason": "Again."}),
        d.seller()("POST", d.path_of(withdrawal_id, "/cancel")),
    ):
        assert (answer.status, answer.json["code"]) == (409, "withdrawal_not_open")
    assert world.items() == before


def test_a_denial_at_the_moment_of_the_second_approval_is_one_of_both(world):
    withdrawal_id = d.asked(600_00)
    d.approve(withdrawal_id, FINN)
    with s.rival(lambda: d.finance(HUGO)("POST", d.path_of(withdrawal_id, "/deny"), {"reason": "No."})):
        assert d.approve(withdrawal_id, GRETA).json["code"] == "withdrawal_changed"
    assert (read(withdrawal_id)["state"], has()) == ("denied", {"available": 1_000_00})


def test_what_may_leave_is_not_called_off(world):
    """Whoever pays out may be doing so at this moment."""
    withdrawal_id = d.asked(600_00)
    d.approve(withdrawal_id, FINN)
    with s.rival(lambda: d.approve(withdrawal_id, GRETA)):
        assert d.seller()("POST", d.path_of(withdrawal_id, "/cancel")).json["code"] == "withdrawal_changed"
    before = world.items()
    assert d.seller()("POST", d.path_of(withdrawal_id, "/cancel")).json["code"] == "withdrawal_not_open"
    assert world.items() == before
    assert (read(withdrawal_id)["state"], has()) == ("approved", {"available": 400_00})


# What becomes of it


@pytest.mark.parametrize(
    ("way", "states", "balances"),
    [
        ("stripe", ("sent",), {on.STRIPE_AVAILABLE: 900_00, on.PAYOUTS_IN_TRANSIT: 0}),
        ("stripe", ("sent", "paid"), {on.STRIPE_AVAILABLE: 900_00, on.PAYOUTS_IN_TRANSIT: 0}),
        ("stripe", ("sent", "returned"), {on.STRIPE_AVAILABLE: 1_000_00, on.available(a.STORE): 1_000_00}),
        ("stripe", ("sent", "paid", "returned"), {on.STRIPE_AVAILABLE: 1_000_00, on.available(a.STORE): 1_000_00}),
        ("bank", ("sent",), {on.PAYOUTS_IN_TRANSIT: 100_00, on.BANK: 0}),
        ("paypal", ("sent", "paid"), {on.PAYOUTS_IN_TRANSIT: 0, on.BANK: -100_00}),
        ("crypto", ("sent", "returned"), {on.PAYOUTS_IN_TRANSIT: 0, on.BANK: 0, on.available(a.STORE): 1_000_00}),
        ("bank", ("sent", "paid", "returned"), {on.BANK: 0, on.available(a.STORE): 1_000_00}),
        ("bank", ("failed",), {on.PAYOUTS_IN_TRANSIT: 0, on.available(a.STORE): 1_000_00}),
    ],
)
def test_its_money_is_wherever_it_is_told_to_be(world, way, states, balances):
    withdrawal_id = d.asked(100_00, way)
    for state in states:
        for _ in range(2):
            assert became(withdrawal_id, state, reason="as told")["outcome"] == state
    assert {account: s.balance(account) for account in balances} == balances
    assert s.balance(on.withdrawal(withdrawal_id)) == 0
    assert read(withdrawal_id)["state"] == states[-1]


@pytest.mark.parametrize(
    ("states", "then"), [((), "paid"), ((), "returned"), (("sent",), "failed"), (("sent", "returned"), "paid")]
)
def test_nothing_becomes_of_it_out_of_turn(world, states, then):
    withdrawal_id = d.asked(100_00)
    for state in states:
        became(withdrawal_id, state)
    before = world.items()
    assert became(withdrawal_id, then)["code"] == "withdrawal_not_open"
    assert world.items() == before


def test_what_nobody_agreed_to_does_not_leave(world):
    withdrawal_id = d.asked(600_00)
    d.approve(withdrawal_id)
    before = world.items()
    assert became(withdrawal_id, "sent")["code"] == "withdrawal_not_open"
    assert world.items() == before


def test_what_comes_back_pays_a_debt_first(world):
    withdrawal_id = d.asked(500_00)
    became(withdrawal_id, "sent")
    fee = {"fee": "chargeback", "reference": "dp_1", "store_id": a.STORE, "amount": s.money(700_00)}
    s.task("record", kind="fee_passed_on", said=fee)
    assert has() == {"debt": 200_00}
    became(withdrawal_id, "returned")
    assert has() == {"available": 300_00}


def test_every_step_of_it_is_told_and_every_decision_leaves_a_track(world):
    withdrawal_id = d.asked(600_00)
    d.approve(withdrawal_id, FINN)
    d.approve(withdrawal_id, GRETA)
    for state in ("sent", "paid", "returned"):
        became(withdrawal_id, state)
    assert told(world, withdrawal_id) == [
        "WithdrawalRequested", "WithdrawalApproved", "WithdrawalLeft", "WithdrawalPaid", "WithdrawalReturned"
    ]  # fmt: skip # one line says it
    tracks = [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "OperatorActed"]
    assert [(one["operator_id"], one["action"]) for one in tracks] == [
        (FINN, "approve_withdrawal"),
        (GRETA, "approve_withdrawal"),
    ]
