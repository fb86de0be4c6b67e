"""Debts in their table: paid by what came in, before anything else is done with it."""

from contextlib import suppress

from functions.ledger.model.accounts import available, credits_of, debt
from functions.ledger.model.facts.debts import DebtNetted
from functions.ledger.model.names import Owner
from functions.ledger.model.standing import AlreadyPosted, BalanceMoved, NotEnoughCredits, PostedOtherwise
from functions.ledger.store.books import books
from functions.ledger.store.rows import balance_keys
from kernel import clock
from kernel.money import Money


def net_debt(owner: Owner, owner_id: str, currency: str, reference: str) -> None:
    """If it fails, what comes in next does it, or a withdrawal."""
    there = available(owner_id) if owner == "store" else credits_of(owner_id)
    keys = [*balance_keys(there, currency), *balance_keys(debt(owner, owner_id), currency)]
    rows = books().table.get_many(keys)
    amount = min(rows.get(key, {}).get("balance", 0) for key in keys)
    if amount > 0:
        fact = DebtNetted(
            at=clock.now(), reference=reference, owner=owner, owner_id=owner_id, amount=Money(amount, currency)
        )
        with suppress(AlreadyPosted, BalanceMoved, NotEnoughCredits, PostedOtherwise):
            books().post(fact)
