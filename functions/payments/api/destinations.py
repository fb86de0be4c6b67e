"""Where a seller wants money sent that does not go by Stripe."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.payments import destinations as giving
from functions.payments.api.app import StorePath, api
from functions.payments.model.destinations import Destination, Destinations, NewDestination, OtherWay
from functions.payments.rules import destinations as rules
from functions.payments.store.destinations import destinations
from kernel import clock
from kernel.authz import require
from kernel.http import receipt

WayPath = Annotated[OtherWay, Path()]


@api.get("/v1/stores/<store_id>/payout-destinations", permit="manage_payout_account")
def list_payout_destinations(store_id: StorePath) -> Destinations:
    """Where money of this store goes, shortened: enough to know it again."""
    require("manage_payout_account", store=store_id)
    return Destinations(items=[rules.shortened(one) for one in destinations().of_store(store_id)])


@api.put("/v1/stores/<store_id>/payout-destinations/<way>", permit="manage_payout_account")
def set_payout_destination(store_id: StorePath, way: WayPath, said: NewDestination) -> Destination:
    """Say where money is to go by this way, instead of what was there. What is on its way already is not turned."""
    me = require("manage_payout_account", store=store_id)
    given = giving.registered(rules.given(store_id, way, said, me.id, clock.now()))
    answer = rules.shortened(given)
    destinations().keep(given, receipt(answer))
    return answer


@api.delete("/v1/stores/<store_id>/payout-destinations/<way>", permit="manage_payout_account", status_code=204)
def remove_payout_destination(store_id: StorePath, way: WayPath) -> None:
    """Forget it. Withdrawals by this way fail until another one is given, and can be asked for anew."""
    require("manage_payout_account", store=store_id)
    destinations().remove(store_id, way, receipt(None, 204))
