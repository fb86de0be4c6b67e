"""Lost chargebacks in the books: taken back from the sales that the payment paid, as far as anything is left there."""

from collections.abc import Sequence
from contextlib import suppress
from functools import cache

from functions.ledger.model.accounts import DISPUTES_OPEN, available
from functions.ledger.model.facts.payments import ChargebackAbsorbed
from functions.ledger.model.facts.sales import ChargebackLost
from functions.ledger.model.standing import AlreadyPosted, BalanceMoved, PostedOtherwise, SaleChanged, Standing
from functions.ledger.rules import standing as rules
from functions.ledger.rules.journals import journal_id_of
from functions.ledger.rules.split import spread
from functions.ledger.store.books import books
from functions.ledger.store.holds import TRIES
from functions.ledger.store.rows import balance_keys, journal_key, read_journal, sale_row
from functions.ledger.store.sales import sales
from kernel import clock
from kernel.errors import Unavailable
from kernel.money import Money


class Chargebacks:
    def lose(self, chargeback_id: str, payment_id: str, amount: Money, seller_order_ids: Sequence[str]) -> Money:
        """Sale by sale, each once: after a crash, what was taken already is what the journals say. What no sale has
        left, as after a refund, is Metco's loss, which is answered.
        """
        kept = [sales().standing(one) for one in seller_order_ids]
        rules.check_paid_by(kept, payment_id)
        shares = spread(amount, {one.sale.seller_order_id: one.sale.card for one in kept})
        taken = sum((self._take(chargeback_id, one, part) for one, part in shares.items()), Money.zero(amount.currency))
        rest = amount - taken
        if rest:
            named = {"chargeback_id": chargeback_id, "payment_id": payment_id}
            books().record(ChargebackAbsorbed(at=clock.now(), **named, amount=rest))
        return rest

    def _take(self, chargeback_id: str, seller_order_id: str, share: Money) -> Money:
        written = journal_key(journal_id_of(ChargebackLost, chargeback_id, seller_order_id))
        for _ in range(TRIES):
            kept = sales().standing(seller_order_id)
            [there] = balance_keys(available(kept.sale.store_id), share.currency)
            rows = books().table.get_many([written, there])
            if written in rows:
                legs = {leg.account: leg.amount for leg in read_journal(rows[written]).legs}
                return -legs[DISPUTES_OPEN]
            has = Money(rows.get(there, {}).get("balance", 0), share.currency)
            with suppress(AlreadyPosted, PostedOtherwise, BalanceMoved, SaleChanged):
                return self._post(chargeback_id, kept, share, has)
        raise Unavailable("This sale is being changed again and again. Try again.")

    def _post(self, chargeback_id: str, kept: Standing, share: Money, has: Money) -> Money:
        done = rules.disputed(kept, chargeback_id, share, has, clock.now())
        if not done:
            return Money.zero(share.currency)
        after, fact = done
        books().post(fact, [sale_row(kept, after)])
        return fact.piece.disputed


@cache
def chargebacks() -> Chargebacks:
    return Chargebacks()
