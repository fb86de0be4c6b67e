"""What others tell the books, before the books have added what only they know."""

from functions.ledger.model.names import Amount, BuyerId, CurrencyCode, Reference
from kernel.http import Answer


class CreditsPaid(Answer):
    """A buyer paid for credits in a currency. How many that makes, finance's rate says, not whoever tells it."""

    payment_id: Reference
    buyer_id: BuyerId
    paid: Amount
    currency: CurrencyCode
