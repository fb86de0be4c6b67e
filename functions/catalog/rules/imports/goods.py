"""What becomes of the rows of one product: created, updated, unchanged or refused, and the goods as they are then."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from functions.catalog.model.imports import StockRule
from functions.catalog.model.offers import Offer, Variant, VariantsRefused
from functions.catalog.model.products import AttributesRefused, Product
from functions.catalog.rules import attributes, listings, variants
from functions.catalog.rules.batches import Row as Goods
from functions.catalog.rules.imports import merging
from functions.catalog.rules.imports.columns import Column
from functions.catalog.rules.imports.merging import NEVER, Refused, Said
from functions.catalog.rules.imports.rows import Fault, Row, shared
from functions.catalog.rules.imports.sorting import Sorting
from kernel import ids
from kernel.errors import Fault as Pointed


@dataclass(frozen=True, slots=True)
class Setting:
    """What all rows of a chunk are decided by."""

    store_id: str
    columns: Sequence[Column]
    sorting: Sorting
    stock: StockRule
    hidden: bool  # the store is suspended: what it lists is not shown
    now: datetime
    new_id: Callable[[str], str]


@dataclass(slots=True)
class Outcome:
    """`goods` are to be written, if there are any; `created` and `updated` are the lines that this brings about."""

    goods: Goods | None = None
    created: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


Known = Mapping[str, tuple[Product, Offer]]
Named = tuple[Product, Sequence[Offer]]
Place = tuple[Product, Offer] | Product | None  # an offer there is, a product to offer, or something new
NAMED = re.compile(ids.pattern("prd"))


def decide(rows: Sequence[Row], known: Known, named: Named | None, setting: Setting) -> list[Outcome]:
    """`known`: the store's goods by SKU. `named`: the product whose id the rows name, and the store's offers of it."""
    said = shared(rows, setting.columns)
    outcomes, after = list[Outcome](), dict[str, Product]()
    for place, own in _places([row for row in rows if not row.faults], known, named):
        left = [row for row in own if not row.faults]
        while left:
            try:
                outcome = _decided(_as_it_is_by_now(place, after), left, said, setting)
                outcomes.append(outcome)
                if outcome.goods:
                    after[outcome.goods.product.product_id] = outcome.goods.product
                break
            except Refused as error:
                left = _without_the_refused(left, error, setting.columns)
    faults = [fault for row in rows for fault in row.faults]
    return [*outcomes, Outcome(faults=faults)] if faults else outcomes


def _as_it_is_by_now(place: Place, after: Mapping[str, Product]) -> Place:
    """Two offers of one product: the first takes the product's changes along, the second finds them made."""
    if isinstance(place, tuple):
        return after.get(place[0].product_id, place[0]), place[1]
    return place


def _without_the_refused(rows: Sequence[Row], error: Refused, columns: Sequence[Column]) -> list[Row]:
    """A variant that cannot be is no reason against the others; a product that cannot be is."""
    blamed = [row for row in rows if row.line == error.line] or rows
    for row in blamed:
        row.faults.append(Fault(row.line, header_of(columns, error.field, error.key), error.reason))
    return [row for row in rows if not row.faults]


def _places(rows: Sequence[Row], known: Known, named: Named | None) -> Iterable[tuple[Place, list[Row]]]:
    """Rows of SKUs that are known belong where those are; the others join them, if that is one place."""
    offers: dict[str, tuple[tuple[Product, Offer], list[Row]]] = {}
    fresh: list[Row] = []
    for row in rows:
        if row.sku in known:
            product, offer = known[row.sku]
            offers.setdefault(offer.offer_id, ((product, offer), []))[1].append(row)
        else:
            fresh.append(row)
    if named and fresh and not offers:
        offers = {offer.offer_id: ((named[0], offer), []) for offer in named[1]}
    if len(offers) == 1:
        [(_, own)] = offers.values()
        own += fresh
    elif offers:
        _refuse(fresh, "the product has several offers: add this variant to one of them by hand")
    elif fresh and not named and NAMED.fullmatch(fresh[0].product):
        _refuse(fresh, "there is no such product")
    elif fresh:
        yield (named[0] if named else None), fresh
    yield from offers.values()


def _refuse(rows: Iterable[Row], reason: str) -> None:
    for row in rows:
        row.faults.append(Fault(row.line, "product", reason))


def _decided(place: Place, rows: list[Row], said: Said, setting: Setting) -> Outcome:
    product_was, offer_was = place if isinstance(place, tuple) else (place, None)
    product, now = _product(product_was, rows, said, setting), setting.now
    blank = offer_was or _blank(product, setting)
    offer = merging.offer_after(blank, said, product.language)
    offer, created, updated = _with_variants(offer, offer_was, rows, setting)
    product = _in_step(product, product_was, offer, offer_was)
    _check(product, offer, rows, setting)
    if product_was is not None and product != product_was:
        product = product.model_copy(update={"updated_at": now, "version": product_was.version + 1})
    path = setting.sorting.of(product.category_id).path
    offer = listings.shelved(offer.model_copy(update={"hidden": setting.hidden or offer.hidden}), product, path)
    if offer_was is not None and offer == offer_was and product is product_was:
        return Outcome(unchanged=[row.line for row in rows])
    if offer_was is not None:
        assert product_was is not None
        own = {"variants": offer_was.variants, "card": offer_was.card}
        if _in_common(product, product_was) or offer.model_copy(update=own) != offer_was:
            updated = [row.line for row in rows if row.line not in created]
        offer = listings.changed(offer, now)
    goods = Goods(product, product_was, (offer_was, offer))
    same = [row.line for row in rows if row.line not in created and row.line not in updated]
    return Outcome(goods, created, updated, same)


