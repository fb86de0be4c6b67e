"""When a store's money is paid out by itself, as its seller wants it."""

from functions.ledger.api.app import StorePath, api
from functions.ledger.model.policies import NewPayoutPolicy, PayoutPolicy
from functions.ledger.rules import policies as rules
from functions.ledger.store.policies import policies
from kernel import clock
from kernel.authz import require
from kernel.http import expected_version, receipt


@api.get("/v1/stores/<store_id>/payout-policy", permit="withdraw_funds")
def read_payout_policy(store_id: StorePath) -> PayoutPolicy:
    """When and from how much on the store's money is paid out. Until one is set, only when it is asked for."""
    require("withdraw_funds", store=store_id)
    return policies().of_store(store_id)


@api.put("/v1/stores/<store_id>/payout-policy", permit="withdraw_funds")
def set_payout_policy(store_id: StorePath, request: NewPayoutPolicy) -> PayoutPolicy:
    """Have it paid out daily or weekly, above a minimum. What needs approval when asked for needs it then, too."""
    me = require("withdraw_funds", store=store_id)
    before = policies().of_store(store_id)
    expected_version(before.version)
    after = rules.policy_set(before, request, me.id, clock.now())
    policies().set(before, after, receipt(after))
    return after
