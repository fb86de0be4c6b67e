"""Holds in their table: each changes with the journal that moves its credits."""

from contextlib import suppress
from datetime import timedelta
from functools import cache

from functions.ledger.model.holds import Hold, HoldChanged
from functions.ledger.model.standing import AlreadyPosted
from functions.ledger.rules import holds as rules
from functions.ledger.store.books import books
from functions.ledger.store.rows import hold_key, hold_row
from kernel import clock
from kernel.errors import Conflict, Unavailable
from kernel.money import Money

TRIES = 10


class Holds:
    def hold(self, order_id: str, buyer_id: str, amount: Money, hold_s: int) -> Hold:
        """Once for an order. That something is there already is found by the transaction itself."""
        now = clock.now()
        made = rules.made(order_id, buyer_id, amount, now + timedelta(seconds=hold_s))
        try:
            books().post(rules.held_fact(made, now), [hold_row(None, made, HoldChanged())])
        except Conflict:
            kept = self.find(made.hold_id)
            if not kept:
                raise
            rules.check_same(kept, amount)
            return kept
        return made

    def void(self, order_id: str, buyer_id: str, currency: str) -> Hold:
        """What was never set aside is over as well: whoever comes late with it is refused."""
        for _ in range(TRIES):
            kept = self.find(rules.hold_id(order_id))
            with suppress(AlreadyPosted, HoldChanged):
                if kept:
                    return self._release(kept)
                over = rules.tombstone(order_id, buyer_id, currency, clock.now())
                books().table.commit([hold_row(None, over, HoldChanged())])
                return over
        raise Unavailable("This hold is being changed again and again. Try again.")

    def find(self, hold_id: str) -> Hold | None:
        row = books().table.get(*hold_key(hold_id))
        return Hold.model_validate(row) if row else None

    def _release(self, kept: Hold) -> Hold:
        after = rules.voided(kept)
        if not after:
            return kept
        books().post(rules.released_fact(after, clock.now()), [hold_row(kept, after, HoldChanged())])
        return after


@cache
def holds() -> Holds:
    return Holds()
