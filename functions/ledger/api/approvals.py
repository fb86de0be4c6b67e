"""Four eyes on what leaves: two persons of finance, neither of whom asked for it or works in that store."""

from functions.ledger import events
from functions.ledger.api.app import Cursor, Limit, StorePath, api
from functions.ledger.api.withdrawals import WithdrawalPath
from functions.ledger.model.withdrawals import Denial, Withdrawal, Withdrawals
from functions.ledger.rules import people as judging
from functions.ledger.rules import withdrawals as rules
from functions.ledger.store.people import people
from functions.ledger.store.withdrawals import withdrawals
from kernel import clock
from kernel.authz import require
from kernel.http import expected_version, receipt


@api.get("/v1/withdrawals", permit="approve_withdrawals")
def list_withdrawals_to_approve(limit: Limit = 20, cursor: Cursor = None) -> Withdrawals:
    """What waits for somebody to agree, those that wait longest first."""
    require("approve_withdrawals")
    return withdrawals().awaiting_approval(limit=limit, cursor=cursor)


@api.post("/v1/stores/<store_id>/withdrawals/<withdrawal_id>/approve", permit="approve_withdrawals")
def approve_withdrawal(store_id: StorePath, withdrawal_id: WithdrawalPath) -> Withdrawal:
    """Agree that it leaves. The second person's word lets it go; a first one who lost the right has not agreed."""
    me = require("approve_withdrawals")
    kept = withdrawals().one(store_id, withdrawal_id)
    expected_version(kept.version)
    persons = people().persons([me.id, *(one.person_id for one in kept.approvals)], store_id)
    rights = {"may_approve": judging.deciding(persons), "in_store": judging.involved(persons, kept.requested_at)}
    after = rules.approved(rules.reviewed(kept, **rights), me.id, clock.now(), **rights)
    acted = events.acted(me.id, "approve_withdrawal", withdrawal_id, after.version)
    withdrawals().replace(kept, after, people().unchanged(persons, store_id), [acted], receipt(after))
    return after


@api.post("/v1/stores/<store_id>/withdrawals/<withdrawal_id>/deny", permit="approve_withdrawals")
def deny_withdrawal(store_id: StorePath, withdrawal_id: WithdrawalPath, denial: Denial) -> Withdrawal:
    """Keep it from leaving, and tell the seller why. The money can be withdrawn again."""
    me = require("approve_withdrawals")
    kept = withdrawals().one(store_id, withdrawal_id)
    expected_version(kept.version)
    after = rules.denied(kept, denial.reason)
    acted = events.acted(me.id, "deny_withdrawal", withdrawal_id, after.version)
    withdrawals().replace(kept, after, (), [acted], receipt(after))
    return after
