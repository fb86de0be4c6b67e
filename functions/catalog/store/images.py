"""Images in the table: domain verbs outside, DynamoDB words inside.

IMAGES#<owner>         <img_id>               an image of a store, or of the house: another's cannot even be named
LIMIT#images#<owner>   <day>                  how many were sent that day
DUE#image              <time>#<owner>#<img>   the sweep removes it then, unless it is shown somewhere
DUE#images             <time>#<owner>         the sweep removes all there are then, shown or not: their store is closed
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import islice

from functions.catalog import events
from functions.catalog.model.images import Image, ImageChanged, NoSuchImage, TooManyImages
from functions.catalog.rules import images as rules
from kernel import clock
from kernel.events import Data, Event
from kernel.table import Change, Item, Receipt, Table, delete, put, update

DUE, DUE_ALL = "DUE#image", "DUE#images"
AT_ONCE = 25
LOOK_AGAIN = timedelta(minutes=2)  # for what was sent in the very moment in which the store closed
FORGOTTEN_AFTER = timedelta(days=2)  # what never came: S3 forgets by itself what arrived and was not confirmed


class Images:
    def __init__(self) -> None:
        self._table = Table()

    def image(self, owner: str, image_id: str) -> Image:
        if found := self.find(owner, image_id):
            return found
        raise NoSuchImage()

    def find(self, owner: str, image_id: str) -> Image | None:
        item = self._table.get(f"IMAGES#{owner}", image_id)
        return _read(item) if item else None

    def images(self, owner: str, image_ids: Iterable[str]) -> dict[str, Image]:
        keys = [(f"IMAGES#{owner}", image_id) for image_id in dict.fromkeys(image_ids)]
        found = self._table.get_many(keys) if keys else {}
        return {item["sk"]: _read(item) for item in found.values()}

    def announce(
        self, owner: str, image: Image, now: datetime, receipt: Receipt | None, told: Sequence[Data] = ()
    ) -> None:
        counted = update(f"LIMIT#images#{owner}", now.date().isoformat()).add(sent=1).below(sent=rules.A_DAY)
        expires = clock.epoch_s(now + FORGOTTEN_AFTER)
        row = put({**_item(owner, image), "ttl": expires}).absent()
        limit = counted.set(ttl=expires).otherwise(TooManyImages())
        self._table.commit([row, limit], news(image, *told), receipt)

    def confirm(self, owner: str, image: Image, receipt: Receipt | None, told: Sequence[Data] = ()) -> None:
        """From now on it is rendered, and goes when it is still shown nowhere by the time it said."""
        assert image.expires_at
        due = put({"pk": DUE, "sk": f"{clock.rfc3339(image.expires_at)}#{owner}#{image.image_id}"})
        added = events.ImageAdded(image_id=image.image_id, owner=owner)
        self._table.commit([newer(owner, image), due], news(image, added, *told), receipt)

    def answered(self, receipt: Receipt | None) -> None:
        """Nothing changes, but a repetition is to have the same answer."""
        if receipt:
            self._table.commit([], receipt=receipt)

    def keep(self, owner: str, image: Image) -> None:
        self._table.commit([newer(owner, image)])

    # Time

    def over(self, now: datetime) -> Iterator[tuple[str, str, str]]:
        """Images whose time has come, by owner and id, and the rows that say so."""
        for row in self._table.query(DUE, limit=AT_ONCE, before=clock.rfc3339(now)).items:
            _, owner, image_id = row["sk"].split("#")
            yield owner, image_id, row["sk"]

    def leave_behind(self, owner: str, now: datetime) -> None:
        """From now on they are nobody's."""
        moments = [clock.rfc3339(now + wait) for wait in (timedelta(), LOOK_AGAIN)]
        self._table.commit([put({"pk": DUE_ALL, "sk": f"{moment}#{owner}"}) for moment in moments])

    def left_behind(self, now: datetime) -> list[tuple[str, str]]:
        """Whose images are nobody's any more, each with the row that says so."""
        found = self._table.query(DUE_ALL, limit=AT_ONCE, before=clock.rfc3339(now)).items
        return [(row["sk"].rpartition("#")[2], row["sk"]) for row in found]

    def remove_some(self, owner: str) -> bool:
        """Whether there were any left to remove."""
        found = [_read(row) for row in islice(self._table.every(f"IMAGES#{owner}", at_once=AT_ONCE), AT_ONCE)]
        if found:
            self._table.commit(*removed(owner, found))
        return bool(found)

    def all_removed(self, due_key: str) -> None:
        self._table.commit([delete(DUE_ALL, due_key)])

    def settle(self, owner: str, image: Image | None, due_key: str) -> None:
        """The image goes, where one is named; the row that asked for it goes in any case."""
        gone, told = removed(owner, [image] if image else [])
        self._table.commit([*gone, delete(DUE, due_key)], told)


@cache
def images() -> Images:
    return Images()


def newer(owner: str, image: Image) -> Change:
    return put(_item(owner, image)).when(version=image.version - 1).otherwise(ImageChanged())


def removed(owner: str, gone: Sequence[Image]) -> tuple[list[Change], list[Event]]:
    """Rows now, files by the event: a crash in between leaves nothing behind."""
    rows = [delete(f"IMAGES#{owner}", one.image_id).when(version=one.version).otherwise(ImageChanged()) for one in gone]
    told = [
        Event(events.ImageRemoved(image_id=one.image_id, owner=owner), one.image_id, one.version + 1) for one in gone
    ]
    return rows, told


def news(image: Image, *told: Data) -> list[Event]:
    return [Event(data, image.image_id, image.version) for data in told]


def _read(item: Item) -> Image:
    return Image.model_validate_json(item["doc"])


def _item(owner: str, image: Image) -> Item:
    key = {"pk": f"IMAGES#{owner}", "sk": image.image_id}
    return {**key, "version": image.version, "doc": image.model_dump_json(exclude_defaults=True)}
