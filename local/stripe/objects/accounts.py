"""Sellers' accounts, by controller properties: what each was told, found out about, and may do.

# docs.stripe.com/api/accounts, docs.stripe.com/connect/accounts, docs.stripe.com/connect/handling-api-verification
"""

from typing import Any

from local.stripe import banks, requirements
from local.stripe.call import Call
from local.stripe.money import check_currency
from local.stripe.objects import external_accounts
from local.stripe.routes import later, route
from local.stripe.state import PLATFORM
from local.stripe.wire import Document, a_list, invalid, missing_object

CHECKED_WITHIN_S = 5
# What classical types are in terms of a controller: fees, losses, requirement collection, dashboard.
TYPES = {
    ("application", "application", "stripe", "express"): "express",
    ("account", "stripe", "stripe", "full"): "standard",
    ("application", "application", "application", "none"): "custom",
}
ABOUT_THEM = ("business_type", "business_profile", "individual", "company", "tos_acceptance")
TOLD_BY_PLATFORM = ("business_type", "email")
PROFILE = (
    *("mcc", "name", "product_description", "support_address", "support_email", "support_phone", "support_url", "url"),
    *("annual_revenue", "estimated_worker_count", "minority_owned_business_designation"),
)
NOBODY: Document = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}


@route("POST", "/v1/accounts", "AccountCreateParams")
def create(call: Call) -> Document:
    controller, kind = _controller(call)
    country = call.params.get("country", call.settings.country).upper()
    if country not in banks.COUNTRIES:
        raise invalid(
            f"Country '{country}' is unknown. Try using a 2-character alphanumeric country code instead, such as 'US', "
            "'EG', or 'GB'. A full list of supported countries can be found at https://stripe.com/global",
            param="country",
        )
    id = call.id("acct").replace("acct_1", "acct_1S", 1)[:21]
    account: Document = {
        "id": id,
        "object": "account",
        "business_profile": dict.fromkeys(PROFILE),
        "business_type": None,
        "capabilities": {},
        "charges_enabled": False,
        "controller": controller,
        "country": country,
        "created": call.now,
        "default_currency": check_currency(call.params.get("default_currency", banks.COUNTRIES[country].currency)),
        "details_submitted": False,
        "email": None,
        "external_accounts": a_list([], f"/v1/accounts/{id}/external_accounts"),
        "future_requirements": requirements.NONE,
        "metadata": {},
        "payouts_enabled": False,
        "requirements": requirements.NONE,
        "settings": _settings(),
        "tos_acceptance": {"date": None, "ip": None, "service_agreement": "full", "user_agent": None},
        "type": kind,
        "_given": {},  # what was told of them, by requirements' names
        "_check": "",  # what a check of it found
        "_rejected": "",
        "_requested": [],
    }
    call.state.add(account)
    account = _told(call, account)
    return assess(call, account, tell=False)


def _controller(call: Call) -> tuple[Document, str]:
    """docs.stripe.com/connect/migrate-to-controller-properties"""
    kind, asked = call.params.get("type"), call.params.get("controller")
    if kind and asked:
        raise invalid(
            "You may not provide the `type` parameter and `controller` parameters simultaneously.", param="type"
        )
    if kind:
        fees, losses, collection, dashboard = next(known for known, name in TYPES.items() if name == kind)
    else:
        asked = asked or {}
        fees = asked.get("fees", {}).get("payer", "account")
        losses = asked.get("losses", {}).get("payments", "stripe")
        collection = asked.get("requirement_collection", "stripe")
        dashboard = asked.get("stripe_dashboard", {}).get("type", "full")
    if collection == "application" and dashboard != "none":
        raise invalid(
            "When `controller[requirement_collection]=application`, `controller[stripe_dashboard][type]` must be none.",
            param="controller[stripe_dashboard][type]",
        )
    if dashboard == "express" and losses == "application" and fees == "account":
        raise invalid(
            "When `controller[losses][payments]=application`, `controller[fees][payer]` must be application.",
            param="controller[fees][payer]",
        )
    controller = {
        "fees": {"payer": fees},
        "is_controller": True,
        "losses": {"payments": losses},
        "requirement_collection": collection,
        "stripe_dashboard": {"type": dashboard},
        "type": "application",
    }
    return controller, TYPES.get((fees, losses, collection, dashboard), "none")


