"""Bugs planted in what follows a purchase: in its workflows, and in what is done when something is asked twice."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from functions.orders import settling
from functions.orders.store import refunds, returns
from functions.orders.store.carriers import Carriers
from kernel.changes import Change, put
from tests.chaos import fulfilment_world, payments_bugs
from tests.chaos.planting import Bugs

BUGS = Bugs({name: payments_bugs.BUGS[name] for name in ("a key for every try",)})


@contextmanager
def drawn_otherwise(workflow: str, change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """A workflow's file, with a mistake in it."""
    drawn = copy.deepcopy(dict(fulfilment_world.FILES[workflow]))
    change(drawn["States"])
    with patch.dict(fulfilment_world.FILES, {workflow: drawn}):
        yield


@BUGS
def what_cannot_be_sent_was_sent() -> Iterator[None]:
    def change(states: dict[str, Any]) -> None:
        states["Send"]["Catch"][0]["Next"] = "GoodsBack?"

    with drawn_otherwise("money_back", change):
        yield


@BUGS
def what_cannot_be_frozen_is_opened() -> Iterator[None]:
    """As if it was refused."""

    def change(states: dict[str, Any]) -> None:
        states["Freeze"]["Catch"][0] |= {"ResultPath": "$.return.froze", "Next": "Over"}

    with drawn_otherwise("return", change):
        yield


@BUGS
def what_is_begun_is_left_alone() -> Iterator[None]:
    """What dies stays dead."""

    def nobody(*_: Any, **__: Any) -> Change:
        return put({"pk": "NOBODY", "sk": "-"})

    with (
        patch.object(settling, "watched", nobody),
        patch.object(refunds, "watched", nobody),
        patch.object(returns, "watched", nobody),
    ):
        yield


@BUGS
def what_is_decided_is_not_heard_of() -> Iterator[None]:
    """Its store waits for its money for ever."""
    with patch.object(settling, "thaw", lambda *_: None):
        yield


@BUGS
def whoever_asks_for_a_label_asks_for_the_first_time() -> Iterator[None]:
    begin = Carriers.begin

    def planted(self: Carriers, *said: Any) -> bool:
        begin(self, *said)
        return False

    with patch.object(Carriers, "begin", planted):
        yield
