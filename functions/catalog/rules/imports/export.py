"""Goods as rows of a file, such that importing the file again changes nothing."""

from collections.abc import Iterable, Iterator, Sequence

from functions.catalog.model.offers import Offer, Variant
from functions.catalog.model.products import Product
from functions.catalog.rules.imports.cells import amount_text, neutral
from functions.catalog.rules.imports.columns import FIELDS
from functions.catalog.rules.imports.sorting import Sorting, attribute_text

Cells = dict[str, str]  # by the column's name
# What a file needs to be read again even if no cell of it says anything.
ALWAYS = ("sku", "product", "status", "kind", "condition", "language", "category", "brand")


def rows(product: Product, offer: Offer, sorting: Sorting) -> Iterator[Cells]:
    """A row for each variant. One without a SKU cannot be known again, and is left out."""
    common = _product(product, sorting) | _offer(offer)
    for variant in offer.variants:
        if variant.sku:
            cells = common | _variant(variant)
            yield {name: neutral(text) for name, text in cells.items() if text}


def _product(product: Product, sorting: Sorting) -> Cells:
    cells = {"product": product.product_id, "language": product.language, "brand": product.brand}
    cells["category"] = sorting.path_text(product.category_id, product.language)
    for locale, text in product.texts.items():
        cells |= {f"{name}:{locale}": said for name, said in text.model_dump().items()}
    cells |= {f"attribute:{code}": attribute_text(value) for code, value in product.attributes.items()}
    return cells


def _offer(offer: Offer) -> Cells:
    cells: Cells = {"status": offer.status, "kind": offer.kind, "condition": offer.condition}
    cells["takes_proposals"] = "yes" if offer.takes_proposals else "no"
    for locale, remark in offer.remarks.items():
        cells |= {f"remark:{locale}": remark.description, f"shipping:{locale}": remark.shipping}
    return cells


def _variant(variant: Variant) -> Cells:
    cells = {"sku": variant.sku or "", "barcode": variant.barcode or "", "active": "yes" if variant.active else "no"}
    cells["weight_g"] = "" if variant.weight_g is None else str(variant.weight_g)
    cells |= {f"option:{code}": value for code, value in variant.options.items()}
    for name, prices in (("price", variant.prices), ("compare_at", variant.compare_at), ("cost", variant.cost)):
        cells |= {f"{name}:{currency}": amount_text(minor, currency) for currency, minor in prices.items()}
    return cells


def header(names: Iterable[str]) -> Sequence[str]:
    """In the order in which fields are told of, whatever came first."""
    order = list(FIELDS)
    return sorted({*names, *ALWAYS}, key=lambda name: (order.index(name.partition(":")[0]), name))
