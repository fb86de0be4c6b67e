"""Sales in their table: paid, released, frozen, given back, each with its journal."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache

from functions.ledger import events
from functions.ledger.model.accounts import REFUNDS_IN_TRANSIT, available, credits_of, debt
from functions.ledger.model.facts.sales import OrderPaid, SaleRefunded
from functions.ledger.model.holds import HoldChanged, NothingHeld
from functions.ledger.model.sales import Sale
from functions.ledger.model.standing import (
    AlreadyPosted,
    BalanceMoved,
    GivenBack,
    NoSuchSale,
    PostedOtherwise,
    SaleChanged,
    Standing,
)
from functions.ledger.rules import holds as hold_rules
from functions.ledger.rules import standing as rules
from functions.ledger.rules.journals import journal_id_of
from functions.ledger.store.books import books
from functions.ledger.store.debts import net_debt
from functions.ledger.store.holds import TRIES, holds
from functions.ledger.store.rows import balance_keys, hold_row, journal_key, read_journal, read_sale, sale_key, sale_row
from kernel import clock
from kernel.errors import Unavailable
from kernel.events import Event
from kernel.money import Money
from kernel.table import Change, Item


class Sales:
    def record_paid(self, order_id: str, buyer_id: str, payment_id: str | None, sold: list[Sale]) -> None:
        """Every seller order, the hold and the journal at once; whoever resolves the hold meanwhile is met again."""
        for _ in range(TRIES):
            with suppress(HoldChanged):
                self._record(order_id, buyer_id, payment_id, sold)
                return
        raise Unavailable("The hold of this order is being changed again and again. Try again.")

    def _record(self, order_id: str, buyer_id: str, payment_id: str | None, sold: list[Sale]) -> None:
        spent = sum((sale.credits for sale in sold), Money.zero(sold[0].currency))
        hold = holds().find(hold_rules.hold_id(order_id)) if spent else None
        if spent and not hold:
            raise NothingHeld()
        changes: list[Change] = [sale_row(None, rules.opened(sale)) for sale in sold]
        if hold and (captured := hold_rules.captured(hold, spent)):
            changes.append(hold_row(hold, captured, HoldChanged()))
        fact = OrderPaid(
            at=clock.now(),
            order_id=order_id,
            buyer_id=buyer_id,
            payment_id=payment_id,
            hold=hold_rules.captured_part(hold) if hold else None,
            sales=sold,
        )
        with suppress(AlreadyPosted):
            books().post(fact, changes)

    def release(self, seller_order_id: str) -> Standing:
        """Only while nothing freezes it: whoever freezes it at this moment changes its version."""
        for _ in range(TRIES):
            kept = self.standing(seller_order_id)
            with suppress(AlreadyPosted, SaleChanged):
                done = rules.released(kept, clock.now())
                if done:
                    after, fact = done
                    amounts = {name: getattr(fact, name) for name in ("net", "commission", "commission_tax")}
                    named = {name: getattr(fact, name) for name in ("order_id", "seller_order_id", "store_id")}
                    told = Event(events.FundsReleased(**named, **amounts), seller_order_id, after.version)
                    books().post(fact, [sale_row(kept, after)], [told])
                net_debt("store", kept.sale.store_id, kept.sale.currency, seller_order_id)
                return done[0] if done else kept
        raise Unavailable("This sale is being changed again and again. Try again.")

    def freeze(self, seller_order_id: str, cause: str, conditions: Sequence[Change] = ()) -> Standing:
        """`conditions`: under which there is a cause at all."""
        return self._change(seller_order_id, lambda kept: rules.frozen(kept, cause), conditions)

    def unfreeze(self, seller_order_id: str, cause: str) -> Standing:
        return self._change(seller_order_id, lambda kept: rules.unfrozen(kept, cause), told=_unfrozen)

    def _change(
        self,
        seller_order_id: str,
        decide: Callable[[Standing], Standing | None],
        conditions: Sequence[Change] = (),
        told: Callable[[Standing], list[Event]] = lambda _: [],
    ) -> Standing:
        for _ in range(TRIES):
            kept = self.standing(seller_order_id)
            after = decide(kept)
            if not after:
                return kept
            with suppress(SaleChanged):
                books().table.commit([sale_row(kept, after), *conditions], told(after))
                return after
        raise Unavailable("This sale is being changed again and again. Try again.")

    def refund(
        self, seller_order_id: str, store_id: str, refund_id: str, lines: Mapping[str, Money], *, as_credits: bool
    ) -> GivenBack:
        """Asked again, it is what the journal says that was written."""
        written = journal_key(journal_id_of(SaleRefunded, refund_id, seller_order_id))
        currency = next(iter(lines.values())).currency
        [there] = balance_keys(available(store_id), currency)
        for _ in range(TRIES):
            rows = books().table.get_many([written, sale_key(seller_order_id), there])
            kept = _standing(rows.get(sale_key(seller_order_id)))
            if written in rows:
                return _given(kept.sale, {leg.account: leg.amount for leg in read_journal(rows[written]).legs})
            if kept.sale.store_id != store_id:
                raise NoSuchSale()
            has = Money(rows.get(there, {}).get("balance", 0), currency)
            after, fact = rules.refunded(kept, refund_id, lines, has, clock.now(), as_credits=as_credits)
            with suppress(AlreadyPosted, PostedOtherwise, BalanceMoved, SaleChanged):
                posted = books().post(fact, [sale_row(kept, after)])
                return _given(kept.sale, {leg.account: leg.amount for leg in posted.legs})
        raise Unavailable("This sale is being changed again and again. Try again.")

    def standing(self, seller_order_id: str) -> Standing:
        return _standing(books().table.get(*sale_key(seller_order_id)))


@cache
def sales() -> Sales:
    return Sales()


def _standing(row: Item | None) -> Standing:
    if not row:
        raise NoSuchSale()
    return read_sale(row)


def _unfrozen(after: Standing) -> list[Event]:
    sale = after.sale
    named = {"order_id": sale.order_id, "seller_order_id": sale.seller_order_id, "store_id": sale.store_id}
    told = events.SaleUnfrozen(**named, freezes=len(after.freezes))
    return [Event(told, sale.seller_order_id, after.version)]


def _given(sale: Sale, legs: Mapping[str, Money]) -> GivenBack:
    """Debits are positive, so what goes to somebody is negative."""
    zero = Money.zero(sale.currency)
    return GivenBack(
        by_card=-legs.get(REFUNDS_IN_TRANSIT, zero),
        by_credits=-legs.get(credits_of(sale.buyer_id), zero),
        owed=legs.get(debt("store", sale.store_id), zero),
    )
