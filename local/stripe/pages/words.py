"""How the pages show what Stripe keeps as numbers and codes: money, moments, states."""

from datetime import UTC, datetime
from html import escape
from typing import Any

# docs.stripe.com/currencies#zero-decimal and #three-decimal
NO_DECIMALS = frozenset(
    ("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf")
)
THREE_DECIMALS = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])

GOOD = frozenset(
    (
        "succeeded",
        "paid",
        "available",
        "won",
        "active",
        "enabled",
        "complete",
        "verified",
        "warning_closed",
        "delivered",
    )
)
BAD = frozenset(("failed", "canceled", "lost", "rejected", "reversed", "disputed", "errored", "expired", "dead"))
QUIET = frozenset(("inactive", "unrequested", "refunded", "new"))


def decimals(currency: str) -> int:
    return 0 if currency.lower() in NO_DECIMALS else 3 if currency.lower() in THREE_DECIMALS else 2


def money(amount: int, currency: str) -> str:
    """Exact and plain: `USD 1,234.50`."""
    places = decimals(currency)
    whole, part = divmod(abs(amount), 10**places)
    shown = f"{whole:,}" + (f".{part:0{places}d}" if places else "")
    return f"{'−' if amount < 0 else ''}{currency.upper()} {shown}"


def minor(text: str, currency: str) -> int | None:
    """What a person typed as an amount; nothing where it is none."""
    whole, _, part = text.strip().replace(",", "").partition(".")
    places = decimals(currency)
    if not whole.isascii() or not whole.isdigit() or len(part) > places or (part and not part.isdigit()):
        return None
    return int(whole + part.ljust(places, "0"))


def moment(seconds: int | None) -> str:
    if seconds is None:
        return "–"
    at = datetime.fromtimestamp(seconds, UTC)
    return f'<time datetime="{at.isoformat()}">{at:%d %b %Y, %H:%M:%S}</time>'


def state(name: Any) -> str:
    text = str(name)
    kind = "good" if text in GOOD else "bad" if text in BAD else "dim" if text in QUIET else "warn"
    return f'<span class="state {kind}">{escape(text.replace("_", " "))}</span>'
