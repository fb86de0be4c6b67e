"""What buyers may know of stock."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from functions.inventory.api.app import api
from functions.inventory.model.items import Availabilities
from functions.inventory.rules import availability as rules
from functions.inventory.store.levels import levels
from kernel.authz import PUBLIC

FRESH = "public, max-age=2"


@api.get("/v1/availability", permit=PUBLIC)
def read_availability(
    variants: Annotated[
        str,
        Query(max_length=3100, description="Up to 50, each as store:variant, with commas between."),
        Field(examples=["sto_01k6m2q8vx4c7e9r1t3y5w7zab:var_01k6m2q8vx4c7e9r1t3y5w7zab"]),
    ],
) -> Response[Availabilities]:
    """Whether variants can be ordered, told a moment ago. A number only where few are left."""
    told = levels().told(rules.asked(variants))
    answer = Availabilities(items=[rules.availability(one) for one in told])
    return Response(200, content_type="application/json", body=answer, headers={"Cache-Control": FRESH})
