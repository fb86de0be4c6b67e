"""Goods by the file: imports with their progress, exports."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.catalog.api.app import api
from functions.catalog.model.imports import (
    ExportId,
    ExportNotReady,
    GoodsExport,
    Import,
    ImportId,
    Imports,
    ImportUpload,
    NewExport,
    NewImport,
    SheetLink,
    StartImport,
)
from functions.catalog.model.names import StoreId
from functions.catalog.rules.imports import runs
from functions.catalog.sheets import files
from functions.catalog.store.imports import imports
from functions.catalog.store.standing import standings
from kernel import clock, ids
from kernel.authz import require
from kernel.http import receipt


@api.post("/v1/stores/<store_id>/imports", permit="edit_products", status_code=201)
def announce_import(store_id: Annotated[StoreId, Path()], request: NewImport) -> ImportUpload:
    """Announce a file of goods and get an address to send it to. At most 50,000 rows, 200 columns and 50 MB."""
    me = require("edit_products", store=store_id)
    _, currency = standings().place(store_id)
    new = runs.announced(store_id, me.id, ids.new_id("imp"), request, currency, clock.now())
    form = files.form(new.import_id, new.kind, new.size_bytes)
    expires_at = clock.now() + files.UPLOAD_LIFE
    upload = ImportUpload(progress=new, url=form.url, fields=form.fields, expires_at=expires_at)
    imports().announce(new, receipt(upload, 201))
    return upload


@api.post("/v1/stores/<store_id>/imports/<import_id>/start", permit="edit_products")
def start_import(
    store_id: Annotated[StoreId, Path()], import_id: Annotated[ImportId, Path()], request: StartImport
) -> Import:
    """Say that the file has been sent, and begin: a dry run first, if wanted, then the import itself."""
    require("edit_products", store=store_id)
    progress = imports().progress(store_id, import_id)
    started = runs.started(progress, dry_run=request.dry_run, now=clock.now())
    if progress.state == "announced":
        files.keep(import_id, progress.kind)
    imports().start(progress, started, receipt(started))
    return started


@api.get("/v1/stores/<store_id>/imports", permit="edit_products")
def list_imports(store_id: Annotated[StoreId, Path()], cursor: Annotated[str | None, Query()] = None) -> Imports:
    """The store's imports, the newest first."""
    require("edit_products", store=store_id)
    return imports().of_store(store_id, cursor=cursor)


@api.get("/v1/stores/<store_id>/imports/<import_id>", permit="edit_products")
def read_import(store_id: Annotated[StoreId, Path()], import_id: Annotated[ImportId, Path()]) -> Import:
    """How far an import has come, and what became of its rows."""
    require("edit_products", store=store_id)
    return imports().progress(store_id, import_id)


@api.post("/v1/stores/<store_id>/imports/<import_id>/cancel", permit="edit_products")
def cancel_import(store_id: Annotated[StoreId, Path()], import_id: Annotated[ImportId, Path()]) -> Import:
    """Stop an import. What was written stays; importing the same file again finds it unchanged and does the rest."""
    require("edit_products", store=store_id)
    cancelled = runs.cancelled(imports().progress(store_id, import_id), clock.now())
    imports().end(cancelled, receipt(cancelled))
    return cancelled


@api.get("/v1/stores/<store_id>/imports/<import_id>/faults", permit="edit_products")
def link_import_faults(store_id: Annotated[StoreId, Path()], import_id: Annotated[ImportId, Path()]) -> SheetLink:
    """A link to a CSV file of all that was refused: the line, the column, and why."""
    require("edit_products", store=store_id)
    progress = imports().progress(store_id, import_id)
    runs.check_faults(progress)
    url = files.link(files.faults_key(import_id, progress.run), f"{import_id}.faults.csv")
    return SheetLink(url=url, expires_at=clock.now() + files.LINK_LIFE)


@api.post("/v1/stores/<store_id>/exports", permit="edit_products", status_code=201)
def request_goods_export(store_id: Annotated[StoreId, Path()], request: NewExport) -> GoodsExport:
    """Have all goods of the store written into a file, that can be edited and imported again."""
    me = require("edit_products", store=store_id)
    export_id, now = ids.new_id("gex"), clock.now()
    new = GoodsExport(export_id=export_id, store_id=store_id, created_by=me.id, created_at=now, kind=request.kind)
    imports().begin_export(new, receipt(new, 201))
    return new


@api.get("/v1/stores/<store_id>/exports/<goods_export_id>", permit="edit_products")
def read_goods_export(
    store_id: Annotated[StoreId, Path()], goods_export_id: Annotated[ExportId, Path()]
) -> GoodsExport:
    """Whether the file is ready. One that has failed can be requested anew."""
    require("edit_products", store=store_id)
    return runs.as_of(imports().export(store_id, goods_export_id), clock.now())


@api.get("/v1/stores/<store_id>/exports/<goods_export_id>/file", permit="edit_products")
def link_export(store_id: Annotated[StoreId, Path()], goods_export_id: Annotated[ExportId, Path()]) -> SheetLink:
    """A link to the file, good for ten minutes. The file is kept for a week."""
    require("edit_products", store=store_id)
    export = imports().export(store_id, goods_export_id)
    if export.state != "ready":
        raise ExportNotReady()
    url = files.link(files.export_key(goods_export_id, export.kind), f"goods.{export.kind}")
    return SheetLink(url=url, expires_at=clock.now() + files.LINK_LIFE)
