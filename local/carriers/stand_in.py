"""DHL, FedEx and Shiprocket for tests and laptops: as their documentation has them, and nothing else of them.

One core for all, asked in this process or by server.py: a request in, a status and a document out. A parcel stays
where it is until somebody moves it, by the page or by `move`; each move is told to whoever gave an address for it.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.carriers import dhl, fedex, shiprocket
from local.carriers.faults import Faults
from local.carriers.parcels import CODES, Move, Parcel, Scan, number_of
from local.carriers.wire import Document, NoAnswer, Refused, pdf

Clock = Callable[[], float]
Answered = tuple[int, Document | bytes]
SPEAKERS: dict[str, Any] = {"fedex": fedex, "dhl": dhl, "shiprocket": shiprocket}
AGAIN_S = (2.0, 10.0, 60.0, 600.0, 3_600.0)  # a call-back that is not taken is tried again after so long
KEPT = 500  # call-backs, for the page


@dataclass
class Call:
    """What is told of a parcel: made anew each time it is sent, so its signature is of that moment."""

    id: int
    carrier: str
    number: str
    at: float
    scans: int  # so many had happened when it was told
    tries: int = 0
    state: str = "waiting"
    answer: int = 0


@dataclass
class StandIn:
    """`keys`: by which Metco is known, and by which it knows them. `broke`: Metco's account there is empty."""

    keys: Document
    clock: Clock = time.time
    file: Path | None = None
    url: str = "https://carriers.example"
    hooks: dict[str, str] = field(default_factory=dict)  # where each of them calls
    broke: bool = False
    faults: Faults = field(default_factory=Faults)
    parcels: dict[str, Parcel] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)  # every request, for tests
    subscription: str = "2f9a3f0e-4b8e-4c55-9a55-6a6f1f0f2c11"  # DHL's
    secret: str = "asked-with"  # DHL asks with it whether its messages are wanted
    activated: bool = False

    def __post_init__(self) -> None:
        if self.file and self.file.exists():
            kept = json.loads(self.file.read_text(encoding="utf-8"))
            self.parcels = {name: Parcel.read(one) for name, one in kept["parcels"].items()}
            self.calls = [Call(**one) for one in kept["calls"]]

    def respond(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answered:
        self.asked.append((method, path))
        met = self.faults.meet(method, path.partition("?")[0])
        match met.how if met else "":
            case "unavailable":
                return 503, {"message": "Service unavailable"}
            case "limited":
                return 429, {"message": "Too many requests"}
            case "never":
                raise NoAnswer
        answer = self._answered(method, path, {name.lower(): value for name, value in headers.items()}, body)
        if met and met.how == "lost":
            raise NoAnswer
        return (500, {"message": "Internal server error"}) if met else answer

    def _answered(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answered:
        try:
            for speaker in SPEAKERS.values():
                if speaker.is_asked(path):
                    answer: Answered = speaker.answer(self, method, path, headers, body)
                    return answer
        except Refused as refused:
            return refused.status, refused.document
        finally:
            self._keep()
        return 404, {"message": "Not found"}

    # What a driver does

    def move(self, number: str, move: Move, at: float | None = None) -> None:
        """By hand, or by a test's story. Whatever happens is told."""
        found = self.parcels[number]
        found.scans.append(Scan(move, CODES[found.carrier][move], self.clock() if at is None else at))
        self.tell(found)

    def tell(self, parcel: Parcel) -> None:
        """Also once more, if somebody wants it told again."""
        if self.hooks.get(parcel.carrier):
            made = Call(len(self.calls) + 1, parcel.carrier, parcel.number, self.clock(), len(parcel.scans))
            self.calls.append(made)
        self._keep()

    # What is told

    def due(self) -> list[Call]:
        return [one for one in self.calls if one.state == "waiting" and one.at <= self.clock()]

    def said(self, call: Call) -> tuple[str, dict[str, str], bytes]:
        """Where to, with which headers, and what: a late one says what was true when it was made."""
        kept = self.parcels[call.number]
        then = Parcel.read(kept.kept() | {"scans": [vars(one) for one in kept.scans[: call.scans]]})
        headers, body = SPEAKERS[call.carrier].call(self, then)
        return self.hooks[call.carrier], {"Content-Type": "application/json", **headers}, body

    def answered(self, call: Call, status: int) -> None:
        if call.state != "waiting":
            return
        call.tries, call.answer = call.tries + 1, status
        if 200 <= status < 300:
            call.state = "taken"
        elif call.tries > len(AGAIN_S):
            call.state = "given up"
        else:
            call.at = self.clock() + AGAIN_S[call.tries - 1]
        self._keep()

    # What all of them do

    def add(self, carrier: str, reference: str, to: str, service: str, *, awb: bool = True) -> Parcel:
        """None of them knows idempotency: asked twice, it is two parcels."""
        count = len(self.parcels)
        number = number_of(carrier, reference, count)
        made = Parcel(carrier, number, reference, to, service, self.clock(), 281_000_000 + count, 16_000_000 + count)
        made.awb = awb
        self.parcels[number] = made
        return made

    def change(self, parcel: Parcel, **changed: Any) -> None:
        for name, value in changed.items():
            setattr(parcel, name, value)

    def find(self, carrier: str, number: str) -> Parcel | None:
        found = self.parcels.get(number)
        return found if found and found.carrier == carrier else None

    def of(self, carrier: str) -> list[Parcel]:
        return [one for one in self.parcels.values() if one.carrier == carrier]

    def label(self, parcel: Parcel) -> bytes:
        return pdf(parcel.carrier.upper(), parcel.number, parcel.to, parcel.reference)

    def _keep(self) -> None:
        """Whole or not at all, whatever happens to the process."""
        if self.file:
            self.calls = self.calls[-KEPT:] if len(self.calls) > 2 * KEPT else self.calls
            kept = {
                "parcels": {name: one.kept() for name, one in self.parcels.items()},
                "calls": [vars(one) for one in self.calls],
            }
            beside = self.file.with_suffix(".new")
            beside.write_text(json.dumps(kept), encoding="utf-8")
            beside.replace(self.file)
