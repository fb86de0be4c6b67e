"""Many goods at once: how many fit one transaction and one event."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from functions.catalog.model.offers import Offer
from functions.catalog.model.products import Product
from functions.catalog.rules.listings import listing_of

MAX_PARTS = 90  # of a transaction's hundred: events of what is withdrawn, and what the caller adds, come beside
MAX_BYTES = 50_000  # of the listings in one event

Edit = tuple[Offer | None, Offer]  # as it was, if it was, and as it is to be


@dataclass(frozen=True, slots=True)
class Row:
    """A product with one offer of it. `product_was` is `product` itself where the product stays as it is."""

    product: Product
    product_was: Product | None
    edit: Edit

    def parts(self) -> int:
        """How many items it writes at most: product, offer, a SKU each given and taken, and prices that changed."""
        before, after = self.edit
        skus = {one.sku for one in (*(before.variants if before else ()), *after.variants) if one.sku}
        return 2 + len(skus) if before is None else 4 + len(skus)


def batches(rows: Iterable[Row], now: datetime) -> Iterator[list[Row]]:
    """In the given order, each batch as full as may be."""
    batch, parts, size = list[Row](), 0, 0
    for row in rows:
        told = len(listing_of(row.product, row.edit[1], now, row.edit[0]).model_dump_json().encode()) + 1
        if batch and (parts + row.parts() > MAX_PARTS or size + told > MAX_BYTES):
            yield batch
            batch, parts, size = [], 0, 0
        batch.append(row)
        parts += row.parts()
        size += told
    if batch:
        yield batch
