"""What of a product and its offers visitors see.

Pages are put together of what was checked when it was said, and not checked again: that was a tenth of what one takes.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from functions.catalog.model.names import Prices
from functions.catalog.model.offers import Offer, Tile, TilePrice, Variant
from functions.catalog.model.pages import ProductPage, Shown, SoldOffer, SoldVariant
from functions.catalog.model.products import NoSuchProduct, Product
from functions.catalog.rules import slugs
from functions.catalog.rules.prices import lowest, prices_at

PlacedTile = tuple[str, str, Tile]  # with the product and the store it is of


def page(product: Product | None, offers: Sequence[Offer], cursor: str | None, now: datetime) -> ProductPage:
    """A global product is there although nobody sells it just now; a store's own one is there to be sold."""
    listed = [sold(one, now) for one in offers if one.listed]
    if not product or product.status != "active" or (product.store_id and not listed):
        raise NoSuchProduct()
    return ProductPage.model_construct(
        product_id=product.product_id,
        address=slugs.address(product.slug, product.product_id),
        language=product.language,
        texts=product.texts,
        category_id=product.category_id,
        brand=product.brand,
        attributes=product.attributes,
        options=product.options,
        pictures=product.pictures,
        updated_at=product.updated_at,
        offers=listed,
        cursor=cursor,
    )


def sold(offer: Offer, now: datetime) -> SoldOffer:
    return SoldOffer.model_construct(
        offer_id=offer.offer_id,
        store_id=offer.store_id,
        kind=offer.kind,
        condition=offer.condition,
        remarks=offer.remarks,
        takes_proposals=offer.takes_proposals,
        variants=[_sold_variant(one, now) for one in offer.variants if one.active],
        version=offer.version,
    )


def tile(offer: Offer) -> Tile:
    """Nothing in it is of a moment: what a price is now, is reckoned by whoever shows it."""
    variants = [one for one in offer.variants if one.active]
    prices: list[TilePrice] = []
    for one in variants:
        said = TilePrice(prices=one.prices, scheduled=one.scheduled)
        if said not in prices:
            prices.append(said)
    compared = variants[0].compare_at if len(variants) == 1 else {}
    return Tile(card=offer.card, condition=offer.condition, variants=len(variants), prices=prices, compare_at=compared)


def shown(placed: Iterable[PlacedTile], now: datetime) -> list[Shown]:
    """Offers of one product lie side by side, and are shown as one."""
    return [_shown(product_id, list(same), now) for product_id, same in groupby(placed, key=lambda one: one[0])]


def _shown(product_id: str, placed: Sequence[PlacedTile], now: datetime) -> Shown:
    tiles = [tile for _, _, tile in placed]
    card = max((tile.card for tile in tiles), key=lambda card: card.product_version)
    return Shown(
        product_id=product_id,
        address=slugs.address(card.slug, product_id),
        language=card.language,
        titles=card.titles,
        brand=card.brand,
        image_id=card.image_id,
        category_id=card.category_path[-1] if card.category_path else None,
        prices=_least([prices_at(one, now) for tile in tiles for one in tile.prices]),
        compare_at=tiles[0].compare_at if len(tiles) == 1 else {},
        conditions=sorted({tile.condition for tile in tiles}),
        store_ids=list(dict.fromkeys(store_id for _, store_id, _ in placed)),
    )


def _sold_variant(variant: Variant, now: datetime) -> SoldVariant:
    prices = prices_at(variant, now)
    reduced = variant.compare_at or prices != variant.prices
    return SoldVariant.model_construct(
        variant_id=variant.variant_id,
        sku=variant.sku,
        options=variant.options,
        prices=prices,
        compare_at=variant.compare_at,
        lowest_30_days=lowest(variant, now) if reduced else {},
        barcode=variant.barcode,
        weight_g=variant.weight_g,
    )


def _least(told: Sequence[Prices]) -> Prices:
    least: Prices = {}
    for prices in told:
        for currency, minor in prices.items():
            least[currency] = min(minor, least.get(currency, minor))
    return least
