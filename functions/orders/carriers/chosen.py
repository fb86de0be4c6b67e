"""Which carriers Metco has an account with."""

from collections.abc import Mapping
from typing import Protocol

from functions.orders.carriers import dhl, fedex, manual, shiprocket, wire
from functions.orders.carriers.wire import CarrierMisconfigured
from functions.orders.model.carriers import (
    CarrierName,
    CarrierNotOffered,
    CarrierRate,
    CarrierRefused,
    CarrierUnfit,
    CarrierUnproven,
    Consignment,
    Labelled,
    Tracked,
)
from kernel.errors import NotFound, Unavailable


class Carrier(Protocol):
    """Modules are carriers. What each may refuse with is named here: routes are documented by what is read here."""

    def rates(self, asked: Consignment, /) -> list[CarrierRate]:
        raise NotImplementedError(CarrierRefused, CarrierMisconfigured, Unavailable)

    def label(self, asked: Consignment, /, *, before: bool) -> Labelled:
        """`before`: it was asked for under this reference already, and what became of that is not known."""
        raise NotImplementedError(CarrierRefused, CarrierMisconfigured, Unavailable)

    def void(self, number: str, /) -> None:
        """A label that nobody will use."""
        raise NotImplementedError(CarrierMisconfigured)

    def track(self, number: str, /) -> Tracked | None:
        """None: the carrier does not know it, yet or any more."""
        raise NotImplementedError(CarrierMisconfigured)

    def heard(self, raw: bytes, headers: Mapping[str, str], /) -> list[str]:
        """Of which parcels the carrier says something, if it is the carrier who says it."""
        raise NotImplementedError(CarrierUnproven, CarrierUnfit, CarrierMisconfigured, Unavailable)


CARRIERS: dict[CarrierName, Carrier] = {"manual": manual, "shiprocket": shiprocket, "dhl": dhl, "fedex": fedex}

# The last word of the address that each one calls. Shiprocket calls none that has its own name in it, or "sr", or "kr".
ADDRESSES: dict[str, CarrierName] = {"rocket": "shiprocket", "dhl": "dhl", "fedex": "fedex"}


def offered() -> list[CarrierName]:
    return [name for name in CARRIERS if name == "manual" or wire.place(name) is not None]


def of(name: CarrierName) -> Carrier:
    if name not in offered():
        raise CarrierNotOffered()
    return CARRIERS[name]


def who_calls(address: str) -> CarrierName:
    name = ADDRESSES.get(address)
    if not name or name not in offered():
        raise NotFound()
    return name
