"""What sellers and moderators make of products and offers, and whether it may be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.catalog.model.categories import PriceLimit
from functions.catalog.model.images import Image
from functions.catalog.model.items import (
    NewItem,
    NewOffer,
    NewProduct,
    NotYoursToEdit,
    OfferChange,
    OptionsChange,
    ProductChange,
    TooManyOffers,
)
from functions.catalog.model.offers import VARIANTS, NoSuchOffer, Offer, Variant, VariantsRefused
from functions.catalog.model.products import NoSuchProduct, Option, OptionsRefused, Product, TextMissing
from functions.catalog.rules import attributes, slugs, variants
from functions.catalog.rules.batches import Edit
from functions.catalog.rules.images import Placement, placed_first
from functions.catalog.rules.listings import changed, shelved
from functions.catalog.rules.tree import Tree

OWN_OFFERS = 20  # of one product: they are written in one transaction with it


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the rest of the catalogue has to say about goods: the tree, and the platform's own price limits."""

    tree: Tree
    limits: Mapping[str, PriceLimit]


def listed_item(
    shelf: Shelf,
    store_id: str,
    product_id: str,
    offer_id: str,
    request: NewItem,
    now: datetime,
    found: Mapping[str, Image],
) -> tuple[Placement, Offer]:
    """A thing of the store's own, with its pictures. A draft of it is a draft of both."""
    placed = placed_first(new_product(shelf, product_id, request, now, store_id=store_id), request.pictures, found, now)
    return placed, new_offer(shelf, placed.product, store_id, offer_id, request, now)


def new_product(
    shelf: Shelf, product_id: str, request: NewProduct, now: datetime, *, store_id: str | None = None
) -> Product:
    said = {name: getattr(request, name) for name in NewProduct.model_fields}
    _check_options(request.options)
    product = Product(
        **said | {"slug": request.slug or _slug(request.texts, request.language)},
        product_id=product_id,
        store_id=store_id,
        created_at=now,
        updated_at=now,
    )
    return _checked(shelf, product)


def new_offer(shelf: Shelf, product: Product, store_id: str, offer_id: str, request: NewOffer, now: datetime) -> Offer:
    """Of an own product, or of a product of the global database that visitors see."""
    if product.store_id != store_id and (product.store_id or product.status != "active"):
        raise NoSuchProduct()
    offer = Offer(
        offer_id=offer_id,
        product_id=product.product_id,
        store_id=store_id,
        status=request.status,
        kind=request.kind,
        condition=request.condition,
        remarks=request.remarks,
        takes_proposals=request.takes_proposals,
        variants=variants.made(offer_id, product.options, request),
        created_at=now,
        updated_at=now,
    )
    return placed(shelf, product, offer)


def one_more(offers: Sequence[Offer], store_id: str, product: Product) -> None:
    if product.store_id == store_id and len(offers) >= OWN_OFFERS:
        raise TooManyOffers()


def edited_product(shelf: Shelf, product: Product, change: ProductChange, now: datetime) -> Product:
    sent = {name: getattr(change, name) for name in change.model_fields_set}
    if "texts" in sent:
        texts = dict(product.texts) | (sent["texts"] or {})
        sent["texts"] = {locale: text for locale, text in texts.items() if text}
    parts = {name: value for name, value in sent.items() if value is not None or name == "category_id"}
    if not change.slug and product.slug == _slug(product.texts, product.language):
        language, texts = parts.get("language", product.language), parts.get("texts", product.texts)
        parts["slug"] = _slug(texts, language)
    after = product.model_copy(update={**parts, "updated_at": now, "version": product.version + 1})
    return _checked(shelf, after)


def with_options(
    shelf: Shelf, product: Product, offers: Sequence[Offer], change: OptionsChange, now: datetime
) -> tuple[Product, list[Edit]]:
    """Every offer's variants follow: combinations that stay are what they were, the others come and go."""
    _check_options(change.options)
    after = product.model_copy(update={"options": change.options, "updated_at": now, "version": product.version + 1})
    edits: list[Edit] = []
    for offer in offers:
        following = variants.regenerated(offer.offer_id, offer.variants, change.options, change)
        edits.append((offer, placed(shelf, after, changed(offer, now, variants=following))))
    return after, edits


def following(shelf: Shelf, product: Product, offers: Sequence[Offer], now: datetime) -> list[Edit]:
    """Offers that were not touched themselves, after their product was."""
    return [(offer, placed(shelf, product, changed(offer, now))) for offer in offers]


def edited_offer(shelf: Shelf, product: Product, offer: Offer, change: OfferChange, now: datetime) -> Offer:
    sent = {name: getattr(change, name) for name in change.model_fields_set}
    parts = {name: value for name, value in sent.items() if value is not None}
    return placed(shelf, product, changed(offer, now, **parts))


def with_variant(shelf: Shelf, product: Product, offer: Offer, variant: Variant, now: datetime) -> Offer:
    """In place of the one with the same id."""
    following = [variant if one.variant_id == variant.variant_id else one for one in offer.variants]
    return placed(shelf, product, changed(offer, now, variants=following))


def with_another(shelf: Shelf, product: Product, offer: Offer, variant: Variant, now: datetime) -> Offer:
    if len(offer.variants) >= VARIANTS:
        raise VariantsRefused(f"An offer has at most {VARIANTS} variants.")
    return placed(shelf, product, changed(offer, now, variants=[*offer.variants, variant]))


def placed(shelf: Shelf, product: Product, offer: Offer) -> Offer:
    """The offer where visitors find it, once it may be asked what it asks for."""
    if "archived" in (product.status, offer.status):  # whatever has become wrong with it: it can be put away
        return shelved(offer, product, shelf.tree.path(product.category_id))
    limits = shelf.tree.limits(product.category_id, shelf.limits)
    variants.check(offer.variants, product.options, limits, shown=offer.status == "active")
    return shelved(offer, product, shelf.tree.path(product.category_id))


def of_store(product: Product, store_id: str) -> Product:
    """Another store's product is as good as none; a global one is there, but not the store's to edit."""
    if product.store_id is None:
        raise NotYoursToEdit()
    if product.store_id != store_id:
        raise NoSuchProduct()
    return product


def of_everyone(product: Product) -> Product:
    """A store's own product is not the moderators' to edit, and here as good as none."""
    if product.store_id:
        raise NoSuchProduct()
    return product


def offer_of_store(offer: Offer, store_id: str) -> Offer:
    if offer.store_id != store_id:
        raise NoSuchOffer()
    return offer


def _checked(shelf: Shelf, product: Product) -> Product:
    if product.language not in product.texts:
        raise TextMissing()
    asked = shelf.tree.attributes(product.category_id)
    attributes.check(asked, product.attributes, complete=product.status == "active")
    return product


def _check_options(options: Sequence[Option]) -> None:
    codes = [one.code for one in options]
    if len(set(codes)) < len(codes) or any(len(set(one.values)) < len(one.values) for one in options):
        raise OptionsRefused()
    if variants.too_long(options):
        raise OptionsRefused("This is too much to choose from. Send fewer values, or shorter ones.")


def _slug(texts: Mapping[Any, Any], language: str) -> str:
    """Of the English title where there is one: it is in the letters that addresses are written in."""
    text = texts.get("en") or texts.get(language)
    return slugs.slug_of(text.title) if text else "item"
