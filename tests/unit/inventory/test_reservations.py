from datetime import timedelta
from typing import Any

import pytest

from functions.inventory.model.reservations import (
    AlreadySold,
    Line,
    NoSuchReservation,
    ReservationOver,
    ReservedOtherwise,
    Taking,
)
from functions.inventory.rules import reservations as rules
from tests.builders import inventory as a

STATES = ("reserved", "committed", "released", "expired")


def a_line(quantity: int = 2, store_id: str = a.STORE, variant_id: str = a.VARIANT) -> Line:
    return Line(store_id=store_id, variant_id=variant_id, quantity=quantity)


def a_taking(**said: Any) -> Taking:
    fields: dict[str, Any] = {
        "store_id": a.STORE,
        "variant_id": a.VARIANT,
        "location_id": a.HOME,
        "shard": 0,
        "quantity": 2,
    }
    return Taking(**fields | said)


def a_reservation(state: str = "reserved", **said):
    made = rules.made(a.ORDER, [a_line()], [a_taking()], 900, a.NOON)
    return made.model_copy(update={"state": state, **said})


def test_an_order_has_one_reservation_whoever_asks_how_often():
    assert rules.reservation_id(a.ORDER) == rules.reservation_id(a.ORDER) != rules.reservation_id(a.order(1))


def test_a_variant_named_twice_is_one_line():
    other = a.variant(1)
    assert rules.merged([a_line(1), a_line(3, variant_id=other), a_line(2)]) == [
        a_line(3),
        a_line(3, variant_id=other),
    ]


ENDINGS = [
    ("reserved", "committed", "committed"),
    ("reserved", "released", "released"),
    ("reserved", "expired", "expired"),
    ("committed", "committed", None),
    ("committed", "released", AlreadySold),
    ("committed", "expired", AlreadySold),
    ("released", "released", None),
    ("released", "expired", None),
    ("released", "committed", ReservationOver),
    ("expired", "released", None),
    ("expired", "expired", None),
    ("expired", "committed", ReservationOver),
]


def test_every_end_of_every_state_is_decided():
    assert {(state, end) for state, end, _ in ENDINGS} == {(one, end) for one in STATES for end in STATES[1:]}


@pytest.mark.parametrize(("state", "end", "outcome"), ENDINGS)
def test_a_reservation_ends_once(state, end, outcome):
    kept = a_reservation(state)
    if outcome is None:
        assert rules.ended(kept, end) is None
    elif isinstance(outcome, str):
        after = rules.ended(kept, end)
        assert after
        assert (after.state, after.version) == (outcome, kept.version + 1)
    else:
        with pytest.raises(outcome):
            rules.ended(kept, end)


@pytest.mark.parametrize("state", ["reserved", "committed"])
def test_asked_again_the_answer_is_the_same(state):
    rules.check_same(a_reservation(state), [a_line()])
    with pytest.raises(ReservedOtherwise):
        rules.check_same(a_reservation(state), [a_line(3)])


@pytest.mark.parametrize("state", ["released", "expired"])
def test_what_is_over_is_not_reserved_anew(state):
    with pytest.raises(ReservationOver):
        rules.check_same(a_reservation(state), [a_line()])


def test_it_is_held_for_longer_and_never_for_shorter():
    later = a.NOON + timedelta(minutes=10)
    longer = rules.extended(a_reservation(), 900, later)
    assert longer
    assert (longer.expires_at, longer.version) == (later + timedelta(minutes=15), 2)
    assert rules.extended(a_reservation(), 60, later) is None
    for state, refusal in (("committed", AlreadySold), ("released", ReservationOver), ("expired", ReservationOver)):
        with pytest.raises(refusal):
            rules.extended(a_reservation(state), 900, later)


def test_it_is_overdue_from_the_moment_it_expires():
    kept = a_reservation()
    assert not rules.overdue(kept, kept.expires_at - timedelta(milliseconds=1))
    assert rules.overdue(kept, kept.expires_at)
    assert not rules.overdue(a_reservation("committed"), kept.expires_at)


@pytest.mark.parametrize(("kind", "deltas"), [("reserved", (-2, 2)), ("released", (2, -2)), ("sold", (0, -2))])
def test_movements_say_what_became_of_the_units(kind, deltas):
    [(movement, shard)] = rules.movements(a_reservation(takings=[a_taking(shard=3)]), kind, a.NOON)
    assert ((movement.available, movement.reserved), shard) == (deltas, 3)
    assert movement.reservation_id == rules.reservation_id(a.ORDER)


def test_no_movement_of_a_reservation_has_the_name_of_another():
    takings = [a_taking(), a_taking(shard=1), a_taking(variant_id=a.variant(1)), a_taking(store_id=a.OTHER_STORE)]
    kept = a_reservation(takings=takings)
    named = [
        one.movement_id for kind in ("reserved", "sold", "released") for one, _ in rules.movements(kept, kind, a.NOON)
    ]
    assert len(set(named)) == len(named)
    again = [one.movement_id for one, _ in rules.movements(kept, "sold", a.NOON + timedelta(hours=1))]
    assert set(again) < set(named)


def test_a_store_sees_its_own_lines_and_no_others():
    lines = [a_line(), a_line(store_id=a.OTHER_STORE)]
    kept = a_reservation(lines=lines, takings=[a_taking(), a_taking(store_id=a.OTHER_STORE)])
    seen = rules.of_store(kept, a.OTHER_STORE)
    assert ({one.store_id for one in seen.lines}, {one.store_id for one in seen.takings}) == ({a.OTHER_STORE},) * 2
    with pytest.raises(NoSuchReservation):
        rules.of_store(kept, "sto_00000000000000000000000009")
