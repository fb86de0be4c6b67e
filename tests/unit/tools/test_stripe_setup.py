import json
from dataclasses import dataclass, field
from typing import Any

import pytest
import stripe

from functions.payments.rules.webhooks import KINDS
from local.stripe.client import PUBLISHABLE_KEY, SECRET_KEY
from tests.builders.stand_in import AtStripe, at_stripe
from tools.stripe_setup import __main__ as setup
from tools.stripe_setup import checks, endpoints
from tools.stripe_setup.place import Place

SITE = "https://metco.example"


@dataclass
class Kept:
    """SSM and Secrets Manager, as far as a place asks them."""

    values: dict[str, str] = field(default_factory=dict)
    writes: int = 0

    def get_parameter(self, Name: str) -> Any:  # noqa: N803  # AWS's own spelling
        return {"Parameter": {"Value": self.values[Name]}}

    def put_parameter(self, Name: str, Value: str, **_: Any) -> None:  # noqa: N803  # as above
        self.values[Name], self.writes = Value, self.writes + 1

    def get_secret_value(self, SecretId: str) -> Any:  # noqa: N803  # as above
        return {"SecretString": self.values[SecretId]}

    def put_secret_value(self, SecretId: str, SecretString: str) -> None:  # noqa: N803  # as above
        self.values[SecretId], self.writes = SecretString, self.writes + 1


@pytest.fixture
def at() -> AtStripe:
    return at_stripe()


