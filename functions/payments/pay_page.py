"""The page on which a buyer pays: ours around Stripe's own form. What they enter there never passes through Metco."""

import base64
import hashlib
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

FOLDER = Path(__file__).parent / "pages"
STRIPE = ("https://js.stripe.com", "https://*.js.stripe.com")
ASKS, SHOWS = "https://api.stripe.com", "https://hooks.stripe.com"
# docs.stripe.com/security/guide#content-security-policy says what Stripe's form needs; all else is refused.


@cache
def page(key: str, script_url: str) -> str:
    """`key` is the publishable one, for whoever reads the page."""
    return Template(_read("pay.html")).substitute(
        key=escape(key), script=escape(script_url), style=_read("pay.css"), own=_read("pay.js")
    )


@cache
def headers(script_url: str) -> dict[str, str]:
    """Nobody else's code runs beside the form, and no other site shows it as its own."""
    where = urlsplit(script_url)
    origin = f"{where.scheme}://{where.netloc}" if where.netloc else "'self'"
    of_stripe = " ".join(dict.fromkeys([origin, *STRIPE])) if where.netloc else origin
    policy = {
        "default-src": "'none'",
        "script-src": f"{_hash('pay.js')} {of_stripe}",
        "style-src": _hash("pay.css"),
        "connect-src": f"{origin} {ASKS}",
        "frame-src": f"{of_stripe} {SHOWS}",
        "img-src": "'self' data: https://*.stripe.com",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Referrer-Policy": "no-referrer",  # Stripe comes back with the payment's secret in the address
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


def _hash(name: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(_read(name).encode()).digest()).decode()}'"


@cache
def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
