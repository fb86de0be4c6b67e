"""Circle's transfers to blockchains.

# developers.circle.com/api-reference/circle-mint/account/create-business-transfer
"""

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING

from local.payouts.wire import Document, Refused, document

if TYPE_CHECKING:
    from local.payouts.stand_in import StandIn

BASE = "/v1/businessAccount"
RECIPIENTS, TRANSFERS = f"{BASE}/wallets/addresses/recipient", f"{BASE}/transfers"
STATUSES = {"pending": "pending", "never": "pending", "arrived": "complete", "failed": "failed", "returned": "failed"}


def answer(core: "StandIn", method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Document]:
    if headers.get("authorization") != f"Bearer {core.keys['crypto']['api_key']}":
        raise Refused(401, {"code": 401, "message": "Malformed authorization. Is the authorization type missing?"})
    if (method, path) == ("POST", RECIPIENTS):
        return 201, {"data": _recipient(core, document(body))}
    if (method, path) == ("POST", TRANSFERS):
        return 201, {"data": _transfer(core, document(body))}
    if method == "GET" and path.startswith(f"{TRANSFERS}/"):
        return 200, {"data": _shown(core, path.rpartition("/")[2])}
    raise Refused(404, {"code": 404, "message": "Not found"})


def _recipient(core: "StandIn", asked: Document) -> Document:
    key = _key(asked)
    if found := core.find("recipient", key):
        return dict(found["shown"])
    if not asked.get("address") or not asked.get("chain") or not asked.get("description"):
        raise Refused(400, {"code": 2, "message": "Invalid entity"})
    if (asked["chain"] == "SOL") == str(asked["address"]).startswith("0x"):
        raise Refused(400, {"code": 1093, "message": "Invalid blockchain address"})
    shown = {name: asked[name] for name in ("address", "chain", "currency", "description")}
    shown |= {"id": str(uuid.uuid5(uuid.NAMESPACE_OID, key)), "status": "active"}
    return dict(core.add("recipient", key, {"shown": shown})["shown"])


def _transfer(core: "StandIn", asked: Document) -> Document:
    """Asked again under one key, the answer is the transfer that there is."""
    key = _key(asked)
    if not core.find("transfer", key):
        destination = asked.get("destination", {})
        known = (one["shown"] for name, one in core.made.items() if name.startswith("recipient/"))
        to = next((one for one in known if one["id"] == destination.get("addressId")), None)
        if destination.get("type") != "verified_blockchain" or not to:
            raise Refused(400, {"code": 5003, "message": "Recipient address not found"})
        if core.broke:
            raise Refused(400, {"code": 5002, "message": "Insufficient funds"})
        amount = {"value": asked["amount"]["amount"], "currency": asked["amount"]["currency"]}
        id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"transfer {key}"))
        core.add("transfer", key, {"id": id, "_receiver": to["address"], "_amount": amount})
    return _shown(core, str((core.find("transfer", key) or {})["id"]))


def _shown(core: "StandIn", id: str) -> Document:
    found = next((one for name, one in core.made.items() if name.startswith("transfer/") and one["id"] == id), None)
    if not found:
        raise Refused(404, {"code": 404, "message": "Transfer not found"})
    status = STATUSES[core.fate(found["_receiver"], found["_at"])]
    amount = {"amount": found["_amount"]["value"], "currency": found["_amount"]["currency"]}
    shown: Document = {"id": id, "amount": amount, "status": status, "destination": {"address": found["_receiver"]}}
    return shown | ({"errorCode": "transfer_failed"} if status == "failed" else {})


def _key(asked: Document) -> str:
    """A UUID, or Circle does nothing."""
    try:
        return str(uuid.UUID(str(asked.get("idempotencyKey"))))
    except ValueError:
        raise Refused(400, {"code": 2, "message": "Invalid entity: idempotencyKey must be a UUID"}) from None
