"""What a provider has to know of a destination before money goes there."""

from functions.payments.model.destinations import Destination, DestinationRefused, WayNotOffered
from functions.payments.ways import chosen, wire


def registered(given: Destination) -> Destination:
    """For the bank there is nobody to ask: finance sees it when it pays."""
    if wire.place(given.way) is None:
        raise WayNotOffered()
    way = chosen.of(given.way)
    try:
        return way.register(given) if way else given
    except wire.ProviderRefused:
        raise DestinationRefused() from None