@pytest.fixture
def place(at: AtStripe, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A stage whose operator wrote down the keys, and nothing else yet."""
    monkeypatch.setattr(checks, "client_of", lambda place: at.client)
    kept = Kept(
        {
            "/metco/dev/platform/url": SITE,
            "/metco/dev/payments/settings": json.dumps({"site": SITE, "stripe": {"publishable_key": PUBLISHABLE_KEY}}),
            "/metco/dev/orders/settings": json.dumps({"holding": {}}),
            "/metco/dev/payments/stripe-keys-id": "the-secret",
            "the-secret": json.dumps({"secret_key": SECRET_KEY}),
        }
    )
    return Place("dev", kept, kept)


def known(at: AtStripe) -> dict[str, Any]:
    return endpoints.of_stage(at.client, "dev")


def test_both_endpoints_are_registered_for_what_payments_hears_and_their_secrets_are_kept(at, place):
    setup.register(place)
    there = known(at)
    assert {which: one["url"] for which, one in there.items()} == {
        "platform": f"{SITE}/v1/webhooks/stripe",
        "connect": f"{SITE}/v1/webhooks/stripe-connect",
    }
    assert {which: set(one["enabled_events"]) for which, one in there.items()} == {
        which: set(kinds) for which, kinds in KINDS.items()
    }
    secrets = [place.keys()[name] for name in ("webhook_secret", "connect_webhook_secret")]
    assert all(secret.startswith("whsec_") for secret in secrets)
    assert len(set(secrets)) == 2
    assert place.keys()["secret_key"] == SECRET_KEY


def test_registering_again_makes_nothing_and_writes_nothing(at, place):
    setup.register(place)
    before, writes = known(at), place.secrets.writes
    setup.register(place)
    assert (known(at), place.secrets.writes) == (before, writes)


def test_an_endpoint_whose_address_or_events_are_others_is_mended(at, place):
    setup.register(place)
    there = known(at)
    at.client.v1.webhook_endpoints.update(there["connect"]["id"], {"enabled_events": ["account.updated"]})
    place.ssm.values["/metco/dev/platform/url"] = "https://elsewhere.example"
    assert len(list(endpoints.faults(known(at), place.site()))) == 3
    setup.register(place)
    assert list(endpoints.faults(known(at), place.site())) == []
    assert {one["id"] for one in known(at).values()} == {one["id"] for one in there.values()}


def test_an_endpoint_whose_secret_nobody_knows_is_made_anew(at, place):
    setup.register(place)
    lost = known(at)["connect"]["id"]
    place.keep(connect_webhook_secret="")
    setup.register(place)
    there = known(at)
    assert len(there) == 2
    assert there["connect"]["id"] != lost
    assert place.keys()["connect_webhook_secret"].startswith("whsec_")


def test_an_endpoint_of_another_version_is_made_anew(at, place, monkeypatch):
    setup.register(place)
    old, secret = known(at), place.keys()["webhook_secret"]
    monkeypatch.setattr(endpoints, "VERSION", "2025-09-30.clover")
    setup.register(place)
    there = known(at)
    assert {one["api_version"] for one in there.values()} == {"2025-09-30.clover"}
    assert len(at.client.v1.webhook_endpoints.list().data) == 2
    assert old["platform"]["id"] != there["platform"]["id"]
    assert place.keys()["webhook_secret"] != secret


def test_another_stages_endpoints_at_the_same_account_are_left_alone(at, place):
    setup.register(place)
    other = Place("other", *[Kept(json.loads(json.dumps(place.ssm.values).replace("/dev/", "/other/")))] * 2)
    other.keep(webhook_secret="", connect_webhook_secret="")
    setup.register(other)
    assert len(at.client.v1.webhook_endpoints.list().data) == 4
    assert list(endpoints.faults(known(at), SITE)) == []


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ({"mode": "live"}, {}),
        ({}, {"secret_key": "sk_live_1"}),
        ({"publishable_key": ""}, {}),
    ],
)
def test_with_keys_that_do_not_fit_nothing_is_changed_at_stripe(at, place, said, keys):
    place.say(**said)
    place.keep(**keys)
    with pytest.raises(SystemExit, match="FAIL"):
        setup.register(place)
    assert at.client.v1.webhook_endpoints.list().data == []
    assert at.transport.asked == [("GET", "/v1/webhook_endpoints")]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"url": "https://elsewhere.example/v1/webhooks/stripe"}, "leads to https://elsewhere.example"),
        ({"disabled": True}, "is disabled"),
        (
            {"enabled_events": ["charge.updated"]},
            "does not hear of cash_balance.funds_available, charge.dispute.closed",
        ),
    ],
)
def test_an_endpoint_that_is_wrong_is_told(at, place, change, told):
    setup.register(place)
    at.client.v1.webhook_endpoints.update(known(at)["platform"]["id"], change)
    [fault] = endpoints.faults(known(at), SITE)
    assert told in fault


def test_a_missing_endpoint_and_another_version_are_told(at, place, monkeypatch):
    setup.register(place)
    at.client.v1.webhook_endpoints.delete(known(at)["platform"]["id"])
    monkeypatch.setattr(endpoints, "VERSION", "2031-01-01.next")
    missing, old = endpoints.faults(known(at), SITE)
    assert "platform endpoint is missing" in missing
    assert "the connect endpoint speaks version" in old.lower()


ACCOUNT = {"country": "DE", "charges_enabled": True, "settings": {"payouts": {"schedule": {"interval": "manual"}}}}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"country": "BR"}, "A platform in BR cannot pay sellers abroad out"),
        ({"charges_enabled": False}, "lets this account take no money"),
        ({"settings": {"payouts": {"schedule": {"interval": "daily"}}}}, "pays the platform out by itself (daily)"),
    ],
)
def test_an_account_that_cannot_do_what_payments_asks_of_it_is_told(changed, told):
    assert [*checks.of_country(ACCOUNT), *checks.of_platform(ACCOUNT)] == []
    [fault] = [*checks.of_country(ACCOUNT | changed), *checks.of_platform(ACCOUNT | changed)]
    assert told in fault


@pytest.mark.parametrize(
    ("country", "said", "told"),
    [
        ("DE", {}, ""),
        ("US", {"country": "US"}, ""),
        ("US", {}, "hold money for 730 days, and orders takes 90"),
        ("TH", {"country": "DE"}, "hold money for 10 days, and orders takes 90"),
        ("DE", {"country": "DE", "days": {"DE": 60}}, ""),
    ],
)
def test_orders_holds_money_for_as_long_as_the_accounts_country_allows(country, said, told):
    found = [*checks.of_holding({"country": country}, said)]
    assert [told in one for one in found] == ([True] if told else [])


def test_a_key_that_stripe_does_not_know_is_told_in_one_sentence(at, place, monkeypatch):
    setup.register(place)
    stranger = stripe.StripeClient("pk_test_" + "0" * 8, http_client=at.transport)
    at.core.settings = type(at.core.settings)(secret_key=SECRET_KEY)
    monkeypatch.setattr(checks, "client_of", lambda place: stranger)
    [fault] = checks.faults(place)
    assert "does not know secret_key" in fault
