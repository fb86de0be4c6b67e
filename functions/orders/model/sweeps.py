"""What the sweeper watches, what it found, and the report of each of its runs."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from functions.orders.model.names import OrderId
from functions.orders.model.parked import AGAIN, Subject
from kernel import ids
from kernel.http import Answer

SUBJECT = len("ord_") + ids.LENGTH
SweepId = Annotated[str, StringConstraints(pattern=ids.pattern("swp"))]
Kind = Literal["checkout", "settlement", "money_back", "return"]
Outcome = Literal["resolved", "raised"]
What = Annotated[
    Literal[
        "not_begun",  # an execution that should be there was never started
        "failed",  # it ended badly, or was stopped by hand
        "failing",  # it was set going again, and again, and ends badly each time
        "token_not_told",  # it waits for news that was there
        "decision_not_told",  # a person has decided, and it was not told
        "ended_without_effect",  # it ended well, and the order is as it was
        "paid_but_cancelled",
        "endless",  # it runs for longer than anything may take
        "left_behind",  # something is still held for an order that is over
        "relay_stuck",  # what the sweeper told itself has not come back
        "dead_letters",  # events that a consumer could not handle
        "broken",  # it could not be looked at
    ],
    Field(examples=["not_begun"]),
]


class Watched(BaseModel):
    """An execution that has to end. `run` counts those begun anew for one thing, `tries` what was done about it."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    kind: Kind
    name: str  # of the first execution
    given: dict[str, Any]
    since: datetime
    at: datetime  # when it is looked at next
    run: int = 1
    tries: int = 0

    @property
    def order_id(self) -> str:
        return str(self.given["order_id"])

    @property
    def subject_id(self) -> str:
        """What it is for: an execution is called by that, and by which try it is."""
        return self.name[:SUBJECT]

    @property
    def execution(self) -> str:
        """The latest."""
        return self.name if self.run == 1 else f"{self.name}{AGAIN}{self.run}"


class Finding(Answer):
    what: What
    outcome: Annotated[Outcome, Field(examples=["resolved"], description="`raised`: a person has to see to it.")]
    subject_id: Annotated[Subject | str, Field(examples=["ord_01k6m2q8vx4c7e9r1t3y5w7zab"])]
    order_id: OrderId | None = None
    done: Annotated[str, Field(examples=["begun"], description="What the sweeper did about it, or why it could not.")]


class Sweep(Answer):
    sweep_id: SweepId
    at: datetime
    looked: Annotated[int, Field(ge=0, examples=[12], description="At how many things that were due.")]
    found: list[Finding]
    left: Annotated[
        dict[str, datetime],
        Field(
            examples=[{"parts": "2030-05-04T12:00:00Z"}],
            description="Rounds that had no time for all that was due, and since when the oldest of it is."
            " The next minute goes on there.",
        ),
    ] = Field(default_factory=dict)


class SweepList(Answer):
    items: list[Sweep]
    cursor: Annotated[str | None, Field(examples=["eyJwayI6Ii4uLiJ9"])] = None
