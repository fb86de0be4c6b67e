"""What a buyer is led to: their bank's question, another site's agreement, a UPI app, a transfer to make."""

from html import escape
from typing import Any

from local.stripe.pages import shell
from local.stripe.pages.words import moment, money, state

Document = dict[str, Any]

ENDS = {"succeeded": "Done, thank you", "canceled": "The shop has given this payment up", "processing": "On its way"}
WALLETS = {"paypal": "PayPal", "crypto": "your wallet"}


def authentication(intent: Document, action: str) -> str:
    """docs.stripe.com/testing#authentication-and-setup: a test card's bank asks nothing but yes or no."""
    return shell.for_people(
        "Confirm that it is you",
        f"<h1>Is it really you?</h1>{_sum(intent)}"
        "<p>Your bank asks for 3-D Secure. This is a test: choose what you tell it.</p>"
        + _choices(action, (("succeed", "Complete authentication"), ("fail", "Fail authentication"))),
    )


def approval(intent: Document, kind: str, action: str) -> str:
    name = WALLETS.get(kind, "your bank")
    return shell.for_people(
        "Agree to the payment",
        f"<h1>Pay with {escape(name)}</h1>{_sum(intent)}<p>This is a test: choose how it ends.</p>"
        + _choices(action, (("succeed", "Agree and pay"), ("fail", "Refuse"))),
    )


def upi(intent: Document, action: str, expires_at: int) -> str:
    return shell.for_people(
        "Pay with UPI",
        f"<h1>Scan this with your UPI app</h1>{_sum(intent)}{_qr(intent['id'])}"
        f'<p class="dim">The code is good until {moment(expires_at)}. This is a test: choose what the app says.</p>'
        + _choices(action, (("succeed", "Approve in the app"), ("fail", "Decline in the app"))),
    )


def bank(intent: Document, details: Document, action: str, back: str, wrong: str = "") -> str:
    """docs.stripe.com/payments/bank-transfers: whatever arrives under the reference is held against the payment."""
    rows = "".join(
        f"<dt>{escape(label)}</dt><dd class='mono'>{escape(str(value))}</dd>" for label, value in _accounts(details)
    )
    due = details["amount_remaining"]
    places = money(due, intent["currency"]).split(" ")[1].replace(",", "")
    leave = f'<p><a href="{escape(back)}">Back to the shop</a></p>' if back else ""
    told = f'<p class="notice bad" role="alert">{escape(wrong)}</p>' if wrong else ""
    return shell.for_people(
        "Pay by bank transfer",
        f"<h1>Transfer the money</h1>{_sum(intent, due)}<dl>{rows}</dl>"
        '<p class="dim">Give the reference exactly, so that the money finds the payment.</p>'
        f'<form method="post" action="{escape(action)}"><h2>This is a test: let money arrive</h2>{told}'
        + shell.field(
            "amount", f"Amount in {intent['currency'].upper()}", places, hint="More or less than is due is fine, too."
        )
        + f'<button class="main" name="outcome" value="arrive">Send the transfer</button></form>{leave}',
    )


def ended(intent: Document, back: str) -> str:
    """Shown in a frame of the shop's page, it tells that page so."""
    told = '<script>if (parent !== self) parent.postMessage("stripe-stand-in:done", location.origin)</script>'
    leave = f'<p><a class="button main" href="{escape(back)}">Back to the shop</a></p>' if back else ""
    heading = ENDS.get(intent["status"], "Nothing is waiting for you here")
    return shell.for_people(heading, f"<h1>{heading}</h1>{_sum(intent)}{state(intent['status'])}{leave}{told}")


def receipt(charge: Document) -> str:
    refunded = charge["amount_refunded"]
    back = f"<dt>Refunded</dt><dd>{money(refunded, charge['currency'])}</dd>" if refunded else ""
    return shell.for_people(
        "Receipt",
        f"<h1>Receipt</h1>{_amount(charge['amount'], charge['currency'])}"
        f"<dl><dt>Paid</dt><dd>{moment(charge['created'])}</dd>{back}"
        f"<dt>Number</dt><dd class='mono'>{escape(charge['id'])}</dd></dl>{state(charge['status'])}",
    )


def missing(what: str) -> str:
    return shell.for_people(
        "Not found", f"<h1>Not found</h1><p>There is nothing called <code>{escape(what)}</code>.</p>"
    )


def _sum(intent: Document, amount: int | None = None) -> str:
    if "amount" not in intent:
        return '<p class="dim">Nothing is charged now: the method is kept for later.</p>'
    return _amount(intent["amount"] if amount is None else amount, intent["currency"])


def _amount(amount: int, currency: str) -> str:
    return f'<p class="amount">{money(amount, currency)}</p>'


def _choices(action: str, options: tuple[tuple[str, str], ...]) -> str:
    buttons = "".join(
        f'<button name="outcome" value="{value}" class="{"main" if value == "succeed" else ""}">{text}</button>'
        for value, text in options
    )
    return f'<form method="post" action="{escape(action)}" class="choices">{buttons}</form>'


def _accounts(details: Document) -> list[tuple[str, str]]:
    labels = {
        "iban": "IBAN",
        "bic": "BIC",
        "account_number": "Account number",
        "routing_number": "Routing number",
        "sort_code": "Sort code",
        "account_holder_name": "Account holder",
        "bank_name": "Bank",
        "branch_name": "Branch",
    }
    found: list[tuple[str, str]] = []
    for address in details.get("financial_addresses") or []:
        known = address.get(address["type"]) or {}
        found += [(label, known[name]) for name, label in labels.items() if known.get(name)]
    if details.get("reference"):
        found.append(("Reference", details["reference"]))
    return found


def _qr(text: str) -> str:
    return code(text).replace("<svg", '<svg class="qr" role="img" aria-label="A code to scan, drawn for this test"', 1)


def code(text: str) -> str:
    """Looks like a code and is none: nobody's app could pay to this machine."""
    size = 21
    corner = {(0, 0), (0, size - 7), (size - 7, 0)}
    cells = []
    for y in range(size):
        for x in range(size):
            frame = next(((x - left, y - top) for left, top in corner if 0 <= x - left < 7 and 0 <= y - top < 7), None)
            dark = _finder(*frame) if frame else (ord(text[(x * 5 + y * 3) % len(text)]) * (x + 7) * (y + 3)) % 7 < 3
            if dark:
                cells.append(f"M{x} {y}h1v1h-1z")
    drawn = f'<path fill="#000" d="{"".join(cells)}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">{drawn}</svg>'


def _finder(x: int, y: int) -> bool:
    return x in (0, 6) or y in (0, 6) or (2 <= x <= 4 and 2 <= y <= 4)
