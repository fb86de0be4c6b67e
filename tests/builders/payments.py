"""Payments for tests: say what matters to the test, the rest is filled in."""

import json
from importlib import import_module
from typing import Any

from functions.payments import stripe_api
from functions.payments.api import api
from kernel import clock, settings
from kernel.authz import Principal
from local.stripe.client import PUBLISHABLE_KEY, SECRET_KEY
from tests.builders import cloud
from tests.builders.http import Caller
from tests.builders.ledger import BUYER, SELLER, STORE, an_id
from tests.builders.stand_in import AtStripe, at_stripe

SITE = "https://metco.example"
WEBHOOK_SECRET, CONNECT_SECRET = "whsec_of_the_platform", "whsec_of_the_sellers"
FINN = an_id("usr", 20)  # in finance

_last: AtStripe | None = None


def connected(**said: Any) -> AtStripe:
    """Payments as set up by an operator, with a stand-in in this process whose clock is Metco's."""
    global _last
    stripe = at_stripe(clock.now(), **said)
    stripe.core.clock._reads = lambda: clock.now().timestamp()  # one time for both, and moved by either
    keys = {
        "secret_key": SECRET_KEY,
        "webhook_secret": WEBHOOK_SECRET,
        "connect_webhook_secret": CONNECT_SECRET,
    }
    cloud.client("secretsmanager").put_secret_value(SecretId="stripe-keys", SecretString=json.dumps(keys))
    with_settings(stripe={"publishable_key": PUBLISHABLE_KEY}, site=SITE)
    stripe_api.use(stripe.transport)
    _last = stripe
    return stripe


def there() -> AtStripe:
    """The one of this test."""
    return _last if _last and stripe_api._transport is _last.transport else connected()


def with_settings(**said: Any) -> None:
    """Beside those that are there."""
    ssm, path = cloud.client("ssm"), settings.env("SETTINGS_PATH")
    there = json.loads(ssm.get_parameter(Name=path)["Parameter"]["Value"])
    ssm.put_parameter(Name=path, Value=json.dumps(there | said), Type="String", Overwrite=True)
    settings.forget()


def buyer(user_id: str = BUYER) -> Caller:
    return Caller(api, Principal(user_id, "", frozenset({"customer"})))


def seller(store_id: str = STORE, user_id: str = SELLER, *may: str) -> Caller:
    permissions = frozenset(may or ("withdraw_funds", "view_sales", "view_orders"))
    return Caller(api, Principal(user_id, "", frozenset({"customer", "seller"}), {store_id: permissions}))


def finance(user_id: str = FINN) -> Caller:
    return Caller(api, Principal(user_id, "", frozenset({"customer", "finance"})))


public = Caller(api)


# For the access matrix


def things_of(user_id: str) -> dict[str, str]:
    return {name: thing for part in _parts() for name, thing in part.things_of(user_id).items()}


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    said: dict[str, Any] = {}
    for part in _parts():
        things, more = part.ready_for(operation, who, things)
        said |= more
    return things, said


def body_of(operation: str, who: Principal | None) -> dict[str, Any]:
    made: dict[str, Any] = import_module("tests.builders.at_hand").body_of(operation, who)
    return made


def _parts() -> list[Any]:
    """They build on this one."""
    return [import_module(f"tests.builders.{name}") for name in ("at_hand", "serving")]
