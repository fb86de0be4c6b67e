"""How a method is set up to be used later, without taking money. # docs.stripe.com/payments/setupintents/lifecycle"""

from local.stripe import cards
from local.stripe.call import Call
from local.stripe.objects import payment_methods
from local.stripe.pages import addresses
from local.stripe.wire import Document, declined

ASKING = frozenset(["required", "always", "setup", "declines_after"])
NOT_AUTHENTICATED = "setup_intent_authentication_failure"
TOLD = (
    "The latest attempt to set up the payment method has failed because authentication failed. Please try again with "
    "another payment method."
)


def set_up(call: Call, intent: Document, method: Document, asked: Document) -> Document:
    """The first step with this method. # docs.stripe.com/testing#three-ds-cards"""
    intent |= {"payment_method": method["id"], "last_setup_error": None, "next_action": None}
    intent["_return_url"] = asked.get("return_url") or intent.get("_return_url")
    if method["type"] == "paypal":
        return _require(call, intent, addresses.approval(call.settings.pages, intent["id"]), asked)
    card = cards.BY_NUMBER[method["_number"]]
    if card.three_d_secure in ASKING:
        return _require(call, intent, addresses.authentication(call.settings.pages, intent["id"]), asked)
    if card.declines and not card.savable:
        fail(call, intent, method, card.declines)
        raise _refused(intent)
    return succeed(call, intent, method)


def answered(call: Call, intent: Document, passed: bool) -> Document:
    """At the bank's page, or PayPal's. # docs.stripe.com/payments/3d-secure/authentication-flow"""
    method = call.get("payment_method", intent["payment_method"])
    if not passed:
        return fail(call, intent, method, NOT_AUTHENTICATED)
    card = payment_methods.card_of(method)
    if card and card.three_d_secure == "declines_after":
        return fail(call, intent, method, "generic_decline")
    return succeed(call, intent, method)


def succeed(call: Call, intent: Document, method: Document) -> Document:
    """With a customer it is theirs from now on, and the bank knows that it is used without them.

    # docs.stripe.com/payments/save-and-reuse
    """
    method = call.state.save(method | {"_set_up": True}, call.account)
    if intent["customer"]:
        method = payment_methods.attached(call, method, intent["customer"])
    intent |= {"next_action": None, "status": "succeeded"}
    _attempt(call, intent, method, "succeeded")
    return call.save(intent, "setup_intent.succeeded")


def fail(call: Call, intent: Document, method: Document, code: str) -> Document:
    """Another method may be tried. # docs.stripe.com/payments/setupintents/lifecycle"""
    own = code in cards.ERRORS_OF_THEIR_OWN
    error: Document = {"code": code if own else "card_declined", "message": cards.message(code), "type": "card_error"}
    if code == NOT_AUTHENTICATED:
        error = {"code": code, "message": TOLD, "type": "invalid_request_error"}
    elif not own:
        error["decline_code"] = code
    error["payment_method"] = call.get("payment_method", method["id"])
    intent |= {
        "last_setup_error": error,
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    _attempt(call, intent, method, "failed", error)
    return call.save(intent, "setup_intent.setup_failed")


def _refused(intent: Document) -> Exception:
    error = intent["last_setup_error"]
    return declined(
        error["message"],
        error["code"],
        error.get("decline_code"),
        payment_method=error["payment_method"],
        setup_intent=intent,
    )


def _require(call: Call, intent: Document, url: str, asked: Document) -> Document:
    if intent["_return_url"] and not asked.get("use_stripe_sdk"):
        redirect = {"return_url": intent["_return_url"], "url": url}
        action: Document = {"type": "redirect_to_url", "redirect_to_url": redirect}
    else:
        sdk = {"type": "three_d_secure_redirect", "stripe_js": url, "source": call.id("src")}
        action = {"type": "use_stripe_sdk", "use_stripe_sdk": sdk}
    intent |= {"next_action": action, "status": "requires_action"}
    return call.save(intent, "setup_intent.requires_action")


def _attempt(call: Call, intent: Document, method: Document, status: str, error: Document | None = None) -> None:
    kind = method["type"]
    names = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "wallet")
    about = {name: method[kind].get(name) for name in names} if kind == "card" else {}
    attempt: Document = {
        "id": call.id("setatt"),
        "object": "setup_attempt",
        "application": None,
        "created": call.now,
        "customer": intent["customer"],
        "flow_directions": None,
        "livemode": False,
        "on_behalf_of": None,
        "payment_method": method["id"],
        "payment_method_details": {"type": kind, kind: about},
        "setup_error": error,
        "setup_intent": intent["id"],
        "status": status,
        "usage": intent["usage"],
    }
    intent["latest_attempt"] = call.add(attempt)["id"]
