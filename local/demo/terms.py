"""What the demo's marketplace takes of a sale and gives off prices, and what currencies are worth, as finance says."""

from local.demo.shop import Shop

TENTH = {"scope": "platform", "tiers": [{"rate_bps": 1_000}], "tax_bps": 2_000}
RATES = {"EUR": {"USD": "1.08", "GBP": "0.85"}, "USD": {"EUR": "0.92"}, "GBP": {"EUR": "1.17"}}
WELCOME = {
    "title": "Welcome",
    "code": "WELCOME10",
    "benefit": {"kind": "percent", "off_bps": 1_000},
    "limits": {"per_person": 1},
}


def set_terms(finance: Shop) -> None:
    """Once: whatever somebody has set since stays."""
    if not finance("GET", "/commission-rules")["items"]:
        finance("POST", "/commission-rules", TENTH)
    there = {(one["given"], one["received"]) for one in finance("GET", "/conversion-rates")["items"]}
    for given, rates in RATES.items():
        for received, rate in rates.items():
            if (given, received) not in there:
                finance("PUT", f"/conversion-rates/{given}/{received}", {"rate": rate})
    if not finance("GET", "/promotions")["items"]:
        finance("POST", "/promotions", WELCOME)
