"""The bank account that each customer is given to send money to. # docs.stripe.com/payments/bank-transfers"""

import hashlib

from local.stripe.wire import Document

REGIONS = {"eur": "eu", "gbp": "gb", "jpy": "jp", "mxn": "mx"}
ELSEWHERE = "us"
ADDRESS: Document = {
    "city": "South San Francisco",
    "country": "US",
    "line1": "354 Oyster Point Blvd",
    "line2": None,
    "postal_code": "94080",
    "state": "CA",
}
NETWORKS = {"us": ["ach", "domestic_wire_us"], "eu": ["sepa"], "gb": ["bacs", "fps"], "jp": ["zengin"], "mx": ["spei"]}


def kind(currency: str) -> str:
    return f"{REGIONS.get(currency, ELSEWHERE)}_bank_transfer"


def sent(currency: str) -> Document:
    """What is told of a transfer that arrived; its sender is nobody in particular."""
    details: dict[str, Document] = {
        "eu_bank_transfer": {"bic": "BANKDEFFXXX", "iban_last4": "3000", "sender_name": None},
        "gb_bank_transfer": {"account_number_last4": "2345", "sender_name": None, "sort_code": "108800"},
        "jp_bank_transfer": {"sender_bank": "Test Bank", "sender_branch": "Head office", "sender_name": None},
        "us_bank_transfer": {"network": "ach", "sender_name": None},
    }
    how = kind(currency)
    return {"type": how, **({how: details[how]} if how in details else {})}


def address(customer: str, currency: str) -> Document:
    """The same for every payment of a customer: what arrives is told apart by its reference and amount."""
    region = REGIONS.get(currency, ELSEWHERE)
    number = str(int.from_bytes(hashlib.sha256(customer.encode()).digest()[:8], "big")).zfill(20)
    places = {"account_holder_address": ADDRESS, "bank_address": ADDRESS}
    name = {"account_holder_name": "Metco"}
    about: tuple[str, Document] = {
        "us": (
            "aba",
            {
                "account_number": number[:12],
                "account_type": "checking",
                "bank_name": "US Test Bank",
                "routing_number": "999999999",
            },
        ),
        "eu": ("iban", {"bic": "AGRIFRPPXXX", "country": "FR", "iban": f"FR{number[:25]:0<25}"}),
        "gb": ("sort_code", {"account_number": number[:8], "sort_code": "200000"}),
        "jp": (
            "zengin",
            {
                "account_number": number[:7],
                "account_type": "futsu",
                "bank_code": "0000",
                "bank_name": "Test Bank",
                "branch_code": "000",
                "branch_name": "Head office",
            },
        ),
        "mx": ("spei", {"bank_code": "002", "bank_name": "Test Bank", "clabe": number[:18]}),
    }[region]
    shape, details = about
    return {"supported_networks": NETWORKS[region], "type": shape, shape: {**places, **name, **details}}


def reference(intent: str) -> str:
    return hashlib.sha256(intent.encode()).hexdigest()[:12].upper()
