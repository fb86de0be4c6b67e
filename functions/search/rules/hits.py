"""What the index found, made into what people get: values in, values out."""

from collections.abc import Iterable, Mapping

from functions.search.model.found import Hit
from functions.search.model.hits import Highlight, HitStore, SearchHit
from kernel.money import Money


def shown(hits: Iterable[Hit], currency: str) -> list[SearchHit]:
    return [_shown(hit, currency) for hit in hits]


def _shown(hit: Hit, currency: str) -> SearchHit:
    card = hit.card
    price = _price(card.prices, currency)
    return SearchHit(
        offer_id=card.offer_id,
        product_id=card.product_id,
        address=f"{card.slug}-{card.product_id.removeprefix('prd_')}",
        title=hit.title,
        highlights=[Highlight(start=start, end=end) for start, end in hit.highlights],
        brand=card.brand,
        kind=card.kind,
        condition=card.condition,  # type: ignore[arg-type]  # the index keeps words; the model holds them to be known
        price=price,
        compare_at=_price(card.compare_at, price.currency) if price and price.currency in card.compare_at else None,
        prices=dict(card.prices),
        variants=card.variants,
        takes_proposals=card.takes_proposals,
        image_id=card.image_id,
        available=card.available,
        rating=card.rating,
        ratings=card.ratings,
        distance_km=None if hit.distance_km is None else round(hit.distance_km, 1),
        store=HitStore(
            store_id=card.store_id,
            slug=card.store_slug,
            name=card.store_name,
            country=card.store_country,
            verified=card.store_verified,
        ),
    )


def _price(prices: Mapping[str, int], currency: str) -> Money | None:
    """In the asked currency, else in one that the store does sell in: nothing is converted by guess."""
    if currency not in prices:
        currency = min(prices, default="")
    return Money(prices[currency], currency) if currency else None


def buyable(hits: Iterable[Hit], category: str = "") -> list[Hit]:
    """Nobody is recommended what is sold out; of a category, all below it counts."""
    return [hit for hit in hits if hit.card.available and (not category or category in hit.card.category_path)]
