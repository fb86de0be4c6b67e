"""The sweep's minute: each round has its share of the time, what is left is the next minute's, and nothing starves."""

from datetime import timedelta
from typing import Any

import pytest

from functions.orders import sweep as sweeping
from functions.orders import workflow
from functions.orders.store import rows
from functions.orders.sweep import due
from functions.orders.turn import Turn
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders import selling as s

MINUTE_MS = 60_000


class Slow:
    """A function's context whose time passes with whatever is done."""

    def __init__(self, left_ms: int = MINUTE_MS) -> None:
        self.left_ms = left_ms

    def get_remaining_time_in_millis(self) -> int:
        return self.left_ms

    def __getattr__(self, name: str) -> Any:
        return "test"


def many(count: int, time: Any) -> list[str]:
    """Orders that nobody sends, the oldest first."""
    made = []
    for number in range(count):
        made.append(s.paid(quote_id=a.an_id("qte", number), basket_id=a.an_id("bsk", number)))
        time(timedelta(minutes=1))
    return made


def unsent(order_ids: list[str]) -> list[str]:
    return [order_id for order_id in order_ids if b.look(order_id)["state"] != "cancelled"]


def taking(context: Slow, monkeypatch: pytest.MonkeyPatch, each_ms: int) -> None:
    do = due.do

    def slow(one: Any) -> bool:
        context.left_ms -= each_ms
        return do(one)

    monkeypatch.setattr(due, "do", slow)


def test_a_round_stops_in_time_says_since_when_the_rest_is_due_and_goes_on_with_the_oldest(
    world, workflows, time, monkeypatch
):
    monkeypatch.setattr(workflow, "status", lambda *_: "RUNNING")
    made = many(5, time)
    time(timedelta(days=11))
    context = Slow()
    taking(context, monkeypatch, 6_000)
    sweeping.handler({}, context)
    assert unsent(made) == made[2:], "it has a quarter of 45 s, and what it began, it ended"
    assert context.left_ms > MINUTE_MS / 4
    [report] = b.finance()("GET", "/v1/sweeps").json["items"]
    assert report["left"] == {"parts": s.part(made[2])["timers"]["ship_by"]}
    for _ in range(2):
        time(timedelta(minutes=1))
        context.left_ms = MINUTE_MS
        sweeping.handler({}, context)
    assert unsent(made) == []
    newest = b.finance()("GET", "/v1/sweeps", query={"limit": "1"}).json["items"][0]
    assert newest["left"] == {}


def test_each_round_has_its_share_however_long_the_others_take(world, workflows, monkeypatch):
    context, had = Slow(), dict[str, float]()

    def round_of(name: str) -> Any:
        def go_round(turn: Turn) -> int:
            before = context.left_ms
            while not turn.over("2030-01-01T12:00:00Z"):
                context.left_ms -= 100
            had[name] = before - context.left_ms
            return 0

        return go_round

    for name in sweeping.ROUNDS:
        monkeypatch.setitem(sweeping.ROUNDS, name, round_of(name))
    sweeping.handler({}, context)
    assert list(had) == ["parts", "parcels", "returns", "strandings"]
    assert max(had.values()) - min(had.values()) <= 200
    assert MINUTE_MS / 5 < context.left_ms <= MINUTE_MS / 4


def test_what_fails_again_and_again_hides_nothing_behind_it(world, workflows, time, monkeypatch):
    monkeypatch.setattr(rows, "SWEPT_AT_ONCE", 1)
    monkeypatch.setattr(rows, "BUCKETS", 1)
    made = many(4, time)
    time(timedelta(days=11))
    do, bad = due.do, made[:2]

    def failing(one: Any) -> bool:
        if one.order_id in bad:
            raise ConnectionError
        return do(one)

    monkeypatch.setattr(due, "do", failing)
    with pytest.raises(ExceptionGroup):
        due.round_of_parts()
    assert unsent(made) == bad
