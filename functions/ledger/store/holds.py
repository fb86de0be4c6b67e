"""Holds in their table: each changes with the journal that moves its credits."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache

from functions.ledger import events
from functions.ledger.model.holds import Hold, HoldChanged, NothingHeld
from functions.ledger.model.standing import AlreadyPosted
from functions.ledger.rules import holds as rules
from functions.ledger.store.books import books
from functions.ledger.store.rows import BUCKETS, due_pk, hold_key, hold_row
from kernel import clock
from kernel.errors import Conflict, Unavailable
from kernel.events import Event
from kernel.money import Money

TRIES = 10
SWEPT_AT_ONCE = 50


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

    def capture(self, order_id: str, amount: Money) -> Hold:
        """No money moves: where it goes, the journal of the paid order says."""
        for _ in range(TRIES):
            kept = self.find(rules.hold_id(order_id))
            if not kept:
                raise NothingHeld()
            after = rules.captured(kept, amount)
            if not after:
                return kept
            with suppress(HoldChanged):
                books().table.commit([hold_row(kept, after, HoldChanged())])
                return after
        raise Unavailable("This hold is being changed again and again. Try again.")

    def ask(self, hold_id: str) -> bool:
        """Its time is over, but the order may be paid by now: nothing goes back before orders has said."""
        kept = self.find(hold_id)
        after = rules.asked(kept, clock.now()) if kept else None
        if not kept or not after:
            return False
        told = events.HoldOverdue(order_id=kept.order_id, hold_id=hold_id)
        with suppress(HoldChanged):
            books().table.commit([hold_row(kept, after, HoldChanged())], [Event(told, hold_id, after.version)])
            return True
        return False

    def final(self, order_id: str, *, paid: bool) -> bool:
        """Orders says what became of it. What is paid is captured by the order's own journal, and never goes back."""
        return not paid and self.expire(rules.hold_id(order_id))

    def expire(self, hold_id: str) -> bool:
        """If it is still due at this moment; whoever paid or voided in between was faster."""
        now = clock.now()
        kept = self.find(hold_id)
        if not kept or kept.state != "pending":
            return False
        after = rules.expired(kept, now)
        with suppress(AlreadyPosted, HoldChanged):
            if after:
                books().post(rules.released_fact(after, now), [hold_row(kept, after, HoldChanged())])
                return True
        return False

    def overdue(self, now: datetime) -> Iterator[str]:
        """From an index, which may be late: `expire` looks at the hold itself."""
        for bucket in range(BUCKETS):
            before = clock.rfc3339(now)
            page = books().table.query(due_pk("HOLD", bucket), index="by_due", before=before, limit=SWEPT_AT_ONCE)
            yield from (row["hold_id"] for row in page.items)

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
