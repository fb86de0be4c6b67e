from datetime import timedelta
from typing import Any

import pytest

from functions.payments import paying_out
from functions.payments.model.payouts import Payout
from functions.payments.store.payouts import payouts
from kernel import clock
from kernel.errors import Unavailable
from local.stripe.faults import Fault
from tests.builders import consumed
from tests.builders import money_back as m
from tests.builders import payments as a
from tests.builders.ledger import NOON, STORE, an_id
from tests.builders.stand_in import AtStripe

NO_ACCOUNT, ACCOUNT_CLOSED = "000111111116", "000111111113"
FAULTS = ("unavailable", "broken_before", "broken_after", "never", "lost", "late")


@pytest.fixture
def now(world):
    with clock.frozen(NOON) as advance:
        yield advance


@pytest.fixture
def there(now) -> AtStripe:
    """With 500.00 of which Stripe has taken its fee."""
    stripe = a.connected()
    m.paid(stripe, 500_00)
    return stripe


def kept(number: int = 0) -> Payout:
    return payouts().one(STORE, an_id("wdr", number))


def moved(there: AtStripe) -> list[tuple[int, int]]:
    """What was transferred, and what of it came back."""
    return [(one.amount, one.amount_reversed) for one in there.client.v1.transfers.list({"limit": 100}).data]


def paid_out(there: AtStripe, account_id: str) -> list[tuple[int, str]]:
    options: Any = {"stripe_account": account_id}
    return [(one.amount, one.status) for one in there.client.v1.payouts.list({"limit": 100}, options).data]


def hear_of_payout(there: AtStripe, account_id: str) -> None:
    """As a webhook has it done: Stripe is asked."""
    paying_out.refreshed(kept().payout_id or "", account_id)


# By Stripe


def test_a_withdrawal_goes_to_the_sellers_account_and_on_to_their_bank(world, there):
    account_id = m.payable(there)
    metcos = m.balance(there)
    paying_out.begin(m.approved(60_00))
    assert (kept().state, m.became(world)) == ("sent", [("sent", "")])
    assert (moved(there), paid_out(there, account_id)) == ([(60_00, 0)], [(60_00, "pending")])
    assert (m.balance(there), m.balance(there, account_id)) == (metcos - 60_00, 0)
    there.advance(days=1)
    hear_of_payout(there, account_id)
    hear_of_payout(there, account_id)
    assert (kept().state, m.became(world)) == ("paid", [("sent", ""), ("paid", "")])


def test_the_ledgers_word_begins_it_however_often_it_is_heard(world, there):
    account_id = m.payable(there)
    for _ in range(3):
        m.hear(m.approved(60_00))
    assert (moved(there), len(paid_out(there, account_id))) == ([(60_00, 0)], 1)
    assert m.became(world) == [("sent", "")]


def test_the_task_does_the_same_and_answers_how_it_stands(world, there):
    account_id = m.payable(there)
    said = m.approved(60_00).model_dump(mode="json")
    asked = {"withdrawal_id": an_id("wdr"), "amount": m.money(60_00), "reason": ""}
    assert m.task("transfer", **said) == {"outcome": "sent", **asked}
    there.advance(days=1)
    hear_of_payout(there, account_id)
    assert m.task("transfer", **said) == {"outcome": "paid", **asked}
    assert moved(there) == [(60_00, 0)]
    assert m.task("transfer", **said | {"amount": m.money(61_00)})["code"] == "payout_asked_otherwise"


def test_the_sweep_finds_what_no_webhook_told(world, there, now):
    m.payable(there)
    paying_out.begin(m.approved())
    now(timedelta(hours=7))
    m.swept()
    assert m.became(world) == [("sent", ""), ("paid", "")]


def test_without_an_account_that_can_receive_it_fails(world, there):
    paying_out.begin(m.approved())
    assert m.became(world) == [("failed", "account_not_payable")]
    assert moved(there) == []
    m.payable(there)
    paying_out.begin(m.approved())
    assert moved(there) == []  # the seller has it again, and asks anew


def test_in_another_currency_than_the_sellers_it_fails(world, there):
    m.payable(there)
    paying_out.begin(m.approved(currency="EUR"))
    assert m.became(world) == [("failed", "currency_not_payable")]


