"""Where a workflow waits for a payment, and what became of the payment: either may come first."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Result = Literal["succeeded", "cancelled"]


class Waiting(BaseModel):
    """`token`: by which the workflow is told. `patient`: no change of mind counts any more."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    token: str = ""
    patient: bool = False
    result: Result | None = None
