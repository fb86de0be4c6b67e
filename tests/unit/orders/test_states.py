from itertools import product
from typing import Any, get_args

import pytest

from functions.orders.model.names import OrderState
from functions.orders.model.orders import NotFromThere
from functions.orders.rules import states
from functions.orders.rules.states import ORDER, PROGRESS, SELLER_ORDER

EVERY: tuple[Any, ...] = get_args(states.Act)
ALL_STATES: tuple[Any, ...] = get_args(OrderState)


@pytest.mark.parametrize("moves", [ORDER, SELLER_ORDER])
def test_what_is_not_in_the_table_is_refused(moves):
    for state, act in product(ALL_STATES, EVERY):
        if (state, act) in moves:
            assert states.after(moves, state, act) == moves[state, act]
        else:
            with pytest.raises(NotFromThere):
                states.after(moves, state, act)


@pytest.mark.parametrize("moves", [ORDER, SELLER_ORDER])
def test_an_order_never_goes_back_and_always_can_end(moves):
    for (state, _), then in moves.items():
        assert then == "cancelled" or PROGRESS.index(then) > PROGRESS.index(state)
    assert states.final(moves) == {"completed", "cancelled"}
    assert reached(moves, "pending") == set(ALL_STATES)


@pytest.mark.parametrize("moves", [ORDER, SELLER_ORDER])
def test_what_has_arrived_cannot_be_cancelled(moves):
    """What was sent can: it may go astray."""
    assert {state for state, act in moves if act == "cancel"} == {"pending", "confirmed", "processing", "shipped"}


def reached(moves, state):
    return {state}.union(*(reached(moves, then) for (of, _), then in moves.items() if of == state))


def test_the_whole_is_as_far_as_its_last_part():
    assert states.of_whole("confirmed", ["shipped", "delivered"]) == "shipped"
    assert states.of_whole("confirmed", ["confirmed", "confirmed"]) == "confirmed"
    assert states.of_whole("confirmed", ["completed", "cancelled"]) == "completed"
    assert states.of_whole("confirmed", ["cancelled", "cancelled"]) == "cancelled"


def test_where_only_some_parts_are_under_way_the_whole_is_processed():
    assert states.of_whole("confirmed", ["confirmed", "shipped"]) == "processing"
    assert states.of_whole("confirmed", ["processing", "delivered"]) == "processing"


def test_whatever_the_parts_do_the_whole_goes_where_its_table_leads():
    """Every way that three parts can go together after the order is paid."""
    seen: set[Any] = set()
    waiting: list[Any] = [("confirmed", ("confirmed",) * 3)]
    while waiting:
        whole, parts = waiting.pop()
        for place, (state, act) in product(range(3), SELLER_ORDER):
            if parts[place] != state or act == "pay":
                continue
            then = (*parts[:place], SELLER_ORDER[state, act], *parts[place + 1 :])
            after = states.of_whole(whole, then)
            assert after in reached(ORDER, whole), (whole, parts, act)
            assert after != "completed" or set(then) <= {"completed", "cancelled"}
            if (after, then) not in seen:
                seen.add((after, then))
                waiting.append((after, then))
    assert {whole for whole, _ in seen} == {*ALL_STATES} - {"pending"}


def test_a_table_can_be_drawn():
    drawn = list(states.drawn(SELLER_ORDER))
    assert drawn[:2] == ["stateDiagram-v2", "    [*] --> pending"]
    assert "    shipped --> delivered: deliver" in drawn
    assert drawn[-2:] == ["    cancelled --> [*]", "    completed --> [*]"]
