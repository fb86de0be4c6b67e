"""Files for sale in the table: domain verbs outside, DynamoDB words inside.

FILES#<offer>   <fil_id>           a file of an offer
FILES#<offer>   COUNT              how many were confirmed and not removed
DUE#file        <time>#<ofr>#<fil> its bytes go then: nobody who bought it can still download it
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache

from functions.catalog import events
from functions.catalog.model.files import FILES, FileChanged, GoodsFile, NoSuchFile, TooManyFiles
from functions.catalog.rules import files as rules
from kernel import clock
from kernel.events import Event
from kernel.table import Change, Item, Receipt, Table, delete, put, update

DUE = "DUE#file"
AT_ONCE = 25
EVERY = 1_000  # more than an offer ever has, withdrawn ones among them: they are forgotten after a year
FORGOTTEN_AFTER = timedelta(days=2)  # what never came


class Files:
    def __init__(self) -> None:
        self._table = Table()

    def file(self, offer_id: str, file_id: str) -> GoodsFile:
        if found := self.find(offer_id, file_id):
            return found
        raise NoSuchFile()

    def find(self, offer_id: str, file_id: str) -> GoodsFile | None:
        item = self._table.get(f"FILES#{offer_id}", file_id)
        return _read(item) if item else None

    def every_of(self, offer_id: str) -> list[GoodsFile]:
        """Oldest first, withdrawn ones among them."""
        page = self._table.query(f"FILES#{offer_id}", "fil_", limit=EVERY)
        return [_read(item) for item in page.items]

    def announce(self, file: GoodsFile, now: datetime, receipt: Receipt | None) -> None:
        row = put({**_item(file), "ttl": clock.epoch_s(now + FORGOTTEN_AFTER)}).absent()
        self._table.commit([row], receipt=receipt)

    def confirm(self, file: GoodsFile, receipt: Receipt | None) -> None:
        one_more = update(f"FILES#{file.offer_id}", "COUNT").add(files=1).below(files=FILES)
        added = events.FileAdded(file_id=file.file_id, store_id=file.store_id, offer_id=file.offer_id)
        told = [Event(added, file.file_id, file.version)]
        self._table.commit([_newer(file), one_more.otherwise(TooManyFiles())], told, receipt)

    def answered(self, receipt: Receipt | None) -> None:
        """Nothing changes, but a repetition is to have the same answer."""
        if receipt:
            self._table.commit([], receipt=receipt)

    def keep(self, file: GoodsFile) -> None:
        self._table.commit([_newer(file)])

    def withdraw(self, before: GoodsFile, after: GoodsFile, now: datetime, receipt: Receipt | None) -> None:
        """What was never confirmed, nobody has bought: there is nothing to keep for a year."""
        if before.state == "awaited":
            self._table.commit([_gone(before)], receipt=receipt)
            return
        due = f"{clock.rfc3339(now + rules.KEPT_AFTER_WITHDRAWAL)}#{after.offer_id}#{after.file_id}"
        one_less = update(f"FILES#{after.offer_id}", "COUNT").add(files=-1)
        self._table.commit([_newer(after), one_less, put({"pk": DUE, "sk": due})], receipt=receipt)

    # A store that is closed

    def end_with(self, file: GoodsFile, last: datetime) -> None:
        """Nobody buys it any more; whoever did has it until the last of them may download no longer."""
        self._table.commit([put({"pk": DUE, "sk": f"{clock.rfc3339(last)}#{file.offer_id}#{file.file_id}"})])

    def remove(self, file: GoodsFile) -> None:
        self._table.commit([_gone(file)], [_removed(file)])

    # Time

    def over(self, now: datetime) -> Iterator[tuple[str, str, str]]:
        """Withdrawn files that nobody can download any more, by offer and id, and the rows that say so."""
        for row in self._table.query(DUE, limit=AT_ONCE, before=clock.rfc3339(now)).items:
            _, offer_id, file_id = row["sk"].split("#")
            yield offer_id, file_id, row["sk"]

    def settle(self, file: GoodsFile | None, due_key: str) -> None:
        """The row now, its bytes by the event: a crash in between leaves nothing behind."""
        rows, told = [delete(DUE, due_key)], list[Event]()
        if file:
            rows.append(_gone(file))
            told = [_removed(file)]
        self._table.commit(rows, told)


@cache
def files() -> Files:
    return Files()


def _newer(file: GoodsFile) -> Change:
    return put(_item(file)).when(version=file.version - 1).otherwise(FileChanged())


def _gone(file: GoodsFile) -> Change:
    return delete(f"FILES#{file.offer_id}", file.file_id).when(version=file.version).otherwise(FileChanged())


def _removed(file: GoodsFile) -> Event:
    return Event(events.FileRemoved(file_id=file.file_id), file.file_id, file.version + 1)


def _read(item: Item) -> GoodsFile:
    return GoodsFile.model_validate_json(item["doc"])


def _item(file: GoodsFile) -> Item:
    key = {"pk": f"FILES#{file.offer_id}", "sk": file.file_id}
    return {**key, "version": file.version, "doc": file.model_dump_json(exclude_defaults=True)}
