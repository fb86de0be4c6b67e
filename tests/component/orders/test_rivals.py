"""Two at once: each decides on what it read, only one is first, and the other decides anew or is refused."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from functions.orders import fulfilling
from kernel.table import Table
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders import selling as c

THREE = a.a_quoted_line(1, quantity=3)


@contextmanager
def rival(acts: Callable[[], object]) -> Iterator[None]:
    """Whoever commits next is overtaken just before: it has read already, and not yet written."""
    commit, waiting = Table.commit, [acts]

    def late(self: Table, *args: Any, **said: Any) -> Any:
        if waiting:
            waiting.pop()()
        return commit(self, *args, **said)

    with patch.object(Table, "commit", late):
        yield
    assert not waiting, "nobody committed anything"


def counts(order_id: str) -> tuple[int, int, int]:
    [line] = c.part(order_id)["lines"]
    return line["sent"], line["delivered"], line["cancelled"]


def cancel(order_id: str, count: int) -> Any:
    return c.by_store("POST", f"{order_id}/cancel", {"lines": {c.LINE: count}})


@pytest.mark.parametrize(("sends", "status"), [(2, 409), (1, 201)])
def test_two_parcels_at_once_never_hold_more_than_there_is(workflows, sends, status):
    order_id = c.paid(THREE)
    with rival(lambda: c.sent(order_id, lines={c.LINE: 2})):
        answer = c.send(order_id, lines={c.LINE: sends})
    assert answer.status == status
    assert counts(order_id) == (2 if status == 409 else 3, 0, 0)


def test_the_buyers_word_and_the_carriers_at_once_deliver_it_once(workflows, world):
    order_id = c.paid()
    parcel_id = c.sent(order_id)
    with rival(lambda: fulfilling.hear(order_id, a.seller_order_of(order_id), parcel_id, "deliver")):
        assert c.received(order_id).status == 200
    assert c.part(order_id)["received"] == "carrier"
    told = [one for one in world.envelopes() if one["metadata"]["type"] == "SellerOrderDelivered"]
    assert len(told) == 1


def test_lost_and_received_at_once_it_is_one_of_the_two(workflows):
    order_id = c.paid()
    parcel_id = c.sent(order_id)
    with rival(lambda: c.move(order_id, parcel_id, "lose")):
        assert c.received(order_id).json["code"] == "not_under_way"
    assert counts(order_id) == (0, 0, 0)


def test_the_last_two_stores_at_once_make_the_whole_order_arrive(workflows):
    """Neither sees the other's part as it will be: whoever comes second has to look again."""
    order_id = c.paid(a.a_quoted_line(1), a.a_quoted_line(2, store_id=a.OTHER_STORE))
    c.sent(order_id)
    c.sent(order_id, a.OTHER_STORE)
    with rival(lambda: c.received(order_id, store_id=a.OTHER_STORE)):
        c.received(order_id)
    assert b.look(order_id)["state"] == "delivered"


def test_sent_while_it_is_cancelled_it_is_one_of_the_two(workflows):
    order_id = c.paid(THREE)
    with rival(lambda: c.sent(order_id, lines={c.LINE: 2})):
        assert cancel(order_id, 2).status == 409
    assert counts(order_id) == (2, 0, 0)


def test_cancelled_while_it_is_sent_it_is_one_of_the_two(workflows):
    order_id = c.paid(THREE)
    with rival(lambda: cancel(order_id, 2)):
        assert c.send(order_id, lines={c.LINE: 2}).json["code"] == "nothing_to_send"
    assert counts(order_id) == (0, 0, 2)
