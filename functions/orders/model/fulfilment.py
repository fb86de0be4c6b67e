"""How far a store's part of an order is: by whose word it is delivered, what it waits for, where its money stands."""

from typing import Annotated, Literal

from pydantic import Field

from functions.orders.model.names import At, Count
from kernel.errors import Conflict, Invalid
from kernel.http import Answer

Received = Literal["seller", "carrier", "buyer", "time", "digital"]
What = Literal["ship_by", "ask_delivery", "auto_receive", "settle", "watch", "decide"]


class Timers(Answer):
    """By when something has to have happened, or happens by itself. None: nothing is waited for.

    Each is fixed when its waiting begins: what was promised to people does not move when an operator changes a window.
    """

    ship_by: Annotated[At, Field(description="What is not sent by then is cancelled, and the money given back.")] = None
    ask_by: Annotated[At, Field(description="When the buyer is asked, unless there is news of a delivery.")] = None
    receive_by: Annotated[At, Field(description="When it counts as delivered, unless somebody objects.")] = None
    settle_by: Annotated[At, Field(description="Until then its buyer may object; then the store gets the money.")] = (
        None
    )
    watch_by: Annotated[At, Field(description="When its settlement is looked after, if it is not over.")] = None
    decide_by: Annotated[At, Field(description="When a person decides: money is not held for ever.")] = None


class Settlement(Answer):
    """`attempt` names the workflow that releases the money; with each thaw of a frozen sale there is another one."""

    state: Annotated[
        Literal["none", "waiting", "begun", "paused", "done"],
        Field(description="`waiting`: for the window's end; `paused`: something about the sale is not decided yet."),
    ] = "none"
    attempt: Count = 0
    since: At = None


class NothingToSend(Conflict):
    """There are not that many pieces left to send: they were sent or cancelled before."""


class NoSuchLine(Invalid):
    """This part of the order has no such line."""


class NotUnderWay(Conflict):
    """Nothing of it is under way: it has not been sent yet, or has arrived."""
