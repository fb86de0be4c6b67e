"""A store's goods as the file that its people would import."""

import csv
import io
from collections.abc import Iterable, Iterator

from local.demo.goods import LANGUAGES, Good, Variety
from local.demo.stores import DemoStore


def sheet(store: DemoStore, goods: Iterable[Good], categories: dict[str, str]) -> bytes:
    """`categories`: the id of each by its path."""
    language, currency = store.told["language"], store.told["currency"]
    axes = list(store.told.get("options", {}))
    head = [
        *("sku", "product", "language", "category", "status", "kind", "condition", "attribute:style"),
        *(f"title:{one}" for one in LANGUAGES),
        f"description:{language}",
        *(f"option:{axis}" for axis in axes),
        *(f"price:{currency}", f"compare_at:{currency}", "quantity"),
    ]
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(head)
    for good in goods:
        kind = "digital" if good.digital else "goods"
        told = [language, categories[good.category], "active", kind, store.told["condition"]]
        texts = [*(good.titles[one] for one in LANGUAGES), good.description]
        for variety in _varieties(good):
            option = dict([variety.option] if variety.option else [])
            price, before = _amount(variety.minor), _amount(_was(good, variety))
            quantity = "" if good.digital or good.parts else variety.quantity
            chosen = [option.get(axis, "") for axis in axes]
            style = store.told["styles"][good.style % len(store.told["styles"])][0]
            rows.writerow([variety.sku, good.sku, *told, style, *texts, *chosen, price, before, quantity])
    return written.getvalue().encode()


def _varieties(good: Good) -> Iterator[Variety]:
    yield from good.variants or (Variety(good.sku, None, good.minor, 0),)


def _was(good: Good, variety: Variety) -> int | None:
    return variety.minor * good.was_minor // good.minor if good.was_minor else None


def _amount(minor: int | None) -> str:
    """All currencies of the demo have two decimals."""
    return "" if minor is None else f"{minor // 100}.{minor % 100:02}"
