"""Rows of a file that somebody sent, one after the other: never the whole of it in memory, whatever it claims to be."""

import csv
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

from functions.catalog.model.imports import MAX_COLUMNS, Encoding, Import, ImportFileRefused, Separator
from functions.catalog.rules.imports import columns, detection

MAX_UNPACKED = 200_000_000  # bytes of a workbook: what fifty megabytes of goods may come to
MAX_SHARED = 64_000_000  # of its table of texts, which has to be in memory
MAX_RATIO = 120  # rows of goods are packed to a tenth; a bomb, to a thousandth
MAX_ENTRIES = 500
MAX_FIELD = 1_000_000  # characters of one quoted cell: a quote that is never closed would swallow the file
MAX_LINE = 2_000_000  # characters: two hundred cells of ten thousand
MAX_LINES = 1_048_576  # of a sheet, empty ones too: as many as Excel knows; it may name any number as its row's

Line = tuple[int, Sequence[str]]


class Sheet:
    """A file that was opened: how it is written, its header, its rows."""

    def __init__(
        self, headers: Sequence[str], lines: Iterable[Line], encoding: Encoding | None, separator: Any
    ) -> None:
        self.headers, self.lines = headers, lines
        self.encoding: Encoding | None = encoding
        self.separator: Separator | None = separator


@contextmanager
def read(path: Path, progress: Import) -> Iterator[Sheet]:
    with _workbook(path) if progress.kind == "xlsx" else _text(path, progress) as sheet:
        yield sheet


# ---------------------------------------------------------------------------------------------------------------- text


@contextmanager
def _text(path: Path, progress: Import) -> Iterator[Sheet]:
    encoding = progress.encoding or detection.encoding_of(_blocks(path))
    with path.open(encoding=encoding, newline="") as file:
        try:
            separator = progress.separator or _separator(file)
            lines = _lines(file, separator)
            _, headers = next(lines, (0, []))
            if headers and headers[0].casefold().startswith("sep="):  # how Excel says what it parts cells by
                _, headers = next(lines, (0, []))
            headers = [header.lstrip("\ufeff") for header in headers]
            yield Sheet(headers, lines, encoding, separator)
        except UnicodeDecodeError:
            raise ImportFileRefused(
                f"Some of the file is not {encoding}: save it as UTF-8, or say which encoding it is in."
            ) from None


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block


def _separator(file: TextIO) -> Separator:
    first = file.readline(MAX_LINE).lstrip("\ufeff")
    if first.casefold().startswith("sep="):
        first = file.readline(MAX_LINE)
    file.seek(0)
    return detection.separator_of(first, columns.known)


def _lines(file: TextIO, separator: str) -> Iterator[Line]:
    """The line is where a row begins: a cell may hold line breaks."""
    csv.field_size_limit(MAX_FIELD)
    reader, begins = csv.reader(_bounded(file), delimiter=separator), 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ImportFileRefused(f"The row that begins in line {begins} cannot be read: {error}.") from error
        yield begins, cells
        begins = reader.line_num + 1


def _bounded(file: TextIO) -> Iterator[str]:
    while line := file.readline(MAX_LINE):
        if len(line) == MAX_LINE:
            raise ImportFileRefused(f"The file has a line of {MAX_LINE} characters or more: it is no table.")
        yield line


# ------------------------------------------------------------------------------------------------------------ workbook


@contextmanager
def _workbook(path: Path) -> Iterator[Sheet]:
    from openpyxl import load_workbook

    _refuse_bombs(path)
    with path.open("rb") as file:
        with _understood():
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            lines = _cells(book.worksheets[0] if book.worksheets else None)
            _, headers = next(lines, (0, []))
            yield Sheet(headers, lines, None, None)
        finally:
            book.close()


@contextmanager
def _understood() -> Iterator[None]:
    """What the library says of a broken workbook, and of one whose XML defines entities, in one sentence."""
    from defusedxml.common import DefusedXmlException
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        yield
    except (
        *(AttributeError, IndexError, KeyError, SyntaxError, TypeError, ValueError, EOFError),
        *(DefusedXmlException, InvalidFileException, zipfile.BadZipFile, zlib.error),
    ) as error:
        raise ImportFileRefused("The file is not a workbook that can be read. Save it anew, or as CSV.") from error


def _refuse_bombs(path: Path) -> None:
    """By what its table of contents admits; reading stops where an entry turns out larger than it admits."""
    try:
        with zipfile.ZipFile(path) as packed:
            entries = packed.infolist()
    except zipfile.BadZipFile:
        raise ImportFileRefused("The file begins like a workbook and is not one.") from None
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/worksheets/") for name in names):
        raise ImportFileRefused("The file is a packed archive, but no workbook (.xlsx).")
    shared = sum(entry.file_size for entry in entries if entry.filename.casefold().endswith("sharedstrings.xml"))
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED or shared > MAX_SHARED:
        raise ImportFileRefused("Unpacked, the workbook is too large. Save it as CSV, or part it into several.")
    if any(entry.file_size > 1_000_000 and entry.file_size > MAX_RATIO * entry.compress_size for entry in entries):
        raise ImportFileRefused("The workbook is packed as no table of goods is. Save it anew, or as CSV.")


def _cells(sheet: Any) -> Iterator[Line]:
    if sheet is None:
        return
    sheet.reset_dimensions()  # what it says of its own size may be anything
    with _understood():
        for line, row in enumerate(sheet.iter_rows(values_only=True), 1):
            if line > MAX_LINES:
                raise ImportFileRefused("The sheet has far too many rows.")
            yield line, [_written(value) for value in row[: MAX_COLUMNS + 1]]


def _written(value: Any) -> str:
    """As a person would have typed it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(round(value, 10))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
