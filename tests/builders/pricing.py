"""Lines, sellers and prices, for tests: say what matters to the test, the rest is filled in."""

from typing import Any

from functions.baskets.model.pricing import LineToPrice, Priced, Seller
from functions.baskets.model.promotions import Promotion
from functions.baskets.model.reductions import Buyer
from functions.baskets.model.shipping import Rate, ShipTo, Zone
from functions.baskets.model.taxes import CountryTax, FlatTax, TaxPort, TaxRate
from functions.baskets.rules.pricing import priced
from functions.baskets.rules.pricing.taxes import port
from kernel.money import Money
from tests.builders.promotions import ALMA, BELA, CAMERAS, NOON, prd

GERMANY, FRANCE, CANADA, CHILE = (ShipTo(country=code) for code in ("DE", "FR", "CA", "CL"))
UNTAXED = FlatTax(rate=TaxRate(rate_bps=0))
BY_COUNTRY = CountryTax()


def flat(rate_bps: int, *, included: bool = False) -> FlatTax:
    return FlatTax(rate=TaxRate(rate_bps=rate_bps, included=included))


def lin(number: int) -> str:
    return f"lin_{number:026}"


def a_line(number: int = 1, minor: int = 1000, quantity: int = 1, **said: Any) -> LineToPrice:
    price = Money(minor, said.pop("currency", "EUR"))
    fields: dict[str, Any] = {
        "line_id": lin(number),
        "store_id": ALMA,
        "product_id": prd(1),
        "offer_id": f"ofr_{number:026}",
        "offer_version": 1,
        "variant_id": f"var_{number:026}",
        "title": "Leica M3",
        "quantity": quantity,
        "unit_price": price,
        "list_price": price,
        "category_path": [CAMERAS],
    }
    return LineToPrice(**fields | said)


def a_rate(name: str = "Parcel", minor: int = 490, currency: str = "EUR", **said: Any) -> Rate:
    return Rate(name=name, price=Money(minor, currency), **said)


def a_seller(*rates: Rate, store_id: str = ALMA, country: str = "DE", countries: tuple[str, ...] = ()) -> Seller:
    """One that sends everywhere, or to these countries."""
    return Seller(store_id, country, [Zone(name="Zone", countries=list(countries), rates=list(rates or [a_rate()]))])


def price(
    *lines: LineToPrice,
    sellers: tuple[Seller, ...] = (),
    promotions: tuple[Promotion, ...] = (),
    taxes: FlatTax | CountryTax | TaxPort = UNTAXED,
    currency: str = "EUR",
    ship_to: ShipTo | None = GERMANY,
    methods: dict[str, str] | None = None,
    **buyer: Any,
) -> Priced:
    known = {one.store_id: one for one in sellers or (a_seller(),)}
    who = Buyer(**{"user_id": BELA} | buyer)
    calculator = port(taxes) if isinstance(taxes, FlatTax | CountryTax) else taxes
    return priced(lines, known, promotions, who, calculator, NOON, currency=currency, ship_to=ship_to, methods=methods)
