"""How each kind of method pays: at once, after the bank asked, or when money arrives.

# docs.stripe.com/payments/paymentintents/lifecycle
"""

from local.stripe import cards, setting_up
from local.stripe.call import Call
from local.stripe.objects import charges, payment_methods
from local.stripe.pages import addresses
from local.stripe.routes import later
from local.stripe.wire import Document, declined

UPI_WITHIN_S = 5 * 60  # docs.stripe.com/payments/upi
NOT_AUTHENTICATED = "payment_intent_authentication_failure"
ATTEMPT_FAILED = "payment_intent_payment_attempt_failed"
ATTEMPT_EXPIRED = "payment_intent_payment_attempt_expired"
TOLD = {
    NOT_AUTHENTICATED: "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a "
    "new PaymentMethod to attempt to fulfill this PaymentIntent again.",
    ATTEMPT_FAILED: "The payment failed.",
    ATTEMPT_EXPIRED: "The payment attempt expired.",
}


def pay(call: Call, intent: Document, method: Document, asked: Document) -> Document:
    """The first step with this method. What the bank refuses on the spot is raised, and kept."""
    from local.stripe.objects import cash_balances

    if method["type"] != "customer_balance":
        cash_balances.give_back(call, intent)  # what was sent so far: another method pays all of it
    intent |= {"payment_method": method["id"], "last_payment_error": None, "next_action": None}
    intent["_attempt"] = intent.get("_attempt", 0) + 1
    intent["_return_url"] = asked.get("return_url") or intent.get("_return_url")
    if method["type"] == "card":
        return _card(call, intent, method, asked)
    return OTHERS[method["type"]](call, intent, method)


# ---------------------------------------------------------------------------------------------------------------- cards


def _card(call: Call, intent: Document, method: Document, asked: Document) -> Document:
    card = cards.BY_NUMBER[method["_number"]]
    if _asks_the_bank(card, method, asked, intent):
        if asked.get("off_session") or asked.get("error_on_requires_action"):
            fail(call, intent, method, "authentication_required")
            raise _refused(intent)
        return _wait_for_the_bank(call, intent, asked)
    if card.declines:
        fail(call, intent, method, card.declines)
        raise _refused(intent)
    return succeed(call, intent, method)


def _asks_the_bank(card: cards.Card, method: Document, asked: Document, intent: Document) -> bool:
    """3-D Secure. # docs.stripe.com/testing#three-ds-cards"""
    wish = ((intent["payment_method_options"] or {}).get("card") or {}).get("request_three_d_secure")
    if wish in ("any", "challenge") and card.three_d_secure:
        return True
    match card.three_d_secure:
        case "required" | "declines_after" | "always":
            return True
        case "setup":  # when its owner is not there, only until it was set up for that
            return not (asked.get("off_session") and method.get("_set_up"))
        case "ready":  # set up from the beginning for use without its owner, and only for that
            return not asked.get("off_session")
    return False


def _wait_for_the_bank(call: Call, intent: Document, asked: Document) -> Document:
    """A server sends its customer to an address; Stripe's own script opens the same in a frame.

    # docs.stripe.com/payments/3d-secure/authentication-flow
    """
    url = addresses.authentication(call.settings.pages, intent["id"])
    if intent["_return_url"] and not asked.get("use_stripe_sdk"):
        action: Document = {
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": intent["_return_url"], "url": url},
        }
    else:
        sdk = {"type": "three_d_secure_redirect", "stripe_js": url, "source": call.id("src")}
        action = {"type": "use_stripe_sdk", "use_stripe_sdk": sdk}
    return require(call, intent, action)


def authenticated(call: Call, intent_id: str, passed: bool) -> Document:
    """Somebody answered their bank at the hosted page. # docs.stripe.com/payments/3d-secure/authentication-flow"""
    intent = waiting(call, intent_id)
    if intent["object"] == "setup_intent":
        return setting_up.answered(call, intent, passed)
    method = call.get("payment_method", intent["payment_method"])
    if not passed:
        return fail(call, intent, method, NOT_AUTHENTICATED)
    if intent["confirmation_method"] == "manual":  # docs.stripe.com/payments/build-a-two-step-confirmation
        intent |= {"status": "requires_confirmation", "next_action": None, "_authenticated": True}
        return call.save(intent)
    return proven(call, intent, method)


def proven(call: Call, intent: Document, method: Document) -> Document:
    """The bank knows who it was, and may decline all the same. # docs.stripe.com/testing#three-ds-cards"""
    card = cards.BY_NUMBER[method["_number"]]
    proof = {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": intent["id"].removeprefix("pi_"),
        "version": "2.2.0",
    }
    code = card.declines or ("generic_decline" if card.three_d_secure == "declines_after" else "")
    if code:
        return fail(call, intent, method, code, proof)
    if intent["setup_future_usage"] == "off_session":
        method = call.state.save(method | {"_set_up": True}, call.account)
    return succeed(call, intent, method, proof)


# --------------------------------------------------------------------------------------------------------------- others


def _elsewhere(call: Call, intent: Document, _: Document) -> Document:
    """PayPal and wallets: agreed to on their own site. # docs.stripe.com/payments/paypal/accept-a-payment"""
    url = addresses.approval(call.settings.pages, intent["id"])
    redirect = {"return_url": intent["_return_url"], "url": url}
    return require(call, intent, {"type": "redirect_to_url", "redirect_to_url": redirect})


