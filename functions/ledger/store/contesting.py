"""Chargebacks in their table: what one freezes while it is open, and what it takes when it is lost.

CHARGEBACKS#<payment>   <chargeback>   whether it is decided

That row is written first. A freeze is under the condition that it is still open, and what is decided is unfrozen only
after the row says so: whichever is heard first, nothing stays frozen for what is over.
"""

from contextlib import suppress
from functools import cache

from functions.ledger.model import accounts as on
from functions.ledger.model.chargebacks import Chargeback, ChargebackHeard, ChargebackOver, PaymentNotBooked
from functions.ledger.model.facts.payments import CreditsBought
from functions.ledger.model.facts.sales import OrderPaid
from functions.ledger.model.standing import SaleReleasedAlready
from functions.ledger.model.told.payments import ChargebackClosed, ChargebackOpened
from functions.ledger.rules import contesting as rules
from functions.ledger.rules.journals import journal_id_of
from functions.ledger.store.books import books
from functions.ledger.store.chargebacks import chargebacks
from functions.ledger.store.rows import Key, balance_keys
from functions.ledger.store.sales import sales
from functions.ledger.store.telling import telling
from kernel.table import Change, check, put


class Contesting:
    def opened(self, told: ChargebackOpened) -> None:
        """The freeze comes before the money: what is released meanwhile is the seller's to take out."""
        made = rules.opened(told)
        with suppress(ChargebackHeard):
            books().table.commit([_row(made).absent().otherwise(ChargebackHeard())])
        self._freeze(made)
        telling().tell("chargeback_opened", told.model_dump(include=SAID | {"fee"}))

    def closed(self, told: ChargebackClosed) -> None:
        over = rules.closed(told)
        books().table.commit([_row(over)])
        if told.outcome == "won":
            telling().tell("chargeback_won", told.model_dump(include=SAID | {"fee_returned"}))
        else:
            self._lose(told, over)
        for sale in self._sales(over):
            sales().unfreeze(sale, over.chargeback_id)

    def freeze_late(self, payment_id: str, order_id: str) -> None:
        """An order was booked: of its payment, a chargeback may be open already."""
        for row in list(books().table.every(_pk(payment_id))):
            known = Chargeback.model_validate(row)
            if known.order_id == order_id and known.state == "open":
                self._freeze(known)

    def _freeze(self, chargeback: Chargeback) -> None:
        """Of what was released already nothing is kept back; what its seller has then is taken, or owed."""
        still_open = check(*_key(chargeback)).when(state="open").otherwise(ChargebackOver())
        with suppress(ChargebackOver):
            for sale in self._sales(chargeback):
                with suppress(SaleReleasedAlready):
                    sales().freeze(sale, chargeback.chargeback_id, [still_open])

    def _lose(self, told: ChargebackClosed, over: Chargeback) -> None:
        """From the sales that the payment paid, the credits that it bought, or what lies there for nobody."""
        said = told.model_dump(mode="json", include=SAID)
        if sold := self._sales(over):
            chargebacks().lose(told.chargeback_id, told.payment_id, told.amount, sold)
        elif books().journal(journal_id_of(CreditsBought, told.payment_id)):
            telling().tell("credits_charged_back", {**said, "buyer_id": told.buyer_id})
        elif self._came_for_nothing(told):
            telling().tell("unapplied_charged_back", said)
        else:
            raise PaymentNotBooked(f"{told.payment_id} is in the books neither for an order nor for credits.")

    def _sales(self, chargeback: Chargeback) -> list[str]:
        if not chargeback.order_id:
            return []
        paid = books().journal(journal_id_of(OrderPaid, chargeback.order_id))
        return rules.sales_paid(paid, chargeback.payment_id)

    def _came_for_nothing(self, told: ChargebackClosed) -> bool:
        """The balance of it stays when it is sent back, at zero."""
        [there] = balance_keys(on.unapplied(told.payment_id), told.amount.currency)
        return books().table.get(*there) is not None


@cache
def contesting() -> Contesting:
    return Contesting()


SAID = {"chargeback_id", "payment_id", "amount"}


def _pk(payment_id: str) -> str:
    return f"CHARGEBACKS#{payment_id}"


def _key(chargeback: Chargeback) -> Key:
    return _pk(chargeback.payment_id), chargeback.chargeback_id


def _row(chargeback: Chargeback) -> Change:
    pk, sk = _key(chargeback)
    return put({"pk": pk, "sk": sk, **chargeback.model_dump(mode="json")})
