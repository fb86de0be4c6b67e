"""What many tests begin with: a payment as Stripe's documentation makes one for tests (docs.stripe.com/testing)."""

from typing import Any

import pytest
import stripe

NO_REDIRECT = {"enabled": True, "allow_redirects": "never"}


def an_intent(
    api: stripe.StripeClient, amount: int = 20_00, currency: str = "usd", **more: Any
) -> stripe.PaymentIntent:
    """That cards may pay."""
    asked: Any = {"amount": amount, "currency": currency, "allowed_payment_method_types": ["card"], **more}
    return api.v1.payment_intents.create(asked)


def a_card_payment(
    api: stripe.StripeClient, amount: int = 20_00, card: str = "pm_card_visa", currency: str = "usd", **more: Any
) -> stripe.PaymentIntent:
    """Confirmed at once."""
    return an_intent(api, amount, currency, payment_method=card, confirm=True, **more)


def a_charge(api: stripe.StripeClient, *given: Any, **named: Any) -> stripe.Charge:
    """Captured before Stripe answers: its fee is known at once."""
    intent = a_card_payment(api, *given, capture_method="automatic", **named)
    assert intent.status == "succeeded"
    return api.v1.charges.retrieve(str(intent.latest_charge))


def plain(thing: Any) -> dict[str, Any]:
    """Objects of the package are no dictionaries."""
    said: dict[str, Any] = thing.to_dict()
    return said


def notes(thing: Any) -> dict[str, str]:
    """What Metco wrote on it."""
    return dict(plain(thing)["metadata"])


def refused(call: Any, *given: Any, **named: Any) -> stripe.InvalidRequestError:
    """What was asked is wrong, and nothing came of it."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        call(*given, **named)
    assert caught.value.http_status in (400, 404)
    return caught.value


def declined(call: Any, *given: Any, **named: Any) -> stripe.CardError:
    """What was asked is right, and the card says no."""
    with pytest.raises(stripe.CardError) as caught:
        call(*given, **named)
    assert caught.value.http_status == 402
    return caught.value
