"""Writes all goods of a store into one file, page by page: what is in memory is a page, what is on disk the rest."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any

from functions.catalog.model.imports import FileKind, GoodsExport, ImportStateChanged
from functions.catalog.rules.imports.export import Cells, header, rows
from functions.catalog.rules.imports.sorting import Sorting
from functions.catalog.sheets import files
from functions.catalog.store.categories import categories
from functions.catalog.store.goods import goods
from functions.catalog.store.imports import imports
from kernel import clock

A_PAGE = 100

Write = Callable[[Path, Sequence[str], Iterable[Cells]], None]


def export(store_id: str, export_id: str) -> None:
    """Safe to repeat: the file is written anew."""
    wanted = imports().export(store_id, export_id)
    if wanted.state != "running":
        return
    with TemporaryDirectory() as folder, NamedTemporaryFile("w+", encoding="utf-8") as found:
        names, count = set[str](), 0
        for cells in _rows(wanted):  # which columns there are is known only after the last of them
            names |= cells.keys()
            count += 1
            found.write(json.dumps(cells, ensure_ascii=False) + "\n")
        found.seek(0)
        local = Path(folder) / "goods"
        _WRITERS[wanted.kind](local, header(names), map(json.loads, found))
        files.send(local, files.export_key(export_id, wanted.kind), wanted.kind)
    with suppress(ImportStateChanged):  # a repetition was faster
        imports().end_export(
            wanted.model_copy(update={"state": "ready", "rows": count, "finished_at": clock.now(), "version": 2})
        )


def _rows(wanted: GoodsExport) -> Iterator[Cells]:
    sorting, goods_ = Sorting(categories().tree(), {}), goods().every_of_store(wanted.store_id)
    while offers := list(islice(goods_, A_PAGE)):
        products = imports().products_of(offers)
        for offer in offers:
            if product := products.get(offer.product_id):
                yield from rows(product, offer, sorting)


def _csv(local: Path, names: Sequence[str], found: Iterable[Cells]) -> None:
    with local.open("w", encoding="utf-8-sig", newline="") as file:  # the mark tells Excel that it is UTF-8
        sheet = csv.DictWriter(file, names, restval="")
        sheet.writeheader()
        sheet.writerows(found)


def _xlsx(local: Path, names: Sequence[str], found: Iterable[Cells]) -> None:
    """Every cell a text: a SKU of digits keeps its zeros, and nothing is a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("goods")

    def text(value: str) -> Any:
        cell = WriteOnlyCell(sheet, value=value)
        cell.data_type = "s"
        return cell

    sheet.append([text(name) for name in names])
    for cells in found:
        sheet.append([text(cells[name]) if name in cells else None for name in names])
    book.save(local)


_WRITERS: dict[FileKind, Write] = {"csv": _csv, "xlsx": _xlsx}
