import json
from datetime import timedelta

import pytest
from botocore.exceptions import ReadTimeoutError

from functions.inventory import sweep
from functions.inventory.store.reservations import Reservations, reservations
from functions.inventory.store.shards import shards
from kernel import aws, clock
from kernel.table import Table
from tests.builders import inventory as a
from tests.builders.http import Context

SPARE = a.variant(1)


def moves(variant_id: str = a.VARIANT) -> list[dict]:
    """The oldest first."""
    path = f"/v1/stores/{a.STORE}/stock/{variant_id}/movements"
    return a.as_seller()("GET", path, query={"limit": "50"}).json["items"][::-1]


def recomputed(variant_id: str = a.VARIANT) -> tuple[int, int]:
    told = moves(variant_id)
    return sum(one["available"] for one in told), sum(one.get("reserved", 0) for one in told)


def rows(world, prefix: str) -> list[dict]:
    return [row for row in world.items() if row["pk"]["S"].startswith(prefix)]


def test_reserved_then_sold(world):
    a.received(10)
    made = a.reserve(a.a_line(3))
    assert (made["outcome"], a.amounts()) == ("reserved", (7, 3))
    assert a.task("commit")["outcome"] == "committed"
    assert a.amounts() == recomputed() == (7, 0)
    assert [one["kind"] for one in moves()] == ["received", "reserved", "sold"]
    assert rows(world, "DUE#RESERVATION") == []


def test_reserved_then_given_back(world):
    a.received(10)
    a.reserve(a.a_line(3))
    assert a.task("release")["outcome"] == "released"
    assert a.amounts() == recomputed() == (10, 0)
    assert rows(world, "DUE#RESERVATION") == []


@pytest.mark.parametrize("after", ["commit", "release"])
@pytest.mark.parametrize("name", ["reserve", "extend", "commit", "release"])
def test_whatever_is_asked_again_or_too_late_moves_nothing(world, name, after):
    a.received(10)
    a.reserve(a.a_line(3))
    ended = a.task(after)
    before = world.items()
    answer = a.reserve(a.a_line(3)) if name == "reserve" else a.task(name)
    outcomes = {
        ("commit", "reserve"): "committed",
        ("commit", "extend"): "already_sold",
        ("commit", "commit"): "committed",
        ("commit", "release"): "already_sold",
        ("release", "reserve"): "reservation_over",
        ("release", "extend"): "reservation_over",
        ("release", "commit"): "reservation_over",
        ("release", "release"): "released",
    }
    assert answer.get("code", answer["outcome"]) == outcomes[after, name]
    assert world.items() == before
    if answer["outcome"] != "refused":
        assert answer == ended


def test_asked_again_the_first_answer_is_given_even_when_nothing_is_left(world):
    a.received(3)
    first = a.reserve(a.a_line(3))
    assert a.reserve(a.a_line(2), a.a_line(1)) == first
    assert a.reserve(a.a_line(1))["code"] == "reserved_otherwise"
    assert a.amounts() == (0, 3)


def test_all_lines_or_none_and_the_buyer_hears_what_is_short(world):
    a.received(10)
    a.received(1, SPARE)
    before = world.items()
    answer = a.reserve(a.a_line(3), a.a_line(2, SPARE), a.a_line(1, a.variant(2)))
    assert (answer["outcome"], answer["code"]) == ("refused", "out_of_stock")
    assert [(one["variant_id"], one["asked"], one["left"]) for one in answer["short"]] == [
        (SPARE, 2, 1),
        (a.variant(2), 1, 0),
    ]
    assert world.items() == before


def test_a_line_that_no_shard_has_alone_is_taken_from_several(world):
    a.settings(shards=4)
    a.received(10)
    assert a.stock()["locations"][0]["shards"] == 4
    a.reserve(a.a_line(9))
    assert a.amounts() == recomputed() == (1, 9)
    a.task("release")
    assert a.amounts() == recomputed() == (10, 0)


