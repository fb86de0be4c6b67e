"""Payment intents: one wish to be paid, through all its tries.

# docs.stripe.com/api/payment_intents, docs.stripe.com/payments/paymentintents/lifecycle
"""

from local.stripe import methods, paying
from local.stripe.call import Call
from local.stripe.money import check_amount, check_currency
from local.stripe.objects import cash_balances, payment_methods
from local.stripe.objects.customers import live
from local.stripe.routes import route
from local.stripe.wire import Document, Refused, invalid, missing_object

PLAIN = (
    "description",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor_suffix",
    "transfer_group",
)
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
MINE = ("client_secret",)  # only Stripe's own script proves with it that it may
ONLY_WITH_CONFIRM = ("off_session", "error_on_requires_action", "return_url", "mandate_data")


@route("POST", "/v1/payment_intents", "PaymentIntentCreateParams")
def create(call: Call) -> Document:
    asked = call.params
    currency = check_currency(asked["currency"])
    _not_here(asked)
    for name in ONLY_WITH_CONFIRM:
        if name in asked and not asked.get("confirm"):
            raise invalid(f"You cannot provide {name} unless confirm is set to true.", param=name)
    intent: Document = {
        "id": call.id("pi"),
        "object": "payment_intent",
        "amount": check_amount(asked["amount"], currency),
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": asked.get("capture_method", "automatic_async"),
        "client_secret": None,
        "confirmation_method": asked.get("confirmation_method", "automatic"),
        "created": call.now,
        "currency": currency,
        "customer": None,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": [],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": asked.get("statement_descriptor"),
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }
    intent["client_secret"] = f"{intent['id']}_secret_{call.state.drawn(25)}"
    if given := asked.get("automatic_payment_methods"):
        intent["automatic_payment_methods"] |= given
    _fill(call, intent)
    call.add(intent, "payment_intent.created")
    return _confirm(call, intent) if asked.get("confirm") else intent


@route("GET", "/v1/payment_intents/{id}", "PaymentIntentRetrieveParams", public=True)
def retrieve(call: Call) -> Document:
    return _visible(call, _named(call))


@route("GET", "/v1/payment_intents", "PaymentIntentListParams")
def listing(call: Call) -> Document:
    return call.listed("payment_intent", **{name: call.params[name] for name in ("customer",) if name in call.params})


@route("POST", "/v1/payment_intents/{id}", "PaymentIntentUpdateParams")
def update(call: Call) -> Document:
    intent = _named(call)
    unsettled = {"amount", "currency", "payment_method", "customer", "setup_future_usage", "payment_method_data"}
    if intent["status"] not in OPEN and unsettled & set(call.params):
        raise _unexpected(intent, "This PaymentIntent's", "could not be updated")
    _not_here(call.params)
    currency = check_currency(call.params.get("currency") or intent["currency"])
    if {"amount", "currency", "customer"} & set(call.params):
        cash_balances.give_back(call, intent)
    intent["amount"] = check_amount(call.params["amount"] if "amount" in call.params else intent["amount"], currency)
    intent["currency"] = currency
    _fill(call, intent)
    return call.save(intent)


@route("POST", "/v1/payment_intents/{id}/confirm", "PaymentIntentConfirmParams", public=True, more=MINE)
def confirm(call: Call) -> Document:
    intent = _visible(call, _named(call))
    if call.publishable and intent["confirmation_method"] == "manual":
        raise invalid("This PaymentIntent is set to manual confirmation: confirm it with a secret key.")
    for name in ("receipt_email", "shipping", "setup_future_usage"):
        if name in call.params:
            intent[name] = call.params[name] or None
    return _visible(call, _confirm(call, intent))


@route("POST", "/v1/payment_intents/{id}/cancel", "PaymentIntentCancelParams")
def cancel(call: Call) -> Document:
    """Nothing can be paid with it any more. # docs.stripe.com/refunds#cancel-payment"""
    intent = _named(call)
    if intent["status"] == "processing":
        code = "payment_intent_invalid_cancellation_state"
        raise invalid("You cannot cancel this PaymentIntent: it is processing.", code=code, payment_intent=intent)
    if intent["status"] not in OPEN:
        raise _unexpected(intent, "You cannot cancel this PaymentIntent because it", "has a status of {status}")
    cash_balances.give_back(call, intent)
    intent |= {
        "canceled_at": call.now,
        "cancellation_reason": call.params.get("cancellation_reason"),
        "next_action": None,
        "status": "canceled",
    }
    return call.save(intent, "payment_intent.canceled")


def _named(call: Call) -> Document:
    found = call.state.get("payment_intent", call.names["id"], call.account)
    if not found:
        raise missing_object("payment_intent", call.names["id"], "intent")
    return found


def _visible(call: Call, intent: Document) -> Document:
    """By the publishable key one sees one intent, with its secret. # docs.stripe.com/api/payment_intents/retrieve"""
    if call.publishable and call.params.get("client_secret") != intent["client_secret"]:
        raise missing_object("payment_intent", intent["id"], "intent")
    return intent


def _fill(call: Call, intent: Document) -> None:
    asked = call.params
    for name in PLAIN:
        if name in asked:
            intent[name] = asked[name] or None
    intent["metadata"] = call.metadata(intent["metadata"])
    if "customer" in asked:
        intent["customer"] = live(call, asked["customer"], "customer")["id"] if asked["customer"] else None
    if given := asked.get("payment_method_options"):
        intent["payment_method_options"] = methods.options(intent["payment_method_options"] or {}, given)
    methods.choose(call, intent, asked)
    if method := payment_methods.given(call, intent):
        intent["payment_method"] = method["id"]
        if intent["status"] == "requires_payment_method":
            intent["status"] = "requires_confirmation"


def _confirm(call: Call, intent: Document) -> Document:
    if intent["status"] not in OPEN:
        told = "has already succeeded after being previously confirmed"
        raise _unexpected(
            intent,
            "You cannot confirm this PaymentIntent because it",
            told if intent["status"] == "succeeded" else "has a status of {status}",
        )
    if "amount_to_confirm" in call.params and call.params["amount_to_confirm"] != intent["amount"]:
        raise invalid("The amount has changed since it was shown.", param="amount_to_confirm", code="amount_mismatch")
    method = payment_methods.given(call, intent) or (
        call.get("payment_method", intent["payment_method"]) if intent["payment_method"] else None
    )
    if not method:
        raise _unexpected(
            intent,
            "You cannot confirm this PaymentIntent because it",
            "is missing a payment method. You can either update the PaymentIntent with a payment method and then "
            "confirm it again, or confirm it again directly with a payment method or ConfirmationToken",
        )
    methods.check_return(call, intent)
    if intent.pop("_authenticated", False) and method["id"] == intent["payment_method"]:
        return paying.proven(call, intent, method)
    return paying.pay(call, intent, method, call.params)


def _unexpected(intent: Document, subject: str, what: str) -> Refused:
    told = f"{subject} {what.format(status=intent['status'])}."
    return invalid(told, code="payment_intent_unexpected_state", payment_intent=intent)


def _not_here(asked: Document) -> None:
    """What real Stripe offers and Metco does not use: better refused than half done."""
    if asked.get("capture_method") == "manual":
        raise invalid("The stand-in captures automatically only.", param="capture_method")
    for name in ("application_fee_amount", "transfer_data", "on_behalf_of", "confirmation_token", "customer_account"):
        if name in asked:
            raise invalid(f"The stand-in does not know {name}.", param=name)
