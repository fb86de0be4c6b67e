"""What visitors see of an offer, and what the other domains are told of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from functions.catalog import events
from functions.catalog.model.listings import DESCRIPTION_KEPT, ListedText, ListedVariant, Listing
from functions.catalog.model.offers import Card, Offer, Shelf, Variant
from functions.catalog.model.products import Product
from functions.catalog.rules.prices import boundary, prices_at, without_history
from kernel.events import Data


def shelved(offer: Offer, product: Product, path: Sequence[str]) -> Offer:
    """The offer with all that it keeps of its product: whether visitors see it, its card, its place in the tree."""
    listed = offer.status == "active" and product.status == "active" and not offer.hidden
    return offer.model_copy(update={"listed": listed, "card": card(product, path)})


def card(product: Product, path: Sequence[str]) -> Card:
    return Card(
        titles={locale: text.title for locale, text in product.texts.items()},
        language=product.language,
        slug=product.slug,
        brand=product.brand,
        image_id=product.pictures[0].image_id if product.pictures else None,
        category_path=list(path),
        product_version=product.version,
    )


def changed(offer: Offer, now: datetime, **parts: Any) -> Offer:
    """The next version, in which these parts are other ones."""
    return offer.model_copy(update={**parts, "updated_at": now, "version": offer.version + 1})


def repriced(offer: Offer, now: datetime) -> Offer | None:
    """The next version, if one of its prices has changed by itself since the last one."""
    at = next_price(offer)
    if not at or at > now:
        return None
    return changed(offer, now, variants=[without_history(one, now) for one in offer.variants])


def told_of(product: Product, before: Offer | None, after: Offer, now: datetime) -> Data | None:
    """Nobody is told of what visitors never saw."""
    was = before is not None and before.listed
    if after.listed:
        listing = listing_of(product, after, now, before)
        return events.OfferChanged(listing=listing) if was else events.OfferListed(listing=listing)
    return withdrawn(before, after) if before and was else None


def withdrawn(before: Offer, after: Offer) -> events.OfferWithdrawn:
    return events.OfferWithdrawn(
        store_id=after.store_id,
        product_id=after.product_id,
        offer_id=after.offer_id,
        offer_version=after.version,
        kind=after.kind,
        variant_ids=_seen_of(before),
    )


def _seen_of(offer: Offer | None) -> list[str]:
    """The variants that visitors see."""
    return [one.variant_id for one in offer.variants if one.active] if offer and offer.listed else []


def as_kept(offer: Offer) -> Offer:
    """Quantities wait with the offer until it is listed. Once told they are inventory's, and no longer known here."""
    if not offer.listed or all(variant.quantity is None for variant in offer.variants):
        return offer
    untold = [variant.model_copy(update={"quantity": None}) for variant in offer.variants]
    return offer.model_copy(update={"variants": untold})


def listing_of(product: Product, offer: Offer, now: datetime, before: Offer | None = None) -> Listing:
    """`before`: the version before, if there was one, for what of it is gone."""
    here = {one.variant_id for one in offer.variants if one.active}
    return Listing(
        store_id=offer.store_id,
        product_id=offer.product_id,
        offer_id=offer.offer_id,
        version=offer.version,
        kind=offer.kind,
        condition=offer.condition,
        own=product.store_id is not None,
        takes_proposals=offer.takes_proposals,
        language=product.language,
        texts={
            locale: ListedText(title=text.title, description=text.description[:DESCRIPTION_KEPT])
            for locale, text in product.texts.items()
        },
        slug=product.slug,
        category_path=offer.card.category_path,
        brand=product.brand,
        attributes=product.attributes,
        options=product.options,
        image_id=offer.card.image_id,
        variants=[_variant(variant, now) for variant in offer.variants if variant.active],
        gone=[one for one in _seen_of(before) if one not in here],
    )


def told_bytes(variants: Sequence[Variant]) -> int:
    """How much they make of a listing, whatever the moment."""
    return sum(len(_variant(one).model_dump_json().encode()) + 1 for one in variants)


def _variant(variant: Variant, now: datetime | None = None) -> ListedVariant:
    return ListedVariant(
        variant_id=variant.variant_id,
        sku=variant.sku,
        options=variant.options,
        prices=prices_at(variant, now) if now else variant.prices,
        compare_at=variant.compare_at,
        scheduled=[one for one in variant.scheduled if not now or one.ends_at > now],
        weight_g=variant.weight_g,
        quantity=variant.quantity,
    )


def shelf(offer: Offer) -> Shelf:
    """Where its store finds it: visitors see what is active, and nothing else."""
    if offer.status != "active":
        return offer.status
    return "active" if offer.listed else "hidden"


def next_price(offer: Offer) -> datetime | None:
    """When the next of its prices changes by itself, as seen from its last version."""
    moments = [boundary(one, offer.updated_at) for one in offer.variants]
    return min((one for one in moments if one), default=None)


def price_changes(before: Offer | None, after: Offer) -> list[dict[str, Any]]:
    had = {one.variant_id: one.prices for one in before.variants} if before else {}
    return [
        {"variant_id": one.variant_id, "before": had[one.variant_id], "after": one.prices}
        for one in after.variants
        if one.variant_id in had and had[one.variant_id] != one.prices
    ]