def test_what_expires_goes_back_and_cannot_be_sold(world):
    a.received(5)
    with clock.frozen(a.NOON) as advance:
        a.reserve(a.a_line(2), hold_s=60)
        sweep.handler({}, Context())
        assert a.amounts() == (3, 2)
        advance(timedelta(seconds=61))
        for _ in range(2):
            sweep.handler({}, Context())
        assert a.amounts() == (3, 2), "it may be paid by now: orders is asked first"
        [told] = [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "ReservationOverdue"]
        assert told["order_id"] == a.ORDER
        a.final()
        a.final()
    assert a.amounts() == recomputed() == (5, 0)
    assert a.task("commit")["code"] == "reservation_over"
    assert a.task("release")["outcome"] == "released"
    assert rows(world, "DUE#RESERVATION") == []


def test_extended_it_lives_on_and_one_time_is_enough(world):
    a.received(5)
    with clock.frozen(a.NOON) as advance:
        a.reserve(a.a_line(2), hold_s=60)
        first = a.task("extend", hold_s=600)
        assert a.task("extend", hold_s=60) == first
        advance(timedelta(seconds=61))
        sweep.handler({}, Context())
        assert a.amounts() == (3, 2)
        assert len(rows(world, "DUE#RESERVATION")) == 1
        a.final()
        assert a.amounts() == (3, 2), "what still has time is not given back"
        advance(timedelta(seconds=600))
        sweep.handler({}, Context())
        a.final("cancelled")
    assert a.amounts() == (5, 0)


def test_what_orders_calls_paid_is_sold_however_late(world):
    a.received(5)
    with clock.frozen(a.NOON) as advance:
        a.reserve(a.a_line(2), hold_s=60)
        advance(timedelta(seconds=61))
        sweep.handler({}, Context())
        a.final("paid")
        a.final("paid")
    assert a.amounts() == recomputed() == (3, 0)
    assert a.task("commit")["outcome"] == "committed"


def test_orders_is_asked_again_and_again_until_it_says(world):
    a.received(5)
    with clock.frozen(a.NOON) as advance:
        a.reserve(a.a_line(2), hold_s=60)
        for _ in range(3):
            advance(timedelta(minutes=11))
            sweep.handler({}, Context())
        assert [one["metadata"]["type"] for one in world.envelopes()].count("ReservationOverdue") == 3
        assert a.task("commit")["outcome"] == "committed"
        before = world.items()
        advance(timedelta(minutes=11))
        sweep.handler({}, Context())
        a.final("cancelled")
    assert world.items() == before


def test_a_sweep_that_comes_late_does_not_expire_what_was_paid(world):
    a.received(5)
    with clock.frozen(a.NOON) as advance:
        made = a.reserve(a.a_line(2), hold_s=60)
        advance(timedelta(seconds=61))
        a.task("commit")
        assert not reservations().expire(str(made["reservation_id"]))
    assert a.amounts() == recomputed() == (3, 0)


def test_a_reservation_that_comes_after_its_release_is_refused(world):
    """A workflow that gave up may be overtaken by its own first step."""
    a.received(5)
    assert a.task("release")["outcome"] == "released"
    assert a.reserve(a.a_line(2))["code"] == "reservation_over"
    assert a.task("commit")["code"] == "reservation_over"
    assert a.amounts() == (5, 0)


@pytest.mark.parametrize("name", ["commit", "extend"])
def test_what_was_never_reserved_can_be_neither_sold_nor_extended(world, name):
    assert a.task(name)["code"] == "nothing_reserved"
    assert world.items() == []


def test_what_is_not_counted_needs_no_shard(world):
    a.settings(tracked=False)
    assert a.reserve(a.a_line(999))["outcome"] == "reserved"
    assert a.task("commit")["outcome"] == "committed"
    assert (rows(world, "SHARD#"), rows(world, "MOVES#")) == ([], [])


def test_beyond_what_there_is_up_to_the_limit_and_received_goods_pay_it_back(world):
    a.settings(beyond={"kind": "backorder", "limit": 5})
    a.received(2)
    assert a.reserve(a.a_line(6))["outcome"] == "reserved"
    assert a.amounts() == recomputed() == (-4, 6)
    assert a.reserve(a.a_line(2), order_id=a.order(1))["short"][0]["left"] == 1
    assert a.reserve(a.a_line(1), order_id=a.order(2))["outcome"] == "reserved"
    a.received(10)
    assert a.amounts() == recomputed() == (5, 7)


