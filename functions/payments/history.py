"""All that payments keeps about one person, for the export they asked for."""

from typing import Any

from functions.payments.rules import history as rules
from functions.payments.rules import saved
from functions.payments.store.customers import customers
from functions.payments.store.destinations import destinations
from functions.payments.store.history import history


def known_of(person_id: str) -> dict[str, Any]:
    customer, methods = customers().of(person_id)
    paid = (rules.for_buyer(one) for one in history().every_of(person_id))
    return {
        "customer_id": customer.customer_id if customer else None,
        "payment_methods": [one.model_dump(mode="json") for one in saved.marked(customer, methods)],
        "payments": [one.model_dump(mode="json", exclude_none=True) for one in paid],
        "payout_destinations": [one.model_dump(mode="json") for one in destinations().given_by(person_id)],
    }
