from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.ledger import sweep
from functions.ledger.api import api
from functions.ledger.model import accounts as on
from functions.ledger.model.policies import PayoutPolicy
from functions.ledger.store.policies import policies
from kernel import clock
from kernel.authz import Principal
from kernel.money import Money
from tests.builders import deciding as d
from tests.builders import hearing as h
from tests.builders import ledger as a
from tests.builders import settling as s
from tests.builders.http import Answered, Caller, Context

PATH = f"/v1/stores/{a.STORE}/payout-policy"
DAILY = {"schedule": "daily", "minimums": [s.money(20_00)], "way": "paypal"}


@pytest.fixture(autouse=True)
def whole_books(world):
    d.with_limits()
    d.has_funds(100_00)
    h.hear("PayoutWaysChanged", store_id=a.STORE, ways=["paypal"])
    yield
    report = s.proof(world)
    assert report.whole, report


def put(body: dict[str, Any], by: Caller | None = None, **options: Any) -> Answered:
    return (by or d.seller())("PUT", PATH, body, **options)


def read() -> dict[str, Any]:
    return dict(d.seller()("GET", PATH).json)


def withdrawals() -> list[dict[str, Any]]:
    return list(d.seller()("GET", f"/v1/stores/{a.STORE}/withdrawals").json["items"])


@contextmanager
def at_its_time(hours: int = 0) -> Iterator[None]:
    with clock.frozen(datetime.fromisoformat(read()["next_at"]) + timedelta(hours=hours, seconds=20)):
        yield


def swept() -> None:
    sweep.handler({}, Context())


def test_until_one_is_set_money_leaves_when_it_is_asked_for(world):
    shown = read()
    assert (shown["schedule"], shown["next_at"], shown["version"]) == ("manual", None, 0)
    before = world.items()
    swept()
    assert world.items() == before


def test_a_policy_asks_once_each_time(world):
    assert put(DAILY).status == 200
    swept()
    assert withdrawals() == []
    with at_its_time():
        moment = read()["next_at"]
        swept()
        [asked] = withdrawals()
        assert (asked["amount"], asked["way"], asked["state"]) == (s.money(100_00), "paypal", "approved")
        assert (asked["by_policy"], asked["requested_by"]) == (True, a.SELLER)
        assert read()["next_at"] > moment
        d.has_funds(50_00)
        before = world.items()
        swept()
        assert world.items() == before
    with at_its_time():
        swept()
    assert [one["amount"]["minor"] for one in withdrawals()] in ([50_00, 100_00], [100_00, 50_00])


def test_below_its_minimum_it_waits(world):
    put(DAILY | {"minimums": [s.money(100_01)]})
    with at_its_time():
        swept()
    assert (withdrawals(), s.balance(on.available(a.STORE))) == ([], 100_00)


def test_in_a_currency_that_is_not_offered_nothing_is_asked_for(world):
    put(DAILY | {"minimums": [s.money(10_00, "EUR"), s.money(20_00)]})
    with at_its_time():
        swept()
    assert [one["amount"] for one in withdrawals()] == [s.money(100_00)]


def test_above_the_limit_it_waits_for_two_persons_none_of_whom_set_it(world):
    d.has_funds(900_00)
    put(DAILY)
    with at_its_time():
        swept()
        [asked] = withdrawals()
        assert (asked["state"], asked["needs"]) == ("awaiting_approval", 2)
        d.in_finance(a.SELLER, d.FINN, d.GRETA)
        assert d.approve(asked["withdrawal_id"], a.SELLER).status == 403
        assert [d.approve(asked["withdrawal_id"], who).status for who in (d.FINN, d.GRETA)] == [200, 200]


ACCOUNT = {number: ("incomplete", "payable", "refused", "payable")[number] for number in range(4)}


@pytest.mark.parametrize("order", [[0, 1], [1, 0], [0, 1, 2], [2, 1, 0], [1, 3, 2]], ids=str)
def test_what_the_store_cannot_receive_is_not_asked_for(world, order):
    put(DAILY | {"way": "stripe"})
    for sequence in (*order, *order):
        assert h.hear("SellerAccountChanged", sequence=sequence, store_id=a.STORE, state=ACCOUNT[sequence])
    with at_its_time():
        moment = read()["next_at"]
        swept()
        assert read()["next_at"] > moment
    assert len(withdrawals()) == (ACCOUNT[max(order)] == "payable")