def test_a_bundle_is_sold_as_its_parts(world):
    bundle = a.variant(7)
    a.received(5)
    a.received(7, SPARE)
    parts = {"items": [{"variant_id": a.VARIANT}, {"variant_id": SPARE, "quantity": 3}]}
    assert a.as_seller()("PUT", f"/v1/stores/{a.STORE}/stock/{bundle}/parts", parts).status == 200
    assert a.stock(bundle)["available"] == 2
    assert a.reserve(a.a_line(2, bundle), a.a_line(1, SPARE))["outcome"] == "reserved"
    assert (a.amounts(), a.amounts(SPARE)) == ((3, 2), (0, 7))
    a.task("commit")
    assert (recomputed(), recomputed(SPARE)) == ((3, 0), (0, 0))
    assert a.reserve(a.a_line(1, bundle), order_id=a.order(1))["code"] == "out_of_stock"


def test_forty_lines_are_one_transaction(world):
    lines = [a.a_line(1, a.variant(number)) for number in range(40)]
    for number in range(40):
        a.received(1, a.variant(number))
    assert a.reserve(*lines)["outcome"] == "reserved"
    assert a.task("release")["outcome"] == "released"
    assert a.amounts(a.variant(39)) == (1, 0)


@pytest.mark.parametrize(
    "lines", [[], [{"store_id": "x", "variant_id": a.VARIANT, "quantity": 1}], [a.a_line(0)], [a.a_line()] * 41]
)
def test_what_no_checkout_may_ask_is_its_defect(world, lines):
    with pytest.raises(ValueError, match="lines"):
        a.task("reserve", lines=lines)
    assert world.items() == []


def test_a_rival_who_takes_the_last_one_between_look_and_grasp_leaves_a_clear_refusal(world, monkeypatch):
    a.received(1)
    take = Reservations._take
    rivals = iter([a.order(1)])

    def overtaken(self, made):
        if made.order_id == a.ORDER and (rival := next(rivals, None)):
            assert a.reserve(a.a_line(), order_id=rival)["outcome"] == "reserved"
        take(self, made)

    monkeypatch.setattr(Reservations, "_take", overtaken)
    assert a.reserve(a.a_line())["code"] == "out_of_stock"
    assert a.amounts() == recomputed() == (0, 1)


def test_a_rival_who_leaves_something_makes_one_look_again(world, monkeypatch):
    a.settings(shards=2)
    a.received(4)
    take, rivals = Reservations._take, iter([a.order(1)])

    def overtaken(self, made):
        if made.order_id == a.ORDER and (rival := next(rivals, None)):
            a.reserve(a.a_line(2), order_id=rival)
        take(self, made)

    monkeypatch.setattr(Reservations, "_take", overtaken)
    assert a.reserve(a.a_line(2))["outcome"] == "reserved"
    assert a.amounts() == recomputed() == (0, 4)


def test_what_moves_between_shards_while_somebody_looks_is_not_called_sold_out(world, monkeypatch):
    """Rows are read one by one: units on their way from one to another may be seen nowhere."""
    a.received(4)
    far = a.a_location()
    a.received(1, location_id=far)
    get_many = Table.get_many
    done: list[bool] = []

    def interrupted(self, keys):
        if not done and any(key[1] == f"AT#{far}" for key in keys):
            done.append(True)  # four were seen near; the fifth leaves far away, which is read as empty in a moment
            assert a.move("transferred", 1, location_id=far, to_location_id=a.HOME).status == 201
        return get_many(self, keys)

    monkeypatch.setattr(Table, "get_many", interrupted)
    assert a.reserve(a.a_line(5))["outcome"] == "reserved"
    assert a.amounts() == (0, 5)


def test_a_lost_answer_reserves_once(world, monkeypatch):
    a.received(5)
    client = aws.client("dynamodb")
    write, lost = client.transact_write_items, iter([True])

    class Losing:
        def __getattr__(self, name):
            return getattr(client, name)

        def transact_write_items(self, **arguments):
            write(**arguments)
            if next(lost, False):
                raise ReadTimeoutError(endpoint_url="dynamodb")

    aws.use("dynamodb", Losing())
    assert a.reserve(a.a_line(2))["outcome"] == "reserved"
    assert a.amounts() == recomputed() == (3, 2)


