"""What the rows of a chunk say: each cell read by its column, the rows of one product put together."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from functions.catalog.model.names import Condition, Locale, OfferKind, Status
from functions.catalog.rules.imports.cells import Unreadable, amount, choice, whole, yes_or_no
from functions.catalog.rules.imports.chunks import RawRow
from functions.catalog.rules.imports.columns import Column

Field = tuple[str, str]  # a column's field and key
Reader = Callable[[str, str], Any]  # of a cell and its column's key

MAX_QUANTITY = 10_000_000
MAX_WEIGHT_G = 1_000_000
_SKU = re.compile(r"[^\x00-\x1f\x7f]{1,64}")
_BARCODE = re.compile(r"[0-9]{8,14}")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row: the line it begins on, what its column is called, and why."""

    line: int
    column: str
    reason: str


@dataclass(slots=True)
class Row:
    """`said` has every column of the file; None where the cell is empty."""

    line: int
    sku: str
    product: str
    said: dict[Field, Any]
    faults: list[Fault] = field(default_factory=list)


def _sku(cell: str, _: str) -> str:
    if not _SKU.fullmatch(cell):
        raise Unreadable("a SKU has at most 64 characters, and no line breaks")
    return cell


def _barcode(cell: str, _: str) -> str:
    cleaned = cell.removesuffix(".0")  # as Excel keeps it
    if not _BARCODE.fullmatch(cleaned):
        raise Unreadable("a barcode has 8 to 14 digits")
    return cleaned


def _text(cell: str, _: str) -> str:
    return cell


def _chosen(choices: Any) -> Reader:
    known = get_args(choices)
    return lambda cell, _: choice(cell, known)


_READERS: dict[str, Reader] = {
    "sku": _sku,
    "language": _chosen(Locale),
    "status": _chosen(Status),
    "kind": _chosen(OfferKind),
    "condition": _chosen(Condition),
    "takes_proposals": lambda cell, _: yes_or_no(cell),
    "active": lambda cell, _: yes_or_no(cell),
    "price": amount,
    "compare_at": amount,
    "cost": amount,
    "quantity": lambda cell, _: whole(cell, MAX_QUANTITY),
    "weight_g": lambda cell, _: whole(cell, MAX_WEIGHT_G),
    "barcode": _barcode,
}


def rows_of(raw: Sequence[RawRow], columns: Sequence[Column]) -> list[Row]:
    reading = [(one, (one.field, one.key), _READERS.get(one.field, _text)) for one in columns]
    return [_row(one, reading) for one in raw]


def _row(raw: RawRow, reading: Sequence[tuple[Column, Field, Reader]]) -> Row:
    said: dict[Field, Any] = {}
    faults = [Fault(raw.line, header, reason) for header, reason in raw.faults]
    for column, meant, read in reading:
        cell = raw.cells[column.place] if column.place < len(raw.cells) else ""
        try:
            said[meant] = read(cell, column.key) if cell else None
        except Unreadable as error:
            faults.append(Fault(raw.line, column.header, str(error)))
    sku, product = said.pop(("sku", ""), None), said.pop(("product", ""), None)
    header = _header(reading, "sku")
    is_wrong = any(fault.column == header for fault in faults)  # another line's as well: it must not pass for that one
    if not sku and not is_wrong:
        faults.append(Fault(raw.line, header, "every row needs a SKU"))
    return Row(raw.line, "" if is_wrong else sku or "", product or "", said, faults)


def _header(reading: Sequence[tuple[Column, Field, Reader]], field_name: str) -> str:
    return next(column.header for column, _, _ in reading if column.field == field_name)


def groups_of(rows: Sequence[Row], places: Mapping[str, str]) -> list[list[Row]]:
    """Rows belong together that name one product, or whose SKUs are of one offer there is (`places`: offer by SKU)."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        keys = [f"product {row.product}"] if row.product else []
        keys += [f"offer {places[row.sku]}"] if row.sku in places else []
        met = [groups[key] for key in keys if key in groups]
        group = met[0] if met else []
        if len(met) == 2 and met[1] is not group:
            group += met[1]
            keys += [key for key, other in groups.items() if other is met[1]]
        group.append(row)
        groups |= dict.fromkeys(keys or [f"line {row.line}"], group)
    return list({id(group): group for group in groups.values()}.values())


def shared(rows: Sequence[Row], columns: Sequence[Column]) -> dict[Field, Any]:
    """What the rows of a product say together. Only the first has to say it; whoever says otherwise is at fault."""
    together: dict[Field, Any] = {}
    for column in columns:
        if column.part not in ("product", "offer"):
            continue
        meant, first = (column.field, column.key), None
        for row in rows:
            value = row.said.get(meant)
            if value is None:
                continue
            if first is None:
                first = row
            elif value != first.said[meant]:
                row.faults.append(
                    Fault(row.line, column.header, f"the rows of one product say the same, and line {first.line} other")
                )
        together[meant] = first.said[meant] if first else None
    return together
