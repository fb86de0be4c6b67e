"""Credits given by finance, from one person to another, and from one currency into another."""

from functions.ledger.api.app import api
from functions.ledger.model.giving import (
    CreditConversion,
    CreditGift,
    CreditGrant,
    NewCreditConversion,
    NewCreditGift,
    NewCreditGrant,
)
from functions.ledger.rules import giving as rules
from functions.ledger.store.giving import giving
from functions.ledger.store.people import people
from functions.ledger.store.rates import rates
from kernel import authz, ids
from kernel.authz import require
from kernel.http import receipt


@api.post("/v1/credits/grants", permit="grant_credits", status_code=201)
def grant_credits(request: NewCreditGrant) -> CreditGrant:
    """Give somebody credits at Metco's cost, to make good or to win them."""
    me = require("grant_credits")
    made = rules.granted(request, ids.new_id("grt"), people().person(request.buyer_id), me.id)
    giving().grant(made, me.id, receipt(made, 201))
    return made


@api.post("/v1/me/credits/gifts", permit="give_credits", status_code=201)
def give_credits(request: NewCreditGift) -> CreditGift:
    """Give some of your credits to somebody else. They are that person's from then on."""
    me = require("give_credits", owner=authz.principal().id)
    made = rules.gifted(request, ids.new_id("gft"), people().person(request.receiver_id), me.id)
    giving().gift(made, me.id, receipt(made, 201))
    return made


@api.post("/v1/me/credits/conversions", permit="give_credits", status_code=201)
def convert_credits(request: NewCreditConversion) -> CreditConversion:
    """Turn credits in one currency into another one, at the rate of this moment and rounded down."""
    me = require("give_credits", owner=authz.principal().id)
    rate = rates().rate(request.given.currency, request.to)
    made = rules.exchanged(request.given, ids.new_id("cnv"), rate)
    giving().convert(made, me.id, receipt(made, 201))
    return made
