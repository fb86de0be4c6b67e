"""Imports: a store's goods from a spreadsheet, row by row, with every bad row named. Exports: the same back."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.catalog.model.names import CurrencyCode, StoreId, UserId, Version
from kernel import ids
from kernel.errors import Conflict, Invalid, NotFound
from kernel.http import Answer, Request

MAX_BYTES = 50_000_000
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_CELL = 10_000  # characters

FileKind = Literal["csv", "xlsx"]
Encoding = Literal["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "cp1252"]
ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "cp1252")
Separator = Literal[",", ";", "\t"]
StockRule = Literal["opening", "set"]  # a file from last week knows nothing of what was sold since: opening is safe

ImportId = Annotated[str, StringConstraints(pattern=ids.pattern("imp"))]
ExportId = Annotated[str, StringConstraints(pattern=ids.pattern("gex"))]
Header = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
FieldName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]

# announced: waits for its file. running: rows are read and done. checked: a dry run has ended, nothing was written.
ImportState = Literal["announced", "running", "checked", "done", "failed", "cancelled"]


class NewImport(Request):
    """`columns` says which field a header of the file means; an empty field leaves the column out.

    Headers that are a field's own name need no entry. What is not sent is found out from the file itself.
    """

    kind: FileKind = "csv"
    size_bytes: Annotated[int, Field(ge=1, le=MAX_BYTES, examples=[1_048_576])]
    columns: Annotated[dict[Header, FieldName], Field(max_length=MAX_COLUMNS, examples=[{"Artikel": "sku"}])] = Field(
        default_factory=dict
    )
    encoding: Encoding | None = None
    separator: Separator | None = None
    currency: Annotated[CurrencyCode | None, Field(description="Of columns that name none, such as price.")] = None
    stock: Annotated[
        StockRule, Field(description="opening: quantities are for new variants only. set: the stock is set to them.")
    ] = "opening"


class StartImport(Request):
    """A dry run does all but write: it tells which rows would be refused, and what would become of the others."""

    dry_run: bool = False


class Import(Answer):
    """`rows` is how many the file has, as far as it has been read; each is created, updated, unchanged or refused."""

    import_id: ImportId
    store_id: StoreId
    created_by: UserId
    created_at: datetime
    kind: FileKind
    size_bytes: int
    columns: Annotated[dict[str, str], Field(examples=[{"Preis": "price"}])] = Field(default_factory=dict)
    encoding: Encoding | None = None
    separator: Separator | None = None
    currency: Annotated[str | None, Field(examples=["EUR"])] = None
    stock: StockRule = "opening"
    state: ImportState = "announced"
    dry_run: bool = False
    run: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    rows: int = 0
    rows_done: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    chunks: int | None = None  # how many there are, once the whole file has been read
    chunks_done: int = 0
    heard_at: datetime | None = None  # when something last happened
    failure: Annotated[str | None, Field(examples=["This is not a CSV file"])] = None
    version: Version = 1


class ImportUpload(Answer):
    """Send the file as multipart/form-data: all fields first, the file last, named `file`."""

    progress: Import
    url: Annotated[str, Field(examples=["https://bucket.s3.eu-west-1.amazonaws.com/"])]
    fields: Annotated[dict[str, str], Field(examples=[{"key": "imports/…", "policy": "…"}])]
    expires_at: datetime


class Imports(Answer):
    items: list[Import]
    cursor: Annotated[str | None, Field(examples=["q1Zx0mV…"])] = None


class SheetLink(Answer):
    """Good for a few minutes, for whoever has it."""

    url: Annotated[str, Field(examples=["https://bucket.s3.eu-west-1.amazonaws.com/imports/…"])]
    expires_at: datetime


ExportState = Literal["running", "ready", "failed"]


class NewExport(Request):
    kind: FileKind = "csv"


class GoodsExport(Answer):
    """All goods of a store as a file that can be imported again."""

    export_id: ExportId
    store_id: StoreId
    created_by: UserId
    created_at: datetime
    kind: FileKind
    state: ExportState = "running"
    rows: int = 0
    finished_at: datetime | None = None
    version: Version = 1


class NoSuchImport(NotFound):
    """This store has no such import."""


class NoSuchExport(NotFound):
    """This store has no such export."""


class ImportFileMissing(Conflict):
    """The file has not been sent yet. Send it to the address that the import was given, then start."""


class ImportFileRefused(Invalid):
    """The file cannot be read as what it was announced to be."""


class ImportStateChanged(Conflict):
    """The import is no longer in the state that this needs. Read it again."""


class ImportHasNoFaults(NotFound):
    """No row of this import was refused, or its run has not ended yet."""


class ExportNotReady(Conflict):
    """The file is not ready yet. Ask again in a few seconds."""


class TooManyImports(Conflict):
    """Another import of this store is running. Wait for its end, or cancel it."""