def _settings() -> Document:
    return {
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_payments": {
            "statement_descriptor_prefix": None,
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
        "dashboard": {"display_name": None, "timezone": "Etc/UTC"},
        "payments": {
            "statement_descriptor": None,
            "statement_descriptor_kana": None,
            "statement_descriptor_kanji": None,
        },
        "payouts": {
            "debit_negative_balances": False,
            "schedule": {"delay_days": 2, "interval": "daily"},
            "statement_descriptor": None,
        },
    }


# ------------------------------------------------------------------------------------------------------------- telling


def _told(call: Call, account: Document) -> Document:
    """What the platform says of them, as far as it is the one to ask."""
    asked = call.params
    collects = account["controller"]["requirement_collection"] == "application"
    opened = account["_given"].get("opened")
    for name in ("company", "individual", "tos_acceptance", "external_account"):
        if name in asked and not collects and opened:
            raise invalid(
                f"This application does not have the required permissions for the parameter '{name}' on account "
                f"'{account['id']}'.",
                param=name,
            )
    for name in TOLD_BY_PLATFORM:
        if name in asked:
            account[name] = asked[name] or None
    account["business_profile"] = account["business_profile"] | asked.get("business_profile", {})
    account["metadata"] = call.metadata(account["metadata"])
    account["_requested"] = _requested(account, asked)
    if "default_currency" in asked:
        account["default_currency"] = check_currency(asked["default_currency"])
    payouts = asked.get("settings", {}).get("payouts", {})
    known = account["settings"]["payouts"]
    account["settings"]["payouts"] = known | payouts | {"schedule": known["schedule"] | payouts.get("schedule", {})}
    for name in ABOUT_THEM:
        if name in asked:
            account["_given"] |= flat(asked[name], name)
    account["tos_acceptance"] = account["tos_acceptance"] | asked.get("tos_acceptance", {})
    if "external_account" in asked:
        external_accounts.give(call.of(account["id"]), account, asked["external_account"])
    return collected(call, account) if {*ABOUT_THEM, "external_account"} & set(asked) else account


def collected(call: Call, account: Document) -> Document:
    """The platform that asks for itself need not press a button: what is complete is submitted."""
    due = requirements.needed(account["_given"], account["country"], with_bank=_has_bank(account))
    by_platform = account["controller"]["requirement_collection"] == "application"
    return submitted(call, account) if by_platform and not due else account


def _requested(account: Document, asked: Document) -> list[str]:
    wanted = set(account["_requested"])
    for name, how in asked.get("capabilities", {}).items():
        wanted = wanted | {name} if how.get("requested") else wanted - {name}
    return sorted(wanted)


def flat(value: Any, name: str) -> dict[str, str]:
    """`individual.dob.day`, as requirements are called; of a document, its front."""
    if not isinstance(value, dict):
        return {name.removesuffix(".front"): str(value)}
    found: dict[str, str] = {}
    for below, inner in value.items():
        found |= flat(inner, f"{name}.{below}")
    return found


def _has_bank(account: Document) -> bool:
    return bool(account["external_accounts"]["data"])


# ------------------------------------------------------------------------------------------------------------- checking


def submitted(call: Call, account: Document) -> Document:
    """Everything asked for was told: it is checked. # docs.stripe.com/connect/testing#identity-verification"""
    given = account["_given"]
    account = account | {"details_submitted": True, "business_type": given.get("business_type", "individual")}
    document = given.get(f"{requirements.whose(given)}.verification.document")
    if account["_check"] == "verified":
        return account
    what, how = requirements.found(given)
    if document:
        what, how = requirements.of_document(document), ""
    if how == "at_once" or what == "listed":
        return account | {"_check": what}
    call.schedule(CHECKED_WITHIN_S, "account.checked", id=account["id"], found=what)
    return account | {"_check": "pending"}


