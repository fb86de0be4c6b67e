"""What people look at: kept for those who agreed, counted for all, once however often it is told."""

import io
import json
from datetime import timedelta

import pytest

from functions.search import interest, reckoning
from functions.search.model.discovery import OrderPaid
from functions.search.rules import trends as rules
from functions.search.store.purchases import purchases
from functions.search.store.trends import FoldedElsewhere, trends
from functions.search.store.visits import visits
from kernel import aws, clock
from kernel.people import DataExportRequested, GuestAbsorbed, UserErased
from kernel.table import Table
from tests.builders import discovery as a
from tests.builders.cloud import World
from tests.builders.consumed import received
from tests.builders.discovery import NOON, a_product, looked_at


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON) as advance:
        yield advance


def last_viewed(who: str = a.PERSON) -> list[str]:
    return [product for product, _ in visits().of(who)]


def test_what_somebody_looked_at_is_theirs_the_newest_first(world: World):
    looked_at("camera", number=1, at=NOON - timedelta(minutes=2))
    looked_at("film", number=2, at=NOON - timedelta(minutes=1))
    assert last_viewed() == [a_product("film"), a_product("camera")]
    assert last_viewed(a.GUEST_ID) == []


def test_told_twice_and_out_of_order_it_is_the_same(world: World):
    told = [("camera", 1, timedelta(minutes=3)), ("film", 2, timedelta(minutes=2)), ("camera", 3, timedelta(minutes=1))]
    for name, number, before in [*told[::-1], *told]:
        looked_at(name, number=number, at=NOON - before)
    reckoning.handler({}, None)
    assert last_viewed() == [a_product("camera"), a_product("film")]
    assert sum(item["counts"]["M"].get(a_product("camera"), {"N": "0"})["N"] == "1" for item in seen(world)) == 2
    assert len(seen(world)) == 3


def seen(world: World) -> list[dict]:
    return [item for item in world.items() if item["pk"]["S"].startswith("SEEN#")]


def test_nobody_is_kept_with_what_nobody_agreed_to(world: World):
    looked_at("camera", by=None)
    reckoning.handler({}, None)
    assert trends().products() == [a_product("camera")]
    assert not any("usr_" in json.dumps(item) for item in world.items())


def test_what_was_only_put_away_was_not_looked_at(world: World):
    interest.remember(a.seen(("cart_removed", "camera"), ("cart_added", "film")))
    assert last_viewed() == []


def test_two_who_tell_of_one_person_at_once_are_both_heard(world: World, monkeypatch):
    commit, rivals = Table.commit, iter(["bag"])

    def after_a_rival(*given, **more):
        if faster := next(rivals, ""):
            looked_at(faster, number=2)
        return commit(*given, **more)

    monkeypatch.setattr(Table, "commit", after_a_rival)
    looked_at("camera", number=1)
    assert set(last_viewed()) == {a_product("bag"), a_product("camera")}


@pytest.mark.parametrize("times", [1, 2])
def test_who_is_erased_is_forgotten_and_what_comes_late_is_not_kept(world: World, times: int):
    looked_at("camera")
    for _ in range(times):
        interest.forget_person(received(UserErased(user_id=a.PERSON)))
    looked_at("film", number=2)
    assert last_viewed() == []
    [row] = [item for item in world.items() if item["pk"]["S"] == f"VIEWER#{a.PERSON}"]
    assert "views" not in row
    assert int(row["ttl"]["N"]) > clock.epoch_s(NOON + timedelta(days=13))


def test_what_a_guest_looked_at_the_person_has_after_signing_in(world: World):
    looked_at("camera", by=a.GUEST_ID, number=1, at=NOON - timedelta(minutes=2))
    looked_at("film", number=2)
    for _ in range(2):
        interest.give_to_person(received(GuestAbsorbed(guest_id=a.GUEST_ID, user_id=a.PERSON)))
    assert last_viewed() == [a_product("film"), a_product("camera")]
    assert last_viewed(a.GUEST_ID) == []


