"""How far a store's part is, and what of it is due: counts in, state and timers out."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from functions.orders.model.fulfilment import NoSuchLine, NothingToSend, NotUnderWay
from functions.orders.model.orders import NotFromThere, SellerOrder
from functions.orders.model.parcels import Parcel, ParcelSentBy
from functions.orders.rules import due, lines, parcels, progress, settling, states
from functions.orders.rules.due import Windows
from tests.builders import ordering as a

WINDOWS = Windows()
ONE, TWO, FILE = a.an_id("lin", 1), a.an_id("lin", 2), a.an_id("lin", 3)
PCL = a.an_id("pcl")


def day(number: float) -> datetime:
    return a.NOON + timedelta(days=number)


def a_part(*quoted: dict[str, Any]) -> SellerOrder:
    """Paid at noon: three of the first thing, one of the second."""
    said = quoted or (a.a_quoted_line(1, quantity=3), a.a_quoted_line(2))
    [part] = a.an_order(*said).parts
    return progress.paid(part, WINDOWS, a.NOON)


def a_sent(part: SellerOrder, at: datetime = a.NOON, parcel_id: str = PCL, **pieces: int) -> tuple[SellerOrder, Parcel]:
    asked = ParcelSentBy(lines={{"one": ONE, "two": TWO}[name]: count for name, count in pieces.items()} or None)
    step = parcels.sent(part, parcel_id, asked, WINDOWS, at)
    return step.part, step.parcels[0]


def moved(part: SellerOrder, parcel: Parcel, how: Any, at: datetime = a.NOON) -> tuple[SellerOrder, Parcel]:
    step = parcels.moved(part, parcel, how, WINDOWS, at)
    assert step
    return step.part, step.parcels[0]


# What is due


def test_first_it_is_to_be_sent():
    assert due.next_due(a_part()) == (day(10), "ship_by")


def test_then_a_delivery_is_to_be_heard_of_and_without_news_it_counts_as_delivered():
    part, _ = a_sent(a_part(), day(1))
    assert due.next_due(part) == (day(11), "ask_delivery")
    asked = progress.asked(part, a.BUYER, day(11))
    assert asked
    assert due.next_due(asked.part) == (day(15), "auto_receive")


def test_what_is_sent_in_part_is_still_to_be_sent():
    part, _ = a_sent(a_part(), day(1), one=3)
    assert due.next_due(part) == (day(10), "ship_by")


def test_then_its_window_is_to_end_and_then_nothing():
    part, parcel = a_sent(a_part())
    part, _ = moved(part, parcel, "deliver", day(2))
    assert due.next_due(part) == (day(9), "settle")
    assert settling.begun(part, day(8)) is None
    begun = settling.begun(part, day(9))
    assert begun
    assert due.next_due(begun.part) == (day(9) + timedelta(minutes=5), "watch")
    watched = settling.watched(begun.part, day(10))
    assert watched
    assert due.next_due(watched.part) == (day(85), "decide")
    done = progress.completed(begun.part, day(9))
    assert done
    assert due.next_due(done.part) is None


def test_of_what_is_cancelled_nothing_is_due():
    part = lines.cancelled(a_part(), {ONE: 3, TWO: 1})
    part, _ = progress.onward(part, WINDOWS, day(1), reason="by_seller")
    assert (part.state, part.reason, due.next_due(part)) == ("cancelled", "by_seller", None)


def test_a_file_is_waited_for_by_nobody_but_the_money_is():
    part = a_part(a.a_quoted_line(3, kind="digital"))
    assert due.next_due(part) == (day(85), "decide")


def test_what_is_not_due_any_more_is_not_done():
    part, parcel = a_sent(a_part())
    there, _ = moved(part, parcel, "deliver")
    assert progress.asked(there, a.BUYER, day(30)) is None
    assert progress.left_to_decide(part, day(84)) is None


# How far it is


@pytest.mark.parametrize(
    ("count", "pieces", "error"),
    [
        (lines.sent, {ONE: 4}, NothingToSend),
        (lines.cancelled, {ONE: 4}, NothingToSend),
        (lines.delivered, {ONE: 1}, NotUnderWay),
        (lines.returned, {ONE: 1}, NotUnderWay),
        (lines.lost, {ONE: 1}, NotUnderWay),
        (lines.back, {ONE: 1}, NotUnderWay),
        (lines.sent, {"other": 1}, NoSuchLine),
    ],
)
def test_no_piece_is_counted_that_is_not_there(count, pieces, error):
    with pytest.raises(error):
        count(a_part(), pieces)


def test_a_label_counts_for_nothing_until_its_parcel_leaves():
    part = a_part()
    said = {name: getattr(part, name) for name in ("seller_order_id", "store_id")}
    label = Parcel(parcel_id=PCL, state="label", lines={ONE: 3}, made_at=a.NOON, carrier="dhl", **said)
    assert due.next_due(part) == (day(10), "ship_by")
    after, parcel = moved(part, label, "move", day(1))
    assert (after.state, parcel.state, parcel.sent_at) == ("processing", "under_way", day(1))
    assert lines.to_send(after) == {TWO: 1}
    cancelled = lines.cancelled(part, {ONE: 1})
    with pytest.raises(NothingToSend):
        parcels.moved(cancelled, label, "send", WINDOWS, day(1))


def test_the_rest_that_is_cancelled_lets_what_is_there_be_delivered():
    part, parcel = a_sent(a_part(), one=3)
    part, _ = moved(part, parcel, "deliver", day(2))
    part, told = progress.onward(lines.cancelled(part, {TWO: 1}), WINDOWS, day(3), reason="not_sent")
    assert (part.state, part.timers.settle_by) == ("delivered", day(10))
    assert [type(one).__name__ for one in told] == ["SellerOrderDelivered"]


def test_what_all_went_astray_and_is_not_sent_again_is_cancelled():
    part, parcel = a_sent(a_part())
    part, _ = moved(part, parcel, "lose", day(2))
    assert due.next_due(part) == (day(12), "ship_by")
    part, _ = progress.onward(lines.cancelled(part, {ONE: 3, TWO: 1}), WINDOWS, day(12), reason="not_sent")
    assert (part.state, [line.lost for line in part.lines]) == ("cancelled", [3, 1])


def test_a_piece_sent_in_exchange_opens_no_second_window():
    part, parcel = a_sent(a_part())
    part, _ = moved(part, parcel, "deliver", day(2))
    assert progress.onward(part, WINDOWS, day(5)) == (part, [])


# Whatever people do in whichever order

ACTS = ("send", "cancel", "move", "deliver", "lose", "send_back", "received")


@given(
    some.lists(some.tuples(some.sampled_from(ACTS), some.sampled_from([ONE, TWO]), some.integers(1, 3)), max_size=25)
)
def test_every_piece_is_somewhere_and_a_part_is_as_far_as_they_are(story):
    part, kept, done = a_part(), dict[str, Parcel](), 0
    for act, line, count in story:
        before = part.state
        try:
            part, kept, done = _act(part, kept, done, act, line, count)
        except (NothingToSend, NotUnderWay, NotFromThere):
            continue
        for one in part.lines:
            assert 0 <= one.delivered <= one.sent
            assert one.sent + one.cancelled <= one.quantity
            inside = [parcel for parcel in kept.values() if parcel.state in parcels.TAKEN]
            assert sum(parcel.lines.get(one.line_id, 0) for parcel in inside) == one.sent
        assert part.state == "cancelled" or states.PROGRESS.index(part.state) >= states.PROGRESS.index(before)
        _as_far_as_its_lines(part)


def _act(
    part: SellerOrder, kept: dict[str, Parcel], done: int, act: Any, line: str, count: int
) -> tuple[SellerOrder, dict[str, Parcel], int]:
    match act:
        case "send":
            step = parcels.sent(part, a.an_id("pcl", done), ParcelSentBy(lines={line: count}), WINDOWS, a.NOON)
        case "cancel":
            progress.check_alive(part)
            after, _ = progress.onward(lines.cancelled(part, {line: count}), WINDOWS, a.NOON, reason="by_seller")
            step = progress.Step(after)
        case "received":
            step = parcels.received(part, [*kept.values()], WINDOWS, a.NOON, "buyer") or progress.Step(part)
        case _:
            chosen = kept.get(a.an_id("pcl", count))
            step = (chosen and parcels.moved(part, chosen, act, WINDOWS, a.NOON)) or progress.Step(part)
    return step.part, kept | {parcel.parcel_id: parcel for parcel in step.parcels}, done + 1


def _as_far_as_its_lines(part: SellerOrder) -> None:
    rest = [one for one in part.lines if one.cancelled < one.quantity]
    match part.state:
        case "cancelled":
            assert not rest
        case "delivered":
            assert all(one.delivered + one.cancelled == one.quantity for one in rest)
        case _:
            assert rest
            assert any(one.delivered + one.cancelled < one.quantity for one in rest)
            next_one = due.next_due(part)
            assert next_one
            assert next_one.what in ("ship_by", "ask_delivery", "auto_receive")
