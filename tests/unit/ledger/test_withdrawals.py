from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations
from typing import Any, get_args

import pytest

from functions.ledger.model.withdrawals import (
    ApproverLost,
    ApproverNotIndependent,
    DailyLimitReached,
    InsufficientFunds,
    Limits,
    Way,
    Withdrawal,
    WithdrawalNotOpen,
    WithdrawalState,
    WithdrawalTooLarge,
    WithdrawalTooSmall,
)
from functions.ledger.rules import withdrawals as rules
from tests.builders import ledger as a
from tests.builders.ledger import usd

FINN, GRETA, HUGO = (a.an_id("usr", number) for number in (20, 21, 22))
FINANCE = {FINN, GRETA, HUGO}
LIMITS = Limits(currency="USD", least=usd(10_00), most=usd(5_000_00), most_per_day=usd(6_000_00), automatic=usd(500_00))


def ask(minor: int, available: int = 10_000_00, debt: int = 0, today: int = 0) -> Withdrawal:
    means = rules.Means(available=usd(available), debt=usd(debt), today=usd(today))
    return rules.requested(a.an_id("wdr"), a.STORE, usd(minor), "bank", a.SELLER, means, LIMITS, a.NOON)


def agree(kept: Withdrawal, by: str, **said: Any) -> Withdrawal:
    rights: dict[str, Any] = {"may_approve": FINANCE, "in_store": {a.SELLER}}
    return rules.approved(kept, by, a.NOON, **rights | said)


def test_small_withdrawals_go_by_themselves_and_many_small_ones_do_not():
    assert (ask(500_00).state, ask(500_00).needs) == ("approved", 0)
    assert (ask(500_01).state, ask(500_01).needs) == ("awaiting_approval", 2)
    assert ask(100_00, today=400_01).state == "awaiting_approval"


@pytest.mark.parametrize(
    ("minor", "said", "refusal"),
    [
        (9_99, {}, WithdrawalTooSmall),
        (5_000_01, {}, WithdrawalTooLarge),
        (1_000_00, {"today": 5_000_01}, DailyLimitReached),
        (100_00, {"available": 99_99}, InsufficientFunds),
        (100_00, {"available": 150_00, "debt": 50_01}, InsufficientFunds),
        (100_00, {"available": 150_00, "debt": 900_00}, InsufficientFunds),
    ],
)
def test_what_is_refused_before_anything_moves(minor, said, refusal):
    with pytest.raises(refusal):
        ask(minor, **said)


def test_a_debt_is_paid_before_anything_leaves():
    means = rules.Means(available=usd(150_00), debt=usd(50_00), today=usd(0))
    assert rules.netted(means) == usd(50_00)
    assert ask(100_00, available=150_00, debt=50_00).amount == usd(100_00)
    assert rules.netted(rules.Means(available=usd(20_00), debt=usd(50_00), today=usd(0))) == usd(20_00)


def test_two_persons_agree():
    first = agree(ask(900_00), FINN)
    assert (first.state, first.version) == ("awaiting_approval", 2)
    second = agree(first, GRETA)
    assert (second.state, [one.person_id for one in second.approvals]) == ("approved", [FINN, GRETA])


def test_one_person_with_two_tabs_or_two_keys_is_one_person():
    first = agree(ask(900_00), FINN)
    with pytest.raises(ApproverNotIndependent):
        agree(first, FINN)


def test_who_asked_for_it_cannot_agree_whatever_their_role_has_become():
    with pytest.raises(ApproverNotIndependent):
        agree(ask(900_00), a.SELLER, may_approve={*FINANCE, a.SELLER}, in_store=set())


def test_who_works_in_the_store_cannot_agree():
    with pytest.raises(ApproverNotIndependent):
        agree(ask(900_00), FINN, in_store={a.SELLER, FINN})


def test_who_may_not_approve_at_that_moment_cannot():
    with pytest.raises(ApproverNotIndependent):
        agree(ask(900_00), FINN, may_approve={GRETA})


@pytest.mark.parametrize("said", [{"may_approve": {GRETA, HUGO}}, {"in_store": {FINN}}])
def test_who_agreed_and_lost_the_right_since_has_not_agreed(said):
    first = agree(ask(900_00), FINN)
    with pytest.raises(ApproverLost):
        agree(first, GRETA, **said)
    rights = {"may_approve": FINANCE, "in_store": set[str]()} | said
    again = agree(rules.reviewed(first, **rights), GRETA, **said)
    assert again.state == "awaiting_approval"
    assert agree(again, HUGO, **said).state == "approved"


def test_a_review_leaves_alone_what_is_in_order():
    first = agree(ask(900_00), FINN)
    assert rules.reviewed(first, may_approve=FINANCE, in_store=set()) is first


