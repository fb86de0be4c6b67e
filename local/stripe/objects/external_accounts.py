"""Where a seller's money goes in the end: bank accounts, of test numbers. # docs.stripe.com/api/external_accounts"""

import hashlib
from typing import Any

from local.stripe import banks
from local.stripe.call import Call
from local.stripe.objects import accounts
from local.stripe.routes import route
from local.stripe.wire import Document, a_list, invalid, missing_object

PLAIN = ("account_holder_name", "account_holder_type")


def give(call: Call, account: Document, given: Any) -> Document:
    """`call` is the account's own. A new one takes the place of the default of its currency."""
    number, country, currency, about = _read(given)
    bank: Document = {
        "id": call.id("ba"),
        "object": "bank_account",
        "account": account["id"],
        "account_holder_name": about.get("account_holder_name"),
        "account_holder_type": about.get("account_holder_type"),
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": banks.COUNTRIES[country].bank,
        "country": country,
        "currency": currency,
        "default_for_currency": True,
        "fingerprint": hashlib.sha256(number.encode()).hexdigest()[:16],
        "last4": number[-4:],
        "metadata": about.get("metadata", {}),
        "routing_number": about.get("routing_number"),
        "status": "new",
        "_number": number,
    }
    call.add(bank)
    for one in _of(call):
        if one["id"] != bank["id"] and one["currency"] == currency and one["default_for_currency"]:
            call.save(one | {"default_for_currency": False})
    show(call, account)
    call.tell("account.external_account.created", bank)
    return bank


def _read(given: Any) -> tuple[str, str, str, Document]:
    if isinstance(given, str):
        if given not in banks.TOKENS:
            raise invalid(f"No such token: '{given}'", param="external_account", code="resource_missing")
        return banks.TOKENS[given], "US", "usd", {"routing_number": banks.US_ROUTING}
    if given.get("object") != "bank_account":
        raise invalid("The stand-in pays out to bank accounts, not to cards.", param="external_account")
    country = given["country"].upper()
    if country not in banks.COUNTRIES:
        raise invalid(f"Bank accounts in {country} are not supported.", param="bank_account[country]")
    number = given["account_number"].replace(" ", "").replace("-", "")
    if not banks.number_fits(number):
        # docs.stripe.com/error-codes#account-number-invalid
        raise invalid(
            "You must use a test bank account number when making transfers in test mode. Try "
            f"{banks.COUNTRIES[country].number} or find more options at "
            "https://stripe.com/docs/connect/testing#account-numbers.",
            param="bank_account[account_number]",
            code="account_number_invalid",
        )
    currency = given.get("currency", banks.COUNTRIES[country].currency).lower()
    return number, country, currency, given


def show(call: Call, account: Document) -> None:
    """The account carries the list of them."""
    account["external_accounts"] = a_list(_of(call), account["external_accounts"]["url"])


def _of(call: Call) -> list[Document]:
    return call.state.find("bank_account", call.account)


def for_payout(call: Call, currency: str, id: str = "") -> Document:
    """docs.stripe.com/api/payouts/create: the one that is named, else the default of the currency."""
    if id:
        bank = call.state.get("bank_account", id, call.account)
        if not bank:
            raise missing_object("external account", id, "destination", 400)
        if bank["currency"] != currency:
            raise invalid(f"The external account {id} is in {bank['currency']}, not {currency}.", param="destination")
        return bank
    found = [one for one in _of(call) if one["currency"] == currency and one["default_for_currency"]]
    if not found:
        raise invalid(f"Sorry, you don't have any external accounts in that currency ({currency}).", param="currency")
    return found[0]


def failed(call: Call, bank: Document) -> None:
    """Nothing more is sent there until it is corrected. # docs.stripe.com/payouts#payout-failures"""
    after = call.save(bank | {"status": "errored"}, "account.external_account.updated", bank)
    account = call.state.get("account", after["account"])
    if account:
        show(call, account)
        accounts.assess(call, account)


# --------------------------------------------------------------------------------------------------------------- routes


def _account(call: Call) -> tuple[Call, Document]:
    account = accounts.live(call, call.names["id"])
    return call.of(account["id"]), account


def _named(call: Call, theirs: Call) -> Document:
    return theirs.get("bank_account", call.names["external"])


@route("POST", "/v1/accounts/{id}/external_accounts", "AccountCreateExternalAccountParams")
def create(call: Call) -> Document:
    theirs, account = _account(call)
    if account["controller"]["requirement_collection"] != "application":
        raise invalid(
            "This application does not have the required permissions for the parameter 'external_account' on account "
            f"'{account['id']}'.",
            param="external_account",
        )
    bank = give(theirs, account, call.params["external_account"])
    accounts.assess(call, account)
    return bank


@route("GET", "/v1/accounts/{id}/external_accounts", "AccountListExternalAccountsParams")
def listed(call: Call) -> Document:
    theirs, _ = _account(call)
    return call.listed("bank_account", _of(theirs))


@route("GET", "/v1/accounts/{id}/external_accounts/{external}", "AccountRetrieveExternalAccountParams")
def retrieved(call: Call) -> Document:
    theirs, _ = _account(call)
    return _named(call, theirs)


@route("POST", "/v1/accounts/{id}/external_accounts/{external}", "AccountModifyExternalAccountParams")
def updated(call: Call) -> Document:
    theirs, account = _account(call)
    before = _named(call, theirs)
    after = before | {name: call.params[name] or None for name in PLAIN if name in call.params}
    after["metadata"] = call.metadata(before["metadata"])
    theirs.save(after, "account.external_account.updated", before)
    show(theirs, account)
    accounts.assess(call, account)
    return after


@route("DELETE", "/v1/accounts/{id}/external_accounts/{external}", "AccountDeleteExternalAccountParams")
def deleted(call: Call) -> Document:
    theirs, account = _account(call)
    bank = _named(call, theirs)
    if bank["default_for_currency"]:
        raise invalid(
            "You cannot delete the default external account for your default currency. Please make another "
            "external account the default using the `default_for_currency` param, and then delete this one."
        )
    call.state.remove("bank_account", bank["id"], theirs.account)
    show(theirs, account)
    accounts.assess(call, account)
    return {"id": bank["id"], "object": "bank_account", "deleted": True, "currency": bank["currency"]}
