"""Metco's account at the Stripe stand-in: started beside the local cloud, and written down there as on AWS by hand."""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from local.beside import Beside
from local.cloud import Cloud
from local.home import STAGE, kept_port
from local.stripe.server import Server
from local.stripe.settings import Settings
from local.stripe.stand_in import StandIn
from local.stripe.state import State
from tools.stripe_setup import checks, endpoints
from tools.stripe_setup.place import Place

HERE = "/_stripe"  # below it the edge shows the stand-in's pages, and Stripe.js finds its API


class StripeAccount(Beside[Server]):
    """Keys are drawn once per state folder: another Metco's, or yesterday's after a reset, open nothing here."""

    def __init__(self, folder: Path, reads: Callable[[], float] = time.time) -> None:
        """`reads`: Metco's own time, by which webhooks are signed. The stand-in may be moved further ahead."""
        super().__init__(folder)
        self._reads = reads

    @property
    def core(self) -> StandIn:
        """For those who have it fail."""
        return self.server.core

    def made(self) -> Server:
        keys = self._keys()
        settings = Settings(secret_key=keys["secret_key"], publishable_key=keys["publishable_key"])
        core = StandIn(State(self.folder / "stripe.sqlite"), clock=self._reads, settings=settings)
        return Server(core, kept_port(self.folder))

    def give_keys(self, cloud: Cloud) -> None:
        """What an operator does once: docs/going-live.md."""
        place, keys = _place(cloud), self._keys()
        place.keep(secret_key=keys["secret_key"])
        place.say(url=self.url, publishable_key=keys["publishable_key"], script_url=f"{HERE}/stripe.js")

    def expect_people_at(self, site: str, cloud: Cloud) -> None:
        """Where the hosted pages are, and where webhooks go: `make stripe-setup`, each time the address may differ."""
        self.core.settings = replace(self.core.settings, pages=site)
        place = _place(cloud)
        place.set(site=site, payment_methods=list(self.core.settings.methods))
        place.keep(**endpoints.register(checks.client_of(place), STAGE, site, place.keys()))

    def _keys(self) -> dict[str, str]:
        file = self.folder / "keys.json"
        if not file.exists():
            drawn = {f"{kind}_key": f"{prefix}_test_{secrets.token_hex(24)}" for kind, prefix in KINDS.items()}
            file.touch(mode=0o600)
            file.write_text(json.dumps(drawn))
        found: dict[str, str] = json.loads(file.read_text())
        return found


KINDS = {"secret": "sk", "publishable": "pk"}


def _place(cloud: Cloud) -> Place:
    return Place(STAGE, cloud.client("ssm"), cloud.client("secretsmanager"))
