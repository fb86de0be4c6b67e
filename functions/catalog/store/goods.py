"""Products and offers in the table: domain verbs outside, DynamoDB words inside.

PRODUCT#<prd>   -           the product
PRODUCT#<prd>   OFFER#<ofr> a store's offer of it, whole; a product's page is one Query, so nothing else lies here
SKU#<store>     <sku>       which variant has this SKU: it is the claim that makes a store's SKUs unique
PRICES#<ofr>    <time>      what the offer's variants cost before a change, and after it
DUE#prices      <time>#<ofr> a scheduled price of the offer begins or ends then: whoever shows it is to be told

by_store        <store>     <shelf>#<ofr>                 active (visitors see it), hidden, draft, archived
by_store        EVERYONE    <status>#<prd>                the products of the global database
by_category     <root>      <path of ids>/#<prd>#<ofr>    only what visitors see, a subtree is a prefix; tiles

Products, offers and tiles are kept as one text each: reading many variants costs a third of the time of a map.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache

from functions.catalog import events
from functions.catalog.model.items import PriceChange
from functions.catalog.model.offers import (
    NoSuchOffer,
    Offer,
    OfferChangedMeanwhile,
    SkuTaken,
    Tile,
    TooManySkuChanges,
    Variant,
)
from functions.catalog.model.products import NoSuchProduct, Product, ProductChangedMeanwhile
from functions.catalog.rules import listings as rules
from functions.catalog.rules import pages
from functions.catalog.rules.batches import Edit, Row
from functions.catalog.rules.pages import PlacedTile
from kernel import clock
from kernel.events import Event
from kernel.table import MAX_CHANGES, Change, Item, Receipt, Table, check, delete, put

DUE = "DUE#prices"
EVERYONE = "EVERYONE"

AT_ONCE = 100
A_SHELF = 1_000  # rows asked for at once where all that a store offers is read: a page ends at a megabyte anyway


class Goods:
    def __init__(self) -> None:
        self._table = Table()

    # Reading

    def product(self, product_id: str) -> Product:
        item = self._table.get(f"PRODUCT#{product_id}", "-")
        if not item:
            raise NoSuchProduct()
        return read_product(item)

    def page(
        self, product_id: str, *, limit: int = 100, cursor: str | None = None
    ) -> tuple[Product | None, list[Offer], str | None]:
        """The product (on the first page of it) and who offers it, in one call."""
        page = self._table.query(f"PRODUCT#{product_id}", limit=limit, cursor=cursor)
        product = next((read_product(item) for item in page.items if item["sk"] == "-"), None)
        return product, [read_offer(item) for item in page.items if item["sk"] != "-"], page.cursor

    def offer(self, product_id: str, offer_id: str) -> tuple[Product, Offer]:
        here, there = (f"PRODUCT#{product_id}", "-"), (f"PRODUCT#{product_id}", f"OFFER#{offer_id}")
        found = self._table.get_many([here, there])
        if here not in found or there not in found:
            raise NoSuchOffer()
        return read_product(found[here]), read_offer(found[there])

    def several(self, product_ids: Sequence[str]) -> dict[str, Product]:
        """Products by their ids, at most a hundred, in one call."""
        found = self._table.get_many([(f"PRODUCT#{one}", "-") for one in product_ids])
        return {product.product_id: product for product in map(read_product, found.values())}

    def several_offers(self, places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[Product, Offer]]:
        """Offers by the ids of their product and their own, at most fifty, in one call."""
        keys = {place: ((f"PRODUCT#{place[0]}", "-"), (f"PRODUCT#{place[0]}", f"OFFER#{place[1]}")) for place in places}
        found = self._table.get_many(list(dict.fromkeys(key for pair in keys.values() for key in pair)))
        return {
            place: (read_product(found[here]), read_offer(found[there]))
            for place, (here, there) in keys.items()
            if here in found and there in found
        }

    def whole(self, product_id: str) -> tuple[Product, list[Offer]]:
        """A product that its store edits, with all its offers: there are no more than one page of them."""
        product, offers, _ = self.page(product_id)
        if not product:
            raise NoSuchProduct()
        return product, offers

    def by_sku(self, store_id: str, skus: Sequence[str]) -> dict[str, tuple[Product, Offer]]:
        """The offers that have these SKUs (at most a hundred): one call, and two more if most of them are there."""
        claims = self._table.get_many([(f"SKU#{store_id}", sku) for sku in dict.fromkeys(skus)]) if skus else {}
        places = {
            sku: (f"PRODUCT#{claim['product_id']}", f"OFFER#{claim['offer_id']}") for (_, sku), claim in claims.items()
        }
        wanted = list(dict.fromkeys(key for pk, sk in places.values() for key in ((pk, "-"), (pk, sk))))
        found: dict[tuple[str, str], Item] = {}
        for start in range(0, len(wanted), AT_ONCE):
            found |= self._table.get_many(wanted[start : start + AT_ONCE])
        return {sku: (read_product(found[pk, "-"]), read_offer(found[pk, sk])) for sku, (pk, sk) in places.items()}

    def of_store(
        self, store_id: str, shelf: str = "", *, limit: int, cursor: str | None
    ) -> tuple[list[Offer], str | None]:
        """What a store offers, whole; `shelf` is one of active, hidden, draft and archived."""
        prefix = f"{shelf}#" if shelf else ""
        page = self._table.query(store_id, prefix, index="by_store", limit=limit, cursor=cursor)
        return [read_offer(item) for item in page.items], page.cursor

    def tiles_of_store(self, store_id: str, *, limit: int, cursor: str | None) -> tuple[list[PlacedTile], str | None]:
        """What visitors see of what a store sells."""
        page = self._table.query(store_id, "active#", index="by_store", limit=limit, cursor=cursor)
        return [_placed(item) for item in page.items], page.cursor

    def in_category(
        self, path: Sequence[str], *, products: int, cursor: str | None
    ) -> tuple[list[PlacedTile], str | None]:
        """Tiles of so many products below a category, those of one product side by side.

        The next page begins behind the last product: however many stores offer it, it is on one page only.
        """
        prefix = f"{'/'.join(path)}/"
        page = self._table.query(path[0], prefix, index="by_category", limit=2 * products, cursor=cursor)
        tiles = [_placed(item) for item in page.items]
        chosen = list(dict.fromkeys(product_id for product_id, _, _ in tiles))
        if len(chosen) <= products and not page.cursor:
            return tiles, None
        chosen = chosen[:products]
        found = [one for one in tiles if one[0] in chosen]
        last = next(item for one, item in zip(tiles, page.items, strict=True) if one[0] == chosen[-1])
        behind = {"pk": last["pk"], "sk": "OFFER#~", "by_categorypk": path[0]}
        behind["by_categorysk"] = last["by_categorysk"].rpartition("#")[0] + "#~"
        return found, self._table.cursor_after(behind, path[0], prefix, index="by_category")

    def every_of_product(self, product_id: str) -> Iterator[Offer]:
        rows = self._table.every(f"PRODUCT#{product_id}", "OFFER#", at_once=AT_ONCE)
        return map(read_offer, rows)

    def every_of_store(self, store_id: str) -> Iterator[Offer]:
        return map(read_offer, self._table.every(store_id, index="by_store", at_once=A_SHELF))

    def every_below(self, path: Sequence[str]) -> Iterator[tuple[str, str]]:
        """The places (product and offer) of what visitors see below a category."""
        rows = self._table.every(path[0], f"{'/'.join(path)}/", index="by_category", at_once=AT_ONCE)
        return ((row["pk"].removeprefix("PRODUCT#"), row["sk"].removeprefix("OFFER#")) for row in rows)

    def of_everyone(self, status: str = "", *, limit: int, cursor: str | None) -> tuple[list[Product], str | None]:
        """The products of the global database."""
        prefix = f"{status}#" if status else ""
        page = self._table.query(EVERYONE, prefix, index="by_store", limit=limit, cursor=cursor)
        return [read_product(item) for item in page.items], page.cursor

    def price_changes(self, offer_id: str, *, limit: int, cursor: str | None) -> tuple[list[PriceChange], str | None]:
        page = self._table.query(f"PRICES#{offer_id}", limit=limit, cursor=cursor, newest_first=True)
        changes = [PriceChange(at=item["sk"], **one) for item in page.items for one in item["changes"]]
        return changes, page.cursor

    def due(self, now: datetime, *, limit: int = 50) -> list[tuple[str, str, str]]:
        """Offers of which a scheduled price begins or ends: product, offer, and the row that says so."""
        page = self._table.query(DUE, limit=limit, before=clock.rfc3339(now))
        return [(item["product_id"], item["offer_id"], item["sk"]) for item in page.items]

    # Writing

    def keep(
        self,
        product: Product,
        edits: Sequence[Edit],
        *,
        product_was: Product | None,
        receipt: Receipt | None = None,
        told: Sequence[Event] = (),
        also: Sequence[Change] = (),
    ) -> None:
        """A product as it is to be and offers of it, with their claims and prices, all or nothing.

        `product_was` is None for a new product, and `product` itself where only offers change: then a new offer depends
        on the product being as it was read.
        """
        changes = [*_product_changes(product, product_was, edits), *_offer_changes(edits)]
        now = clock.now()
        news = [] if product is product_was or product.store_id else [_product_event(product)]
        for before, after in edits:
            if data := rules.told_of(product, before, after, now):
                news.append(Event(data, after.offer_id, after.version))
        self._table.commit([*changes, *also], [*news, *told], receipt)

    def retell(self, product: Product, offer: Offer, after: Offer | None, due_key: str) -> None:
        """The next version of an offer whose prices changed by themselves.

        The row that asked for it goes anyway, but only with the version it was held against: another may need it again.
        """
        done = delete(DUE, due_key)
        if after:
            self.keep(product, [(offer, after)], product_was=product, also=[done])
        else:
            as_read = check(f"PRODUCT#{offer.product_id}", f"OFFER#{offer.offer_id}").when(version=offer.version)
            self._table.commit([done, as_read.otherwise(OfferChangedMeanwhile())])

    def write(self, rows: Sequence[Row], *, aggregate: str, sequence: int, also: Sequence[Change] = ()) -> None:
        """Many goods in one transaction, told of by one event. `rules.batches.batches` says how many fit."""
        now = clock.now()
        changes = [
            change
            for row in rows
            for change in (*_product_changes(row.product, row.product_was, [row.edit]), *_offer_changes([row.edit]))
        ]
        listed = [rules.listing_of(row.product, row.edit[1], now, row.edit[0]) for row in rows if row.edit[1].listed]
        told = [Event(events.OffersImported(listings=listed), aggregate, sequence)] if listed else []
        for before, after in (row.edit for row in rows):
            if before and before.listed and not after.listed:
                told.append(Event(rules.withdrawn(before, after), after.offer_id, after.version))
        self._table.commit([*changes, *also], told)


@cache
def goods() -> Goods:
    return Goods()


def read_product(item: Item) -> Product:
    return Product.model_validate_json(item["doc"])


def read_offer(item: Item) -> Offer:
    tile = Tile.model_validate_json(item["tile"])
    return Offer.model_validate_json(item["doc"]).model_copy(update={"card": tile.card})


def _placed(item: Item) -> PlacedTile:
    return item["pk"].removeprefix("PRODUCT#"), item["by_storepk"], Tile.model_validate_json(item["tile"])


def product_item(product: Product) -> Item:
    doc = product.model_dump_json(exclude_defaults=True)
    item = {"pk": f"PRODUCT#{product.product_id}", "sk": "-", "version": product.version, "doc": doc}
    if product.store_id:
        return item
    return item | {"by_storepk": EVERYONE, "by_storesk": f"{product.status}#{product.product_id}"}


def offer_item(offer: Offer) -> Item:
    path = offer.card.category_path
    item = {
        "pk": f"PRODUCT#{offer.product_id}",
        "sk": f"OFFER#{offer.offer_id}",
        "version": offer.version,
        "doc": offer.model_dump_json(exclude_defaults=True, exclude={"card"}),
        "tile": pages.tile(offer).model_dump_json(exclude_defaults=True),
        "by_storepk": offer.store_id,
        "by_storesk": f"{rules.shelf(offer)}#{offer.offer_id}",
    }
    if offer.listed and path:
        place = f"{'/'.join(path)}/#{offer.product_id}#{offer.offer_id}"
        item |= {"by_categorypk": path[0], "by_categorysk": place}
    return item


def _product_changes(product: Product, was: Product | None, edits: Sequence[Edit]) -> list[Change]:
    if was is None:
        return [put(product_item(product)).absent().otherwise(ProductChangedMeanwhile())]
    if product is not was:
        return [put(product_item(product)).when(version=was.version).otherwise(ProductChangedMeanwhile())]
    if any(before is None for before, _ in edits):
        as_read = check(f"PRODUCT#{product.product_id}", "-").when(version=was.version)
        return [as_read.otherwise(ProductChangedMeanwhile())]
    return []


def _offer_changes(edits: Sequence[Edit]) -> list[Change]:
    changes: list[Change] = []
    for before, after in edits:
        row = put(offer_item(rules.as_kept(after)))
        expected = row.when(version=before.version) if before else row.absent()
        changes += [expected.otherwise(OfferChangedMeanwhile()), *_claims(before, after), *_prices(before, after)]
        changes += _scheduled(before, after)
    if len(changes) > MAX_CHANGES - 4:
        raise TooManySkuChanges()
    if len({change.key for change in changes}) < len(changes):  # two of these offers want one SKU
        raise SkuTaken()
    return changes


def _product_event(product: Product) -> Event:
    changed = events.ProductChanged(product_id=product.product_id, product_version=product.version)
    return Event(changed, product.product_id, product.version)


def _claims(before: Offer | None, after: Offer) -> list[Change]:
    """A variant's SKU is claimed when it gets it, and free again when it loses it. Who was first has it."""
    had = {one.sku: one for one in before.variants if one.sku} if before else {}
    has = {one.sku: one for one in after.variants if one.sku}
    pk = f"SKU#{after.store_id}"
    freed = [delete(pk, sku).when(variant_id=one.variant_id) for sku, one in had.items() if sku not in has]
    moved = [
        put(_claim(after, one)).when(offer_id=after.offer_id).otherwise(SkuTaken())
        for sku, one in has.items()
        if sku in had and had[sku].variant_id != one.variant_id
    ]
    made = [put(_claim(after, one)).absent().otherwise(SkuTaken()) for sku, one in has.items() if sku not in had]
    return [*freed, *moved, *made]


def _claim(offer: Offer, variant: Variant) -> Item:
    key = {"pk": f"SKU#{offer.store_id}", "sk": variant.sku}
    return {**key, "product_id": offer.product_id, "offer_id": offer.offer_id, "variant_id": variant.variant_id}


def _scheduled(before: Offer | None, after: Offer) -> list[Change]:
    """A row at the next moment at which a price changes by itself; the one before it has had its row already."""
    at = rules.next_price(after)
    if not at or (before and at == rules.next_price(before)):
        return []
    key = {"pk": DUE, "sk": f"{clock.rfc3339(at)}#{after.offer_id}"}
    return [put({**key, "product_id": after.product_id, "offer_id": after.offer_id})]


def _prices(before: Offer | None, after: Offer) -> list[Change]:
    """A new offer's first prices are in the offer; from then on each change tells both sides."""
    changes = rules.price_changes(before, after)
    if not changes:
        return []
    return [put({"pk": f"PRICES#{after.offer_id}", "sk": clock.rfc3339(after.updated_at), "changes": changes})]
