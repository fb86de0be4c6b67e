"""A buyer's credits: how many there are, and how they came and went."""

from functions.ledger.api.app import Cursor, Limit, api
from functions.ledger.model.statements import CreditHistory, Credits
from functions.ledger.rules import statements as rules
from functions.ledger.store.statements import statements
from kernel import authz
from kernel.authz import require


@api.get("/v1/me/credits", permit="read_credits")
def read_credits() -> Credits:
    """Your credits in each currency: what you can spend, what is set aside for orders, what you owe."""
    me = require("read_credits", owner=authz.principal().id)
    return rules.credits_shown(statements().totals(rules.buyer(me.id)))


@api.get("/v1/me/credits/history", permit="read_credits")
def list_credit_history(limit: Limit = 20, cursor: Cursor = None) -> CreditHistory:
    """What came and went, the newest first, each line with what there was after it."""
    me = require("read_credits", owner=authz.principal().id)
    rows, further = statements().lines(rules.buyer(me.id), limit=limit, cursor=cursor)
    return CreditHistory(items=[rules.buyer_line(row) for row in rows], cursor=further)
