"""Payment methods: a card, a UPI address, a wallet, a bank transfer. # docs.stripe.com/api/payment_methods"""

import hashlib
from typing import Any

from local.stripe import cards
from local.stripe.call import Call
from local.stripe.routes import route
from local.stripe.wire import Document, declined, invalid

KINDS = ("card", "crypto", "customer_balance", "paypal", "upi")
NOBODY: Document = {
    "address": {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None},
    "email": None,
    "name": None,
    "phone": None,
    "tax_id": None,
}
SAVABLE = ("card", "paypal", "upi")


@route("POST", "/v1/payment_methods", "PaymentMethodCreateParams", public=True, more=("client_secret",))
def create(call: Call) -> Document:
    if "type" not in call.params:
        raise invalid("Missing required param: type.", param="type", code="parameter_missing")
    return call.add(made(call, call.params))


@route("GET", "/v1/payment_methods/{id}", "PaymentMethodRetrieveParams")
def retrieve(call: Call) -> Document:
    return call.named("payment_method")


@route("POST", "/v1/payment_methods/{id}", "PaymentMethodModifyParams")
def update(call: Call) -> Document:
    method = call.named("payment_method")
    if not method["customer"]:
        raise invalid("You must save this PaymentMethod to a customer before you can update it.")
    before = dict(method)
    if given := call.params.get("billing_details"):
        method["billing_details"] |= {name: value or None for name, value in given.items()}
    if card := call.params.get("card"):
        method["card"] |= {name: card[name] for name in ("exp_month", "exp_year") if name in card}
    if show := call.params.get("allow_redisplay"):
        method["allow_redisplay"] = show
    method["metadata"] = call.metadata(method["metadata"])
    return call.save(method, "payment_method.updated", before)


@route("GET", "/v1/payment_methods", "PaymentMethodListParams")
def listing(call: Call) -> Document:
    """Those of one customer. # docs.stripe.com/api/payment_methods/list"""
    return _of_customer(call, call.params.get("customer", ""))


@route("GET", "/v1/customers/{id}/payment_methods", "CustomerListPaymentMethodsParams")
def of_customer(call: Call) -> Document:
    return _of_customer(call, call.names["id"])


@route("POST", "/v1/payment_methods/{id}/attach", "PaymentMethodAttachParams")
def attach(call: Call) -> Document:
    if "customer" not in call.params:
        raise invalid("Missing required param: customer.", param="customer", code="parameter_missing")
    return attached(call, usable(call, call.names["id"], "id"), call.params["customer"])


@route("POST", "/v1/payment_methods/{id}/detach", "PaymentMethodDetachParams")
def detach(call: Call) -> Document:
    method = call.named("payment_method")
    if not method["customer"]:
        raise invalid(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
            param="payment_method",
        )
    return detached(call, method)


def attached(call: Call, method: Document, customer_id: str) -> Document:
    """Kept for a customer, unless its bank says no at once. # docs.stripe.com/api/payment_methods/attach"""
    from local.stripe.objects.customers import live

    customer = live(call, customer_id, "customer")
    if method["customer"] == customer["id"]:
        return method
    if method["customer"] or method.get("_spent"):
        raise invalid(
            "This PaymentMethod was previously used without being attached to a Customer or was detached from a "
            "Customer, and may not be used again."
            if method.get("_spent")
            else "The payment method you provided has already been attached to a customer.",
            code=None if method.get("_spent") else "resource_already_exists",
        )
    if method["type"] not in SAVABLE:
        raise invalid(
            f"Payment method of type {method['type']} cannot be attached to a customer.", param="payment_method"
        )
    card = card_of(method)
    if card and card.declines and not card.savable:
        raise _declined(card.declines)
    method["customer"] = customer["id"]
    return call.save(method, "payment_method.attached")


def detached(call: Call, method: Document) -> Document:
    """Never to be used again. # docs.stripe.com/api/payment_methods/detach"""
    before = dict(method)
    method |= {"customer": None, "_spent": True}
    return call.save(method, "payment_method.detached", before)


def usable(call: Call, id: str, param: str = "payment_method") -> Document:
    """A method by its id, or a new one where a test card's name was given. # docs.stripe.com/testing"""
    if id in cards.BY_NAME:
        card = cards.BY_NAME[id]
        return call.add(_card_method(call, card, {"exp_month": 12, "exp_year": _year(call) + 1}))
    method = call.get("payment_method", id, param)
    if method.get("_spent"):
        raise invalid(
            "This PaymentMethod was previously used without being attached to a Customer or was detached from a "
            "Customer, and may not be used again. If you want to use a PaymentMethod multiple times, attach it to a "
            "Customer first.",
            param=param,
        )
    return method


def made(call: Call, given: Document) -> Document:
    kind = given["type"]
    if kind not in KINDS:
        raise invalid(f"The payment method type provided: {kind} is invalid.", param="type")
    if kind == "card":
        method = _by_number(call, given.get("card") or {})
    else:
        method = _method(call, kind, _other(kind, given.get(kind) or {}))
    _bill(method, given.get("billing_details"))
    method["allow_redisplay"] = given.get("allow_redisplay", "unspecified")
    method["metadata"] = given.get("metadata") or {}
    return method


