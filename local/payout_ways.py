"""Metco's accounts at the stand-ins of PayPal and Circle: started beside the local cloud, and written down there."""

import json
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from local.beside import Beside
from local.cloud import Cloud
from local.home import STAGE, kept_port
from local.payouts.server import Server
from local.payouts.stand_in import StandIn
from tools.stripe_setup.place import Place


class PayoutWays(Beside[Server]):
    """Keys are drawn at every start: nobody but this Metco knows them. What was paid out is kept in the folder."""

    def __init__(self, folder: Path, reads: Callable[[], float] = time.time) -> None:
        super().__init__(folder)
        self._reads = reads
        self._keys = {
            "paypal": {"client_id": "metco", "client_secret": secrets.token_hex(24)},
            "crypto": {"api_key": secrets.token_hex(24)},
        }

    def made(self) -> Server:
        core = StandIn(self._keys, clock=self._reads, file=self.folder / "payouts.json")
        return Server(core, kept_port(self.folder))

    def give_keys(self, cloud: Cloud) -> None:
        """What an operator does once: docs/going-live.md."""
        ssm, secrets_ = cloud.client("ssm"), cloud.client("secretsmanager")
        ways = {"paypal": {"url": self.url}, "crypto": {"url": self.url}, "bank": {}}
        Place(STAGE, ssm, secrets_).set(payout_ways=ways)
        kept = ssm.get_parameter(Name=f"/metco/{STAGE}/payments/payout-keys-id")["Parameter"]["Value"]
        secrets_.put_secret_value(SecretId=kept, SecretString=json.dumps(self._keys))
