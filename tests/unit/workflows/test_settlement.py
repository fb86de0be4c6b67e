"""Every way through the settlement's file, told as stories."""

from typing import Any

import pytest

from functions.orders.model.settling import NotReleased
from infra.platform.context import ROOT
from tests.chaos.asl import Execution, edges, read

FILE = read(ROOT / "infra" / "workflows" / "settlement.asl.json")
GIVEN = {
    "order_id": "ord_1",
    "seller_order_id": "slo_1",
    "attempt": 2,
    "correlation_id": "cor_1",
    "causation_id": "evt_1",
}
RELEASED, FROZEN = {"outcome": "released", "freezes": 0}, {"outcome": "refused", "code": "sale_frozen", "detail": "No."}
UNKNOWN = {"outcome": "refused", "code": "no_such_sale", "detail": "Never paid."}
BROKEN, REFUSED = ConnectionError("unreachable"), NotReleased("no_such_sale")

Answers = dict[str, list[Any]]


def tell(answers: Answers, *told: str) -> tuple[Execution, list[tuple[str, dict[str, Any]]]]:
    """What each task answers in turn, the last for ever; `told` is what a person decides each time."""
    asked, decisions = list[tuple[str, dict[str, Any]]](), list(told)

    def answer(domain: str, said: dict[str, Any]) -> Any:
        left = answers.get(said["task"], [{"outcome": "done"}])
        given = left.pop(0) if len(left) > 1 else left[0]
        asked.append((f"{domain}.{said['task']}", said))
        if isinstance(given, Exception):
            raise given
        return given

    execution = Execution(FILE, dict(GIVEN), answer)
    while execution.ended is None:
        execution.run()
        if execution.token:
            execution.succeed({"outcome": decisions.pop(0)})
    assert not decisions, "told to nobody"
    return execution, asked


RETRIES = 13
STORIES: dict[str, tuple[Answers, list[str], list[str]]] = {
    "released": ({"release_funds": [RELEASED]}, [], ["Ledger.release_funds", "Orders.settle"]),
    "frozen": ({"release_funds": [FROZEN]}, [], ["Ledger.release_funds", "Orders.settle"]),
    "not in the books, then mended": (
        {"release_funds": [UNKNOWN, RELEASED], "settle": [REFUSED, {"outcome": "completed"}]},
        ["retry"],
        ["Ledger.release_funds", "Orders.settle", "Orders.park", "Ledger.release_funds", "Orders.settle"],
    ),
    "a person has seen to it": (
        {"release_funds": [UNKNOWN], "settle": [REFUSED]},
        ["confirm"],
        ["Ledger.release_funds", "Orders.settle", "Orders.park", "Orders.complete"],
    ),
    "the books are away": (
        {"release_funds": [BROKEN] * RETRIES + [RELEASED]},
        ["retry"],
        ["Ledger.release_funds", "Orders.park", "Ledger.release_funds", "Orders.settle"],
    ),
    "it cannot be completed": (
        {"release_funds": [RELEASED], "settle": [BROKEN] * RETRIES + [{"outcome": "completed"}]},
        ["retry"],
        ["Ledger.release_funds", "Orders.settle", "Orders.park", "Ledger.release_funds", "Orders.settle"],
    ),
    "what a person confirms cannot be completed": (
        {"settle": [BROKEN], "complete": [BROKEN] * RETRIES + [{"outcome": "completed"}]},
        ["confirm", "confirm"],
        [
            *("Ledger.release_funds", "Orders.settle", "Orders.park"),
            *("Orders.complete", "Orders.park", "Orders.complete"),
        ],
    ),
    "it cannot be paused": (
        {"release_funds": [FROZEN], "settle": [BROKEN] * RETRIES + [{"outcome": "paused"}]},
        ["retry"],
        ["Ledger.release_funds", "Orders.settle", "Orders.park", "Ledger.release_funds", "Orders.settle"],
    ),
    "parking itself fails at first": (
        {"settle": [REFUSED, {"outcome": "completed"}], "park": [BROKEN, {"outcome": "parked"}]},
        ["retry"],
        ["Ledger.release_funds", "Orders.settle", "Orders.park", "Ledger.release_funds", "Orders.settle"],
    ),
}


def told(story: str) -> tuple[Execution, list[tuple[str, dict[str, Any]]]]:
    answers, decisions, _ = STORIES[story]
    return tell({name: list(some) for name, some in answers.items()}, *decisions)


@pytest.mark.parametrize("story", STORIES)
def test_a_store_gets_its_money_or_somebody_knows_why_not(story):
    execution, asked = told(story)
    names = [name for name, _ in asked]
    assert [name for place, name in enumerate(names) if not place or names[place - 1] != name] == STORIES[story][2]
    assert execution.ended == "SUCCEEDED"


def test_the_stories_go_every_way():
    walked = {edge for story in STORIES for edge in told(story)[0].walked}
    assert edges(FILE) - walked == set()


def test_the_tasks_are_told_which_part_and_which_attempt():
    asked = dict(told("frozen")[1])
    assert asked["Ledger.release_funds"]["seller_order_id"] == "slo_1"
    told_to_settle = asked["Orders.settle"]
    assert (told_to_settle["attempt"], told_to_settle["must"], told_to_settle["released"]) == (2, True, FROZEN)


def test_a_person_is_told_which_part_stands_still():
    asked = dict(told("a person has seen to it")[1])["Orders.park"]
    named = {name: asked[name] for name in ("workflow", "subject_id", "step", "order_id")}
    assert named == {"workflow": "settlement", "subject_id": "slo_1", "step": "releasing", "order_id": "ord_1"}
    assert asked["trouble"]["code"] == "no_such_sale"
