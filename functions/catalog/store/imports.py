"""Imports and exports in the table: domain verbs outside, DynamoDB words inside.

IMPORTS#<store>     <imp>                       the import, with the sums of its chunks
IMPORTS             <store>                     the one import of the store that is running, for the sweep; at most one
IMPORT#<imp>        CHUNK#<run>#<n>             a chunk: what became of its rows, once it is done
IMPORT#<imp>        RESULT#<run>#<n>#<line>     which lines one transaction wrote, in that very transaction
EXPORTS#<store>     <gex>                       an export
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any

from functions.catalog import events
from functions.catalog.model.imports import (
    GoodsExport,
    Import,
    Imports,
    ImportStateChanged,
    NoSuchExport,
    NoSuchImport,
    TooManyImports,
)
from functions.catalog.model.offers import Offer
from functions.catalog.model.products import Product
from functions.catalog.rules.imports.runs import Chunk, Tally, chunk_id
from functions.catalog.store.goods import read_product
from kernel import clock
from kernel.events import Event
from kernel.table import Change, Item, Receipt, Table, delete, put, update

RUNNING = "IMPORTS"
A_FEW = 4


class ImportStore:
    def __init__(self) -> None:
        self._table = Table()

    # What there is

    def of_store(self, store_id: str, *, cursor: str | None) -> Imports:
        page = self._table.query(f"IMPORTS#{store_id}", limit=20, cursor=cursor, newest_first=True)
        return Imports(items=[_import(item) for item in page.items], cursor=page.cursor)

    def progress(self, store_id: str, import_id: str) -> Import:
        item = self._table.get(f"IMPORTS#{store_id}", import_id)
        if not item:
            raise NoSuchImport()
        return _import(item)

    def running(self) -> list[Import]:
        places = [(f"IMPORTS#{row['sk']}", row["import_id"]) for row in self._table.query(RUNNING, limit=100).items]
        return [_import(item) for item in self._table.get_many(places).values()] if places else []

    # From a file to its chunks

    def announce(self, new: Import, receipt: Receipt | None) -> None:
        self._table.commit([put({**_key(new), **_kept(new)}).absent().otherwise(ImportStateChanged())], (), receipt)

    def start(self, was: Import, now: Import, receipt: Receipt | None) -> None:
        claim = put({"pk": RUNNING, "sk": now.store_id, "import_id": now.import_id}).absent()
        row = put({**_key(now), **_kept(now)}).when(version=was.version).otherwise(ImportStateChanged())
        told = events.ImportStarted(store_id=now.store_id, import_id=now.import_id, run=now.run)
        self._table.commit([row, claim.otherwise(TooManyImports())], [Event(told, now.import_id, now.version)], receipt)

    def chunk_numbers(self, progress: Import) -> dict[int, Chunk]:
        rows = self._table.every(f"IMPORT#{progress.import_id}", f"CHUNK#{progress.run:04d}#", at_once=1000)
        return {one.number: one for one in map(_chunk, rows)}

    def add_chunk(self, progress: Import, number: int, rows: int, rows_so_far: int) -> None:
        """Told of as soon as it is there: rows are worked on while the file is still being read."""
        key = _chunk_key(progress.import_id, progress.run, number)
        chunk = put({**key, "rows": rows, "announced": 1, "done": 0}).absent().otherwise(ImportStateChanged())
        seen = self._row(progress).set(rows=rows_so_far, heard_at=clock.rfc3339(clock.now())).add(version=1)
        self._table.commit([chunk, self._if_running(seen, progress)], [_ready(progress, number, 1)])

    def all_read(self, progress: Import, rows: int, **found: Any) -> None:
        """`found`: how many chunks there are, and how the file turned out to be written."""
        row = self._row(progress).set(rows=rows, heard_at=clock.rfc3339(clock.now()), **found).add(version=1)
        self._table.commit([self._if_running(row, progress)])

    # From a chunk to its sums

    def chunk(self, store_id: str, import_id: str, run: int, number: int) -> tuple[Import, Chunk] | None:
        mine, key = (f"IMPORTS#{store_id}", import_id), _chunk_key(import_id, run, number)
        found = self._table.get_many([mine, (key["pk"], key["sk"])])
        if len(found) < 2:
            return None
        return _import(found[mine]), _chunk(found[key["pk"], key["sk"]])

    def written(self, import_id: str, run: int, number: int) -> dict[int, str]:
        """The lines of a chunk that are in the table already, and whether each was created or updated."""
        rows = self._table.every(f"IMPORT#{import_id}", f"RESULT#{run:04d}#{number:05d}#", at_once=1000)
        return {line: how for item in rows for how in ("created", "updated") for line in item[how]}

    def end_chunk(self, progress: Import, number: int, tally: Tally, now: datetime) -> None:
        """The chunk's own row is the condition of adding its sums: they are added once, however often it is done."""
        counted = asdict(tally)
        key = _chunk_key(progress.import_id, progress.run, number)
        row = update(key["pk"], key["sk"]).set(done=1, **counted).when(done=0).otherwise(ImportStateChanged())
        sums = {name: value for name, value in counted.items() if value}
        done = sum(counted.values())
        heard = (
            self._row(progress).set(heard_at=clock.rfc3339(now)).add(version=1, chunks_done=1, rows_done=done, **sums)
        )
        self._table.commit([row, heard.when(run=progress.run).otherwise(ImportStateChanged())])

    # The end

    def end(self, now: Import, receipt: Receipt | None = None) -> None:
        """Whoever is last to look ends it; everyone after is told that it has ended."""
        row = self._row(now).set(state=now.state, failure=now.failure, finished_at=_moment(now.finished_at))
        freed = delete(RUNNING, now.store_id).when(import_id=now.import_id).otherwise(ImportStateChanged())
        told = events.ImportEnded(store_id=now.store_id, import_id=now.import_id, run=now.run, state=now.state)
        ended = self._if_running(row.add(version=1), now)
        self._table.commit([ended, freed], [Event(told, f"{now.import_id}#{now.run}", 1)], receipt)

    def tell_again(self, progress: Import, chunks: Sequence[Chunk], look: bool, now: datetime) -> None:
        """For what was lost on the way: some of the chunks, and whether the file is to be looked at again."""
        seen = self._row(progress).set(heard_at=clock.rfc3339(now)).add(version=1)
        heard = self._if_running(seen.when(version=progress.version), progress)
        keys = [_chunk_key(progress.import_id, progress.run, one.number) for one in chunks]
        again = [update(key["pk"], key["sk"]).add(announced=1) for key in keys]
        told = [_ready(progress, one.number, one.announced + 1) for one in chunks]
        if look:
            started = events.ImportStarted(store_id=progress.store_id, import_id=progress.import_id, run=progress.run)
            told.append(Event(started, progress.import_id, progress.version + 1))
        self._table.commit([heard, *again], told)

    # A store that is closed

    def some_of_store(self, store_id: str, *, cursor: str | None) -> tuple[list[Import], str | None]:
        """A few: each has a file, and many rows."""
        page = self._table.query(f"IMPORTS#{store_id}", limit=A_FEW, cursor=cursor)
        return [_import(item) for item in page.items], page.cursor

    def chunks_of(self, import_id: str) -> list[tuple[int, int]]:
        """Of every run: its number, and that of the chunk."""
        rows = self._table.every(f"IMPORT#{import_id}", "CHUNK#", at_once=1000)
        return [(int(run), int(number)) for _, run, number in (row["sk"].split("#") for row in rows)]

    def forget(self, gone: Import) -> None:
        """The row that leads to the others goes last."""
        self._table.empty(f"IMPORT#{gone.import_id}")
        self._table.commit([delete(f"IMPORTS#{gone.store_id}", gone.import_id)])

    def exports_of_store(self, store_id: str, *, cursor: str | None) -> tuple[list[GoodsExport], str | None]:
        page = self._table.query(f"EXPORTS#{store_id}", limit=A_FEW, cursor=cursor)
        return [GoodsExport.model_validate(item) for item in page.items], page.cursor

    def forget_export(self, gone: GoodsExport) -> None:
        self._table.commit([delete(f"EXPORTS#{gone.store_id}", gone.export_id)])

    # Exports

    def export(self, store_id: str, export_id: str) -> GoodsExport:
        item = self._table.get(f"EXPORTS#{store_id}", export_id)
        if not item:
            raise NoSuchExport()
        return GoodsExport.model_validate(item)

    def begin_export(self, new: GoodsExport, receipt: Receipt | None) -> None:
        told = events.GoodsExportRequested(store_id=new.store_id, export_id=new.export_id)
        row = {"pk": f"EXPORTS#{new.store_id}", "sk": new.export_id, **new.model_dump(mode="json")}
        self._table.commit([put(row).absent()], [Event(told, new.export_id, 1)], receipt)

    def end_export(self, done: GoodsExport) -> None:
        row = {"pk": f"EXPORTS#{done.store_id}", "sk": done.export_id, **done.model_dump(mode="json")}
        self._table.commit([put(row).when(state="running").otherwise(ImportStateChanged())])

    def products_of(self, offers: Sequence[Offer]) -> dict[str, Product]:
        keys = list({(f"PRODUCT#{one.product_id}", "-") for one in offers})
        found = self._table.get_many(keys) if keys else {}
        return {one.product_id: one for one in map(read_product, found.values())}

    def _row(self, progress: Import) -> Change:
        return update(f"IMPORTS#{progress.store_id}", progress.import_id)

    def _if_running(self, change: Change, progress: Import) -> Change:
        return change.when(state="running", run=progress.run).otherwise(ImportStateChanged())