@later("account.checked")
def checked(call: Call, told: Document) -> None:
    account = call.state.get("account", told["id"])
    if account and account.get("_check") == "pending":
        if told["found"] == "verification_document_failed_copy":
            account["_given"].pop(f"{requirements.whose(account['_given'])}.verification.document", None)
        assess(call, account | {"_check": told["found"]})


def assess(call: Call, account: Document, *, tell: bool = True) -> Document:
    """What is missing, and what the account may do with what is there."""
    before = call.state.get("account", account["id"]) or account
    found = requirements.read(account)
    proven = account["_check"] == "verified" and not account["_rejected"] and account["details_submitted"]
    state = "active" if proven else "pending" if found["pending_verification"] else "inactive"
    able = dict.fromkeys(account["_requested"], state)
    account = account | {
        "capabilities": able,
        "charges_enabled": able.get("card_payments") == "active",
        "payouts_enabled": proven and _has_bank(account) and not requirements.bank_failed(account),
        "requirements": found,
    }
    call.state.save(account)
    if tell and account != before:
        # docs.stripe.com/connect/webhooks: told to the Connect endpoint, as the account's own
        call.of(account["id"]).tell("account.updated", account, before)
    return account


# --------------------------------------------------------------------------------------------------------------- routes


def live(call: Call, id: str) -> Document:
    account = call.state.get("account", id)
    if not account or account.get("deleted") or call.account not in (PLATFORM, id):
        raise missing_object("account", id, "account")
    return account


@route("GET", "/v1/account", "AccountRetrieveCurrentParams")
def own(call: Call) -> Document:
    """Whose key this is. # docs.stripe.com/api/accounts/retrieve"""
    if call.account:
        return live(call, call.account)
    return {
        "id": call.settings.account,
        "object": "account",
        "business_profile": {"mcc": "5262", "name": "Metco", "url": "https://metco.example"},
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "country": call.settings.country,
        "created": 1_700_000_000,
        "default_currency": banks.COUNTRIES[call.settings.country].currency,
        "details_submitted": True,
        "email": "finance@metco.example",
        "metadata": {},
        "payouts_enabled": True,
        "settings": _settings()
        | {"payouts": {**_settings()["payouts"], "schedule": {"delay_days": 2, "interval": "manual"}}},
        "type": "standard",
    }


@route("GET", "/v1/accounts/{id}", "AccountRetrieveParams")
def retrieved(call: Call) -> Document:
    return own(call) if call.names["id"] == call.settings.account else live(call, call.names["id"])


@route("GET", "/v1/accounts", "AccountListParams")
def listed(call: Call) -> Document:
    return call.listed("account", [one for one in call.state.find("account") if not one.get("deleted")])


@route("POST", "/v1/accounts/{id}", "AccountUpdateParams")
def updated(call: Call) -> Document:
    return assess(call, _told(call, live(call, call.names["id"])))


@route("DELETE", "/v1/accounts/{id}", "AccountDeleteParams")
def deleted(call: Call) -> Document:
    """docs.stripe.com/api/accounts/delete: once all balances are zero."""
    from local.stripe.objects.balance_transactions import totals

    account = live(call, call.names["id"])
    if any(amount for sums in totals(call.of(account["id"])).values() for amount in sums.values()):
        raise invalid(f"Account {account['id']} cannot be deleted: its balance is not zero.", code="account_invalid")
    gone = {"id": account["id"], "object": "account", "deleted": True}
    call.state.save(gone | {"created": account["created"]})
    return gone


@route("POST", "/v1/accounts/{id}/reject", "AccountRejectParams")
def rejected(call: Call) -> Document:
    """docs.stripe.com/api/account/reject: only by a platform that is liable for losses."""
    account = live(call, call.names["id"])
    if account["controller"]["losses"]["payments"] != "application":
        raise invalid("Only platforms that are liable for negative balances can reject accounts.")
    return assess(call, account | {"_rejected": f"rejected.{call.params['reason']}"})
