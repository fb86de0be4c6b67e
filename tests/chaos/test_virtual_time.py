"""The model of a loaded DynamoDB: what overlaps conflicts, what does not does not, and a hot key has its limit."""

import random
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from kernel.changes import Change, update
from tests.chaos.memory_table import MemoryDynamoDB
from tests.chaos.virtual_time import Contention, Pace, Timeline

TABLE = "stock"
EVEN = Pace(read=(4, 4), write=(5, 5), prepare=(4, 4), finish=(6, 6))


class Scene:
    def __init__(self, pace: Pace = EVEN, *, split_for_heat: bool = False) -> None:
        self.timeline = Timeline()
        self.way = Contention(self.timeline, random.Random(0), pace, split_for_heat=split_for_heat)
        self.table = MemoryDynamoDB([TABLE], self.way, self.timeline.now)
        self.outcomes: list[str] = []

    def at(self, ms: float, act: Callable[[], object]) -> None:
        def actor() -> None:
            self.timeline.sleep(ms / 1000)
            try:
                act()
                self.outcomes.append("done")
            except ClientError as error:
                self.outcomes.append(error.response["Error"]["Code"])

        self.timeline.spawn(actor)

    def transact(self, *changes: Change) -> Callable[[], object]:
        items = [{change.kind: change.request(TABLE, "cmt_1")} for change in changes]
        return lambda: self.table.transact_write_items(TransactItems=items)

    def write(self, change: Change) -> Callable[[], object]:
        return lambda: self.table.update_item(**change.request(TABLE, "cmt_1"))

    def number(self, pk: str) -> int:
        return int(self.table.tables[TABLE][pk, "-"]["n"]["N"])


def one(pk: str) -> Change:
    return update(pk, "-").add(n=1)


def test_transactions_that_overlap_on_an_item_conflict():
    scene = Scene()
    scene.at(0, scene.transact(one("A"), one("B")))
    scene.at(5, scene.transact(one("B"), one("C")))
    scene.timeline.run()
    assert scene.outcomes == ["done", "TransactionCanceledException"]
    assert (scene.number("A"), scene.number("B")) == (1, 1)
    assert ("C", "-") not in scene.table.tables[TABLE]
    assert (scene.way.seen["conflicts"], scene.way.seen["committed"]) == (1, 1)


def test_what_comes_later_or_touches_something_else_does_not_conflict():
    scene = Scene()
    scene.at(0, scene.transact(one("A"), one("B")))
    scene.at(0, scene.transact(one("C"), one("D")))
    scene.at(11, scene.transact(one("A"), one("D")))
    scene.timeline.run()
    assert scene.outcomes == ["done"] * 3
    assert scene.number("A") == scene.number("D") == 2


def test_a_cancelled_transaction_lets_go_of_what_it_had_prepared():
    scene = Scene()
    scene.at(0, scene.transact(one("A"), one("B")))
    scene.at(5, scene.transact(one("C"), one("A")))
    scene.at(15, scene.transact(one("C"), one("A")))
    scene.timeline.run()
    assert scene.outcomes == ["done", "TransactionCanceledException", "done"]


def test_a_single_write_is_refused_while_a_transaction_is_under_way_on_its_item():
    scene = Scene()
    scene.at(0, scene.transact(one("A"), one("B")))
    scene.at(1, scene.write(one("A")))
    scene.at(6, scene.write(one("A")))
    scene.at(6, scene.write(one("A")))
    scene.timeline.run()
    assert scene.outcomes == ["TransactionConflictException", "done", "done", "done"]
    assert scene.number("A") == 3


def test_two_that_meet_on_two_items_may_cancel_each_other():
    crossed = Scene(Pace(prepare=(1, 9), finish=(1, 1)))
    for _ in range(40):
        crossed.at(0, crossed.transact(one("A"), one("B")))
    crossed.timeline.run()
    assert crossed.outcomes.count("done") <= 3


@pytest.mark.parametrize(("split_for_heat", "refused"), [(False, 50), (True, 0)])
def test_a_partition_takes_a_thousand_units_a_second(split_for_heat, refused):
    scene = Scene(split_for_heat=split_for_heat)
    for number in range(550):
        scene.at(0, scene.transact(update("A", f"one {number}").set(n=1), update(f"B{number}", "-").set(n=1)))
    scene.timeline.run()
    assert scene.way.seen["throttled A"] == scene.way.seen["throttled"] == refused
    assert scene.outcomes.count("done") == 550 - refused


def test_the_same_seed_is_the_same_run():
    def seen() -> dict[str, int]:
        scene = Scene(Pace())
        for number in range(60):
            scene.at(number, scene.transact(one("A"), one(f"B{number % 7}")))
        scene.timeline.run()
        return dict(scene.way.seen)

    assert seen() == seen()
    assert seen()["conflicts"] > 10
