"""What cannot go on by itself and waits for a person: where it stopped, why, and what was decided."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from functions.orders.model.names import OrderId, Version
from kernel import ids
from kernel.errors import Conflict, NotFound
from kernel.http import Answer, Request

AGAIN = "-again-"  # in the name of an execution that was begun anew
ParkedId = Annotated[str, StringConstraints(pattern=ids.pattern("prk"))]
Decided = Literal["retry", "confirm", "refund"]
Workflow = Annotated[
    Literal["checkout", "settlement", "money_back", "return", "stranded"],
    Field(
        examples=["checkout"],
        description="What of an order stands still; `stranded`: found by the sweeper.",
    ),
]
Step = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$"),
    Field(
        examples=["paid"],
        description="Where. Of a checkout: `paid`, all is to be sold, or `cancelling`, all is to be undone.",
    ),
]
Why = Annotated[str, Field(examples=["reservation_over"], description="The refusal, or what failed.")]
Subject = Annotated[
    str,
    StringConstraints(pattern=rf"^[a-z]{{3}}_{ids.PATTERN}$"),
    Field(examples=["slo_01k6m2q8vx4c7e9r1t3y5w7zab"], description="The order, or the part, refund or return of it."),
]

# What a person can decide. Trying again and taking as done is always possible, giving all back where nothing is sent.
CHOICES: Mapping[str, tuple[Decided, ...]] = {
    "checkout": ("retry", "confirm", "refund"),
    "settlement/holding_limit": ("confirm", "refund"),  # release the money now, or give it back
}
USUAL: tuple[Decided, ...] = ("retry", "confirm")


class Parked(Answer):
    parked_id: ParkedId
    order_id: OrderId
    workflow: Workflow = "checkout"
    subject_id: Subject
    step: Step
    why: Why = ""
    since: datetime
    choices: Annotated[list[Decided], Field(examples=[["retry", "confirm", "refund"]])]
    decided: Annotated[Decided | None, Field(examples=[None])] = None
    version: Version


class ParkedList(Answer):
    items: list[Parked]
    cursor: Annotated[str | None, Field(examples=["eyJwayI6Ii4uLiJ9"])] = None


class DecisionRequest(Request):
    """Try the step again, take it as done because a person has seen to it, or give all the money back."""

    decision: Annotated[Decided, Field(examples=["retry"])]


class KeptParked(Parked):
    token: str = ""  # by which a workflow waits; what was found without one has none
    about: dict[str, Any] | None = None  # what whoever raised it has to know when it is decided


class NotParked(NotFound):
    code = NotFound.code
    title = NotFound.title


class DecidedAlready(Conflict):
    """Somebody has decided this already."""


class NotToBeDecided(Conflict):
    """That is no way out of this one: `choices` says which there are."""


def parked_id_of(workflow: str, what: str) -> str:
    """`what`: the execution that waits, or the thing itself where none does. Parked or begun again, it is the same."""
    return ids.derived_id("prk", workflow, what.partition(AGAIN)[0])


def choices_of(workflow: str, step: str) -> list[Decided]:
    return [*CHOICES.get(f"{workflow}/{step}", CHOICES.get(workflow, USUAL))]
