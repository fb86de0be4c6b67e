"""Sellers at Stripe, for tests: opened over HTTP, filled in as a person does on Stripe's own pages."""

from typing import Any

from functions.payments.model.sellers import StoreHeard
from functions.payments.store.stores import stores
from local.stripe import banks, requirements
from local.stripe.call import Call
from local.stripe.objects import accounts, external_accounts
from tests.builders.ledger import STORE
from tests.builders.payments import seller
from tests.builders.stand_in import AtStripe

MATCHES, UNKNOWN = ("1", "1", "1901"), ("7", "4", "1985")  # dates of birth, by which the documentation tells them apart
GOOD_BANK = next(iter(banks.TOKENS))


def heard_of(store_id: str = STORE, country: str = "US", currency: str = "USD") -> None:
    stores().heard(StoreHeard(store_id=store_id, country=country, currency=currency), sequence=1)


def opened(store_id: str = STORE, **options: Any) -> dict[str, Any]:
    """A store's account, just opened."""
    heard_of(store_id)
    answer = seller(store_id)("POST", f"/v1/stores/{store_id}/payout-account", **options)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def payable(there: AtStripe, store_id: str = STORE) -> str:
    """The id of an account that money can go to, as Metco knows."""
    account_id = str(opened(store_id)["account_id"])
    fill_in(there, account_id)
    there.advance(seconds=accounts.CHECKED_WITHIN_S)
    answer = seller(store_id)("POST", f"/v1/stores/{store_id}/payout-account/refresh")
    assert answer.json["state"] == "payable", answer.text
    return account_id


def fill_in(there: AtStripe, account_id: str, born: tuple[str, str, str] = MATCHES, bank: str = GOOD_BANK) -> None:
    """All that is asked for."""
    who = {f"individual.dob.{part}": value for part, value in zip(("day", "month", "year"), born, strict=True)}
    there.core.act(_sent, account_id, who, bank)


def show(there: AtStripe, account_id: str, document: str = requirements.GOOD_DOCUMENT) -> None:
    """One document more."""
    there.core.act(_sent, account_id, {"individual.verification.document": document}, "")


def _sent(call: Call, account_id: str, given: dict[str, str], bank: str) -> None:
    account = accounts.live(call, account_id)
    if bank:
        external_accounts.give(call.of(account_id), account, bank)
    missing = requirements.needed(account["_given"] | given, account["country"], with_bank=True)
    account["_given"] |= {**dict.fromkeys(missing, "told"), **given, "business_type": "individual"}
    accounts.assess(call, accounts.submitted(call, account))
