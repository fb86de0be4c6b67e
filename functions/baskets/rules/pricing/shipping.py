"""By which ways a store sends what is bought of it, and what each costs before promotions."""

from collections.abc import Sequence

from functions.baskets.model.pricing import LineToPrice, Seller
from functions.baskets.model.shipping import Rate, ShippingWay, Zone
from kernel import ids
from kernel.money import Money


def needs_parcel(line: LineToPrice) -> bool:
    return line.kind == "goods"


def method_id(store_id: str, zone: Zone, rate: Rate) -> str:
    """The same way has the same id as long as the store calls it the same."""
    return ids.derived_id("shm", store_id, zone.name, rate.name)


def options(seller: Seller, country: str, parcel: Sequence[LineToPrice]) -> list[ShippingWay]:
    """The cheapest first; empty where the store does not send, nothing so heavy, or not for this currency.

    From which price on sending is free is asked of what the parcel's goods cost before promotions, as every condition
    of a promotion is: so no code can make shipping dearer.
    """
    zone = zone_for(seller.zones or (), country)
    if not zone:
        return []
    worth = sum((line.price for line in parcel), Money.zero(parcel[0].unit_price.currency))
    weight_g = sum((line.weight_g or 0) * line.quantity for line in parcel)
    found = [
        ShippingWay(
            method_id=method_id(seller.store_id, zone, rate),
            name=rate.name,
            price=_cost(rate, worth),
            min_days=rate.min_days,
            max_days=rate.max_days,
        )
        for rate in zone.rates
        if _fits(rate, worth.currency, weight_g)
    ]
    return sorted(found, key=lambda option: (option.price.minor, option.max_days, option.name))


def why_none(seller: Seller, country: str, parcel: Sequence[LineToPrice]) -> str:
    """What is in the way where there is no way."""
    zone, currency = zone_for(seller.zones or (), country), parcel[0].unit_price.currency
    if seller.zones is None:
        return "The store has not said yet how it sends."
    if not zone:
        return f"The store does not send this to {country}."
    if all(rate.price.currency != currency for rate in zone.rates):
        return f"The store's shipping has no price in {currency}."
    return "This is too heavy for every way in which the store sends."


def zone_for(zones: Sequence[Zone], country: str) -> Zone | None:
    """The zone that names the country; else the rest of the world, if the store sends there."""
    named = next((zone for zone in zones if country in zone.countries), None)
    return named or next((zone for zone in zones if not zone.countries), None)


def _fits(rate: Rate, currency: str, weight_g: int) -> bool:
    return rate.price.currency == currency and (not rate.max_weight_g or weight_g <= rate.max_weight_g)


def _cost(rate: Rate, worth: Money) -> Money:
    free = rate.free_from is not None and rate.free_from.currency == worth.currency and not worth < rate.free_from
    return Money.zero(worth.currency) if free else rate.price