def given(call: Call, intent: Document) -> Document | None:
    """The method that was named or described for an intent, if it fits."""
    if data := call.params.get("payment_method_data"):
        method = call.add(made(call, data))
    elif named := call.params.get("payment_method"):
        method = usable(call, named)
    else:
        return None
    what = "SetupIntent" if intent["object"] == "setup_intent" else "PaymentIntent"
    owner = method["customer"]
    if owner and owner != intent["customer"]:
        raise invalid(
            f"The customer does not have a payment method with the ID {method['id']}. The payment method must be "
            "attached to the customer."
            if intent["customer"]
            else f"The provided PaymentMethod was attached to a Customer. Please include the Customer ({owner}) in the "
            f"`customer` parameter on the {what}.",
            param="payment_method",
        )
    if method["type"] not in intent["payment_method_types"]:
        raise invalid(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this {what}. Please attach a "
            f"PaymentMethod of one of the following types: {', '.join(intent['payment_method_types'])}.",
            param="payment_method",
            code=f"{intent['object']}_incompatible_payment_method" if what == "PaymentIntent" else None,
        )
    return method


def card_of(method: Document) -> cards.Card | None:
    return cards.BY_NUMBER.get(method.get("_number", ""))


def _of_customer(call: Call, customer: str) -> Document:
    if not customer:
        raise invalid("Missing required param: customer.", param="customer", code="parameter_missing")
    from local.stripe.objects.customers import live

    equal: dict[str, Any] = {"customer": live(call, customer, "customer")["id"]}
    if kind := call.params.get("type"):
        equal["type"] = kind
    return call.listed("payment_method", **equal)


def _by_number(call: Call, card: Document) -> Document:
    if token := card.get("token"):
        known = cards.BY_NAME.get(f"pm_card_{token.removeprefix('tok_')}")
        if not known:
            raise invalid(f"No such token: '{token}'", param="card[token]", code="resource_missing")
        return _card_method(call, known, {"exp_month": 12, "exp_year": _year(call) + 1})
    for name in ("number", "exp_month", "exp_year"):
        if name not in card:
            raise invalid(f"Missing required param: card[{name}].", param=f"card[{name}]", code="parameter_missing")
    number = card["number"].replace(" ", "")
    if not _sums_up(number):
        raise declined("Your card number is incorrect.", "incorrect_number", param="number")
    if not 1 <= card["exp_month"] <= 12:
        raise declined("Your card's expiration month is invalid.", "invalid_expiry_month", param="exp_month")
    if (card["exp_year"], card["exp_month"]) < _month(call):
        raise declined("Your card's expiration year is invalid.", "invalid_expiry_year", param="exp_year")
    if "cvc" in card and not (card["cvc"].isdigit() and len(card["cvc"]) in (3, 4)):
        raise declined("Your card's security code is invalid.", "invalid_cvc", param="cvc")
    if number not in cards.BY_NUMBER:
        raise declined(
            "Your card was declined. Your request was in test mode, but used a non test card. For a list of valid "
            "test cards, visit: https://stripe.com/docs/testing.",
            "card_declined",
            "test_mode_live_card",
        )
    return _card_method(call, cards.BY_NUMBER[number], card)


def _card_method(call: Call, card: cards.Card, given: Document) -> Document:
    cvc = "unchecked" if "cvc" in given or "number" not in given else None
    about: Document = {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": cvc},
        "country": card.country,
        "display_brand": card.brand,
        "exp_month": given["exp_month"],
        "exp_year": given["exp_year"],
        "fingerprint": hashlib.sha256(card.number.encode()).hexdigest()[:16],
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
    return _method(call, "card", about) | {"_number": card.number}


def _other(kind: str, given: Document) -> Document:
    if kind == "upi":
        return {"vpa": (given.get("mandate_options") or {}).get("vpa") or given.get("vpa")}
    if kind == "paypal":
        return {"country": "US", "payer_email": None, "payer_id": None}
    return {}


def _method(call: Call, kind: str, about: Document) -> Document:
    return {
        "id": call.id("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": {**NOBODY, "address": dict(NOBODY["address"])},
        kind: about,
        "created": call.now,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": kind,
    }


def _bill(method: Document, given: Any) -> None:
    if given:
        address = method["billing_details"]["address"] | (given.get("address") or {})
        method["billing_details"] |= {name: value or None for name, value in given.items()} | {"address": address}


def _declined(code: str) -> Exception:
    own = code in cards.ERRORS_OF_THEIR_OWN
    return declined(cards.message(code), code if own else "card_declined", None if own else code)


def _sums_up(number: str) -> bool:
    """Luhn's check digit."""
    if not number.isdigit() or not 12 <= len(number) <= 19:
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _year(call: Call) -> int:
    return _month(call)[0]


def _month(call: Call) -> tuple[int, int]:
    from datetime import UTC, datetime

    now = datetime.fromtimestamp(call.now, UTC)
    return now.year, now.month
