"""The lives of an order and of each store's part of it, as tables: from which state, by which act, to which."""

from collections.abc import Collection, Iterator, Mapping
from typing import Literal, TypeVar

from functions.orders.model.names import OrderState
from functions.orders.model.orders import NotFromThere
from functions.orders.model.parcels import Move, ParcelState

Act = Literal["pay", "cancel", "begin", "ship", "deliver", "complete"]
Moves = Mapping[tuple[OrderState, Act], OrderState]
A = TypeVar("A", bound=str)  # a state of whatever it is
B = TypeVar("B", bound=str)  # and what leads to another

# One store's part. It is paid with its order; from then on it goes its own way.
SELLER_ORDER: Moves = {
    ("pending", "pay"): "confirmed",
    ("pending", "cancel"): "cancelled",
    ("confirmed", "begin"): "processing",
    ("confirmed", "ship"): "shipped",
    ("confirmed", "deliver"): "delivered",  # a file, or handed over in person
    ("confirmed", "cancel"): "cancelled",
    ("processing", "ship"): "shipped",
    ("processing", "deliver"): "delivered",
    ("processing", "cancel"): "cancelled",
    ("shipped", "deliver"): "delivered",
    ("shipped", "cancel"): "cancelled",  # all of it went astray
    ("delivered", "complete"): "completed",
}

# The whole. After it is paid it is as far as the part that is furthest behind: nobody acts on it.
ORDER: Moves = {
    ("pending", "pay"): "confirmed",
    ("pending", "cancel"): "cancelled",
    ("confirmed", "begin"): "processing",
    ("confirmed", "ship"): "shipped",
    ("confirmed", "deliver"): "delivered",
    ("confirmed", "cancel"): "cancelled",
    ("processing", "ship"): "shipped",
    ("processing", "deliver"): "delivered",
    ("processing", "cancel"): "cancelled",
    ("shipped", "deliver"): "delivered",
    ("shipped", "cancel"): "cancelled",
    ("delivered", "complete"): "completed",
}

# A parcel. What went astray or came back is to be sent again, in another one.
PARCEL: Mapping[tuple[ParcelState, Move], ParcelState] = {
    ("label", "send"): "sent",
    ("label", "move"): "under_way",  # its carrier has it: nobody had said so
    ("label", "deliver"): "delivered",
    ("label", "void"): "void",
    ("sent", "move"): "under_way",
    ("sent", "deliver"): "delivered",
    ("sent", "lose"): "lost",
    ("sent", "send_back"): "back",
    ("under_way", "deliver"): "delivered",
    ("under_way", "lose"): "lost",
    ("under_way", "send_back"): "back",
}

PROGRESS: tuple[OrderState, ...] = ("pending", "confirmed", "processing", "shipped", "delivered", "completed")


def after(moves: Moves, state: OrderState, act: Act) -> OrderState:
    if (state, act) not in moves:
        raise NotFromThere(f"An order that is {state} cannot {act}.")
    return moves[state, act]


def of_whole(before: OrderState, parts: Collection[OrderState]) -> OrderState:
    """How far an order is, of which each part goes its own way: the last part counts, the cancelled ones do not.

    Where some parts are under way and others not yet, something is being done about it: it is processed. It never goes
    back, not even when the only part that was begun is cancelled.
    """
    alive = [PROGRESS.index(state) for state in parts if state != "cancelled"]
    if not alive:
        return "cancelled"
    least, most, begun = min(alive), max(alive), PROGRESS.index("processing")
    return PROGRESS[max(PROGRESS.index(before), begun if least < begun <= most else least)]


def final(moves: Moves) -> set[OrderState]:
    """From where nothing leads anywhere."""
    return {*moves.values()} - {state for state, _ in moves}


def drawn(moves: Mapping[tuple[A, B], A], *begins: str) -> Iterator[str]:
    """The lines of a Mermaid diagram. The page that shows it is held to these tables by a test."""
    ends = dict.fromkeys(then for then in moves.values() if then not in {state for state, _ in moves})
    yield "stateDiagram-v2"
    for state in begins or ("pending",):
        yield f"    [*] --> {state}"
    for (state, act), then in moves.items():
        yield f"    {state} --> {then}: {act.replace('_', ' ')}"
    for state in ends:
        yield f"    {state} --> [*]"
