"""The way to the pages where a seller says who they are, and to their own dashboard.

# docs.stripe.com/connect/hosted-onboarding, docs.stripe.com/api/account_links
"""

from local.stripe.call import Call
from local.stripe.objects import accounts
from local.stripe.pages import addresses
from local.stripe.routes import route
from local.stripe.wire import Document, invalid, missing_object

GOOD_FOR_S = 5 * 60
FILLED_WITHIN_S = 3_600
LINK = "onboarding_link"


@route("POST", "/v1/account_links", "AccountLinkCreateParams")
def create(call: Call) -> Document:
    """Good once, and for minutes: whoever comes later is led to `refresh_url`."""
    account = call.state.get("account", call.params["account"])
    if not account or account.get("deleted"):
        raise missing_object("account", call.params["account"], "account", 400)
    by_stripe = account["controller"]["requirement_collection"] == "stripe"
    if call.params["type"] == "account_update" and by_stripe:
        raise invalid(
            "You cannot create `account_update` type Account Links for this account, since its requirements are "
            "collected by Stripe.",
            param="type",
        )
    for name in ("refresh_url", "return_url"):
        if name not in call.params:
            raise invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")
        if not call.params[name].startswith(("http://", "https://")):
            raise invalid("Not a valid URL", param=name, code="url_invalid")
    token = call.state.drawn(22)
    call.state.add(
        {
            "id": token,
            "account": account["id"],
            "until": call.now + GOOD_FOR_S,
            "state": "new",
            "refresh_url": call.params["refresh_url"],
            "return_url": call.params["return_url"],
        },
        kind=LINK,
    )
    account["_given"]["opened"] = "yes"  # from now on the person is asked, and the platform no more
    call.state.save(account)
    return {
        "object": "account_link",
        "created": call.now,
        "expires_at": call.now + GOOD_FOR_S,
        "url": addresses.onboarding(call.settings.pages, token),
    }


def opened(call: Call, token: str) -> Document | None:
    """The link's first visit uses it up; the form behind it stays open for a while."""
    link = call.state.get(LINK, token)
    if not link or link["state"] == "done" or link["until"] < call.now:
        return None
    if link["state"] == "new":
        link |= {"state": "open", "until": call.now + FILLED_WITHIN_S}
        call.state.save(link, kind=LINK)
    return link


def finished(call: Call, link: Document) -> None:
    call.state.save(link | {"state": "done"}, kind=LINK)


@route("POST", "/v1/accounts/{id}/login_links", "AccountCreateLoginLinkParams")
def login(call: Call) -> Document:
    """docs.stripe.com/api/account/create_login_link: for accounts with the express dashboard that came so far."""
    account = accounts.live(call, call.names["id"])
    if account["controller"]["stripe_dashboard"]["type"] != "express":
        raise invalid(f"Account {account['id']} has no Express Dashboard.", param="account")
    if not account["details_submitted"]:
        raise invalid("Cannot create a login link for an account that has not completed onboarding.", param="account")
    return {
        "object": "login_link",
        "created": call.now,
        "url": addresses.express_dashboard(call.settings.pages, account["id"]),
    }
