"""What Stripe takes and asks of an amount, by currency.

# docs.stripe.com/currencies#minimum-and-maximum-charge-amounts, docs.stripe.com/currencies#zero-decimal
"""

from local.stripe.wire import invalid

ZERO_DECIMAL = frozenset(
    [
        *("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga"),
        *("pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"),
    ]
)
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
LEAST = {
    "usd": 50,
    "aed": 200,
    "aud": 50,
    "brl": 50,
    "cad": 50,
    "chf": 50,
    "czk": 15_00,
    "dkk": 2_50,
    "eur": 50,
    "gbp": 30,
    "hkd": 4_00,
    "huf": 175_00,
    "inr": 50,
    "jpy": 50,
    "mxn": 10_00,
    "nok": 3_00,
    "nzd": 50,
    "pln": 2_00,
    "ron": 2_00,
    "sek": 3_00,
    "sgd": 50,
    "thb": 10_00,
}
MOST = 99_999_999
KNOWN = frozenset(
    [*ZERO_DECIMAL, *THREE_DECIMAL, *LEAST, "uah", "krw", "cny", "zar", "ils", "try", "php", "idr", "isk"]
)


def check_currency(currency: str) -> str:
    if currency.lower() not in KNOWN:
        raise invalid(f"Invalid currency: {currency}.", param="currency")
    return currency.lower()


def check_amount(amount: int, currency: str, param: str = "amount") -> int:
    if amount <= 0:
        raise invalid("This value must be greater than or equal to 1.", param=param, code="parameter_invalid_integer")
    if amount > MOST and currency not in ("jpy", "idr", "inr", "krw", "vnd", "huf"):
        raise invalid(f"Amount must be no more than {MOST}.", param=param, code="amount_too_large")
    if currency in THREE_DECIMAL and amount % 10:
        raise invalid(
            "Invalid amount. Amounts in three-decimal currencies must be evenly divisible by ten.",
            param=param,
            code="parameter_invalid_integer",
        )
    if amount < LEAST.get(currency, 1):
        raise invalid(
            f"Amount must be at least {LEAST[currency]} {currency} in the smallest unit.",
            param=param,
            code="amount_too_small",
        )
    return amount
