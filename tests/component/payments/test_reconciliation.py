"""Days of the stand-in's held against the ledger's books, both in one world with all that they tell each other."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from functions.payments import reconcile, reconciling, stripe_api
from functions.payments.model.stripe import StripeRefused
from functions.payments.reconcile import BooksDiffer
from functions.payments.store.reconciliation import reconciliation
from kernel.errors import Unavailable
from local.stripe.faults import Fault
from local.stripe.objects import balance_transactions
from tests.builders import both
from tests.builders import ledger as books
from tests.builders import money_back as m
from tests.builders import payments as a
from tests.builders import settling as s
from tests.builders.deciding import LIMITS, asked
from tests.builders.http import Answered, Context
from tests.builders.ledger import NOON
from tests.builders.paying import bought, pay
from tests.builders.stand_in import AtStripe

TODAY = NOON.date()
DAYS, OPEN = "/v1/reconciliations", "/v1/reconciliation-differences"


def bought_by_card(stripe: AtStripe, minor: int = 500_00, currency: str = "USD") -> str:
    begun = bought(minor, currency)
    pay(stripe, begun, "pm_card_bypassPending")
    return str(begun["payment_id"])


def tick() -> None:
    reconcile.handler({}, Context())


def ask(day: date = TODAY, **options: Any) -> Answered:
    return a.finance()("POST", DAYS, {"day": day.isoformat()}, **options)


def report(day: date = TODAY) -> Any:
    [one] = a.finance()("GET", DAYS, query={"day": day.isoformat()}).json["items"]
    return one


def differing() -> list[Any]:
    return list(a.finance()("GET", OPEN).json["items"])


def kinds() -> set[tuple[str, str]]:
    return {(one["about"].partition("/")[0], one["kind"]) for one in differing()}


@pytest.fixture
def over(time: Callable[[timedelta], None]) -> Callable[[], None]:
    """The next morning, at the time at which the day before is looked at."""
    return lambda: time(timedelta(hours=18, minutes=5))


def told_just_now(world: Any, stripe: AtStripe) -> None:
    stripe.advance(seconds=5)
    both.told_by_stripe(stripe, world)


# A day that is in order


def a_store_with_funds() -> None:
    """Of an order that credits paid: Stripe has nothing to do with it."""
    s.granted(170_00)
    s.hold(170_00)
    assert s.pay(credits_minor=170_00, payment_id=None)["outcome"] == "recorded"
    s.of_sale("release_funds")


def test_a_day_on_which_all_was_told_is_in_order(world, stripe, over):
    for minor, currency in ((500_00, "USD"), (5_000, "JPY"), (12_340, "KWD"), (999_00, "INR")):
        bought_by_card(stripe, minor, currency)
    told_just_now(world, stripe)
    a_store_with_funds()
    m.payable(stripe)
    a.with_settings(withdrawal_limits={"USD": LIMITS})
    asked(60_00, "stripe")
    told_just_now(world, stripe)
    over()
    both.told_by_stripe(stripe, world)
    tick()
    tick()
    done = report()
    assert (done["state"], done["differing"], done["differences"]) == ("finished", 0, [])
    assert done["transactions"] == 5  # four payments and a transfer
    [told] = [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "BooksReconciled"]
    assert told == {"day": TODAY.isoformat(), "transactions": 5, "differences": 0}
    before = world.items()
    tick()
    assert world.items() == before


# Days that are not


def test_what_the_books_did_not_hear_is_told_again(world, stripe, over):
    bought_by_card(stripe)
    stripe.advance(seconds=5)
    both.told_by_stripe(stripe, world, to_ledger=False)
    over()
    tick()
    with pytest.raises(BooksDiffer, match=TODAY.isoformat()):
        tick()
    assert kinds() == {("payment", "missing_here"), ("fee", "missing_here"), ("available", "missing_here")}
    assert {one["action"] for one in differing()} == {"tell_again"}
    assert report()["missing_here"] == 3
    tick()  # it was said once: the next day says it again
    both.carried(world)
    assert ask().status == 202
    tick()
    tick()
    assert (differing(), report()["differing"]) == ([], 0)


def test_what_nobody_heard_of_is_asked_of_stripe(world, stripe, over):
    """Somebody charged a card by hand, under an id as of ours."""
    made: Any = {"amount": 70_00, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    made |= {"return_url": a.SITE, "metadata": {"payment_id": books.an_id("pay", 77)}}
    stripe.client.v1.payment_intents.create(made)
    stripe.advance(seconds=5)
    over()
    tick()
    with pytest.raises(BooksDiffer):
        tick()
    [one] = [one for one in differing() if one["about"].startswith("payment/")]
    assert (one["kind"], one["known"], one["action"]) == ("missing_here", False, "ask_stripe")


def test_stripes_own_payout_waits_until_finance_books_it(world, stripe, over):
    bought_by_card(stripe)
    told_just_now(world, stripe)
    payout = stripe.client.v1.payouts.create({"amount": 100_00, "currency": "usd"})
    over()
    both.told_by_stripe(stripe, world)
    tick()
    with pytest.raises(BooksDiffer):
        tick()
    [one] = differing()
    assert (one["about"], one["kind"], one["action"]) == (f"moved/{payout.id}", "missing_here", "book_move")
    assert one["at_stripe"] == [s.money(-100_00)]
    s.task("record", kind="funds_moved", said={"reference": payout.id, "to": "bank", "amount": s.money(100_00)})
    both.carried(world)
    ask()
    tick()
    tick()
    assert differing() == []


def test_what_the_books_alone_have_is_looked_into(world, stripe, over):
    s.task("record", kind="funds_moved", said={"reference": "po_nobodys", "to": "bank", "amount": s.money(5_00)})
    both.carried(world)
    over()
    tick()
    with pytest.raises(BooksDiffer):
        tick()
    [one] = differing()
    assert (one["kind"], one["action"], one["in_books"]) == ("missing_there", "look_into", [s.money(-5_00)])
    assert one["journals"]


def test_fees_that_nobody_else_tells_of_are_told_once_and_in_the_books_by_the_comparison(world, stripe, over):
    bought_by_card(stripe)
    told_just_now(world, stripe)
    stripe.core.act(balance_transactions.post, "stripe_fee", -2_00, "usd", None)
    over()
    both.told_by_stripe(stripe, world)
    tick()
    apart = [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "FeeCharged"]
    [told] = [one for one in apart if one["from_available"]]
    assert (told["amount"], told["payment_id"]) == (s.money(2_00), None)
    both.carried(world)
    tick()
    assert report()["differing"] == 0
    ask()
    tick()
    assert [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "FeeCharged"] == apart


def test_a_refund_that_takes_days_is_on_its_way(world, stripe, over):
    """Stripe has taken it from the balance at once; the books hear of it when it is sent."""
    payment_id = m.paid(stripe, 80_00, "pm_card_pendingRefund")
    assert m.task("refund", payment_id=payment_id, refund_id="rfd_1", amount=s.money(80_00))["outcome"] == "pending"
    over()
    tick()
    with pytest.raises(BooksDiffer):  # of the order, which this test has not told the books
        tick()
    [one] = [one for one in differing() if one["about"] == "refund/rfd_1"]
    assert (one["kind"], one["known"], one["action"]) == ("timing", True, "wait")


def test_what_is_young_is_not_called_wrong(world, stripe, over, time):
    """Finance asks at half past midnight."""
    time(timedelta(hours=11, minutes=50))
    bought_by_card(stripe)
    stripe.advance(seconds=5)
    both.told_by_stripe(stripe, world, to_ledger=False)
    time(timedelta(minutes=40))
    ask()
    tick()
    tick()
    assert {one["kind"] for one in differing()} == {"timing"}
    both.carried(world)
    time(timedelta(hours=6))
    ask()
    tick()
    tick()
    assert differing() == []


# Cut off, repeated, accepted


@pytest.mark.parametrize("how", ["unavailable", "limited", "broken_before", "never", "lost", "late"])
def test_when_stripe_does_not_answer_the_next_run_reads_on(world, stripe, over, how):
    bought_by_card(stripe)
    told_just_now(world, stripe)
    over()
    both.told_by_stripe(stripe, world)
    stripe.core.faults.plan(Fault(how, path="/v1/balance_transactions", times=5))
    with pytest.raises(ExceptionGroup) as raised:
        tick()
    assert raised.group_contains(Unavailable)
    assert report()["state"] == "asked"
    stripe.core.faults.plan()
    tick()
    tick()
    assert (report()["transactions"], report()["differing"]) == (1, 0)


def test_two_runs_at_once_are_one(world, stripe, over):
    bought_by_card(stripe)
    told_just_now(world, stripe)
    over()
    both.told_by_stripe(stripe, world)
    tick()
    with s.rival(tick):
        tick()
    assert (report()["state"], report()["transactions"]) == ("finished", 1)
    assert len([one for one in world.envelopes() if one["metadata"]["type"] == "BooksReconciled"]) == 1


def test_reading_goes_on_where_it_was_cut_off(world, stripe, over, monkeypatch):
    for _ in range(5):
        bought_by_card(stripe)
    told_just_now(world, stripe)
    over()
    both.told_by_stripe(stripe, world)
    monkeypatch.setattr(reconciling, "TOGETHER", 2)
    listed, kept = stripe_api.every, reconciliation()

    def cut_off(call: Any, params: Any) -> Any:
        for place, one in enumerate(listed(call, params)):
            if place == 3:
                raise StripeRefused("cut off")
            yield one

    with monkeypatch.context() as cut:
        cut.setattr(stripe_api, "every", cut_off)
        with pytest.raises(ExceptionGroup) as raised:
            tick()
        assert raised.group_contains(StripeRefused)
    assert (kept.day(TODAY).transactions, kept.day(TODAY).state) == (2, "asked")
    tick()
    tick()
    assert (report()["transactions"], report()["differing"]) == (5, 0)


def test_asking_again_begins_anew(world, stripe, over):
    over()
    tick()
    first = report()
    assert ask().json["version"] == first["version"] + 1
    assert reconciliation().to_do() == [TODAY]


def test_what_somebody_accepted_raises_no_alarm_until_it_changes(world, stripe, over):
    move = {"reference": "po_nobodys", "to": "bank", "amount": s.money(5_00)}
    s.task("record", kind="funds_moved", said=move)
    both.carried(world)
    over()
    tick()
    with pytest.raises(BooksDiffer):
        tick()
    [one] = differing()
    path = f"{OPEN}/{one['difference_id']}/accept"
    answer = a.finance()("POST", path, {"reason": "Case 12"})
    assert (answer.status, answer.json["accepted_by"], answer.json["reason"]) == (200, a.FINN, "Case 12")
    assert [track["data"]["action"] for track in world.envelopes() if track["metadata"]["type"] == "OperatorActed"] == [
        "accept_difference"
    ]
    ask()
    tick()
    tick()
    assert (report()["accepted"], report()["missing_there"]) == (1, 0)


def test_a_difference_that_changes_at_this_moment_is_not_accepted(world, stripe, over):
    s.task("record", kind="funds_moved", said={"reference": "po_1", "to": "bank", "amount": s.money(5_00)})
    both.carried(world)
    over()
    tick()
    with pytest.raises(BooksDiffer):
        tick()
    [one] = differing()
    kept = reconciliation().difference(one["difference_id"])
    more = kept.model_copy(update={"in_books": [books.usd(-9_00)]})
    with s.rival(lambda: reconciliation().found([more], {kept.about: kept})):
        answer = a.finance()("POST", f"{OPEN}/{one['difference_id']}/accept", {"reason": "Case 12"})
    assert (answer.status, answer.json["code"]) == (409, "difference_changed")
    assert differing()[0]["accepted_by"] is None


def test_what_is_accepted_while_the_day_is_compared_stays_accepted(world, stripe, over):
    s.task("record", kind="funds_moved", said={"reference": "po_1", "to": "bank", "amount": s.money(5_00)})
    both.carried(world)
    over()
    tick()
    with pytest.raises(BooksDiffer):
        tick()
    [one] = differing()
    ask()
    tick()
    with s.rival(lambda: a.finance()("POST", f"{OPEN}/{one['difference_id']}/accept", {"reason": "Case 12"})):
        tick()
    tick()
    assert (differing()[0]["accepted_by"], report()["state"], report()["accepted"]) == (a.FINN, "finished", 1)


# Who may ask


@pytest.mark.parametrize(("days", "code"), [(0, "day_not_over"), (1, "day_not_over"), (-365, "day_forgotten")])
def test_a_day_that_is_not_over_or_long_forgotten_is_refused(world, stripe, days, code):
    before = world.items()
    answer = ask(TODAY + timedelta(days=days))
    assert (answer.status, answer.json["code"]) == (422, code)
    assert world.items() == before


def test_a_day_that_fails_holds_up_no_other(world, stripe, over, monkeypatch):
    over()
    ask(TODAY - timedelta(days=1))
    ask()
    collect = reconciling._collect

    def of_today_alone(kept: Any) -> Any:
        if kept.day != TODAY:
            raise StripeRefused("no such day")
        return collect(kept)

    monkeypatch.setattr(reconciling, "_collect", of_today_alone)
    with pytest.raises(ExceptionGroup):
        tick()
    assert (report()["state"], report(TODAY - timedelta(days=1))["state"]) == ("collected", "asked")


def test_said_twice_under_one_key_it_is_asked_for_once(world, stripe, over):
    over()
    key = {"idempotency-key": "a-day-once"}
    first = ask(headers=key)
    before = world.items()
    assert ask(headers=key).json == first.json
    assert world.items() == before


def test_it_is_finances_alone(world, stripe, over):
    over()
    before = world.items()
    for by in (a.buyer(), a.seller()):
        assert by("POST", DAYS, {"day": TODAY.isoformat()}).status == 403
        assert by("GET", OPEN).status == 403
    assert world.items() == before
    for query in ({"day": TODAY.isoformat()}, {}):
        assert a.finance()("GET", DAYS, query=query).json["items"] == []
    assert a.finance()("POST", f"{OPEN}/{books.an_id('dif')}/accept", {"reason": "x"}).status == 404
