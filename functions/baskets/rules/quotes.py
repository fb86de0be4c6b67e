"""From a basket to a signed quote: what can be bought is priced, and what is in the way is said."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

from functions.baskets.model.baskets import Basket, BasketLine
from functions.baskets.model.facts import AgreedPrice, Facts, KnownOffer
from functions.baskets.model.pricing import InTheWay, LineToPrice, Priced, Reason, Seller
from functions.baskets.model.quotes import (
    VALID_FOR,
    BasketOtherThanSeen,
    CannotBeSent,
    NoSuchMethod,
    NothingToBuy,
    NotReduced,
    NotToBeBought,
    PriceNotChargeable,
    Quote,
    QuoteGiven,
    ShippingWays,
    ShipToMissing,
)
from functions.baskets.model.shipping import ShipTo
from functions.baskets.rules.standing import Standing, next_price_at, standing
from kernel.errors import Fault

SAID_BY: Mapping[Reason, str] = {  # what of the request could be said otherwise
    "ship_to_missing": "/ship_to",
    "cannot_be_sent": "/ship_to/country",
    "no_such_method": "/methods",
    "not_chargeable": "",
}


def check_seen(basket: Basket, version: int | None) -> None:
    if version not in (None, basket.version):
        raise BasketOtherThanSeen()


def to_price(
    basket: Basket, facts: Facts, agreed: Mapping[str, AgreedPrice], language: str, now: datetime
) -> list[LineToPrice]:
    """All that is to be bought, or nothing: a quote without what somebody wanted would be another basket's."""
    if not basket.to_buy:
        raise NothingToBuy()
    stands = [(line, standing(line, facts, agreed, basket.currency, now)) for line in basket.to_buy]
    if held_up := [f"{line.line_id}: {one.why}" for line, one in stands if one.state != "ok"]:
        raise NotToBeBought(f"This cannot be bought as it is: {' '.join(held_up)}")
    return [_line(line, one, facts.offers[line.offer_id], language, now) for line, one in stands]


def sellers(basket: Basket, facts: Facts) -> dict[str, Seller]:
    known = {line.store_id: facts.stores.get(line.store_id) for line in basket.to_buy}
    return {
        store_id: Seller(store_id, store.country, store.zones) if store else Seller(store_id)
        for store_id, store in known.items()
    }


def quoted(
    basket: Basket, priced: Priced, quote_id: str, buyer_id: str, ship_to: ShipTo | None, now: datetime
) -> Quote:
    """It ends early where a price or a promotion is known to end."""
    _check_way(priced.in_the_way)
    latest = now + VALID_FOR
    return Quote(
        quote_id=quote_id,
        buyer_id=buyer_id,
        basket_id=basket.basket_id,
        basket_version=basket.version,
        currency=priced.currency,
        issued_at=now,
        expires_at=min(latest, priced.until or latest),
        ship_to=ship_to,
        lines=list(priced.lines),
        shipping=list(priced.shipping),
        uses=list(priced.uses),
        totals=priced.totals,
        explain=list(priced.explain),
    )


def _check_way(in_the_way: Sequence[InTheWay]) -> None:
    """The first says which refusal it is; all are told."""
    if not in_the_way:
        return
    faults = [Fault(SAID_BY[one.reason], f"{one.store_id}: {one.why}") for one in in_the_way]
    match in_the_way[0].reason:
        case "ship_to_missing":
            raise ShipToMissing(faults=faults)
        case "cannot_be_sent":
            raise CannotBeSent(faults=faults)
        case "no_such_method":
            raise NoSuchMethod(faults=faults)
        case "not_chargeable":
            raise PriceNotChargeable(faults=faults)


def signed(quote: Quote, key: bytes) -> str:
    """What is said, a dot, and what proves it. Whoever reads it knows the defaults, so they are left out."""
    said = _text(quote.model_dump_json(exclude_defaults=True).encode())
    return f"{said}.{_text(hmac.digest(key, said.encode(), hashlib.sha256))}"


def given(quote: Quote, priced: Priced, key: bytes) -> QuoteGiven:
    return QuoteGiven(
        quote=signed(quote, key),
        details=quote,
        shipping_ways=[ShippingWays(store_id=store_id, ways=list(ways)) for store_id, ways in priced.options.items()],
        not_reduced=[
            NotReduced(**{name: getattr(one, name) for name in NotReduced.model_fields})
            for one in priced.considered
            if not one.taken
        ],
    )


def _line(line: BasketLine, stands: Standing, known: KnownOffer, language: str, now: datetime) -> LineToPrice:
    listing, variant = known.listing, known.listing.variant(line.variant_id)
    assert variant is not None, line.line_id  # what can be bought has all of these
    assert stands.unit_price is not None, line.line_id
    assert stands.list_price is not None, line.line_id
    text = listing.texts.get(language) or listing.texts.get(listing.language)
    moments = [next_price_at(variant, now), stands.agreed.expires_at if stands.agreed else None]
    return LineToPrice(
        line_id=line.line_id,
        store_id=line.store_id,
        product_id=line.product_id,
        offer_id=line.offer_id,
        offer_version=listing.version,
        variant_id=line.variant_id,
        title=text.title if text else "",
        quantity=line.quantity,
        unit_price=stands.unit_price,
        list_price=stands.list_price,
        options=variant.options,
        image_id=listing.image_id,
        kind=listing.kind,
        category_path=listing.category_path,
        weight_g=variant.weight_g,
        proposal_id=stands.agreed.proposal_id if stands.agreed else None,
        until=min(filter(None, moments), default=None),
    )


def _text(said: bytes) -> str:
    return base64.urlsafe_b64encode(said).decode().rstrip("=")
