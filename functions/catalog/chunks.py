"""Does the rows that imports consist of, some hundred at a time, several functions at once."""

from functions.catalog.sheets.working import work
from kernel.consume import Consumer
from kernel.events import Received, Seen

consumer = Consumer()
handler = consumer.handler


class ImportChunkReady(Seen):
    store_id: str
    import_id: str
    run: int
    number: int


@consumer.on("metco.catalog", ImportChunkReady)
def do_rows(event: Received[ImportChunkReady]) -> None:
    told = event.data
    work(told.store_id, told.import_id, told.run, told.number)
