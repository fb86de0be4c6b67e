from datetime import timedelta

import pytest

from functions.ledger import sweep
from functions.ledger.store.holds import holds
from kernel import clock
from tests.builders import hearing
from tests.builders import ledger as a
from tests.builders import settling as s
from tests.builders.http import Context


@pytest.fixture(autouse=True)
def whole_books(world):
    """Whatever a test does: in the end the books are whole."""
    yield
    report = s.proof(world)
    assert report.whole, report


@pytest.fixture
def later():
    with clock.frozen(a.NOON) as advance:
        yield advance


def capture(minor: int = 30_00):
    return s.task("capture", order_id=a.ORDER, amount=s.money(minor))


def swept(*numbers: int):
    """And orders says that nothing became of those orders."""
    sweep.handler({}, Context())
    for order_id in [a.an_id("ord", number) for number in numbers] or [a.ORDER]:
        hearing.final(order_id)


def test_what_is_held_for_too_long_is_asked_about_and_not_given_back(world, later):
    s.granted(40_00)
    s.hold(30_00, hold_s=60)
    for _ in range(3):
        later(timedelta(minutes=11))
        sweep.handler({}, Context())
    asked = [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "HoldOverdue"]
    assert [one["order_id"] for one in asked] == [a.ORDER] * 3
    hearing.final(a.ORDER, "paid")
    assert s.standing() == {"credits": 10_00}
    assert s.pay(30_00)["outcome"] == "recorded"
    before = world.items()
    hearing.final(a.ORDER)
    assert world.items() == before


# Captured


def test_what_is_captured_waits_for_its_orders_journal(world):
    s.granted(40_00)
    s.hold(30_00)
    assert capture()["outcome"] == capture()["outcome"] == "captured"
    assert s.standing() == {"credits": 10_00}
    assert s.void()["code"] == "hold_already_resolved"
    assert s.pay(30_00)["outcome"] == "recorded"
    assert s.standing() == {"credits": 10_00, "pending": 88_00, "held": 15_00}


def test_what_the_order_does_not_need_goes_back_with_its_journal(world):
    s.granted(40_00)
    s.hold(40_00)
    capture(30_00)
    s.pay(30_00)
    assert s.standing()["credits"] == 10_00


@pytest.mark.parametrize(("minor", "refusal"), [(29_99, "hold_already_resolved"), (30_01, "hold_already_resolved")])
def test_captured_once_it_is_captured_for_good(world, minor, refusal):
    s.granted(40_00)
    s.hold(40_00)
    capture(30_00)
    before = world.items()
    assert capture(minor)["code"] == refusal
    assert s.pay(minor)["code"] == refusal
    assert world.items() == before


def test_no_more_is_captured_than_was_held(world):
    s.granted(40_00)
    assert capture()["code"] == "nothing_held"
    s.hold(20_00)
    before = world.items()
    assert capture()["code"] == "capture_exceeds_hold"
    assert world.items() == before


def test_a_void_at_the_moment_of_the_capture_is_told(world):
    s.granted(30_00)
    s.hold(30_00)
    with s.rival(s.void):
        assert capture()["code"] == "hold_already_resolved"
    assert s.standing() == {"credits": 30_00}


def test_a_capture_at_the_moment_of_the_void_is_told(world):
    s.granted(30_00)
    s.hold(30_00)
    with s.rival(capture):
        assert s.void()["code"] == "hold_already_resolved"
    assert s.standing() == {}


# Expired


def test_what_nobody_pays_in_time_goes_back(world, later):
    s.granted(40_00)
    s.hold(30_00, hold_s=60)
    later(timedelta(seconds=59))
    swept()
    assert s.standing() == {"credits": 10_00}
    later(timedelta(seconds=2))
    swept()
    assert s.standing() == {"credits": 40_00}
    before = world.items()
    swept()
    assert world.items() == before
    assert s.pay(30_00)["code"] == "hold_already_resolved"


def test_many_that_are_over_go_back_in_one_minute(world, later):
    s.granted(60_00)
    for number in range(60):
        s.hold(1_00, a.an_id("ord", number), hold_s=60)
    later(timedelta(minutes=2))
    swept(*range(60))
    assert s.standing() == {"credits": 60_00}


@pytest.mark.parametrize("resolve", [capture, lambda: s.pay(30_00), s.void], ids=["capture", "pay", "void"])
def test_what_is_resolved_does_not_expire(world, later, resolve):
    s.granted(30_00)
    hold_id = s.hold(30_00, hold_s=60)["hold_id"]
    resolve()
    later(timedelta(minutes=2))
    before = world.items()
    assert list(holds().overdue(clock.now())) == []
    assert not holds().ask(hold_id)
    assert not holds().expire(hold_id)
    assert world.items() == before


@pytest.mark.parametrize("resolve", [capture, lambda: s.pay(30_00), s.void], ids=["capture", "pay", "void"])
def test_whoever_resolves_a_hold_at_the_moment_it_expires_is_faster(world, later, resolve):
    s.granted(30_00)
    hold_id = s.hold(30_00, hold_s=60)["hold_id"]
    later(timedelta(minutes=2))
    with s.rival(resolve):
        assert not holds().expire(hold_id)
    assert s.standing().get("credits", 0) == (30_00 if resolve is s.void else 0)
