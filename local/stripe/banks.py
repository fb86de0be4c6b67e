"""Bank accounts to pay out to, and what the test numbers do. # docs.stripe.com/connect/testing#payouts"""

from dataclasses import dataclass

# Told by how a number ends: the documentation lists the same endings for each country.
ENDINGS = {
    "1111116": "no_account",
    "1111113": "account_closed",
    "2222227": "insufficient_funds",
    "3333335": "debit_not_authorized",
    "4444440": "invalid_currency",
    "3000": "",
    "3001": "no_account",
    "3002": "account_closed",
    "3003": "insufficient_funds",
    "3004": "debit_not_authorized",
    "3005": "invalid_currency",
}
GOOD = ("000123456789", "000123456", "00012345", "0001234", "0001234567", "000123456789012")
IBAN_LENGTH = range(15, 35)

# docs.stripe.com/api/payouts/failures
MESSAGES = {
    "no_account": "Your bank account details on file are probably incorrect. No bank account could be located with "
    "those details.",
    "account_closed": "The bank account has been closed.",
    "insufficient_funds": "Your Stripe account has insufficient funds to cover the payout.",
    "debit_not_authorized": "Debit transactions are not approved on your bank account.",
    "invalid_currency": "Your bank was unable to process this payout because of its currency.",
    "could_not_process": "The bank could not process this payout.",
}
# Most are refused on the way; a bank may also send it back days later, when it was marked paid. The test number of a
# closed account does so here. # docs.stripe.com/payouts#payout-failures
AFTER_PAID = frozenset(("account_closed",))
TOKENS = {
    "btok_us_verified": "000123456789",
    "btok_us_verified_noAccount": "000111111116",
    "btok_us_verified_accountClosed": "000111111113",
    "btok_us_verified_insufficientFunds": "000222222227",
    "btok_us_verified_debitNotAuthorized": "000333333335",
    "btok_us_verified_invalidCurrency": "000444444440",
    "btok_us": "000123456789",
}
US_ROUTING = "110000000"


@dataclass(frozen=True)
class Country:
    currency: str
    routing: str = ""  # an example of the code beside the number; none: an IBAN says it all
    number: str = "000123456789"
    bank: str = "STRIPE TEST BANK"


COUNTRIES = {
    "US": Country("usd", US_ROUTING),
    "CA": Country("cad", "11000-000"),
    "GB": Country("gbp", "108800", "00012345"),
    "IN": Country("inr", "HDFC0000261"),
    "JP": Country("jpy", "1100000", "0001234"),
    "AU": Country("aud", "110000", "000123456"),
    "NZ": Country("nzd", "", "1100000000000010"),
    "SG": Country("sgd", "1100-000", "000123456"),
    "HK": Country("hkd", "110-000", "000123-456"),
    "MX": Country("mxn", "", "000000001234567897"),
    "BR": Country("brl", "110-0000", "0001234"),
    "CH": Country("chf", "", "CH9300762011623852957"),
    "UA": Country("uah", "", "UA213223130000026007233563000"),
    "KW": Country("kwd", "", "KW81CBKU0000000000001234563000"),
    "AE": Country("aed", "", "AE070331234567890123000"),
    "NO": Country("nok", "", "NO9386011113000"),
    "SE": Country("sek", "", "SE3550000000054910003000"),
    "DK": Country("dkk", "", "DK5000400440113000"),
    "PL": Country("pln", "", "PL61109010140000071219813000"),
    "CZ": Country("czk", "", "CZ6508000000192000143000"),
    "HU": Country("huf", "", "HU42117730161111101800003000"),
    "RO": Country("ron", "", "RO49AAAA1B31007593843000"),
    **{
        code: Country("eur", "", f"{code}89370400440532013000")
        for code in (
            *("AT", "BE", "BG", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "IE", "IT", "LT", "LU", "LV", "MT"),
            *("NL", "PT", "SI", "SK"),
        )
    },
}


def number_fits(number: str) -> bool:
    """In test mode there are test numbers only."""
    bare = number.replace(" ", "").replace("-", "")
    known = {one.number.replace("-", "") for one in COUNTRIES.values()}
    if bare in GOOD or bare in known or bare.endswith(tuple(end for end in ENDINGS if len(end) == 7)):
        return True
    return bare[:2].isalpha() and len(bare) in IBAN_LENGTH and bare.endswith(tuple(ENDINGS))


def failure(number: str) -> str:
    """Why a payout to it fails; empty: it does not."""
    bare = number.replace(" ", "").replace("-", "")
    return next(
        (code for end, code in ENDINGS.items() if bare.endswith(end) and (len(end) == 7 or bare[0].isalpha())), ""
    )