def test_a_way_that_the_store_has_given_up_is_not_gone(world):
    put(DAILY)
    h.hear("PayoutWaysChanged", sequence=3, store_id=a.STORE, ways=["bank"])
    h.hear("PayoutWaysChanged", sequence=2, store_id=a.STORE, ways=["paypal"])
    with at_its_time():
        swept()
    assert withdrawals() == []


def test_a_debt_is_paid_first(world):
    d.owes(30_00)
    put(DAILY)
    with at_its_time():
        swept()
    assert [one["amount"] for one in withdrawals()] == [s.money(70_00)]
    assert s.balance(on.debt("store", a.STORE)) == 0


def test_what_is_cut_off_before_it_moved_on_is_not_asked_for_twice(world, monkeypatch):
    put(DAILY)
    with at_its_time():
        with monkeypatch.context() as cut:
            cut.setattr(type(policies()), "move_on", cut_off)
            with pytest.raises(ExceptionGroup) as raised:
                swept()
        assert raised.group_contains(OSError, match="cut off")
        d.has_funds(50_00)
        swept()
    assert [one["amount"] for one in withdrawals()] == [s.money(100_00)]


def cut_off(*_: object) -> None:
    raise OSError("cut off")


def test_one_that_fails_holds_up_no_other(world, monkeypatch):
    put(DAILY)
    other = a.an_id("sto", 1)
    h.hear("PayoutWaysChanged", store_id=other, ways=["paypal"])
    d.has_funds(70_00, other)
    d.seller(store_id=other)("PUT", f"/v1/stores/{other}/payout-policy", DAILY)
    ask = sweep.ask_for

    def not_of_the_first(policy: PayoutPolicy, minimum: Money, now: datetime) -> None:
        if policy.store_id == a.STORE:
            raise OSError("no")
        ask(policy, minimum, now)

    monkeypatch.setattr(sweep, "ask_for", not_of_the_first)
    with at_its_time(hours=3), pytest.raises(ExceptionGroup):
        swept()
    listed = d.seller(store_id=other)("GET", f"/v1/stores/{other}/withdrawals").json["items"]
    assert (withdrawals(), [one["amount"] for one in listed]) == ([], [s.money(70_00)])


def test_a_seller_who_asks_at_this_moment_is_reckoned_with(world):
    put(DAILY)
    with at_its_time():
        with s.rival(lambda: d.asked(60_00)):
            swept()
        swept()
    assert sorted(one["amount"]["minor"] for one in withdrawals()) == [40_00, 60_00]


def test_a_policy_that_is_changed_while_it_asks_stays_changed(world):
    put(DAILY)
    with at_its_time():
        with s.rival(lambda: put({"schedule": "manual"})):
            swept()
        swept()
    assert (read()["schedule"], read()["next_at"], len(withdrawals())) == ("manual", None, 1)


def test_two_who_set_it_at_once_are_told(world):
    with s.rival(lambda: put({"schedule": "manual"})):
        assert put(DAILY).json["code"] == "policy_changed"
    assert put(DAILY, headers={"if-match": '"7"'}).status == 412
    assert put(DAILY, headers={"if-match": '"1"'}).json["version"] == 2


def test_said_twice_under_one_key_it_is_set_once(world):
    key = {"idempotency-key": "the-same-key"}
    first = put(DAILY, headers=key)
    before = world.items()
    assert put(DAILY, headers=key).json == first.json
    assert world.items() == before
    [told] = [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "PayoutPolicySet"]
    assert told == {"store_id": a.STORE, "schedule": "daily", "way": "paypal"}


@pytest.mark.parametrize(
    "who",
    [
        Principal(a.an_id("usr", 8), "", frozenset({"customer"})),
        Principal(a.an_id("usr", 8), "", frozenset({"seller"}), {a.STORE: frozenset({"view_sales"})}),
        Principal(a.an_id("usr", 8), "", frozenset({"seller"}), {a.an_id("sto", 1): frozenset({"withdraw_funds"})}),
        Principal(d.FINN, "", frozenset({"customer", "finance"})),
    ],
)
def test_only_who_may_withdraw_sets_it(world, who):
    before = world.items()
    other = Caller(api, who)
    assert (put(DAILY, by=other).status, other("GET", PATH).status) in ((404, 404), (403, 403))
    assert world.items() == before


@pytest.mark.parametrize("body", [{"schedule": "weekly"}, {"schedule": "daily"}, DAILY | {"more": 1}])
def test_what_makes_no_sense_is_refused(world, body):
    before = world.items()
    assert put(body).status == 422
    assert world.items() == before
