"""What stays of the goods of a store that is closed: ids, prices, and what was bought. Values in, values out."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from functions.catalog.model.offers import Offer, Variant
from functions.catalog.model.products import Product
from functions.catalog.model.proposals import Proposal
from functions.catalog.model.texts import Text
from functions.catalog.rules.batches import Row
from functions.catalog.rules.listings import changed, shelved

UNSAID = "No longer sold"  # a product has a title, whatever becomes of it


def silenced(product: Product, now: datetime) -> Product:
    """A store's own product without a word of its people's; one that is so already, as it is."""
    after = product.model_copy(
        update={
            "status": "archived",
            "language": "en",
            "texts": {"en": Text(title=UNSAID)},
            "slug": Product.model_fields["slug"].default,  # its address is its id
            "brand": "",
            "attributes": {},
            "options": [],
            "pictures": [],
        }
    )
    if after == product:
        return product
    return after.model_copy(update={"updated_at": now, "version": product.version + 1})


def emptied(offer: Offer, product: Product, now: datetime) -> Offer:
    """`product` as it is to be: what is its store's own says nothing any more, what is everyone's stays as it was."""
    own = product.store_id is not None
    after = shelved(
        offer.model_copy(
            update={
                "status": "archived",
                "remarks": {},
                "variants": [_unsaid(one, own=own) for one in offer.variants],
                "takes_proposals": False,
                "hidden": True,
            }
        ),
        product,
        offer.card.category_path,
    )
    return offer if after == offer else changed(after, now)


def rows(offers: Iterable[Offer], products: Mapping[str, Product], now: datetime) -> list[Row]:
    """What is to be written; nothing of what was done before. A product goes with the first of its offers."""
    found, now_are = list[Row](), dict[str, Product]()
    for offer in offers:
        was = now_are.get(offer.product_id, products[offer.product_id])
        product = silenced(was, now) if was.store_id else was
        after = emptied(offer, product, now)
        if product is not was or after is not offer:
            found.append(Row(product, was, (offer, after if after is not offer else changed(offer, now))))
        now_are[offer.product_id] = product
    return found


def unwritten(proposal: Proposal) -> Proposal | None:
    """Without what the store wrote; None: it wrote nothing. Prices stay: an order may rest on them."""
    silent = [one.model_copy(update={"note": ""}) if one.by == "seller" else one for one in proposal.rounds]
    if silent == proposal.rounds:
        return None
    return proposal.model_copy(update={"rounds": silent, "version": proposal.version + 1})


def _unsaid(variant: Variant, *, own: bool) -> Variant:
    words: dict[str, Any] = {
        "sku": None,
        "barcode": None,
        "weight_g": None,
        "quantity": None,
        "cost": {},
        "scheduled": [],
    }
    return variant.model_copy(update=words | ({"options": {}} if own else {}))
