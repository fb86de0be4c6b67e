"""Ends a run when the last of its chunks is done: the faults of all chunks become one file."""

import csv
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from functions.catalog.model.imports import Import, ImportStateChanged
from functions.catalog.rules.imports import runs
from functions.catalog.rules.imports.cells import neutral
from functions.catalog.sheets import files
from functions.catalog.store.imports import imports
from kernel import clock

HEADER = ("line", "column", "reason")


def end_if_complete(store_id: str, import_id: str, run: int) -> None:
    """Asked after every chunk and after the last row was read; whichever comes last ends it."""
    progress = imports().progress(store_id, import_id)
    if not runs.runs(progress, run) or not runs.complete(progress):
        return
    if progress.refused:
        _put_together(progress)
    with suppress(ImportStateChanged):  # somebody else has ended it, in the same words
        imports().end(runs.ended(progress, clock.now()))


def _put_together(progress: Import) -> None:
    chunks = imports().chunk_numbers(progress).values()
    faulty = sorted(chunk.number for chunk in chunks if chunk.refused)
    with NamedTemporaryFile("w", encoding="utf-8-sig", newline="", suffix=".csv") as local:  # the mark is for Excel
        sheet = csv.writer(local)
        sheet.writerow(HEADER)
        for number in faulty:
            sheet.writerows(_cells(progress, number))
        local.flush()
        files.send(Path(local.name), files.faults_key(progress.import_id, progress.run), "csv")


def _cells(progress: Import, number: int) -> Sequence[tuple[int, str, str]]:
    """Headers and values are a stranger's words."""
    faults = files.faults(progress.import_id, progress.run, number)
    return [(fault.line, neutral(fault.column), neutral(fault.reason)) for fault in faults]
