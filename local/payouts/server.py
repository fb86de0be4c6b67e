"""The stand-ins of PayPal and Circle on a port of their own, beside the laptop's cloud."""

import json

from local.payouts.stand_in import StandIn
from local.serving import Answered, InTurn


class Server(InTurn):
    def __init__(self, core: StandIn, port: int = 0) -> None:
        super().__init__("payouts", port)
        self.core = core

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answered:
        status, document = self.core.respond(method, path, headers, body)
        return status, {"Content-Type": "application/json"}, json.dumps(document).encode()
