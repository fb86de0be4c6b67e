"""The workflows of money back and of returns, walked over every edge: whatever fails ends in somebody's decision."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from infra.platform.context import ROOT
from tests.chaos.asl import Execution, all_states, edges, read

FOLDER = ROOT / "infra" / "workflows"
FILES = {name: read(FOLDER / f"{name}.asl.json") for name in ("money_back", "return")}
GIVEN = {"order_id": "ord_1", "refund_id": "rfd_1", "return_id": "ret_1", "correlation_id": "c", "causation_id": "e"}
BROKEN = RuntimeError("unreachable")
NEEDS = ("money", "stock", "downloads", "thaw")
MOST_TRANSITIONS = 9  # of a refund of what was not sent, paid by card


def eur(minor: int) -> dict[str, Any]:
    return {"minor": minor, "currency": "EUR"}


def booked(card: int, owed: int) -> dict[str, Any]:
    return {"outcome": "refunded", "by_card": eur(card), "by_credits": eur(0), "owed": eur(owed)}


def planned(*needs: str) -> dict[str, Any]:
    return {
        "outcome": "planned",
        "seller_order_id": "slo_1",
        "store_id": "sto_1",
        "buyer_id": "usr_1",
        "payment_id": "pay_1",
        "lines": {},
        "as_credits": False,
        "stock": [],
        "instead": [],
        "downloads": [],
        "thaw": "ret_1",
        "needs": {name: name in needs for name in NEEDS},
        "booked": booked(0, 0),
        "sent": {"outcome": "none"},
    }


def to_do(outcome: str, frozen: bool = True) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "seller_order_id": "slo_1",
        "frozen": frozen,
        "reserved_by": "ord_2",
        "again": [],
        "back": [],
        "instead": [],
    }


USUAL: dict[str, Any] = {
    "plan_refund": planned("money", "stock"),
    "refund": {"outcome": "sent"},
    "Ledger.refund": booked(100, 0),
    "seen_to": {"state": "by_hand", "frozen": False, "seller_order_id": "slo_1", "cause": "ret_1"},
    "plan_return": to_do("open"),
    "reserve": {"outcome": "reserved"},
    "exchanged": {"outcome": "stands", "state": "exchanged"},
}


def run(name: str, decisions: Any = (), **instead: Any) -> tuple[Execution, list[str]]:
    """`instead`: a task's answers in turn, of which the last stays."""
    answers, asked, told = dict(USUAL) | instead, list[str](), list(decisions)

    def answer(domain: str, said: dict[str, Any]) -> Any:
        task = said["task"]
        asked.append(f"{domain}.{task}")
        found = answers.get(f"{domain}.{task}", answers.get(task, {"outcome": "done"}))
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        if isinstance(found, Exception):
            raise found
        return found

    execution = Execution(FILES[name], dict(GIVEN), answer)
    while execution.ended is None:
        execution.run()
        if execution.token:
            execution.succeed({"outcome": told.pop(0)})
    return execution, [one for place, one in enumerate(asked) if not place or asked[place - 1] != one]


def money_back() -> Iterator[Execution]:
    yield run("money_back", plan_refund={"outcome": "over"})[0]
    for needs, (card, owed) in product(product((False, True), repeat=4), ((0, 0), (100, 0), (100, 40), (0, 40))):
        plan = planned(*(name for name, needed in zip(NEEDS, needs, strict=True) if needed))
        yield run("money_back", plan_refund=plan, **{"Ledger.refund": booked(card, owed)})[0]
    everything = {"plan_refund": planned(*NEEDS), "Ledger.refund": booked(100, 40)}
    for task in ("reverse_transfers", "Payments.refund", "take_back", "revoke_downloads", "unfreeze", "refunded"):
        usual = USUAL.get(task, {"outcome": "done"}) if task != "Payments.refund" else USUAL["refund"]
        yield run("money_back", ("retry",), **everything, **{task: [BROKEN] * 13 + [usual]})[0]
    for task, usual in (("plan_refund", planned()), ("Ledger.refund", booked(0, 0))):
        yield run("money_back", ("retry",), **{task: [BROKEN] * 13 + [usual]})[0]
    yield run("money_back", ("confirm",), **{"Ledger.refund": BROKEN})[0]
    still = {**USUAL["seen_to"], "frozen": True}
    yield run("money_back", ("confirm",), seen_to=still, **{"Ledger.refund": BROKEN})[0]
    seen = [BROKEN] * 13 + [still]
    thaw = [BROKEN] * 13 + [{"outcome": "unfrozen"}]
    yield run(
        "money_back", ("confirm", "confirm", "confirm"), seen_to=seen, unfreeze=thaw, **{"Ledger.refund": BROKEN}
    )[0]


def returns() -> Iterator[Execution]:
    for outcome in ("open", "exchange", "close", "over"):
        yield run("return", plan_return=to_do(outcome))[0]
    yield run("return", plan_return=to_do("exchange", frozen=False))[0]
    for answer in ({"outcome": "committed"}, {"outcome": "refused", "code": "out_of_stock"}):
        yield run("return", plan_return=to_do("exchange"), reserve=answer)[0]
    for outcome, tasks in {
        "open": ("freeze", "return_opened"),
        "exchange": ("reserve", "commit", "take_back", "exchanged", "unfreeze"),
    }.items():
        for task in tasks:
            usual = USUAL.get(task, {"outcome": "done"})
            yield run("return", ("retry",), plan_return=to_do(outcome), **{task: [BROKEN] * 13 + [usual]})[0]
    yield run("return", ("confirm",), plan_return=BROKEN)[0]


@pytest.mark.parametrize(("name", "stories"), [("money_back", money_back), ("return", returns)])
def test_every_edge_is_walked_and_nothing_ends_badly(name, stories):
    walked = set()
    for execution in stories():
        assert execution.ended == "SUCCEEDED"
        walked |= set(execution.walked)
    assert edges(FILES[name]) - walked == set()


@pytest.mark.parametrize("name", FILES)
def test_whatever_fails_is_left_to_a_person(name):
    for step, state in all_states(FILES[name]):
        if state["Type"] == "Task" and step != "Park":
            assert [one["Next"] for one in state["Catch"]] == ["Park"], step


def test_the_books_know_of_it_before_the_bank_does():
    _, asked = run("money_back", **{"Ledger.refund": booked(100, 40)})
    assert asked == [
        "Orders.plan_refund",
        "Ledger.refund",
        "Payments.reverse_transfers",
        "Payments.refund",
        "Inventory.take_back",
        "Orders.refunded",
    ]


def test_it_costs_few_transitions():
    execution, _ = run("money_back")
    assert len(execution.entered) <= MOST_TRANSITIONS
    for outcome, most in (("open", 4), ("close", 3)):
        execution, _ = run("return", plan_return=to_do(outcome))
        assert len(execution.entered) <= most