def test_a_person_is_told_what_is_kept(world: World, monkeypatch):
    monkeypatch.setenv("EXPORTS", world.environment["BUCKET"])
    looked_at("camera")
    interest.add_to_export(received(DataExportRequested(user_id=a.PERSON, export_id="exp_1")))
    key = f"exports/{a.PERSON}/exp_1.search.json"
    told = json.load(
        io.BytesIO(aws.client("s3").get_object(Bucket=world.environment["BUCKET"], Key=key)["Body"].read())
    )
    assert told == {"recently_viewed": [{"product_id": a_product("camera"), "viewed_at": "2030-01-01T12:00:00.000Z"}]}


def test_what_more_look_at_trends_and_fades_as_time_goes_by(world: World, noon):
    for number in range(3):
        looked_at("camera", by=None, number=number, at=clock.now())
    reckoning.handler({}, None)
    assert trends().products() == [a_product("camera")]
    noon(rules.SLOT + rules.LATE)
    reckoning.handler({}, None)
    noon(timedelta(hours=30))
    for number in range(10, 12):
        looked_at("film", by=None, number=number, at=clock.now())
    reckoning.handler({}, None)
    assert trends().products() == [a_product("film"), a_product("camera")]


def test_a_slot_is_folded_once_by_whoever_runs(world: World, noon, monkeypatch):
    looked_at("camera", by=None)
    noon(rules.SLOT + rules.LATE + timedelta(minutes=1))
    commit, rivals = Table.commit, iter([True])

    def after_a_rival(*given, **more):
        if next(rivals, False):
            trends().reckon(clock.now())
        return commit(*given, **more)

    monkeypatch.setattr(Table, "commit", after_a_rival)
    with pytest.raises(FoldedElsewhere):
        trends().reckon(clock.now())
    [row] = [item for item in world.items() if item["sk"]["S"] == "STANDING"]
    assert row["scores"]["M"][a_product("camera")]["N"] == str(rules.SCALE)


def test_what_is_told_after_its_slot_was_folded_is_not_counted_twice_or_late(world: World, noon):
    looked_at("camera", by=None)
    noon(rules.SLOT + rules.LATE)
    reckoning.handler({}, None)
    looked_at("film", by=None, number=2, at=NOON)
    assert len(seen(world)) == 1


def test_where_nobody_looks_nothing_is_written(world: World, noon):
    for _ in range(3):
        reckoning.handler({}, None)
        noon(timedelta(minutes=30))
    assert world.items() == []


# Buying


def paid(*parts: tuple[str, ...], order_id: str = "ord_00000000000000000000000001") -> None:
    """An order of several stores, told twice."""
    told = OrderPaid.model_validate(
        {
            "order_id": order_id,
            "buyer_id": a.PERSON,
            "seller_orders": [{"lines": [{"product_id": a_product(name)} for name in names]} for names in parts],
        }
    )
    for _ in range(2):
        interest.learn(received(told))


def test_what_is_paid_together_is_recommended_together_whichever_stores_it_came_from(world: World):
    for number in range(3):
        paid(("camera",), ("film", "film"), order_id=f"ord_{number:026}")
    reckoning.handler({}, None)
    assert purchases().companions(a_product("camera")) == [a_product("film")]
    assert len([item for item in world.items() if item["pk"]["S"].startswith("PURCHASE#")]) == 3


def test_what_is_bought_trends_more_than_what_is_looked_at(world: World):
    looked_at("bag", number=1)
    paid(("camera",))
    reckoning.handler({}, None)
    assert trends().products() == [a_product("camera"), a_product("bag")]


def test_of_what_is_bought_nobody_is_kept(world: World):
    paid(("camera", "film"))
    assert not [item for item in world.items() if a.PERSON in json.dumps(item)]
