"""Reads the files that stores import, and writes those that they export: by openpyxl, in a layer of its own."""

from functions.catalog.sheets.exporting import export
from functions.catalog.sheets.splitting import split
from kernel.consume import Consumer
from kernel.events import Received, Seen

consumer = Consumer()
handler = consumer.handler


class ImportStarted(Seen):
    store_id: str
    import_id: str
    run: int


class GoodsExportRequested(Seen):
    store_id: str
    export_id: str


@consumer.on("metco.catalog", ImportStarted)
def read_file(event: Received[ImportStarted]) -> None:
    split(event.data.store_id, event.data.import_id, event.data.run)


@consumer.on("metco.catalog", GoodsExportRequested)
def write_file(event: Received[GoodsExportRequested]) -> None:
    export(event.data.store_id, event.data.export_id)
