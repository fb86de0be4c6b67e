"""Which kinds of payment method fit a payment. # docs.stripe.com/payments/payment-methods/payment-method-support"""

from local.stripe.call import Call
from local.stripe.wire import Document, invalid

CURRENCIES = {
    "crypto": frozenset(["usd"]),
    "customer_balance": frozenset(["usd", "eur", "gbp", "jpy", "mxn"]),
    "paypal": frozenset(
        ["aud", "cad", "chf", "czk", "dkk", "eur", "gbp", "hkd", "nok", "nzd", "pln", "sek", "sgd", "usd"]
    ),
    "upi": frozenset(["inr"]),
}
REDIRECTING = frozenset(["paypal", "crypto"])
NEED_CUSTOMER = frozenset(["customer_balance"])
NOT_TWICE = frozenset(["customer_balance", "crypto", "upi"])  # nothing to save for another time


def choose(call: Call, intent: Document, asked: Document) -> None:
    """Those of the account that fit currency, customer and use, of the ones that are allowed."""
    allowed = asked.get("allowed_payment_method_types") or intent.get("allowed_payment_method_types")
    barred = asked.get("excluded_payment_method_types") or intent.get("excluded_payment_method_types") or []
    if allowed:
        intent["allowed_payment_method_types"] = allowed
    if barred:
        intent["excluded_payment_method_types"] = barred
    fitting = [
        one
        for one in call.settings.methods
        if (not allowed or one in allowed) and one not in barred and _fits(one, intent)
    ]
    if not fitting:
        raise invalid(
            "No valid payment method types for this Payment Intent. Please ensure that you have activated payment "
            "methods compatible with your chosen currency in your dashboard.",
            param="allowed_payment_method_types" if allowed else None,
        )
    intent["payment_method_types"] = fitting


def _fits(kind: str, intent: Document) -> bool:
    if intent.get("currency") and intent["currency"] not in CURRENCIES.get(kind, [intent["currency"]]):
        return False
    if kind in NEED_CUSTOMER and not intent["customer"]:
        return False
    for_later = intent["object"] == "setup_intent" or intent.get("setup_future_usage")
    if kind in NOT_TWICE and for_later:
        return False
    redirects = (intent["automatic_payment_methods"] or {}).get("allow_redirects")
    return not (kind in REDIRECTING and redirects == "never")


def check_return(call: Call, intent: Document) -> None:
    """Somebody who is sent away must be able to come back. # docs.stripe.com/api/payment_intents/confirm"""
    asked = call.params
    if asked.get("return_url") or intent.get("_return_url"):
        return
    if asked.get("off_session") or asked.get("use_stripe_sdk") or asked.get("error_on_requires_action"):
        return
    if REDIRECTING & set(intent["payment_method_types"]):
        raise invalid(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of "
            "these payment methods might redirect your customer off of your page, you must provide a `return_url`. If "
            "you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to "
            "`true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and "
            "Payment Intents."
        )


def options(known: Document, given: Document) -> Document:
    """As they are kept: each method's own, an empty one taken away."""
    return {kind: about for kind, about in (known | given).items() if about != ""}