def test_what_metco_has_not_available_yet_leaves_later(world, there, now):
    m.payable(there)
    paying_out.begin(m.approved(700_00))
    assert (kept().state, kept().reason, moved(there)) == ("asked", "balance_insufficient", [])
    m.paid(there, 400_00, order=1)
    now(timedelta(minutes=3))
    m.swept()
    assert (m.became(world), moved(there)) == ([("sent", "")], [(700_00, 0)])


def test_what_is_not_there_for_days_fails_and_says_why(world, there, now):
    m.payable(there)
    paying_out.begin(m.approved(700_00))
    for _ in range(20):
        now(timedelta(hours=5))
        m.swept()
    assert (kept().state, m.became(world)) == ("failed", [("failed", "balance_insufficient")])
    assert moved(there) == []


def test_a_payout_that_does_not_arrive_comes_back_to_metco(world, there):
    account_id = m.payable(there, NO_ACCOUNT)
    metcos = m.balance(there)
    paying_out.begin(m.approved(60_00))
    there.advance(days=1)
    hear_of_payout(there, account_id)
    hear_of_payout(there, account_id)
    assert (kept().state, m.became(world)) == ("returned", [("sent", ""), ("returned", "no_account")])
    assert (moved(there), m.balance(there), m.balance(there, account_id)) == ([(60_00, 60_00)], metcos, 0)
    assert m.told(world, "TransferReversed") == []  # the payout's return says it


def test_one_that_had_arrived_can_still_come_back(world, there, now):
    account_id = m.payable(there, ACCOUNT_CLOSED)
    paying_out.begin(m.approved(60_00))
    there.advance(seconds=10)
    hear_of_payout(there, account_id)
    assert kept().state == "paid"
    now(timedelta(days=2))
    m.swept()
    assert m.became(world) == [("sent", ""), ("paid", ""), ("returned", "account_closed")]
    assert moved(there) == [(60_00, 60_00)]


def test_what_cannot_be_paid_out_at_all_is_fetched_back(world, there, monkeypatch):
    account_id = m.payable(there)
    [bank] = there.client.v1.accounts.external_accounts.list(account_id).data
    there.core.act(m.loses_bank, account_id, bank.id)
    paying_out.begin(m.approved(60_00))
    assert [state for state, _ in m.became(world)] == ["sent", "returned"]
    assert (moved(there), paid_out(there, account_id)) == ([(60_00, 60_00)], [])


@pytest.mark.parametrize("path", ["/v1/transfers", "/v1/payouts", "/v1/transfers/.*/reversals"])
@pytest.mark.parametrize("how", FAULTS)
def test_whatever_becomes_of_stripes_answers_it_happens_once(world, there, now, path, how):
    account_id = m.payable(there, NO_ACCOUNT)
    metcos = m.balance(there)
    there.core.faults.plan(Fault(how, path=path, method="POST", times=5))
    for _ in range(4):
        try:
            paying_out.begin(m.approved(60_00))
        except Unavailable:
            there.core.faults.plan()
        there.advance(hours=1)
        now(timedelta(hours=7))
        m.swept_or_failed()
    assert (kept().state, m.became(world)) == ("returned", [("sent", ""), ("returned", "no_account")])
    assert (moved(there), len(paid_out(there, account_id))) == ([(60_00, 60_00)], 1)
    assert (m.balance(there), m.balance(there, account_id)) == (metcos, 0)


def test_a_payout_of_somebody_elses_making_is_none_of_ours(world, there):
    account_id = m.payable(there)
    there.client.v1.transfers.create({"amount": 10_00, "currency": "usd", "destination": account_id})
    made = there.client.v1.payouts.create({"amount": 10_00, "currency": "usd"}, {"stripe_account": account_id})
    before = world.items()
    paying_out.refreshed(made.id, account_id)
    assert world.items() == before


def test_of_an_account_that_left_stripe_tells_nothing_and_nothing_changes(world, there, now):
    account_id = m.payable(there)
    paying_out.begin(m.approved())
    there.client.v1.accounts.delete(account_id)
    now(timedelta(hours=7))
    m.swept()
    hear_of_payout(there, account_id)
    assert m.became(world) == [("sent", "")]


# What is fetched back for refunds


