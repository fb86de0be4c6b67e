"""The two webhook endpoints of a stage at Stripe: made once, found again by their mark, told what payments hears."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import stripe

from functions.payments.rules.set_up import webhook_secrets
from functions.payments.rules.webhooks import KINDS
from functions.payments.stripe_api import VERSION

Endpoint = dict[str, Any]
MARK = "metco_endpoint"  # in an endpoint's metadata: `<stage>/<which>`. Its address may change, this does not


@dataclass(frozen=True)
class Wanted:
    which: str
    path: str
    secret: str  # by which name its signing secret is kept
    connect: bool  # whether it hears of the sellers' accounts, not of the platform's own
    hears: tuple[str, ...]


PLATFORM = Wanted(
    "platform",
    "/v1/webhooks/stripe",
    "webhook_secret",
    connect=False,
    hears=tuple(sorted(KINDS["platform"])),
)
CONNECT = Wanted(
    "connect",
    "/v1/webhooks/stripe-connect",
    "connect_webhook_secret",
    connect=True,
    hears=tuple(sorted(KINDS["connect"])),
)
BOTH = (PLATFORM, CONNECT)


def register(client: stripe.StripeClient, stage: str, site: str, keys: Mapping[str, Any]) -> dict[str, str]:
    """Both endpoints as they should be. The signing secrets that are new; Stripe shows each only when it is made."""
    there = of_stage(client, stage)
    made = {}
    for wanted in BOTH:
        known = there.get(wanted.which)
        if known and known["api_version"] == VERSION and webhook_secrets(keys, wanted.secret):
            _mend(client, known, wanted, site)
            continue
        if known:  # nobody knows its secret any more, or it speaks a version that cannot be changed
            client.v1.webhook_endpoints.delete(known["id"])
        made[wanted.secret] = _make(client, wanted, stage, site)
    return made


def of_stage(client: stripe.StripeClient, stage: str) -> dict[str, Endpoint]:
    """Those that are marked as this stage's, by which they are."""
    found = {}
    for endpoint in client.v1.webhook_endpoints.list({"limit": 100}).auto_paging_iter():
        known: Endpoint = endpoint.to_dict()
        marked_stage, _, which = known["metadata"].get(MARK, "").rpartition("/")
        if which and marked_stage == stage:
            found[which] = known
    return found


def faults(there: Mapping[str, Endpoint], site: str) -> Iterator[str]:
    """What is wrong with those that are there, and which is missing."""
    for wanted in BOTH:
        known = there.get(wanted.which)
        if not known:
            yield f"The {wanted.which} endpoint is missing at Stripe: events of that kind reach nobody."
            continue
        if known["url"] != site + wanted.path:
            yield f"The {wanted.which} endpoint leads to {known['url']} and not to {site}{wanted.path}."
        if known["status"] != "enabled":
            yield f"The {wanted.which} endpoint is {known['status']} at Stripe."
        if known["api_version"] != VERSION:
            yield f"The {wanted.which} endpoint speaks version {known['api_version']}, payments {VERSION}."
        if deaf := sorted(set(wanted.hears) - set(known["enabled_events"])):
            yield f"The {wanted.which} endpoint does not hear of {', '.join(deaf)}."


def _make(client: stripe.StripeClient, wanted: Wanted, stage: str, site: str) -> str:
    asked: Any = {
        "url": site + wanted.path,
        "enabled_events": list(wanted.hears),
        "api_version": VERSION,
        "connect": wanted.connect,
        "description": f"Metco {stage}: {wanted.which}",
        "metadata": {MARK: f"{stage}/{wanted.which}"},
    }
    return str(client.v1.webhook_endpoints.create(asked).secret)


def _mend(client: stripe.StripeClient, known: Endpoint, wanted: Wanted, site: str) -> None:
    asked: Any = {"url": site + wanted.path, "enabled_events": list(wanted.hears)}
    if known["url"] != asked["url"] or sorted(known["enabled_events"]) != sorted(asked["enabled_events"]):
        client.v1.webhook_endpoints.update(known["id"], asked)
