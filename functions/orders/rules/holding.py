"""How long a platform may hold its sellers' money, by its country: data, which a deployment may replace.

docs.stripe.com/connect/manual-payouts: it has to be paid out within this time, by the country of whoever has it.
Metco's sellers' money lies in the platform's own balance until they withdraw it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

DAYS: Mapping[str, int] = {"TH": 10, "US": 730}
USUAL_DAYS = 90  # everywhere else
DECIDE_DAYS = 5  # before that is over a person decides


def days_in(country: str, said: Mapping[str, int] | None = None) -> int:
    """`said`: an operator's own, by country."""
    return {**DAYS, **(said or {})}.get(country, USUAL_DAYS)


def faults(said: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the setting `holding`: the platform's `country`, and `days` by country."""
    if unknown := sorted(set(said) - {"country", "days"}):
        yield f"{unknown[0]} in holding means nothing: country, and days by country."
    country, days = said.get("country", ""), said.get("days", {})
    if country and not _is_country(country):
        yield f"{country} in holding is no country's two letters."
    for one, count in days.items() if isinstance(days, dict) else [("", days)]:
        if not _is_country(one):
            yield f"{one} in holding's days is no country's two letters."
        elif not isinstance(count, int) or count <= DECIDE_DAYS:
            yield f"{one} in holding's days: {count} are not more than the {DECIDE_DAYS} that a person has to decide."


def _is_country(word: Any) -> bool:
    return isinstance(word, str) and re.fullmatch("[A-Z]{2}", word) is not None