@cache
def imports() -> ImportStore:
    return ImportStore()


def written_in(import_id: str, run: int, number: int, created: Sequence[int], updated: Sequence[int]) -> Change:
    """Goes into the very transaction that writes these lines, so that a repetition knows what it need not do."""
    first = min((*created, *updated))
    key = {"pk": f"IMPORT#{import_id}", "sk": f"RESULT#{run:04d}#{number:05d}#{first:07d}"}
    return put({**key, "created": [*created], "updated": [*updated]}).absent().otherwise(ImportStateChanged())


def _ready(progress: Import, number: int, time: int) -> Event:
    told = events.ImportChunkReady(
        store_id=progress.store_id, import_id=progress.import_id, run=progress.run, number=number
    )
    return Event(told, chunk_id(progress.import_id, progress.run, number), time)


def _key(progress: Import) -> dict[str, str]:
    return {"pk": f"IMPORTS#{progress.store_id}", "sk": progress.import_id}


def _kept(progress: Import) -> Mapping[str, Any]:
    return progress.model_dump(mode="json")


def _import(item: Item) -> Import:
    return Import.model_validate(item)


def _chunk_key(import_id: str, run: int, number: int) -> dict[str, str]:
    return {"pk": f"IMPORT#{import_id}", "sk": f"CHUNK#{run:04d}#{number:05d}"}


def _chunk(item: Item) -> Chunk:
    number = int(item["sk"].rpartition("#")[2])
    return Chunk(number, item["rows"], item["announced"], bool(item["done"]), item.get("refused", 0))


def _moment(moment: datetime | None) -> str | None:
    return clock.rfc3339(moment) if moment else None