def fetch_back(minor: int, reference: str = "rfd_1") -> int:
    said = m.task("reverse_transfers", store_id=STORE, reference=reference, amount=m.money(minor))
    assert said["outcome"] == "reversed"
    return int(said["amount"]["minor"])


def with_seller(there: AtStripe, account_id: str, *amounts: int) -> None:
    """Money that lies in a seller's account at Stripe."""
    for amount in amounts:
        there.client.v1.transfers.create({"amount": amount, "currency": "usd", "destination": account_id})
        there.advance(seconds=1)


def test_as_much_comes_back_as_there_is_from_the_newest_first(world, there):
    account_id = m.payable(there)
    with_seller(there, account_id, 30_00, 20_00)
    assert fetch_back(40_00) == 40_00
    assert sorted(moved(there)) == [(20_00, 20_00), (30_00, 20_00)]
    told = [one["amount"]["minor"] for one in m.told(world, "TransferReversed")]
    assert sorted(told) == [20_00, 20_00]
    assert m.balance(there, account_id) == 10_00


def test_asked_again_nothing_more_comes_back(world, there):
    account_id = m.payable(there)
    with_seller(there, account_id, 30_00)
    assert [fetch_back(20_00), fetch_back(20_00)] == [20_00, 20_00]
    assert moved(there) == [(30_00, 20_00)]
    assert len(m.told(world, "TransferReversed")) == 1
    assert fetch_back(20_00, "rfd_2") == 10_00


def test_what_was_paid_out_is_not_there_any_more(world, there):
    account_id = m.payable(there)
    paying_out.begin(m.approved(60_00))
    assert fetch_back(40_00) == 0
    assert (moved(there), m.balance(there, account_id)) == ([(60_00, 0)], 0)
    assert m.told(world, "TransferReversed") == []


def test_nothing_is_taken_of_what_is_on_its_way_to_the_bank(world, there):
    account_id = m.payable(there)
    there.core.faults.plan(Fault("unavailable", path="/v1/payouts", method="POST", times=5))
    with pytest.raises(Unavailable):
        paying_out.begin(m.approved(60_00))
    with_seller(there, account_id, 10_00)
    assert fetch_back(40_00) == 10_00
    there.core.faults.plan()
    paying_out.begin(m.approved(60_00))
    assert paid_out(there, account_id) == [(60_00, "pending")]


def test_without_an_account_there_is_nothing(world, there):
    assert fetch_back(40_00) == 0


@pytest.mark.parametrize("how", FAULTS)
def test_a_lost_answer_fetches_back_nothing_twice(world, there, how):
    account_id = m.payable(there)
    with_seller(there, account_id, 30_00, 20_00)
    there.core.faults.plan(Fault(how, path="/v1/transfers/.*/reversals", method="POST", after=1, times=5))
    try:
        found = fetch_back(45_00)
    except Unavailable:
        there.core.faults.plan()
        found = fetch_back(45_00)
    assert found == 45_00
    assert sum(back for _, back in moved(there)) == 45_00
    assert sum(one["amount"]["minor"] for one in m.told(world, "TransferReversed")) == 45_00


def test_what_is_gone_meanwhile_is_short_and_stays_so(world, there, monkeypatch):
    account_id = m.payable(there)
    with_seller(there, account_id, 30_00)
    planned, plan = payouts().plan, []

    def plan_and_be_overtaken(wanted: Any) -> Any:
        plan.append(
            there.client.v1.payouts.create({"amount": 25_00, "currency": "usd"}, {"stripe_account": account_id})
        )
        return planned(wanted)

    monkeypatch.setattr(type(payouts()), "plan", lambda self, wanted: plan_and_be_overtaken(wanted))
    assert [fetch_back(20_00), fetch_back(20_00)] == [0, 0]
    assert len(plan) == 1
    assert m.told(world, "TransferReversed") == []


def test_all_of_them_are_listed_for_the_sweep_alone(world, there):
    m.payable(there)
    paying_out.begin(m.approved())
    assert list(payouts().overdue(clock.now())) == []
    assert list(payouts().overdue(clock.now() + timedelta(days=1))) == [(STORE, an_id("wdr"))]
    assert consumed.received(m.approved()).data.way == "stripe"
