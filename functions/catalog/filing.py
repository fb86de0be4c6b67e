"""Keeps offers in step with what changed around them: their product, the tree above them, a price whose time has come.

Every step can be repeated: what is in step already is left as it is, and the row that says what is due goes last.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice

from functions.catalog.model.offers import Offer, OfferChangedMeanwhile
from functions.catalog.model.products import Product
from functions.catalog.rules import listings as rules
from functions.catalog.rules.batches import Row, batches
from functions.catalog.rules.tree import Tree
from functions.catalog.store.categories import categories
from functions.catalog.store.goods import goods

PAGE = 50
PAGES = 40  # of one step in one call: what is left over is done by the next one


def tell_scheduled_prices(now: datetime) -> None:
    """Tell that a price has begun or ended. Whoever asked for it in the meantime was told the right one anyway."""
    for _ in range(PAGES):
        due = goods().due(now, limit=PAGE)
        for product_id, offer_id, due_key in due:
            product, offer = goods().offer(product_id, offer_id)
            with suppress(OfferChangedMeanwhile):  # whoever changes it tells the prices too: the next sweep looks again
                goods().retell(product, offer, rules.repriced(offer, now), due_key)
        if len(due) < PAGE:
            return


def refile_moved(now: datetime) -> None:
    """Sort offers into the place to which their category was moved."""
    for path, due_key in categories().to_refile(now):
        if _refiled(path, categories().tree_now(), now):
            categories().refiled(due_key)


def follow(product_id: str, now: datetime) -> None:
    """Tell all offers of a product of the global database what it is by now."""
    product, tree = goods().product(product_id), categories().tree()
    behind = (one for one in goods().every_of_product(product_id) if one.card.product_version < product.version)
    while offers := list(islice(behind, PAGE)):
        _write(_rows(offers, {product_id: product}, tree, now), now)


def _refiled(path: Sequence[str], tree: Tree, now: datetime) -> bool:
    """Whether nothing is left of what was below that path."""
    below, complete = goods().every_below(path), True
    for _ in range(PAGES):
        if not (places := list(islice(below, PAGE))):
            return complete
        found = goods().several_offers(places).values()
        rows = _rows([offer for _, offer in found], {one.product_id: one for one, _ in found}, tree, now)
        moved = [row for row in rows if _place(row.edit[0]) != _place(row.edit[1])]
        try:
            _write(moved, now)
        except OfferChangedMeanwhile:
            complete = False
    return False


def _rows(offers: Sequence[Offer], products: dict[str, Product], tree: Tree, now: datetime) -> list[Row]:
    found = []
    for offer in offers:
        product = products[offer.product_id]
        after = rules.shelved(rules.changed(offer, now), product, tree.path(product.category_id))
        found.append(Row(product, product, (offer, after)))
    return found


def _place(offer: Offer | None) -> list[str]:
    return offer.card.category_path if offer else []


def _write(rows: Sequence[Row], now: datetime) -> None:
    for batch in batches(rows, now):
        first = batch[0].edit[1]
        goods().write(batch, aggregate=first.offer_id, sequence=first.version)
