"""How a file is cut: into chunks of whole products, because the rows of a product are its variants."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from functions.catalog.model.imports import MAX_CELL, MAX_ROWS, ImportFileRefused
from functions.catalog.model.offers import VARIANTS
from functions.catalog.rules.imports.cells import plain
from functions.catalog.rules.imports.columns import Column

CHUNK_ROWS = 480

Line = tuple[int, Sequence[str]]  # the line on which a row begins, and its cells


@dataclass(slots=True)
class RawRow:
    """A row as it was read. A fault is what can be known only with the whole file in sight."""

    line: int
    cells: list[str]
    faults: list[tuple[str, str]] = field(default_factory=list)  # header, reason


def chunks(lines: Iterable[Line], columns: Sequence[Column], width: int) -> Iterator[list[RawRow]]:
    """Never more in memory than a chunk and what each row was called."""
    chunk, watch, count = list[RawRow](), _Watch(columns, width), 0
    for line, cells in lines:
        if not any(cells):
            continue
        count += 1
        if count > MAX_ROWS:
            raise ImportFileRefused(f"The file has more than {MAX_ROWS} rows: part it into several.")
        row = RawRow(line, [plain(cell.strip()) for cell in cells])
        joined = watch.see(row)
        if chunk and not joined and len(chunk) >= CHUNK_ROWS:
            yield chunk
            chunk = []
        chunk.append(row)
    if not count:
        raise ImportFileRefused("The file has no rows below its header.")
    yield chunk


class _Watch:
    """Notices what no chunk can see by itself: a SKU twice, a product's rows far apart."""

    def __init__(self, columns: Sequence[Column], width: int) -> None:
        self._headers = {column.field: column.header for column in columns}
        self._by_place = {column.place: column.header for column in columns}
        places = {column.field: column.place for column in columns}
        self._sku, self._product, self._width = places["sku"], places.get("product", -1), width
        self._skus: dict[str, int] = {}
        self._products: dict[str, int] = {}
        self._open, self._in_open = "", 0

    def see(self, row: RawRow) -> bool:
        """Whether the row belongs to the product of the row before."""
        if len(row.cells) > self._width and any(row.cells[self._width :]):
            row.faults.append(("", f"the row has {len(row.cells)} cells, and the header {self._width}"))
        for place, cell in enumerate(row.cells):
            if len(cell) > MAX_CELL:
                row.cells[place] = ""
                row.faults.append((self._by_place.get(place, ""), f"the cell has more than {MAX_CELL} characters"))
        sku = row.cells[self._sku] if self._sku < len(row.cells) else ""
        if sku and (first := self._skus.setdefault(sku, row.line)) != row.line:
            row.faults.append((self._headers["sku"], f"“{sku[:64]}” stands in line {first} already"))
        product = row.cells[self._product] if 0 <= self._product < len(row.cells) else ""
        joined = bool(product) and product == self._open
        self._open, self._in_open = product, self._in_open + 1 if joined else 1
        if self._in_open > VARIANTS:
            row.faults.append((self._headers["product"], f"a product has at most {VARIANTS} variants"))
            return False  # or a chunk would have no end
        if product and not joined and (first := self._products.setdefault(product, row.line)) != row.line:
            header = self._headers["product"]
            row.faults.append((header, f"the rows of one product stand together, and it began in line {first}"))
        return joined