def test_where_many_meet_the_stock_divides_and_later_comes_together(world, monkeypatch):
    a.received(100)
    commit = Table.commit

    def contested(self, changes, events=(), receipt=None):
        changes = list(changes)
        commit(self, changes, events, receipt)
        return [change.key for change in changes if change.key[0].startswith("SHARD#")] * 3

    with clock.frozen(a.NOON) as advance:
        with monkeypatch.context() as patched:
            patched.setattr(Table, "commit", contested)
            for number in range(6):
                a.reserve(a.a_line(2), order_id=a.order(number))
        assert a.stock()["locations"][0]["shards"] == 16
        assert a.amounts() == recomputed() == (88, 12)
        advance(timedelta(minutes=16))
        sweep.handler({}, Context())
        for number in range(6):
            a.final(order_id=a.order(number))
        advance(timedelta(minutes=16))
        sweep.handler({}, Context())
        assert a.stock()["locations"][0]["shards"] == 1
    assert a.amounts() == recomputed() == (100, 0)
    assert rows(world, "DUE#MERGE") == []
    assert len(rows(world, "SHARD#")) == 1


def test_a_shard_that_an_order_holds_something_of_stays(world):
    a.settings(shards=4)
    a.received(40)
    with clock.frozen(a.NOON) as advance:
        for number in range(8):
            a.reserve(a.a_line(1), order_id=a.order(number), hold_s=100_000)
        a.settings(shards=1)
        advance(timedelta(minutes=11))
        sweep.handler({}, Context())
        assert a.stock()["locations"][0]["shards"] == 4
        for number in range(8):
            a.task("commit", a.order(number))
        advance(timedelta(minutes=11))
        sweep.handler({}, Context())
    assert a.stock()["locations"][0]["shards"] == 1
    assert a.amounts() == recomputed() == (32, 0)


def test_who_divides_what_somebody_else_just_divided_changes_nothing(world):
    a.received(100)
    assert [shards().divide(a.ITEM, a.HOME, number) for number in (0, 0, 7)] == [2, 4, 4]
    assert a.amounts() == (100, 0)


def test_what_happens_is_told_in_the_same_transaction_with_ids_only(world):
    a.received(5)
    a.reserve(a.a_line(2))
    told_of = [one["metadata"] | {"data": one["data"]} for one in world.envelopes()]
    [told] = [one for one in told_of if one["sequence"] == 1 and one["aggregate"].startswith("rsv_")]
    assert told["data"] == {"items": [{"store_id": a.STORE, "variant_id": a.VARIANT}]}


def test_an_operator_sees_all_of_a_reservation_and_a_store_its_own_part(world):
    a.received(5)
    a.as_seller(a.OTHER_STORE)(
        "POST", f"/v1/stores/{a.OTHER_STORE}/stock/{SPARE}/movements", {"kind": "received", "quantity": 1}
    )
    made = a.reserve(a.a_line(2), a.a_line(1, SPARE, a.OTHER_STORE))["reservation_id"]
    whole = a.as_operator()("GET", f"/v1/reservations/{made}").json
    assert (whole["order_id"], len(whole["lines"]), len(whole["takings"])) == (a.ORDER, 2, 2)
    part = a.as_seller()("GET", f"/v1/stores/{a.STORE}/reservations/{made}").json
    assert [line["variant_id"] for line in part["lines"]] == [a.VARIANT]
    assert a.OTHER_STORE not in json.dumps(part)
    third = "sto_00000000000000000000000007"
    assert a.as_seller(third)("GET", f"/v1/stores/{third}/reservations/{made}").status == 404
    assert a.as_operator()("GET", "/v1/reservations/rsv_00000000000000000000000000").status == 404


def test_a_basket_of_three_from_two_stores_is_one_look_and_one_transaction(world, monkeypatch):
    third, other = a.variant(2), a.as_seller(a.OTHER_STORE)
    a.received(5)
    a.received(5, SPARE)
    other("POST", f"/v1/stores/{a.OTHER_STORE}/stock/{third}/movements", {"kind": "received", "quantity": 5})
    calls: list[str] = []

    def count(name: str) -> None:
        real = getattr(Table, name)

        def counted(self, *arguments, **options):
            calls.append(name)
            return real(self, *arguments, **options)

        monkeypatch.setattr(Table, name, counted)

    for name in ("get", "get_many", "query", "_write"):
        count(name)
    a.reserve(a.a_line(1), a.a_line(2, SPARE), a.a_line(1, third, a.OTHER_STORE))
    assert calls == ["get_many", "_write"]
    calls.clear()
    a.task("commit")
    assert calls == ["get", "_write"]
