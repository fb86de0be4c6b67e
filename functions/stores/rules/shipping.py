"""Zones and rates: what makes sense together, and what a parcel costs."""

from collections.abc import Iterator, Sequence

from functions.stores.model.refusals import ShippingInvalid
from functions.stores.model.shipping import Rate, Shipping, ShippingOption, Zone
from kernel.errors import Fault
from kernel.money import Money

ZONES_BYTES = 20_000  # of zones and rates as an event tells them, beside a store's profile


def check_shipping(shipping: Shipping, currency: str) -> None:
    """Said at once for everything that is wrong, each by its place."""
    faults = [*_zone_faults(shipping.zones), *_rate_faults(shipping.zones, currency), *_size_faults(shipping)]
    if faults:
        raise ShippingInvalid(faults=faults)


def _zone_faults(zones: Sequence[Zone]) -> Iterator[Fault]:
    names: set[str] = set()
    served: dict[str, str] = {}
    for place, zone in enumerate(zones):
        if zone.name in names:
            yield Fault(f"/zones/{place}/name", "another zone has this name")
        names.add(zone.name)
        for country in zone.countries or ["the rest of the world"]:
            if country in served:
                yield Fault(f"/zones/{place}/countries", f"{country} is in the zone {served[country]} already")
            served.setdefault(country, zone.name)


def _rate_faults(zones: Sequence[Zone], currency: str) -> Iterator[Fault]:
    for place, zone in enumerate(zones):
        names: set[str] = set()
        for number, rate in enumerate(zone.rates):
            where = f"/zones/{place}/rates/{number}"
            if rate.name in names:
                yield Fault(f"{where}/name", "another rate of this zone has this name")
            names.add(rate.name)
            if rate.min_days > rate.max_days:
                yield Fault(f"{where}/max_days", "less than min_days")
            for field, money in (("price", rate.price), ("free_from", rate.free_from)):
                if money is not None:
                    yield from _money_faults(f"{where}/{field}", money, currency)


def _size_faults(shipping: Shipping) -> Iterator[Fault]:
    """Whoever prices a basket knows the rates by events alone."""
    size = len(shipping.model_dump_json(include={"zones"}).encode())
    if size > ZONES_BYTES:
        yield Fault(
            "/zones", f"too much in all: {size} bytes where {ZONES_BYTES} fit; leave out rates, or shorten names"
        )


def _money_faults(pointer: str, money: Money, currency: str) -> Iterator[Fault]:
    if money.currency != currency:
        yield Fault(pointer, f"the store sells in {currency}")
    elif money.minor < 0:
        yield Fault(pointer, "less than nothing")
    elif not money.chargeable():
        yield Fault(pointer, f"this amount cannot be charged in {currency}")


def zone_for(zones: Sequence[Zone], country: str) -> Zone | None:
    """The zone that names the country; else the rest of the world, if the store sends there."""
    named = next((zone for zone in zones if country in zone.countries), None)
    return named or next((zone for zone in zones if not zone.countries), None)


def options(zones: Sequence[Zone], country: str, subtotal: Money, weight_g: int) -> list[ShippingOption]:
    """What sending costs, the cheapest first; empty where the store does not send, or nothing so heavy."""
    zone = zone_for(zones, country)
    fitting = [rate for rate in zone.rates if not rate.max_weight_g or weight_g <= rate.max_weight_g] if zone else []
    found = [
        ShippingOption(name=rate.name, price=cost(rate, subtotal), min_days=rate.min_days, max_days=rate.max_days)
        for rate in fitting
    ]
    return sorted(found, key=lambda option: (option.price.minor, option.max_days, option.name))


def cost(rate: Rate, subtotal: Money) -> Money:
    free = rate.free_from is not None and not subtotal < rate.free_from
    return Money.zero(rate.price.currency) if free else rate.price
