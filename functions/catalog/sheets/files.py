"""The only code of imports and exports that speaks to S3: the file sent, its chunks, what was wrong, what goes out."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from functions.catalog.model.imports import MAX_BYTES, FileKind, ImportFileMissing, ImportFileRefused
from functions.catalog.rules.imports import detection
from functions.catalog.rules.imports.chunks import RawRow
from functions.catalog.rules.imports.columns import Column
from functions.catalog.rules.imports.rows import Fault
from kernel import aws, settings, uploads
from kernel.file_types import Arrived
from kernel.uploads import Form

UPLOAD_LIFE = timedelta(minutes=30)
LINK_LIFE = timedelta(minutes=10)
PART_BYTES = 8_000_000  # S3 takes no part below five megabytes but the last
TYPES: dict[FileKind, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def form(import_id: str, kind: FileKind, size_bytes: int) -> Form:
    most = min(size_bytes, MAX_BYTES)
    return uploads.form(_arriving(import_id), TYPES[kind], least_bytes=most, most_bytes=most, life=UPLOAD_LIFE)


def keep(import_id: str, kind: FileKind) -> None:
    """A run reads the copy: whoever holds the form cannot change the file beneath it."""

    def look(arrived: Arrived) -> str:
        return TYPES[detection.kind_of(arrived.head, kind)]

    uploads.keep(_arriving(import_id), _file(import_id), look, missing=ImportFileMissing, refused=ImportFileRefused)


@contextmanager
def opened(import_id: str) -> Iterator[Path]:
    """On disk: a workbook is read from its end, and no connection has to stay open while rows are worked on."""
    with NamedTemporaryFile() as local:
        body = _s3().get_object(Bucket=_bucket(), Key=_file(import_id))["Body"]
        for block in body.iter_chunks(1 << 20):
            local.write(block)
        local.flush()
        yield Path(local.name)


# ------------------------------------------------------------------------------------------------------------- chunks


def put_chunk(import_id: str, run: int, number: int, columns: Sequence[Column], rows: Sequence[RawRow]) -> None:
    content = {
        "columns": [[one.place, one.header, one.field, one.key] for one in columns],
        "rows": [[row.line, row.cells, row.faults] if row.faults else [row.line, row.cells] for row in rows],
    }
    _put(_chunk(import_id, run, number), json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def chunk(import_id: str, run: int, number: int) -> tuple[list[Column], list[RawRow]]:
    content = json.loads(_get(_chunk(import_id, run, number)))
    return [Column(*one) for one in content["columns"]], [
        RawRow(line, cells, [(header, reason) for header, reason in (more[0] if more else ())])
        for line, cells, *more in content["rows"]
    ]


def put_faults(import_id: str, run: int, number: int, faults: Sequence[Fault]) -> None:
    told = [[one.line, one.column, one.reason] for one in faults]
    _put(_faults(import_id, run, number), json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())


def faults(import_id: str, run: int, number: int) -> list[Fault]:
    return [Fault(*one) for one in json.loads(_get(_faults(import_id, run, number)))]


def remove(import_id: str, chunks: Iterable[tuple[int, int]]) -> None:
    """All that there may be of it. `chunks`: of every run, its number and that of the chunk."""
    uploads.remove(_arriving(import_id), _file(import_id))
    for run, number in chunks:
        uploads.remove(_chunk(import_id, run, number), _faults(import_id, run, number), faults_key(import_id, run))


# ----------------------------------------------------------------------------------------------------------- going out


def send(local: Path, key: str, kind: FileKind) -> None:
    """In parts, so that a large file is never in memory as a whole. Safe to repeat: the last one sent is there."""
    s3, where = _s3(), {"Bucket": _bucket(), "Key": key}
    if local.stat().st_size <= PART_BYTES:
        s3.put_object(**where, Body=local.read_bytes(), ContentType=TYPES[kind])
        return
    upload = s3.create_multipart_upload(**where, ContentType=TYPES[kind])["UploadId"]
    parts: list[dict[str, Any]] = []
    with local.open("rb") as file:
        while block := file.read(PART_BYTES):
            number = len(parts) + 1
            sent = s3.upload_part(**where, UploadId=upload, PartNumber=number, Body=block)
            parts.append({"PartNumber": number, "ETag": sent["ETag"]})
    s3.complete_multipart_upload(**where, UploadId=upload, MultipartUpload={"Parts": parts})


def faults_key(import_id: str, run: int) -> str:
    return f"imports/{import_id}/{run}/faults.csv"


def remove_export(export_id: str, kind: FileKind) -> None:
    uploads.remove(export_key(export_id, kind))


def export_key(export_id: str, kind: FileKind) -> str:
    return f"exports/{export_id}.{kind}"


def link(key: str, name: str) -> str:
    return uploads.link(key, life=LINK_LIFE, name=name)


def _arriving(import_id: str) -> str:
    return f"imports/{import_id}/arriving"


def _file(import_id: str) -> str:
    return f"imports/{import_id}/file"


def _chunk(import_id: str, run: int, number: int) -> str:
    return f"imports/{import_id}/{run}/chunk-{number:05d}.json"


def _faults(import_id: str, run: int, number: int) -> str:
    return f"imports/{import_id}/{run}/faults-{number:05d}.json"


def _put(key: str, body: bytes) -> None:
    _s3().put_object(Bucket=_bucket(), Key=key, Body=body, ContentType="application/json")


def _get(key: str) -> bytes:
    body: bytes = _s3().get_object(Bucket=_bucket(), Key=key)["Body"].read()
    return body


def _s3() -> Any:
    return aws.client("s3")


def _bucket() -> str:
    return settings.env("BUCKET")
