"""Setup intents: a method kept for later, agreed to by its owner. # docs.stripe.com/api/setup_intents"""

from local.stripe import methods, setting_up
from local.stripe.call import Call
from local.stripe.objects import payment_methods
from local.stripe.objects.customers import live
from local.stripe.routes import route
from local.stripe.wire import Document, Refused, invalid, missing_object

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
MINE = ("client_secret",)


@route("POST", "/v1/setup_intents", "SetupIntentCreateParams")
def create(call: Call) -> Document:
    asked = call.params
    for name in ("confirmation_token", "customer_account", "on_behalf_of", "single_use", "attach_to_self"):
        if name in asked:
            raise invalid(f"The stand-in does not know {name}.", param=name)
    for name in ("return_url", "mandate_data"):
        if name in asked and not asked.get("confirm"):
            raise invalid(f"You cannot provide {name} unless confirm is set to true.", param=name)
    intent: Document = {
        "id": call.id("seti"),
        "object": "setup_intent",
        "application": None,
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
        "cancellation_reason": None,
        "client_secret": None,
        "created": call.now,
        "customer": live(call, asked["customer"], "customer")["id"] if asked.get("customer") else None,
        "customer_account": None,
        "description": asked.get("description"),
        "excluded_payment_method_types": None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": call.metadata(),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": methods.options({}, asked.get("payment_method_options") or {}),
        "payment_method_types": [],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": asked.get("usage", "off_session"),
    }
    intent["client_secret"] = f"{intent['id']}_secret_{call.state.drawn(25)}"
    if given := asked.get("automatic_payment_methods"):
        intent["automatic_payment_methods"] |= given
    methods.choose(call, intent, asked)
    if method := payment_methods.given(call, intent):
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    call.add(intent, "setup_intent.created")
    return _confirm(call, intent) if asked.get("confirm") else intent


@route("GET", "/v1/setup_intents/{id}", "SetupIntentRetrieveParams", public=True)
def retrieve(call: Call) -> Document:
    return _named(call)


@route("GET", "/v1/setup_intents", "SetupIntentListParams")
def listing(call: Call) -> Document:
    names = ("customer", "payment_method")
    return call.listed("setup_intent", **{name: call.params[name] for name in names if name in call.params})


@route("POST", "/v1/setup_intents/{id}", "SetupIntentUpdateParams")
def update(call: Call) -> Document:
    intent = _named(call)
    if intent["status"] not in OPEN and set(call.params) - {"metadata", "expand"}:
        raise _unexpected(intent, "This SetupIntent", "could not be updated")
    intent["metadata"] = call.metadata(intent["metadata"])
    if given := call.params.get("payment_method_options"):
        intent["payment_method_options"] = methods.options(intent["payment_method_options"], given)
    if method := payment_methods.given(call, intent):
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    return call.save(intent)


@route("POST", "/v1/setup_intents/{id}/confirm", "SetupIntentConfirmParams", public=True, more=MINE)
def confirm(call: Call) -> Document:
    return _confirm(call, _named(call))


@route("POST", "/v1/setup_intents/{id}/cancel", "SetupIntentCancelParams")
def cancel(call: Call) -> Document:
    """# docs.stripe.com/api/setup_intents/cancel"""
    intent = _named(call)
    if intent["status"] not in OPEN:
        raise _unexpected(intent, "You cannot cancel this SetupIntent because it", "has a status of {status}")
    reason = call.params.get("cancellation_reason")
    return call.save(
        intent | {"cancellation_reason": reason, "next_action": None, "status": "canceled"}, "setup_intent.canceled"
    )


@route("GET", "/v1/setup_attempts", "SetupAttemptListParams")
def attempts(call: Call) -> Document:
    return call.listed("setup_attempt", setup_intent=call.params["setup_intent"])


def _named(call: Call) -> Document:
    """With the publishable key only by its secret."""
    found = call.state.get("setup_intent", call.names["id"], call.account)
    if not found or (call.publishable and call.params.get("client_secret") != found["client_secret"]):
        raise missing_object("setupintent", call.names["id"], "intent")
    return found


def _confirm(call: Call, intent: Document) -> Document:
    if intent["status"] not in OPEN:
        raise _unexpected(intent, "You cannot confirm this SetupIntent because it", "has a status of {status}")
    method = payment_methods.given(call, intent)
    if not method and intent["payment_method"]:
        method = call.get("payment_method", intent["payment_method"])
    if not method:
        raise _unexpected(intent, "You cannot confirm this SetupIntent because it", "is missing a payment method")
    methods.check_return(call, intent)
    return setting_up.set_up(call, intent, method, call.params)


def _unexpected(intent: Document, subject: str, what: str) -> Refused:
    told = f"{subject} {what.format(status=intent['status'])}."
    return invalid(told, code="setup_intent_unexpected_state", setup_intent=intent)
