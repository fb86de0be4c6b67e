"""A closed store leaves: what its people wrote about its goods goes, and the files that they sent or took with it.

One page at a time, as the walk over its shelves comes by. Every step can be repeated, and finds what was done before.
Ids, prices and what buyers have paid for stay. Its photos go by the sweep.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from functions.catalog.model.files import GoodsFile
from functions.catalog.model.imports import GoodsExport, Import, ImportStateChanged
from functions.catalog.model.offers import Offer
from functions.catalog.model.standing import Shelves
from functions.catalog.rules import leaving as rules
from functions.catalog.rules import standing as walking
from functions.catalog.rules.batches import batches
from functions.catalog.rules.imports import runs
from functions.catalog.rules.imports.runs import chunk_id
from functions.catalog.sheets import files as sheets
from functions.catalog.store.departures import departures
from functions.catalog.store.downloads import downloads
from functions.catalog.store.files import files
from functions.catalog.store.goods import goods
from functions.catalog.store.imports import imports
from functions.catalog.store.proposals import proposals
from functions.catalog.store.standing import standings
from kernel import log

Step = Callable[[Shelves, datetime], Shelves]


def step(shelves: Shelves, now: datetime) -> Shelves:
    """The next page, and where the walk is then."""
    elsewhere: dict[str, Step] = {"imports": _imports, "exports": _exports, "proposals": _proposals}
    return elsewhere.get(shelves.shelf, _offers)(shelves, now)


def _offers(shelves: Shelves, now: datetime) -> Shelves:
    offers, following = standings().walked(shelves)
    products = goods().several(list({one.product_id for one in offers})) if offers else {}
    for batch in batches(rules.rows(offers, products, now), now):
        first = batch[0].edit[1]
        goods().write(batch, aggregate=first.offer_id, sequence=first.version)
    for offer in offers:  # also of those that say nothing any more: this may be where it was cut off
        departures().forget_told(offer.offer_id)
    _files(shelves.store_id, offers, now)
    return following


def _files(store_id: str, offers: Sequence[Offer], now: datetime) -> None:
    """Buyers keep what they bought for as long as they could have downloaded it anyway."""
    if not (found := [file for offer in offers for file in files().every_of(offer.offer_id)]):
        return
    ends = downloads().ends_of_store(store_id, now)
    for file in found:
        _end(file, ends.get(file.offer_id))


def _end(file: GoodsFile, last: datetime | None) -> None:
    if last:
        files().end_with(file, last)
    elif file.state == "keeping":
        log.info("file left: it is just being put away", file_id=file.file_id)
    else:
        files().remove(file)


def _imports(shelves: Shelves, now: datetime) -> Shelves:
    found, cursor = imports().some_of_store(shelves.store_id, cursor=shelves.cursor)
    for one in found:
        _forget(one, now)
    return walking.gone_on(shelves, cursor)


def _forget(one: Import, now: datetime) -> None:
    """One that is running is stopped; what its rows still do in that moment is found two minutes later, as it is."""
    chunks = imports().chunks_of(one.import_id)
    ahead = [(run, len(chunks)) for run in range(1, one.run + 1)]  # a chunk is put before it is written down
    sheets.remove(one.import_id, [*chunks, *ahead])
    for run, number in chunks:
        departures().forget_told(chunk_id(one.import_id, run, number))
    if one.state != "running":
        imports().forget(one)
        return
    with suppress(ImportStateChanged):  # it has just ended by itself
        imports().end(runs.cancelled(one, now))


def _exports(shelves: Shelves, now: datetime) -> Shelves:
    found, cursor = imports().exports_of_store(shelves.store_id, cursor=shelves.cursor)
    for one in found:
        _forget_export(one, now)
    return walking.gone_on(shelves, cursor)


def _forget_export(one: GoodsExport, now: datetime) -> None:
    """One that is just being written is found two minutes later."""
    sheets.remove_export(one.export_id, one.kind)
    if one.state != "running" or now - one.created_at >= walking.LOOK_AGAIN:
        imports().forget_export(one)


def _proposals(shelves: Shelves, _now: datetime) -> Shelves:
    found, cursor = proposals().of_store(shelves.store_id, cursor=shelves.cursor)
    for one in found:
        if silent := rules.unwritten(one):
            proposals().answer(one, silent, None)
    return walking.gone_on(shelves, cursor)
