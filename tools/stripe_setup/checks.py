"""What is wrong between a stage and its Stripe account: first what Metco was told, then what Stripe says."""

from collections.abc import Iterator, Mapping
from typing import Any

import stripe

from functions.orders.rules import holding
from functions.payments.rules import countries, set_up
from functions.payments.stripe_api import VERSION
from tools.stripe_setup import endpoints
from tools.stripe_setup.place import Place


def client_of(place: Place) -> stripe.StripeClient:
    url, key = place.said().get("url", ""), str(place.keys().get("secret_key", ""))
    places: Any = dict.fromkeys(("api", "connect", "files", "meter_events"), url) if url else None
    return stripe.StripeClient(key, stripe_version=VERSION, base_addresses=places, max_network_retries=2)


def faults(place: Place) -> list[str]:
    """Stripe is asked nothing with keys that do not fit together."""
    told = [*set_up.faults(place.said(), place.keys()), *countries.faults(place.offered())]
    told += holding.faults(place.holding())
    return told or list(of_account(client_of(place), place))


def of_account(client: stripe.StripeClient, place: Place) -> Iterator[str]:
    try:
        account = client.v1.accounts.retrieve_current().to_dict()
    except stripe.AuthenticationError:
        yield "Stripe does not know secret_key, or it was rolled: make another, and write it down."
        return
    except stripe.StripeError as error:
        yield f"Stripe could not be asked: {type(error).__name__}."
        return
    yield from of_country(account, place.offered())
    yield from of_platform(account)
    yield from of_holding(account, place.holding())
    yield from endpoints.faults(endpoints.of_stage(client, place.stage), place.site())


def of_country(account: Mapping[str, Any], offered: countries.Offer = countries.OFFERED) -> Iterator[str]:
    """Cross-border payouts are Stripe's leave for platforms of some countries: from elsewhere none of ours would go."""
    allowed = {country for found in offered.get("full", {}).values() for country in found}
    if account["country"] not in allowed:
        yield (
            f"A platform in {account['country']} cannot pay sellers abroad out: say where it can, and under which "
            "agreement, in the setting payout_countries."
        )


def of_holding(account: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[str]:
    """A person decides about money before it was held for too long: by the limit of where it is held."""
    country, days = account["country"], said.get("days")
    if (told := holding.days_in(said.get("country", ""), days)) != (right := holding.days_in(country, days)):
        yield (
            f"Stripe lets a platform in {country} hold money for {right} days, and orders takes {told}: deploy "
            f'with -c platform_country={country}, or set "country" in the setting holding of orders.'
        )


def of_platform(account: Mapping[str, Any]) -> Iterator[str]:
    if not account.get("charges_enabled"):
        yield "Stripe lets this account take no money yet: finish its registration in Stripe's dashboard."
    schedule = (((account.get("settings") or {}).get("payouts") or {}).get("schedule") or {}).get("interval")
    if schedule and schedule != "manual":
        yield f"Stripe pays the platform out by itself ({schedule}): set it to manual, the sellers' money is in there."
