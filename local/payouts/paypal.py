"""PayPal's payouts. # developer.paypal.com/api/payments.payouts-batch/v1"""

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from local.payouts.wire import Document, Refused, document

if TYPE_CHECKING:
    from local.payouts.stand_in import StandIn

PAYOUTS = "/v1/payments/payouts"
STATUSES = {"pending": "PENDING", "never": "PENDING", "arrived": "SUCCESS", "failed": "FAILED", "returned": "RETURNED"}
WITHOUT_DECIMALS = frozenset({"HUF", "JPY", "TWD"})  # developer.paypal.com/reference/currency-codes
CURRENCIES = WITHOUT_DECIMALS | {
    *("AUD", "BRL", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "ILS", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN"),
    *("SEK", "SGD", "THB", "USD"),
}


def is_asked(path: str) -> bool:
    return path.startswith((PAYOUTS, "/v1/oauth2/"))


def answer(core: "StandIn", method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Document]:
    if (method, path) == ("POST", "/v1/oauth2/token"):
        return 200, _token(core, headers, body)
    if headers.get("authorization") != f"Bearer {_bearer(core)}":
        raise Refused(401, _problem("AUTHENTICATION_FAILURE", "Authentication failed due to invalid credentials."))
    if (method, path) == ("POST", PAYOUTS):
        return 201, _create(core, document(body))
    if method == "GET" and path.startswith(f"{PAYOUTS}/"):
        return 200, _show(core, path.rpartition("/")[2])
    raise Refused(404, _problem("RESOURCE_NOT_FOUND", "There is no such address."))


def _token(core: "StandIn", headers: Mapping[str, str], body: bytes) -> Document:
    """developer.paypal.com/api/rest/authentication"""
    known = core.keys["paypal"]
    basic = base64.b64encode(f"{known['client_id']}:{known['client_secret']}".encode()).decode()
    if headers.get("authorization") != f"Basic {basic}" or body != b"grant_type=client_credentials":
        raise Refused(401, {"error": "invalid_client", "error_description": "Client Authentication failed"})
    return {"access_token": _bearer(core), "token_type": "Bearer", "expires_in": 32_400}


def _create(core: "StandIn", asked: Document) -> Document:
    batch_id = str(asked.get("sender_batch_header", {}).get("sender_batch_id", ""))
    [item] = asked.get("items") or [{}]
    if not batch_id or item.get("recipient_type") != "PAYPAL_ID" or not item.get("receiver"):
        raise Refused(400, _problem("VALIDATION_ERROR", "Invalid request - see details"))
    if found := core.find("batch", batch_id):
        link = {"href": f"https://api-m.paypal.com{PAYOUTS}/{found['id']}", "rel": "self", "method": "GET"}
        raise Refused(
            400,
            _problem("USER_BUSINESS_ERROR", "User business error.")
            | {"details": [{"field": "SENDER_BATCH_ID", "issue": "Batch already exists", "link": [link]}]},
        )
    amount = item["amount"]
    decimals = "" if amount["currency"] in WITHOUT_DECIMALS else r"\.\d{2}"
    if amount["currency"] not in CURRENCIES:
        raise Refused(422, _problem("CURRENCY_NOT_SUPPORTED", "The currency is not supported."))
    if not re.fullmatch(rf"\d+{decimals}", str(amount["value"])):
        raise Refused(400, _problem("VALIDATION_ERROR", "Invalid amount"))
    if core.broke:
        raise Refused(422, _problem("INSUFFICIENT_FUNDS", "Sender does not have sufficient funds."))
    id = hashlib.sha256(batch_id.encode()).hexdigest()[:13].upper()
    core.add("batch", batch_id, {"id": id, "item": item, "_receiver": item["receiver"], "_amount": amount})
    return {"batch_header": {"payout_batch_id": id, "batch_status": "PENDING", "sender_batch_header": asked}}


def _show(core: "StandIn", id: str) -> Document:
    found = next((one for name, one in core.made.items() if name.startswith("batch/") and one["id"] == id), None)
    if not found:
        raise Refused(404, _problem("RESOURCE_NOT_FOUND", "The batch does not exist."))
    status = STATUSES[core.fate(found["_receiver"], found["_at"])]
    item: Document = {"payout_item_id": f"{id}1", "transaction_status": status, "payout_item": found["item"]}
    if status in ("FAILED", "RETURNED"):
        item["errors"] = {"name": "RECEIVER_UNREGISTERED" if status == "FAILED" else "RECEIVER_REFUSED"}
    batch = "PENDING" if status == "PENDING" else "SUCCESS"
    return {"batch_header": {"payout_batch_id": id, "batch_status": batch}, "items": [item]}


def _bearer(core: "StandIn") -> str:
    return hashlib.sha256(f"bearer of {core.keys['paypal']['client_secret']}".encode()).hexdigest()


def _problem(name: str, message: str) -> Document:
    return {"name": name, "message": message, "debug_id": "0"}
