"""Where Stripe pays sellers out, in which currency and under which agreement: data, that a deployment may replace.

docs.stripe.com/connect/cross-border-payouts: a platform in the US, the UK, the EEA, Canada or Switzerland pays out into
all of them. docs.stripe.com/connect/service-agreement-types: elsewhere sellers are recipients, who take no cards.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from functions.payments.model.sellers import Agreement, PayoutsNotOffered
from kernel.money import CURRENCIES

_EURO = "AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK"
_EURO_TOO = "CH CZ DK GB HU LI NO PL RO SE"  # beside a currency of their own

Offer = Mapping[str, Mapping[str, Sequence[str]]]  # agreement -> currency -> countries
OFFERED: Offer = {
    "full": {
        "EUR": f"{_EURO} {_EURO_TOO}".split(),
        "CAD": ["CA"],
        "CHF": ["CH", "LI"],
        "CZK": ["CZ"],
        "DKK": ["DK"],
        "GBP": ["GB"],
        "HUF": ["HU"],
        "NOK": ["NO"],
        "PLN": ["PL"],
        "RON": ["RO"],
        "SEK": ["SE"],
        "USD": ["US"],
    },
    "recipient": {
        "AUD": ["AU"],
        "BRL": ["BR"],
        "HKD": ["HK"],
        "INR": ["IN"],
        "JPY": ["JP"],
        "KWD": ["KW"],
        "MXN": ["MX"],
        "NZD": ["NZ"],
        "SGD": ["SG"],
    },
}


def agreement(offered: Offer, country: str, currency: str) -> Agreement:
    """The first that offers it: whoever may have the full one gets it."""
    for one in ("full", "recipient"):
        if country in offered.get(one, {}).get(currency, ()):
            return "full" if one == "full" else "recipient"
    raise PayoutsNotOffered(f"Stripe pays nobody out in {country} in {currency} for Metco. Ask for another way.")


def faults(offered: Offer) -> Iterator[str]:
    """What is wrong with an offer that an operator wrote down."""
    if not any(countries for currencies in offered.values() for countries in currencies.values()):
        yield "payout_countries offers nothing: no seller could open an account."
    for one, currencies in offered.items():
        if one not in ("full", "recipient"):
            yield f"{one} in payout_countries is no agreement of Stripe's: full or recipient."
        for currency, countries in currencies.items():
            if currency not in CURRENCIES:
                yield f"{currency} in payout_countries is no currency."
            yield from (
                f"{country} in payout_countries is no country's two letters."
                for country in countries
                if not re.fullmatch("[A-Z]{2}", country)
            )