@pytest.mark.parametrize("state", [state for state in get_args(WithdrawalState) if state != "awaiting_approval"])
def test_what_is_decided_is_not_agreed_to_again(state):
    with pytest.raises(WithdrawalNotOpen):
        agree(ask(900_00).model_copy(update={"state": state}), FINN)


@pytest.mark.parametrize("before", get_args(WithdrawalState))
@pytest.mark.parametrize("after", get_args(WithdrawalState))
def test_a_withdrawal_goes_one_way_and_says_so_twice_without_harm(before, after):
    kept = ask(900_00).model_copy(update={"state": before, "requested_at": a.NOON + timedelta(0)})
    if before == after:
        assert rules.became(kept, after) is None
    elif after != "approved" and after in rules.NEXT.get(before, ()):
        moved = rules.became(kept, after, "why")
        assert moved
        assert (moved.state, moved.reason, moved.version) == (after, "why", 2)
    else:
        with pytest.raises(WithdrawalNotOpen):
            rules.became(kept, after)


# What each does to the books


def fact(before: WithdrawalState, after: WithdrawalState, way: Way = "bank") -> tuple[str, str] | None:
    kept = ask(900_00).model_copy(update={"state": before, "way": way})
    found = rules.fact_of(kept, kept.model_copy(update={"state": after}), a.NOON)
    return (found.kind(), getattr(found, "came_from", "")) if found else None


def test_what_is_asked_for_is_set_aside():
    found = rules.reserved_fact(ask(900_00))
    assert (found.kind(), found.model_dump()["amount"]) == ("withdrawal_reserved", {"minor": 900_00, "currency": "USD"})


@pytest.mark.parametrize(
    ("before", "after", "way", "booked"),
    [
        ("awaiting_approval", "approved", "bank", None),
        ("awaiting_approval", "denied", "bank", ("withdrawal_released", "")),
        ("awaiting_approval", "cancelled", "stripe", ("withdrawal_released", "")),
        ("approved", "failed", "paypal", ("withdrawal_released", "")),
        ("approved", "sent", "stripe", ("withdrawal_transferred", "")),
        ("approved", "sent", "crypto", ("withdrawal_sent", "")),
        ("sent", "paid", "stripe", None),
        ("sent", "paid", "bank", ("withdrawal_arrived", "")),
        ("sent", "returned", "stripe", ("withdrawal_returned", "stripe")),
        ("paid", "returned", "stripe", ("withdrawal_returned", "stripe")),
        ("sent", "returned", "bank", ("withdrawal_returned", "transit")),
        ("paid", "returned", "bank", ("withdrawal_returned", "bank")),
    ],
)
def test_its_money_goes_from_where_it_was(before, after, way, booked):
    assert fact(before, after, way) == booked


def test_only_what_never_left_is_not_counted_towards_its_day():
    kept = ask(900_00)
    moves = [(before, after) for before in get_args(WithdrawalState) for after in rules.NEXT.get(before, ())]
    back = {
        after
        for before, after in moves
        if rules.comes_back(kept.model_copy(update={"state": before}), kept.model_copy(update={"state": after}))
    }
    assert back == {"denied", "cancelled", "failed"}


@pytest.mark.parametrize("news", list(permutations(["sent", "paid", "returned"])))
def test_news_in_any_order_come_to_the_same(news):
    kept = agreed_on(ask(900_00))
    for one in (*news, *news):
        for state in rules.way_to(kept, one):
            after = rules.became(kept, state)
            assert after
            kept = after
    assert kept.state == "returned"


def test_what_could_not_leave_did_not_leave():
    failed = rules.became(agreed_on(ask(900_00)), "failed")
    assert failed
    assert rules.way_to(failed, "failed") == []
    for news in ("sent", "paid"):
        with pytest.raises(WithdrawalNotOpen):
            [rules.became(failed, state) for state in rules.way_to(failed, news)]


def agreed_on(kept: Withdrawal) -> Withdrawal:
    return kept.model_copy(update={"state": "approved"})


def test_a_day_is_the_same_for_everybody():
    east = timezone(timedelta(hours=9))
    assert (
        rules.day(datetime(2030, 1, 2, 3, tzinfo=east))
        == rules.day(datetime(2030, 1, 1, 18, tzinfo=UTC))
        == "2030-01-01"
    )


def test_a_store_sees_all_of_it_but_who_agreed():
    kept = agree(ask(900_00), FINN)
    shown = rules.for_store(kept)
    assert FINN not in shown.model_dump_json()
    assert shown.model_dump() == kept.model_dump(exclude={"approvals"})


@pytest.mark.parametrize("state", ["approved", "sent", "paid", "denied", "cancelled"])
def test_what_leaves_left_or_is_over_is_neither_denied_nor_called_off(state):
    kept = ask(900_00).model_copy(update={"state": state})
    for end in (rules.cancelled, lambda one: rules.denied(one, "why")):
        with pytest.raises(WithdrawalNotOpen):
            end(kept)