def _upi(call: Call, intent: Document, _: Document) -> Document:
    """Agreed to in the buyer's banking app within minutes. # docs.stripe.com/payments/upi/accept-a-payment"""
    url = addresses.upi(call.settings.pages, intent["id"])
    code = {"expires_at": call.now + UPI_WITHIN_S, "image_url_png": f"{url}.png", "image_url_svg": f"{url}.svg"}
    call.schedule(UPI_WITHIN_S, "payment_intent.expired", id=intent["id"], attempt=intent["_attempt"])
    kind = "upi_handle_redirect_or_display_qr_code"
    return require(call, intent, {"type": kind, kind: {"hosted_instructions_url": url, "qr_code": code}})


def _bank_transfer(call: Call, intent: Document, method: Document) -> Document:
    """Paid from what the customer sent before, else when it arrives. # docs.stripe.com/payments/bank-transfers"""
    from local.stripe.objects import cash_balances

    return cash_balances.pay(call, intent, method)


OTHERS = {"crypto": _elsewhere, "customer_balance": _bank_transfer, "paypal": _elsewhere, "upi": _upi}


def approved(call: Call, intent_id: str, agreed: bool) -> Document:
    """PayPal's page, a wallet or a banking app: agreed or not. # docs.stripe.com/payments/paymentintents/lifecycle"""
    intent = waiting(call, intent_id)
    if intent["object"] == "setup_intent":
        return setting_up.answered(call, intent, agreed)
    method = call.get("payment_method", intent["payment_method"])
    if agreed and method["type"] == "crypto":
        return _submitted(call, intent, method)
    return succeed(call, intent, method) if agreed else fail(call, intent, method, ATTEMPT_FAILED)


def _submitted(call: Call, intent: Document, method: Document) -> Document:
    """On its way over the chain. # docs.stripe.com/changelog/clover/2025-09-30/stablecoin-payments-processing-status"""
    charge = charges.pending(call, intent, method)
    intent |= {"latest_charge": charge["id"], "next_action": None, "status": "processing"}
    call.schedule(call.settings.on_chain_in_s, "payment_intent.processed", id=intent["id"])
    return call.save(intent, "payment_intent.processing")


@later("payment_intent.processed")
def processed(call: Call, told: Document) -> None:
    """Nobody redirects or asks: it is simply there. # docs.stripe.com/payments/accept-stablecoin-payments"""
    intent = call.get("payment_intent", told["id"])
    succeed(call, intent, call.get("payment_method", intent["payment_method"]))


@later("payment_intent.expired")
def expired(call: Call, told: Document) -> None:
    """A request that nobody answered. # docs.stripe.com/js/payment_intents/confirm_upi_payment"""
    intent = call.get("payment_intent", told["id"])
    if intent["status"] == "requires_action" and intent["_attempt"] == told["attempt"]:
        fail(call, intent, call.get("payment_method", intent["payment_method"]), ATTEMPT_EXPIRED)


# -------------------------------------------------------------------------------------------------------------- outcome


class NotWaiting(Exception):
    """The page is old: the payment was made, given up or tried otherwise meanwhile."""


def waiting(call: Call, intent_id: str) -> Document:
    intent = call.get("setup_intent" if intent_id.startswith("seti_") else "payment_intent", intent_id)
    if intent["status"] != "requires_action":
        raise NotWaiting(intent["status"])
    return intent


def require(call: Call, intent: Document, action: Document) -> Document:
    """The buyer has to do something. # docs.stripe.com/api/payment_intents/object#payment_intent_object-next_action"""
    intent |= {"status": "requires_action", "next_action": action}
    return call.save(intent, "payment_intent.requires_action")


def succeed(call: Call, intent: Document, method: Document, proof: Document | None = None) -> Document:
    """Paid; the method is kept where that was asked for (docs.stripe.com/payments/save-during-payment), else spent."""
    charge = charges.succeeded(call, intent, method, proof)
    intent |= {
        "amount_received": intent["amount"],
        "latest_charge": charge["id"],
        "next_action": None,
        "status": "succeeded",
    }
    if intent["setup_future_usage"] and intent["customer"] and not method["customer"]:
        payment_methods.attached(call, method, intent["customer"])
    elif not method["customer"]:
        call.state.save(method | {"_spent": True}, call.account)
    return call.save(intent, "payment_intent.succeeded")


def fail(call: Call, intent: Document, method: Document, code: str, proof: Document | None = None) -> Document:
    """The try is over; another method may be tried. # docs.stripe.com/payments/paymentintents/lifecycle"""
    error: Document = {"type": "card_error", "payment_method": call.get("payment_method", method["id"])}
    if code in TOLD:
        kind = "card_error" if code == ATTEMPT_FAILED else "invalid_request_error"
        error |= {"code": code, "message": TOLD[code], "type": kind}
    else:
        charge = charges.failed(call, intent, method, code, proof)
        intent["latest_charge"] = charge["id"]
        own = code in cards.ERRORS_OF_THEIR_OWN
        error |= {"charge": charge["id"], "message": cards.message(code)}
        if code == "authentication_required":
            error |= {"code": code, "decline_code": code}
        else:
            error |= {"code": code} if own else {"code": "card_declined", "decline_code": code}
        error["doc_url"] = f"https://docs.stripe.com/error-codes#{error['code'].replace('_', '-')}"
    intent |= {
        "last_payment_error": error,
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    return call.save(intent, "payment_intent.payment_failed")


def _refused(intent: Document) -> Exception:
    error = intent["last_payment_error"]
    return declined(
        error["message"],
        error["code"],
        error.get("decline_code"),
        charge=error["charge"],
        payment_intent=intent,
        payment_method=error["payment_method"],
    )
