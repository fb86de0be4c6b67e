"""Which way needs what, and how much of it is shown."""

from datetime import datetime
from typing import Any

from functions.payments.model.destinations import Destination, DestinationIncomplete, NewDestination, OtherWay

NEEDS: dict[OtherWay, frozenset[str]] = {
    "paypal": frozenset({"paypal_id"}),
    "crypto": frozenset({"chain", "address"}),
    "bank": frozenset({"iban"}),
}
SHOWN = 4


def given(store_id: str, way: OtherWay, said: NewDestination, by: str, now: datetime) -> Destination:
    fields: dict[str, Any] = said.model_dump(exclude_none=True)
    if fields.keys() != NEEDS[way]:
        raise DestinationIncomplete()
    target = fields.get("paypal_id") or fields.get("address") or fields["iban"]
    return Destination(store_id=store_id, way=way, target=target, chain=fields.get("chain"), given_by=by, given_at=now)


def shortened(kept: Destination) -> Destination:
    """Enough to know it again, and too little to use it."""
    return kept.model_copy(update={"target": "••••" + kept.target[-SHOWN:], "recipient_id": None})
