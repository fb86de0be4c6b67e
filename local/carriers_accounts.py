"""Metco's accounts at the stand-in of DHL, FedEx and Shiprocket: started beside the local cloud, written down there."""

import json
import secrets
import threading
from pathlib import Path
from typing import Any

from local.beside import Beside
from local.carriers.server import Server
from local.carriers.stand_in import StandIn
from local.cloud import Cloud
from local.home import STAGE, kept_port

ADDRESSES = {"dhl": "dhl", "fedex": "fedex", "shiprocket": "rocket"}  # where each calls, below /v1/carriers
LOOKS = {"every_s": 60}  # on a laptop nobody waits for hours


class CarriersAccounts(Beside[Server]):
    """Keys are drawn at every start: nobody but this Metco knows them. Parcels are kept in the folder."""

    def __init__(self, folder: Path, cloud: Cloud) -> None:
        super().__init__(folder)
        self._cloud, self._keys = cloud, _drawn()

    @property
    def core(self) -> StandIn:
        """For those who have it fail."""
        return self.server.core

    @property
    def turn(self) -> threading.Lock:
        """To be held by whoever else than the server asks the core, or has it fail, while people use it."""
        return self.server.turn

    def made(self) -> Server:
        core = StandIn(self._keys, clock=self._cloud.clock.read, file=self.folder / "parcels.json")
        return Server(core, kept_port(self.folder))

    def give_keys(self) -> None:
        """What an operator does once: docs/going-live.md."""
        ssm, secrets_ = self._cloud.client("ssm"), self._cloud.client("secretsmanager")
        path = f"/metco/{STAGE}/orders/settings"
        known: dict[str, Any] = json.loads(ssm.get_parameter(Name=path)["Parameter"]["Value"])
        carriers = {name: {"url": self.url} for name in ADDRESSES}
        carriers["dhl"] = {"url": f"{self.url}/mydhlapi", "push_url": f"{self.url}/tracking/push/v1"}
        said = json.dumps(known | {"carriers": carriers, "tracking": LOOKS}, sort_keys=True)
        ssm.put_parameter(Name=path, Value=said, Type="String", Overwrite=True)
        kept = ssm.get_parameter(Name=f"/metco/{STAGE}/orders/carrier-keys-id")["Parameter"]["Value"]
        secrets_.put_secret_value(SecretId=kept, SecretString=json.dumps(self._keys))

    def call_at(self, site: str) -> None:
        """Where carriers say what happened. Each has it written down in its own panel."""
        self.core.hooks = {name: f"{site}/v1/carriers/{word}/events" for name, word in ADDRESSES.items()}


def _drawn() -> dict[str, dict[str, Any]]:
    known: dict[str, dict[str, Any]] = {
        "dhl": {"username": "metco", "password": _key(), "account": "123456789", "push_key": _key()},
        "fedex": {"client_id": "metco", "client_secret": _key(), "account": "740561073"},
        "shiprocket": {"email": "api@metco.example", "password": _key(), "pickup_location": "Primary"},
    }
    return {name: keys | {"webhook_tokens": [_key()]} for name, keys in known.items()}


def _key() -> str:
    return secrets.token_hex(24)
