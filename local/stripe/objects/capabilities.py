"""What an account may do, each with what it waits for. # docs.stripe.com/api/capabilities"""

from local.stripe import requirements
from local.stripe.call import Call
from local.stripe.objects import accounts
from local.stripe.routes import route
from local.stripe.wire import Document, a_list, missing_object


def _shown(account: Document, name: str) -> Document:
    due = requirements.read(account)
    inactive = account["capabilities"].get(name) != "active"
    return {
        "id": name,
        "object": "capability",
        "account": account["id"],
        "requested": name in account["_requested"],
        "requested_at": account["created"] if name in account["_requested"] else None,
        "requirements": due | {"disabled_reason": "requirements.fields_needed" if inactive else None},
        "status": account["capabilities"].get(name, "unrequested"),
    }


def _named(call: Call, account: Document) -> str:
    name = call.names["capability"]
    if name not in ("card_payments", "transfers") and name not in account["capabilities"]:
        raise missing_object("capability", name, "capability")
    return name


@route("GET", "/v1/accounts/{id}/capabilities", "AccountListCapabilitiesParams")
def listed(call: Call) -> Document:
    account = accounts.live(call, call.names["id"])
    return a_list([_shown(account, name) for name in sorted(account["capabilities"])], call.path)


@route("GET", "/v1/accounts/{id}/capabilities/{capability}", "AccountRetrieveCapabilityParams")
def retrieved(call: Call) -> Document:
    account = accounts.live(call, call.names["id"])
    return _shown(account, _named(call, account))


@route("POST", "/v1/accounts/{id}/capabilities/{capability}", "AccountModifyCapabilityParams")
def updated(call: Call) -> Document:
    """docs.stripe.com/connect/account-capabilities#requesting-capabilities"""
    account = accounts.live(call, call.names["id"])
    name = _named(call, account)
    if "requested" in call.params:
        wanted = set(account["_requested"])
        wanted = wanted | {name} if call.params["requested"] else wanted - {name}
        account = accounts.assess(call, account | {"_requested": sorted(wanted)})
    return _shown(account, name)
