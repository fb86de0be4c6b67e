"""Where a stage keeps what it knows about Stripe: the keys in its kept secret, the rest in payments' settings."""

import json
from dataclasses import dataclass
from typing import Any

from functions.payments.rules import countries

Said = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """`ssm` and `secrets` are boto3's clients, of AWS or of a laptop's cloud."""

    stage: str
    ssm: Any
    secrets: Any

    def said(self) -> Said:
        """The setting `stripe`."""
        found: Said = self._settings().get("stripe", {})
        return found

    def say(self, **changed: Any) -> None:
        """Change some of it; what else payments' settings say stays."""
        self.set(stripe=self.said() | changed)

    def set(self, **changed: Any) -> None:
        """Settings of payments, Stripe's among them."""
        known = self._settings()
        if known | changed != known:
            value = json.dumps(known | changed, sort_keys=True)
            self.ssm.put_parameter(Name=self._path, Value=value, Type="String", Overwrite=True)

    def offered(self) -> countries.Offer:
        """Where sellers are paid out: what the operator wrote down, else what Stripe's documentation says."""
        found: countries.Offer = self._settings().get("payout_countries", countries.OFFERED)
        return found

    def holding(self) -> Said:
        """What orders was told of how long the platform may hold money."""
        found: Said = json.loads(self._parameter(f"/metco/{self.stage}/orders/settings")).get("holding", {})
        return found

    def keys(self) -> Said:
        kept: Said = json.loads(self.secrets.get_secret_value(SecretId=self._secret)["SecretString"])
        return kept

    def keep(self, **changed: Any) -> None:
        known = self.keys()
        if known | changed != known:
            self.secrets.put_secret_value(SecretId=self._secret, SecretString=json.dumps(known | changed))

    def site(self) -> str:
        """Where people come, and Stripe with its webhooks."""
        return self._parameter(f"/metco/{self.stage}/platform/url")

    def _settings(self) -> Said:
        found: Said = json.loads(self._parameter(self._path))
        return found

    @property
    def _path(self) -> str:
        return f"/metco/{self.stage}/payments/settings"

    @property
    def _secret(self) -> str:
        return self._parameter(f"/metco/{self.stage}/payments/stripe-keys-id")

    def _parameter(self, name: str) -> str:
        return str(self.ssm.get_parameter(Name=name)["Parameter"]["Value"])
