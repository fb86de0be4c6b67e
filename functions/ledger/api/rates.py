"""What credits in one currency are worth in another, as finance sets it."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.ledger.api.app import Cursor, Limit, api
from functions.ledger.model.credits import ConversionRate, ConversionRates, CurrentRates, NewConversionRate
from functions.ledger.model.names import CurrencyCode
from functions.ledger.rules import credits as rules
from functions.ledger.store.rates import rates
from kernel import authz, clock
from kernel.authz import require
from kernel.http import expected_version, receipt

CurrencyPath = Annotated[CurrencyCode, Path()]


@api.get("/v1/conversion-rates", permit="read_rates")
def list_rates(limit: Limit = 50, cursor: Cursor = None) -> CurrentRates:
    """The rates at which credits are converted at this moment."""
    require("read_rates", owner=authz.principal().id)
    return rates().current(limit=limit, cursor=cursor)


@api.put("/v1/conversion-rates/<given>/<received>", permit="set_rates")
def set_rate(given: CurrencyPath, received: CurrencyPath, request: NewConversionRate) -> ConversionRate:
    """Set what a whole unit of one currency is worth in another, from now on."""
    me = require("set_rates")
    before = rates().find(given, received)
    expected_version(before.version if before else 0)
    new = rules.next_rate(before, given, received, request.rate, me.id, clock.now())
    rates().set(before, new, receipt(new))
    return new


@api.get("/v1/conversion-rates/<given>/<received>/history", permit="set_rates")
def read_rate_history(
    given: CurrencyPath, received: CurrencyPath, limit: Limit = 20, cursor: Cursor = None
) -> ConversionRates:
    """Every rate there ever was between two currencies, and who set it."""
    require("set_rates")
    return rates().history(given, received, limit=limit, cursor=cursor)
