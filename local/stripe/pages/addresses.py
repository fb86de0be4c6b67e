"""Where a person does what a program cannot: the addresses of the pages, below the base that people reach."""

HERE = "/_stripe"


def authentication(base: str, intent_id: str) -> str:
    """3-D Secure: the bank asks whether it is really them."""
    return f"{base}{HERE}/authenticate/{intent_id}"


def approval(base: str, intent_id: str) -> str:
    """PayPal, a bank's own site, a wallet: the payment is agreed to elsewhere."""
    return f"{base}{HERE}/approve/{intent_id}"


def upi(base: str, intent_id: str) -> str:
    return f"{base}{HERE}/upi/{intent_id}"


def bank_instructions(base: str, intent_id: str) -> str:
    return f"{base}{HERE}/bank/{intent_id}"


def onboarding(base: str, link: str) -> str:
    return f"{base}{HERE}/onboarding/{link}"


def express_dashboard(base: str, account_id: str) -> str:
    return f"{base}{HERE}/express/{account_id}"


def receipt(base: str, charge_id: str) -> str:
    return f"{base}{HERE}/receipts/{charge_id}"


def script(base: str) -> str:
    """Stripe.js, as far as the pay page needs it."""
    return f"{base}{HERE}/stripe.js"
