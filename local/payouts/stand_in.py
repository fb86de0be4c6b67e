"""PayPal and Circle for tests and laptops: their payouts, as their documentation has them, and nothing else of them.

One core for both, asked in this process or by server.py: a request in, a status and a document out. What becomes of a
payout the receiver's own id says, as Stripe's test numbers do: see FATES.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.payouts import circle, paypal
from local.payouts.wire import Document, Refused

Clock = Callable[[], float]

FATES = {
    "RETURNED": "returned",  # a PayPal id that ends so: sent, and given back after a while
    "REFUSED": "failed",
    "NEVER": "never",  # stays on its way
    "dead": "failed",  # an address that ends so
}
TAKES_S = 2.0  # from sent to arrived


@dataclass
class StandIn:
    """`keys`: by which Metco is known. `broke`: Metco's own accounts there are empty."""

    keys: Document
    clock: Clock = time.time
    file: Path | None = None
    broke: bool = False
    made: dict[str, Document] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)  # every request, for tests

    def __post_init__(self) -> None:
        if self.file and self.file.exists():
            self.made = json.loads(self.file.read_text(encoding="utf-8"))

    def respond(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Document]:
        self.asked.append((method, path))
        known = {name.lower(): value for name, value in headers.items()}
        try:
            asked = paypal.answer if paypal.is_asked(path) else circle.answer
            answer = asked(self, method, path, known, body)
        except Refused as refused:
            return refused.status, refused.document
        self._keep()
        return answer

    # What both do

    def add(self, kind: str, name: str, thing: Document) -> Document:
        """Under a name of the sender's choice, once."""
        self.made[f"{kind}/{name}"] = thing | {"_at": self.clock()}
        return self.made[f"{kind}/{name}"]

    def find(self, kind: str, name: str) -> Document | None:
        return self.made.get(f"{kind}/{name}")

    def fate(self, receiver: str, made_at: float) -> str:
        """`pending` for a while, then what its receiver's id says."""
        if self.clock() < made_at + TAKES_S:
            return "pending"
        return next((fate for end, fate in FATES.items() if receiver.endswith(end)), "arrived")

    def _keep(self) -> None:
        """Whole or not at all, whatever happens to the process."""
        if self.file:
            beside = self.file.with_suffix(".new")
            beside.write_text(json.dumps(self.made), encoding="utf-8")
            beside.replace(self.file)


def payouts_of(stand_in: StandIn) -> list[tuple[str, str, Any]]:
    """Who gets how much, for tests: each only once, however often it was asked for."""
    found = []
    for name, thing in stand_in.made.items():
        if name.startswith(("batch/", "transfer/")):
            found.append((thing["_receiver"], thing["_amount"]["currency"], thing["_amount"]["value"]))
    return found
