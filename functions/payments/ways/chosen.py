"""Which provider pays out by which way, where Metco has one."""

from typing import Protocol

from functions.payments.model.destinations import Destination
from functions.payments.model.payouts import Payout, Told
from functions.payments.ways import crypto, paypal, wire


class Provider(Protocol):
    """Modules are providers: what each does twice for one payout, it does once."""

    def register(self, given: Destination, /) -> Destination:
        """Whatever it has to know of a destination before money goes there."""
        ...

    def pay(self, payout: Payout, to: Destination, /) -> Told: ...

    def look(self, payout: Payout, /) -> Told: ...


PROVIDERS: dict[str, Provider] = {"paypal": paypal, "crypto": crypto}


def of(way: str) -> Provider | None:
    return PROVIDERS.get(way) if wire.place(way) is not None else None
