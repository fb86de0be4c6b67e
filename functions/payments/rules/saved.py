"""Which of a buyer's payment methods are kept, and which pays where nothing else is said: values in, values out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from functions.payments.model.saved import (
    Customer,
    KeptSetup,
    NoSuchMethod,
    NoSuchSetup,
    SavedMethod,
    Setup,
    SetupState,
    TooManyMethods,
    TooManySetups,
)

SETUPS_PER_DAY = 10  # whoever tries cards that are not theirs tries hundreds
METHODS = 20
LOOK_AGAIN = timedelta(minutes=10)
GIVEN_UP = timedelta(days=1)  # whoever has not said their card by then asks anew
# docs.stripe.com/payments/paymentintents/lifecycle: a setup intent has the same states, but for taking money
STATES: Mapping[str, SetupState] = {"succeeded": "saved", "canceled": "ended"}


def counted(customer: Customer, kept: Sequence[SavedMethod], today: date) -> Customer:
    """One more begun today."""
    if len(kept) >= METHODS:
        raise TooManyMethods()
    begun = customer.setups if customer.setups_on == today else 0
    if begun >= SETUPS_PER_DAY:
        raise TooManySetups()
    return _next(customer, setups_on=today, setups=begun + 1)


def setup_asked_for(person_id: str, customer_id: str) -> dict[str, Any]:
    """To be paid with later, without the buyer being there: their bank is asked for that now."""
    return {
        "customer": customer_id,
        "usage": "off_session",
        "automatic_payment_methods": {"enabled": True},
        "metadata": {"person_id": person_id},
    }


def setup(person_id: str, intent: Mapping[str, Any], now: datetime) -> KeptSetup:
    return KeptSetup(**_standing(intent), person_id=person_id, begun_at=now)


def asked_again(kept: KeptSetup, intent: Mapping[str, Any]) -> KeptSetup:
    return kept.model_copy(update={**_standing(intent), "version": kept.version + 1})


def own(kept: KeptSetup, person_id: str) -> None:
    if kept.person_id != person_id:
        raise NoSuchSetup()


def shown(kept: KeptSetup) -> Setup:
    return Setup(setup_id=kept.setup_id, state=kept.state, failure=kept.failure)


def is_given_up(kept: KeptSetup, now: datetime) -> bool:
    return kept.state == "open" and now >= kept.begun_at + GIVEN_UP


def _standing(intent: Mapping[str, Any]) -> dict[str, Any]:
    error = intent.get("last_setup_error") or {}
    failure = str(error.get("decline_code") or error.get("code") or "")[:100]
    return {"setup_id": intent["id"], "state": STATES.get(intent["status"], "open"), "failure": failure}


def method(found: Mapping[str, Any]) -> SavedMethod:
    """Nothing that names a person: not the mail address that PayPal gives, not the name on the card."""
    kind = str(found["type"])
    details: Mapping[str, Any] = found.get(kind) or {}
    month, year = details.get("exp_month"), details.get("exp_year")
    return SavedMethod(
        payment_method_id=found["id"],
        kind=kind,
        brand=str(details.get("brand") or ""),
        last4=str(details.get("last4") or ""),
        expires=f"{year:04}-{month:02}" if month and year else None,
        saved_at=datetime.fromtimestamp(found["created"], UTC),
    )


def newest(methods: Iterable[SavedMethod]) -> list[SavedMethod]:
    """First, and no more than are kept."""
    return sorted(methods, key=lambda one: (one.saved_at, one.payment_method_id), reverse=True)[:METHODS]


def marked(customer: Customer | None, methods: Iterable[SavedMethod]) -> list[SavedMethod]:
    """As the buyer sees them: one is the default."""
    default = customer.default_id if customer else ""
    shown = (one.model_copy(update={"is_default": one.payment_method_id == default}) for one in methods)
    return newest(shown)


def as_found(customer: Customer, found: Sequence[SavedMethod]) -> Customer:
    """With a default that is there: the one chosen, else the newest."""
    known = [one.payment_method_id for one in newest(found)]
    default = customer.default_id if customer.default_id in known else (known or [""])[0]
    return _next(customer, default_id=default)


def preferring(customer: Customer | None, methods: Sequence[SavedMethod], method_id: str) -> Customer:
    known(methods, method_id)
    assert customer, "who has a way to pay is known to Stripe"
    return _next(customer, default_id=method_id)


def known(methods: Iterable[SavedMethod], method_id: str) -> SavedMethod:
    for one in methods:
        if one.payment_method_id == method_id:
            return one
    raise NoSuchMethod()


def _next(customer: Customer, **parts: Any) -> Customer:
    return customer.model_copy(update={**parts, "version": customer.version + 1})
