"""What Stripe keeps of a charge: a share and a fixed part, by currency and method. # stripe.com/pricing"""

from dataclasses import dataclass

from local.stripe.wire import Document

BPS = 10_000


@dataclass(frozen=True)
class Tariff:
    bps: int
    fixed: int = 0


CARD = {
    "usd": Tariff(290, 30),
    "eur": Tariff(150, 25),
    "gbp": Tariff(150, 20),
    "cad": Tariff(290, 30),
    "aud": Tariff(170, 30),
    "jpy": Tariff(360),
    "inr": Tariff(200),
    "kwd": Tariff(290, 100),
}
OTHERS = {
    "upi": Tariff(200),
    "customer_balance": Tariff(50),
    "crypto": Tariff(150),
}
ELSE = Tariff(290)


def fee_of(amount: int, currency: str, method: str) -> int:
    tariff = OTHERS.get(method) or CARD.get(currency, ELSE)
    return (amount * tariff.bps + BPS // 2) // BPS + tariff.fixed


def details(fee: int, currency: str) -> list[Document]:
    if not fee:
        return []
    told = {"application": None, "currency": currency, "description": "Stripe processing fees", "type": "stripe_fee"}
    return [{"amount": fee, **told}]
