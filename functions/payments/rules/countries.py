"""Where Stripe pays sellers out, in which currency and under which agreement: data, that a deployment may replace.

docs.stripe.com/connect/cross-border-payouts: a platform in the US, the UK, the EEA, Canada or Switzerland pays out into
all of them. docs.stripe.com/connect/service-agreement-types: elsewhere sellers are recipients, who take no cards.
"""

from collections.abc import Mapping, Sequence

from functions.payments.model.sellers import Agreement, PayoutsNotOffered

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
