"""The parcels that a stand-in has labelled, and what became of each: by hand, as a driver's scanner would say it."""

import hashlib
from dataclasses import asdict, dataclass, field
from typing import Literal

Move = Literal["collected", "sorted", "courier", "delivered", "back", "lost"]
WORDS: dict[Move, str] = {
    "collected": "Picked up",
    "sorted": "At a sorting centre",
    "courier": "Out for delivery",
    "delivered": "Delivered",
    "back": "Returned to the sender",
    "lost": "Lost",
}

# Each carrier's own code for it. FedEx has none for what is lost: it stops talking.
CODES: dict[str, dict[Move, str]] = {
    "fedex": {"collected": "PU", "sorted": "AR", "courier": "OD", "delivered": "DL", "back": "RS"},
    "dhl": {"collected": "PU", "sorted": "AR", "courier": "WC", "delivered": "OK", "back": "RT", "lost": "DS"},
    "shiprocket": {
        "collected": "42",
        "sorted": "18",
        "courier": "17",
        "delivered": "7",
        "back": "10",
        "lost": "12",
    },
}


@dataclass
class Scan:
    move: Move
    code: str
    at: float


@dataclass
class Parcel:
    carrier: str
    number: str
    reference: str
    to: str  # a city and a country: nobody's door
    service: str
    made_at: float
    order_id: int = 0  # Shiprocket's own
    shipment_id: int = 0
    awb: bool = True  # Shiprocket's orders have none at first
    void: bool = False
    scans: list[Scan] = field(default_factory=list)

    def kept(self) -> dict[str, object]:
        return asdict(self)

    @classmethod
    def read(cls, kept: dict[str, object]) -> "Parcel":
        scans = [Scan(**one) for one in kept["scans"]]  # type: ignore[attr-defined]  # as kept() wrote them
        return cls(**{**kept, "scans": scans})  # type: ignore[arg-type]  # as kept() wrote it

    @property
    def moves(self) -> list[Move]:
        """What could happen to it next."""
        ended = any(one.move in ("delivered", "back", "lost") for one in self.scans)
        return [] if ended or self.void or not self.awb else list(CODES[self.carrier])

    @property
    def onward(self) -> list[Move]:
        """Of these, what usually comes after where it is."""
        known = list(WORDS)
        at = known.index(self.scans[-1].move) if self.scans else -1
        return [move for move in self.moves if known.index(move) > at]


def number_of(carrier: str, seed: str, count: int) -> str:
    """As long as that carrier's numbers are, and the same in every run of the same story."""
    digits = str(int(hashlib.sha256(f"{carrier}/{seed}/{count}".encode()).hexdigest(), 16))
    return {"fedex": "79", "dhl": "10", "shiprocket": "19"}[carrier] + digits[: 8 if carrier == "dhl" else 10]
