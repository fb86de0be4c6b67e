"""Payouts in dollars and euros on a blockchain, by Circle: a recipient is registered once, then transfers go to it.

developers.circle.com/api-reference/circle-mint/account/create-business-transfer
"""

import json
import uuid

from functions.payments.model.destinations import Destination
from functions.payments.model.payouts import Payout, Told
from functions.payments.ways import wire
from functions.payments.ways.paypal import written
from kernel.outside import Request

WAY = "crypto"
CURRENCIES = frozenset({"USD", "EUR"})  # USDC and EURC
STANDS: dict[str, str] = {"pending": "sent", "running": "sent", "complete": "paid", "failed": "failed"}


def register(given: Destination) -> Destination:
    """Registered twice, it is the same recipient: the key follows from what is registered."""
    body = {
        "idempotencyKey": _key("recipient", given.store_id, given.chain or "", given.target),
        "address": given.target,
        "chain": given.chain,
        "currency": "USD",
        "description": given.store_id,
    }
    status, said = _ask("POST", "/v1/businessAccount/wallets/addresses/recipient", body)
    if status not in (200, 201):
        raise wire.ProviderRefused(wire.reason_of(said.get("message")), said)
    return given.model_copy(update={"recipient_id": said["data"]["id"]})


def pay(payout: Payout, to: Destination) -> Told:
    """Asked again under its key, Circle answers with the transfer that there is."""
    if payout.amount.currency not in CURRENCIES:
        return Told(became="failed", reason="currency_not_offered")
    body = {
        "idempotencyKey": _key("transfer", payout.withdrawal_id),
        "destination": {"type": "verified_blockchain", "addressId": to.recipient_id},
        "amount": {"amount": written(payout.amount), "currency": payout.amount.currency},
    }
    status, said = _ask("POST", "/v1/businessAccount/transfers", body)
    if status not in (200, 201):
        reason = wire.reason_of(said.get("message"))
        if "insufficient" in reason:
            raise wire.NotYet("insufficient_funds")
        return Told(became="failed", reason=reason)
    return _told(said["data"])


def look(payout: Payout) -> Told:
    status, said = _ask("GET", f"/v1/businessAccount/transfers/{payout.provider_id}")
    return _told(said["data"]) if status == 200 else Told(became="sent")


def _told(transfer: wire.Body) -> Told:
    became = STANDS.get(transfer["status"], "sent")
    reason = wire.reason_of(transfer.get("errorCode")) if became == "failed" else ""
    return Told.model_validate({"became": became, "provider_id": transfer["id"], "reason": reason})


def _ask(method: str, path: str, body: wire.Body | None = None) -> tuple[int, wire.Body]:
    url = str((wire.place(WAY) or {})["url"]).rstrip("/") + path
    headers = {"Authorization": f"Bearer {wire.key(WAY)['api_key']}", "Content-Type": "application/json"}
    return wire.ask(WAY, Request(method, url, headers, json.dumps(body).encode() if body else None))


def _key(*parts: str) -> str:
    """Circle wants UUIDs; the same parts always give the same one."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("metco", *parts))))
