"""Reads a file from its first row to its last, and hands it out in chunks while it goes on reading."""

from contextlib import suppress

from functions.catalog.model.imports import Import, ImportFileRefused, ImportStateChanged
from functions.catalog.rules.imports import runs
from functions.catalog.rules.imports.chunks import chunks
from functions.catalog.rules.imports.columns import columns_of
from functions.catalog.sheets import ending, files, reading
from functions.catalog.sheets.reading import Sheet
from functions.catalog.store.imports import imports
from kernel import clock


def split(store_id: str, import_id: str, run: int) -> None:
    """Safe to repeat: the same file gives the same chunks, and those that are there already are not told of again."""
    progress = imports().progress(store_id, import_id)
    if not runs.runs(progress, run):
        return
    if progress.chunks is None:
        try:
            with files.opened(import_id) as path, reading.read(path, progress) as sheet:
                _hand_out(progress, sheet)
        except ImportFileRefused as error:
            with suppress(ImportStateChanged):  # cancelled in the meantime
                imports().end(runs.failed(progress, error.detail, clock.now()))
            return
        except ImportStateChanged:
            return
    ending.end_if_complete(store_id, import_id, run)


def _hand_out(progress: Import, sheet: Sheet) -> None:
    columns = columns_of(sheet.headers, progress.columns, progress.currency)
    there = imports().chunk_numbers(progress)
    count, number = 0, -1
    for number, rows in enumerate(chunks(sheet.lines, columns, len(sheet.headers))):
        count += len(rows)
        if number not in there:
            files.put_chunk(progress.import_id, progress.run, number, columns, rows)
            imports().add_chunk(progress, number, len(rows), count)
    imports().all_read(progress, count, chunks=number + 1, encoding=sheet.encoding, separator=sheet.separator)
