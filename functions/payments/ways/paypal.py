"""Payouts by PayPal: a batch of one, named by its withdrawal, so that PayPal itself refuses to pay it twice.

developer.paypal.com/api/payments.payouts-batch/v1
"""

import base64
import json
from datetime import datetime, timedelta
from typing import Any

from functions.payments.model.destinations import Destination
from functions.payments.model.payouts import Payout, Told
from functions.payments.ways import wire
from kernel import clock
from kernel.money import CURRENCIES, Money
from kernel.outside import Request

WAY = "paypal"

# developer.paypal.com/docs/payouts/standard/reference/item-status. UNCLAIMED is sent: it waits for its receiver, and is
# RETURNED after 30 days.
STANDS: dict[str, str] = {
    "SUCCESS": "paid",
    "FAILED": "failed",
    "DENIED": "failed",
    "CANCELED": "failed",
    "BLOCKED": "failed",
    "RETURNED": "failed",
    "REFUNDED": "failed",
    "REVERSED": "failed",
}

# developer.paypal.com/reference/currency-codes: at PayPal they have none
WITHOUT_DECIMALS = frozenset({"HUF", "TWD"})

_token: tuple[str, datetime, str] | None = None


def register(given: Destination) -> Destination:
    """PayPal needs to know nobody beforehand."""
    return given


def pay(payout: Payout, to: Destination) -> Told:
    value = written(payout.amount)
    if payout.amount.currency in WITHOUT_DECIMALS:
        value, _, part = value.partition(".")
        if part.strip("0"):
            return Told(became="failed", reason="amount_not_payable")
    item = {
        "recipient_type": "PAYPAL_ID",
        "receiver": to.target,
        "amount": {"value": value, "currency": payout.amount.currency},
        "sender_item_id": payout.withdrawal_id,
    }
    status, said = _ask("POST", "", {"sender_batch_header": {"sender_batch_id": _batch(payout)}, "items": [item]})
    if status == 201:
        return Told(became="sent", provider_id=said["batch_header"]["payout_batch_id"])
    if earlier := _made_before(said):
        return Told(became="sent", provider_id=earlier)
    reason = wire.reason_of(said.get("name"))
    if reason == "insufficient_funds":
        raise wire.NotYet(reason)
    return Told(became="failed", reason=reason)


def look(payout: Payout) -> Told:
    status, said = _ask("GET", f"/{payout.provider_id}")
    if status != 200:
        return Told(became="sent")  # PayPal does not say: it is asked again
    items: list[dict[str, Any]] = said.get("items") or [{}]
    word = items[0].get("transaction_status") or said["batch_header"]["batch_status"]
    became = STANDS.get(word, "sent")
    if became == "paid" and not items[0].get("transaction_status"):
        became = "sent"  # the batch is through, of its item nothing is said yet
    reason = wire.reason_of((items[0].get("errors") or {}).get("name") or word) if became == "failed" else ""
    return Told.model_validate({"became": became, "reason": reason})


def written(amount: Money) -> str:
    exponent = CURRENCIES[amount.currency].exponent
    whole, part = divmod(amount.minor, 10**exponent)
    return f"{whole}.{part:0{exponent}d}" if exponent else str(whole)


def _batch(payout: Payout) -> str:
    return payout.withdrawal_id


def _made_before(said: wire.Body) -> str:
    """A batch of this name was made already: the refusal links to it."""
    links = [*said.get("links", ()), *(link for one in said.get("details", ()) for link in one.get("link", ()))]
    hrefs = [str(link.get("href", "")) for link in links]
    return next((href.rpartition("/")[2] for href in hrefs if "/v1/payments/payouts/" in href), "")


def _ask(method: str, path: str, body: wire.Body | None = None) -> tuple[int, wire.Body]:
    url = f"{_url()}/v1/payments/payouts{path}"
    headers = {"Authorization": f"Bearer {_bearer()}", "Content-Type": "application/json"}
    return wire.ask(WAY, Request(method, url, headers, json.dumps(body).encode() if body else None))


def _bearer() -> str:
    """Good for hours: asked for once and kept."""
    global _token
    kept, now = wire.key(WAY), clock.now()
    client_id = str(kept["client_id"])
    if _token and _token[0] == client_id and now < _token[1]:
        return _token[2]
    basic = base64.b64encode(f"{client_id}:{kept['client_secret']}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    request = Request("POST", f"{_url()}/v1/oauth2/token", headers, b"grant_type=client_credentials")
    status, said = wire.ask(WAY, request)
    if status != 200:
        raise wire.ProviderMisconfigured()
    _token = client_id, now + timedelta(seconds=int(said["expires_in"]) - 60), str(said["access_token"])
    return _token[2]


def _url() -> str:
    return str((wire.place(WAY) or {})["url"]).rstrip("/")


def forget() -> None:
    """The token that was asked for. For tests."""
    global _token
    _token = None
