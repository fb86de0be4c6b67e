"""Which ways to pay there are for an amount, and what each asks of Stripe: rules as data, chosen by a setting.

# docs.stripe.com/payments/payment-methods/payment-method-support and each method's own page
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from functions.payments.model.methods import Method, MethodNotOffered, Rules
from functions.payments.model.payments import AmountTooLarge, AmountTooSmall, NotChargeable
from kernel.money import Money

MINUTE, HOUR, DAY = 60, 3600, 86_400
_EURO = "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK"
_PAYPAL = "AUD CAD CHF CZK DKK EUR GBP HKD NOK NZD PLN SEK SGD USD"

# What a platform's account may have. Wallets (Apple Pay, Google Pay) are cards to Stripe, and come with them.
METHODS: Mapping[str, Rules] = {
    "card": Rules(told_within_s=MINUTE, can_be_saved=True),
    # docs.stripe.com/payments/upi
    "upi": Rules(
        currencies=frozenset({"INR"}),
        countries=frozenset({"IN"}),
        most={"INR": 100_000_00},
        told_within_s=5 * MINUTE,
        refundable_days=60,
    ),
    # docs.stripe.com/payments/paypal
    "paypal": Rules(
        currencies=frozenset(_PAYPAL.split()),
        told_within_s=5 * MINUTE,
        refundable_days=180,
        can_be_saved=True,
    ),
    # docs.stripe.com/payments/bank-transfers
    "customer_balance": Rules(
        currencies=frozenset({"EUR", "GBP", "JPY", "MXN", "USD"}),
        pays_within_s=7 * DAY,
        told_within_s=5 * DAY,
        needs_customer=True,
    ),
    # docs.stripe.com/payments/stablecoin-payments
    "crypto": Rules(currencies=frozenset({"USD"}), most={"USD": 10_000_00}, told_within_s=10 * MINUTE),
    # docs.stripe.com/payments/sepa-debit
    "sepa_debit": Rules(
        currencies=frozenset({"EUR"}),
        countries=frozenset(_EURO.split()),
        most={"EUR": 10_000_00},
        told_within_s=14 * DAY,
        refundable_days=180,
        can_be_saved=True,
    ),
    # docs.stripe.com/payments/ideal
    "ideal": Rules(
        currencies=frozenset({"EUR"}), countries=frozenset({"NL"}), told_within_s=10 * MINUTE, refundable_days=180
    ),
}

# docs.stripe.com/currencies#minimum-and-maximum-charge-amounts. Of others Stripe says it itself.
_HALF = ("AUD", "BRL", "CAD", "CHF", "EUR", "INR", "NZD", "SGD", "USD")  # of one unit
_OTHERS = {"AED": 200, "CZK": 15_00, "DKK": 250, "GBP": 30, "HKD": 400, "HUF": 175_00, "JPY": 50, "MXN": 10_00}
_OTHERS |= {"MYR": 200, "NOK": 300, "PLN": 200, "RON": 200, "SEK": 300, "THB": 10_00}
LEAST = dict.fromkeys(_HALF, 50) | _OTHERS
MOST = 99_999_999  # eight digits, whatever the currency

# Without a method named, Stripe shows what fits best of all that the account has.
ANY: dict[str, Any] = {"automatic_payment_methods": {"enabled": True}}
# docs.stripe.com/payments/bank-transfers/accept-a-payment
_TRANSFERS = {"EUR": "eu", "GBP": "gb", "JPY": "jp", "MXN": "mx", "USD": "us"}
_IBANS_OF = "DE"  # whose bank the money is sent to, of the euro countries that Stripe has accounts in


def check_chargeable(amount: Money) -> None:
    if not amount.chargeable():
        raise NotChargeable()
    if amount.minor < LEAST.get(amount.currency, 1):
        raise AmountTooSmall(f"At least {Money(LEAST[amount.currency], amount.currency)} is needed.")
    if amount.minor > MOST:
        raise AmountTooLarge()


def offered(names: Iterable[str], amount: Money, country: str | None) -> list[Method]:
    """Of those that are switched on, in the order of the setting."""
    return [_shown(name) for name in _fitting(names, amount, country)]


def check_offered(names: Iterable[str], method: str, amount: Money) -> Rules:
    """Where the buyer is, is theirs to say: Stripe looks at what they pay with."""
    if method not in _fitting(names, amount, None):
        raise MethodNotOffered()
    return METHODS[method]


def pays_within_s(method: str | None) -> int:
    """Where nothing is named, what is quick is meant: whoever wants to send a transfer says so."""
    return METHODS.get(method or "", METHODS["card"]).pays_within_s


def is_past_refunding(method: str, begun_at: datetime, asked_at: datetime) -> bool:
    """Whether it was too late when it was asked for: what was begun in time is gone on with, however long it takes."""
    days = METHODS[method].refundable_days if method in METHODS else None
    return days is not None and asked_at > begun_at + timedelta(days=days)


def asked_for(method: str, currency: str) -> dict[str, Any]:
    """Of Stripe, for this method alone. # docs.stripe.com/api/payment_intents/create"""
    asked: dict[str, Any] = {**ANY, "allowed_payment_method_types": [method]}
    if method != "customer_balance":
        return asked
    kind = f"{_TRANSFERS[currency]}_bank_transfer"
    transfer: dict[str, Any] = {"type": kind} | ({kind: {"country": _IBANS_OF}} if currency == "EUR" else {})
    options = {"customer_balance": {"funding_type": "bank_transfer", "bank_transfer": transfer}}
    return asked | {"payment_method_options": options}


def _fitting(names: Iterable[str], amount: Money, country: str | None) -> Iterator[str]:
    for name in names:
        rules = METHODS.get(name)
        if rules and _fits(rules, amount, country):
            yield name


def _fits(rules: Rules, amount: Money, country: str | None) -> bool:
    if rules.currencies is not None and amount.currency not in rules.currencies:
        return False
    if rules.countries is not None and country and country not in rules.countries:
        return False
    return amount.minor <= rules.most.get(amount.currency, MOST)


def _shown(name: str) -> Method:
    rules = METHODS[name]
    said = {"pays_within_s": rules.pays_within_s, "told_within_s": rules.told_within_s}
    return Method.model_validate({"method": name, "can_be_saved": rules.can_be_saved, **said})
