"""The people behind a company's account, where the platform asks them itself. # docs.stripe.com/api/persons"""

from typing import Any

from local.stripe import requirements
from local.stripe.call import Call
from local.stripe.objects import accounts
from local.stripe.routes import route
from local.stripe.wire import Document, Refused

PLAIN = ("email", "first_name", "last_name", "phone")
PLACES = ("address", "dob")
ROLES = ("authorizer", "director", "executive", "legal_guardian", "owner", "representative")
DUE: Document = {
    "alternatives": [],
    "currently_due": [],
    "errors": [],
    "eventually_due": [],
    "past_due": [],
    "pending_verification": [],
}


def _account(call: Call) -> Document:
    account = accounts.live(call, call.names["id"])
    if account["controller"]["requirement_collection"] != "application":
        # docs.stripe.com/api/persons: where Stripe asks them, the platform does not see what they said
        raise Refused(
            403,
            "invalid_request_error",
            f"This application does not have the required permissions for this endpoint on account '{account['id']}'.",
            code="oauth_not_supported",
        )
    return account


def _fill(call: Call, person: Document, account: Document) -> Document:
    asked = call.params
    after = person | {name: asked[name] or None for name in PLAIN if name in asked}
    for name in PLACES:
        after[name] = person[name] | {part: value or None for part, value in (asked.get(name) or {}).items()}
    after["relationship"] = person["relationship"] | (asked.get("relationship") or {})
    after["id_number_provided"] = person["id_number_provided"] or bool(asked.get("id_number"))
    after["ssn_last_4_provided"] = person["ssn_last_4_provided"] or bool(asked.get("ssn_last_4"))
    after["metadata"] = call.metadata(person["metadata"])
    if after["relationship"]["representative"]:
        _told(account, asked)
    return after


def _told(account: Document, asked: Document) -> None:
    """Whoever speaks for a company is part of what is asked of it."""
    wanted: dict[str, Any] = {
        name: value for name, value in asked.items() if name not in ("metadata", "relationship", "expand")
    }
    account["_given"] |= accounts.flat(wanted, "representative")


@route("POST", "/v1/accounts/{id}/persons", "AccountCreatePersonParams")
def create(call: Call) -> Document:
    account = _account(call)
    nobody: Document = {
        "id": call.id("person"),
        "object": "person",
        "account": account["id"],
        "address": dict(accounts.NOBODY),
        "created": call.now,
        "dob": {"day": None, "month": None, "year": None},
        "email": None,
        "first_name": None,
        "id_number_provided": False,
        "last_name": None,
        "metadata": {},
        "phone": None,
        "relationship": {**dict.fromkeys(ROLES, False), "percent_ownership": None, "title": None},
        "requirements": dict(DUE),
        "ssn_last_4_provided": False,
        "verification": {
            "document": {"back": None, "details": None, "details_code": None, "front": None},
            "status": "unverified",
        },
    }
    person = _fill(call, nobody, account)
    theirs = call.of(account["id"])
    theirs.add(person, "person.created")
    account = accounts.assess(call, accounts.collected(call, account))
    return _shown(person, account)


def _shown(person: Document, account: Document) -> Document:
    """What is due of the account is due of whoever speaks for it, by the person's own names."""
    if not person["relationship"]["representative"]:
        return person
    found = requirements.read(account)
    verified = {"verified": "verified", "pending": "pending"}.get(account["_check"], "unverified")

    def own(names: list[str]) -> list[str]:
        return [name.removeprefix("representative.") for name in names if name.startswith("representative.")]

    lists = ("currently_due", "eventually_due", "past_due", "pending_verification")
    due = DUE | {name: own(found[name]) for name in lists}
    return person | {"requirements": due, "verification": person["verification"] | {"status": verified}}


def _named(call: Call) -> tuple[Document, Document]:
    account = _account(call)
    return account, call.of(account["id"]).get("person", call.names["person"])


@route("GET", "/v1/accounts/{id}/persons", "AccountListPersonsParams")
def listed(call: Call) -> Document:
    account = _account(call)
    roles = {role for role, wanted in (call.params.get("relationship") or {}).items() if wanted}
    known = call.state.find("person", account["id"])
    found = [one for one in known if not roles or any(one["relationship"][role] for role in roles)]
    return call.listed("person", [_shown(one, account) for one in found])


@route("GET", "/v1/accounts/{id}/persons/{person}", "AccountRetrievePersonParams")
def retrieved(call: Call) -> Document:
    account, person = _named(call)
    return _shown(person, account)


@route("POST", "/v1/accounts/{id}/persons/{person}", "AccountModifyPersonParams")
def updated(call: Call) -> Document:
    account, before = _named(call)
    after = _fill(call, before, account)
    call.of(account["id"]).save(after, "person.updated", before)
    account = accounts.assess(call, accounts.collected(call, account))
    return _shown(after, account)


@route("DELETE", "/v1/accounts/{id}/persons/{person}", "AccountDeletePersonParams")
def deleted(call: Call) -> Document:
    account, person = _named(call)
    theirs = call.of(account["id"])
    call.state.remove("person", person["id"], account["id"])
    theirs.tell("person.deleted", person)
    return {"id": person["id"], "object": "person", "deleted": True}
