"""Hiding and showing what a store offers, and where to look when it is closed: values in, values out."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from functions.catalog.model.offers import Offer
from functions.catalog.model.products import Product
from functions.catalog.model.standing import Shelves
from functions.catalog.rules import listings
from functions.catalog.rules.batches import Row

# What nobody sees anyway comes last. It is walked too: its product may be shown again while its store is suspended.
SHELVES = ("active", "hidden")
# Of a closed store nothing is passed over: whatever its people wrote goes.
EVERYTHING = (*SHELVES, "draft", "archived", "imports", "exports", "proposals")
LOOK_AGAIN = timedelta(minutes=2)  # at what was listed in the very moment in which the store was suspended


def begun(shelves: Shelves) -> Shelves:
    return shelves.model_copy(update={"shelf": SHELVES[0], "cursor": None, "round": shelves.round + 1})


def gone_on(shelves: Shelves, cursor: str | None) -> Shelves:
    """After one page: the next one, the next shelf, or the end."""
    shelf = shelves.shelf
    if cursor is None:
        way = EVERYTHING if shelves.standing == "closed" else SHELVES
        following = way[way.index(shelf) + 1 :]
        shelf = following[0] if following else ""
    return shelves.model_copy(update={"shelf": shelf, "cursor": cursor, "round": shelves.round + 1})


def to_turn(offers: Iterable[Offer], *, hidden: bool) -> list[Offer]:
    return [offer for offer in offers if offer.hidden != hidden]


def turned(offer: Offer, product: Product, *, hidden: bool, now: datetime) -> Row:
    """The offer as it is to be now; its product stays as it is."""
    after = listings.changed(offer, now, hidden=hidden)
    return Row(product, product, (offer, listings.shelved(after, product, offer.card.category_path)))


def rows(offers: Iterable[Offer], products: Mapping[str, Product], *, hidden: bool, now: datetime) -> list[Row]:
    return [turned(one, products[one.product_id], hidden=hidden, now=now) for one in to_turn(offers, hidden=hidden)]
