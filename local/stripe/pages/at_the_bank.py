"""What a buyer does at the pages they are led to: agrees, refuses, sends money; and is led back to the shop."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from local.stripe import paying, setting_up
from local.stripe.call import Call
from local.stripe.objects import cash_balances
from local.stripe.pages import payer
from local.stripe.pages.visit import Page, Visit, moved, shown
from local.stripe.pages.words import minor
from local.stripe.stand_in import StandIn
from local.stripe.wire import Document

UPI = "upi_handle_redirect_or_display_qr_code"
TRANSFER = "display_bank_transfer_instructions"
STATES = {"succeeded": "succeeded", "processing": "pending", "requires_action": "pending"}


def authenticate(core: StandIn, visit: Visit, id: str) -> Page:
    return _asked(core, visit, id, lambda intent: payer.authentication(intent, visit.address))


def approve(core: StandIn, visit: Visit, id: str) -> Page:
    return _asked(core, visit, id, lambda intent: payer.approval(intent, _kind(core, intent), visit.address))


def upi(core: StandIn, visit: Visit, id: str) -> Page:
    if id.endswith((".svg", ".png")):
        return Page(200, payer.code(id.rpartition(".")[0]).encode(), "image/svg+xml")
    return _asked(core, visit, id, lambda intent: payer.upi(intent, visit.address, _upi_until(intent)))


def bank(core: StandIn, visit: Visit, id: str) -> Page:
    """Not answered by yes or no: money arrives, as much as somebody sends."""
    intent = _intent(core, id)
    if not intent:
        return shown(payer.missing(id), 404)
    back = _back(intent, visit)
    details = (intent["next_action"] or {}).get(TRANSFER)
    if intent["status"] != "requires_action" or not details:
        return shown(payer.ended(intent, _with_state(intent, back)))
    if visit.method == "POST":
        amount = minor(visit.form.get("amount", ""), intent["currency"])
        if not amount:
            return shown(payer.bank(intent, details, visit.address, back, wrong="That is no amount."), 400)
        core.act(cash_balances.arrived, intent["customer"], amount, intent["currency"], details["reference"])
        return moved(visit.address)
    return shown(payer.bank(intent, details, visit.address, back))


def receipt(core: StandIn, _: Visit, id: str) -> Page:
    charge = core.state.get("charge", id)
    return shown(payer.receipt(charge)) if charge else shown(payer.missing(id), 404)


def _asked(core: StandIn, visit: Visit, id: str, page: Any) -> Page:
    intent = _intent(core, id)
    if not intent:
        return shown(payer.missing(id), 404)
    if visit.method == "POST" and intent["status"] == "requires_action":
        framed = intent["next_action"]["type"] == "use_stripe_sdk"  # the shop's own page is around it, and waits
        intent = core.act(_answered, id, visit.form.get("outcome") == "succeed")
        back = "" if framed else _with_state(intent, _back(intent, visit))
        return moved(back) if back else shown(payer.ended(intent, ""))
    if intent["status"] != "requires_action":
        return shown(payer.ended(intent, _with_state(intent, _back(intent, visit))))
    return shown(page(intent))


def _answered(call: Call, id: str, yes: bool) -> Document:
    if id.startswith("seti_"):
        return setting_up.answered(call, call.get("setup_intent", id), yes)
    intent = call.get("payment_intent", id)
    kind = call.get("payment_method", intent["payment_method"])["type"]
    return paying.authenticated(call, id, yes) if kind == "card" else paying.approved(call, id, yes)


def _intent(core: StandIn, id: str) -> Document | None:
    return core.state.get("setup_intent" if id.startswith("seti_") else "payment_intent", id)


def _kind(core: StandIn, intent: Document) -> str:
    method = core.state.get("payment_method", intent["payment_method"] or "")
    return str(method["type"]) if method else ""


def _upi_until(intent: Document) -> int:
    return int(intent["next_action"][UPI]["qr_code"]["expires_at"])


# ----------------------------------------------------------------------------------------------------------- back again


def _back(intent: Document, visit: Visit) -> str:
    """Where the shop wants them next: as it was told with the confirmation, or by its page."""
    wanted = intent.get("_return_url") or visit.query.get("return_url", "")
    return wanted if urlsplit(wanted).scheme in ("http", "https") else ""


def _with_state(intent: Document, back: str) -> str:
    """docs.stripe.com/payments/accept-a-payment#return-url: what the shop learns from the address."""
    if not back:
        return ""
    kind, parts = intent["object"], urlsplit(back)
    told = {
        kind: intent["id"],
        f"{kind}_client_secret": intent["client_secret"],
        "redirect_status": STATES.get(intent["status"], "failed"),
    }
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *told.items()])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, parts.fragment))