def _in_common(product: Product, was: Product) -> bool:
    """Whether all its variants are different goods now. One more size makes the others no different."""
    same = {"options": was.options, "version": was.version, "updated_at": was.updated_at}
    return product is not was and product.model_copy(update=same) != was


def _product(was: Product | None, rows: Sequence[Row], said: Said, setting: Setting) -> Product:
    if was is None:
        product_id = setting.new_id("prd")
        return merging.new_product(product_id, setting.store_id, said, rows, setting.sorting, setting.now)
    after = merging.product_after(was, said, rows, setting.sorting)
    if after == was:
        return was
    if was.store_id is None:
        changed = next(name for name in type(was).model_fields if getattr(was, name) != getattr(after, name))
        fields = {"texts": "title", "category_id": "category", "attributes": "attribute", "options": "option"}
        key = was.language if changed == "texts" else ""
        why = "this is a product of the global database: only the offer is yours"
        raise Refused(fields.get(changed, changed), key, why)
    return after


def _blank(product: Product, setting: Setting) -> Offer:
    fields: dict[str, Any] = {"offer_id": setting.new_id("ofr"), "product_id": product.product_id}
    fields |= {"store_id": setting.store_id, "created_at": setting.now, "updated_at": setting.now}
    return _nothing().model_copy(update=fields)


@cache
def _nothing() -> Offer:
    """Its variants come with the rows."""
    return Offer.model_construct(
        offer_id="", product_id="", store_id="", variants=[], created_at=NEVER, updated_at=NEVER
    )


def _with_variants(
    offer: Offer, was: Offer | None, rows: Sequence[Row], setting: Setting
) -> tuple[Offer, list[int], list[int]]:
    by_sku = {one.sku: one for one in was.variants if one.sku} if was else {}
    after: dict[str, Variant] = {one.variant_id: one for one in was.variants} if was else {}
    created, updated = list[int](), list[int]()
    for row in rows:
        if before := by_sku.get(row.sku):
            after[before.variant_id] = merging.variant_after(before, row, setting.stock, setting.now)
            if after[before.variant_id] != before:
                updated.append(row.line)
            continue
        made = merging.new_variant(offer.offer_id, row)
        if made.variant_id in after:
            code = next((key for name, key in row.said if name == "option"), "")
            raise Refused("option", code, "another variant of this product has these options", row.line)
        after[made.variant_id] = made
        created.append(row.line)
    return offer.model_copy(update={"variants": list(after.values())}), created, updated


def _in_step(product: Product, product_was: Product | None, offer: Offer, offer_was: Offer | None) -> Product:
    """A store's own product is shown when its offer is: a file has one status for both."""
    if product.store_id is None or product_was is None:
        return product
    if offer_was is not None and offer.status != offer_was.status:
        return product.model_copy(update={"status": offer.status})
    return product


def _check(product: Product, offer: Offer, rows: Sequence[Row], setting: Setting) -> None:
    if "archived" in (product.status, offer.status):  # whatever has become wrong with it: it can be put away
        return
    lines = {row.sku: row.line for row in rows}
    asked, shown = setting.sorting.of(product.category_id), offer.status == "active"
    try:
        if product.store_id is not None:
            attributes.check(list(asked.attributes.values()), product.attributes, complete=shown)
        variants.check(offer.variants, product.options, asked.limits, shown=shown)
    except (AttributesRefused, VariantsRefused) as error:
        raise _as_of_the_file(error.faults[0], offer, lines) from None


_POINTED = {"variants": "active", "prices": "price", "options": "option", "attributes": "attribute"}


def _as_of_the_file(fault: Pointed, offer: Offer, lines: Mapping[str, int]) -> Refused:
    """A request would have it at "/variants/0/prices/EUR"; a file has lines and columns."""
    steps, line = fault.pointer.strip("/").split("/"), 0
    if steps[0] == "variants" and len(steps) > 2:
        line = lines.get(offer.variants[int(steps[1])].sku or "", 0)
        steps = steps[2:]
    key = steps[-1] if len(steps) > 1 else ""
    return Refused(_POINTED.get(steps[0], steps[0]), key, fault.detail[:1].lower() + fault.detail[1:], line)


def header_of(columns: Sequence[Column], name: str, key: str) -> str:
    """What the file calls it; what it has no column for, by the field's own name."""
    same = [column for column in columns if column.field == name]
    exact = [column for column in same if column.key == key] or [column for column in same if not column.key or not key]
    return exact[0].header if exact else f"{name}:{key}" if key else name
