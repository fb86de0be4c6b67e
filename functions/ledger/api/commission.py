"""The commission rules, for finance: what Metco takes of which sale, and why."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.ledger.api.app import Cursor, Limit, api
from functions.ledger.model.commission import CommissionRule, Explained, Scope
from functions.ledger.model.names import RuleId
from functions.ledger.model.rulebook import LineToExplain, NewCommissionRule, Rulebook, Rulebooks, RuleEnd
from functions.ledger.rules import commission as deciding
from functions.ledger.rules import rulebook as rules
from functions.ledger.store.commission import commission
from kernel import clock, ids
from kernel.authz import require
from kernel.http import receipt

RulePath = Annotated[RuleId, Path()]


@api.get("/v1/commission-rules", permit="manage_commission")
def list_commission_rules(
    scope: Annotated[Scope, Query()] = "platform", limit: Limit = 20, cursor: Cursor = None
) -> Rulebooks:
    """The rules of one scope, target by target, with those that are over and those to come."""
    require("manage_commission")
    return commission().books_of(scope, limit=limit, cursor=cursor)


@api.post("/v1/commission-rules", permit="manage_commission", status_code=201)
def make_commission_rule(request: NewCommissionRule) -> CommissionRule:
    """Make a rule, from now on or from a later moment. What was sold before keeps the terms it was sold under."""
    me = require("manage_commission")
    made = rules.made(request, ids.new_id("cmr"), clock.now())
    before = commission().book(made.scope, made.target)
    commission().make(before, rules.added(before, made), made, me.id, receipt(made, 201))
    return made


@api.get("/v1/commission-rules/<rule_id>", permit="manage_commission")
def read_commission_rule(rule_id: RulePath) -> CommissionRule:
    """One rule, whether it holds, is over or is to come."""
    require("manage_commission")
    return rules.found(commission().book_of(rule_id), rule_id)


@api.post("/v1/commission-rules/<rule_id>/end", permit="manage_commission")
def end_commission_rule(rule_id: RulePath, request: RuleEnd) -> Rulebook:
    """End a rule, now or at a later moment; one that has not begun by then is taken back. What is left is answered."""
    me = require("manage_commission")
    before = commission().book_of(rule_id)
    after = rules.ended(before, rule_id, request.ends_at, clock.now())
    commission().end(before, after, rule_id, me.id, receipt(after))
    return after


@api.post("/v1/commission-rules/explain", permit="manage_commission")
def explain_commission(request: LineToExplain) -> Explained:
    """Which rule is for a line, what it comes to step by step, and why each of the others is not."""
    require("manage_commission")
    found = commission().rules_for(request)
    return deciding.explain(found, request, request.at or clock.now())
