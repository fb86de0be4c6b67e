"""A rebuild: everything into a new index, part by part, while the present one answers and takes every write as well.

The work goes on by events of its own, each in the transaction that says how far it came: cut off anywhere, the same
event does the same page again. What no event tells of any more, the sweep tells of anew.
"""

from contextlib import suppress
from datetime import datetime

from functions.search import indexing
from functions.search.index.chosen import index
from functions.search.index.port import RebuildElsewhere
from functions.search.model.kept import HeardMeanwhile
from functions.search.rules import rebuilds as rules
from functions.search.store.rebuilds import rebuilds
from functions.search.store.stores import stores
from kernel import log

PAGE = 200
PAGES = 3  # in one call


def begin(rebuild_id: str) -> None:
    """First the index, then the parts: whatever is committed from now on is written into both."""
    if rebuilds().rebuild(rebuild_id).state != "running":
        return
    left = index().rebuilding()
    if left and left != rebuild_id and rebuilds().rebuild(left).state != "running":
        index().abandon(left)  # its own end was told, but has not come yet
    index().begin(rebuild_id)
    rebuilds().hand_out(rebuild_id)


def fill(rebuild_id: str, shard: int, before: str) -> None:
    part = rebuilds().part(rebuild_id, shard)
    if rebuilds().rebuild(rebuild_id).state != "running" or (part.before != before and not part.done):
        return  # ended, or this page was done before
    try:
        for _ in range(PAGES):
            if part.done:
                break
            page = rebuilds().page(shard, part.before, PAGE)
            written = indexing.fill_listings([one for one in page if one.startswith("ofr_")])
            indexing.put_stores(stores().stores([one for one in page if one.startswith("sto_")]), "next")
            part = rules.filled(part, page, written, full=PAGE)
    except RebuildElsewhere as lost:
        rebuilds().end(rebuild_id, "failed", str(lost) or "The new index is gone.")
        return
    with suppress(HeardMeanwhile):  # the same page was done twice at once: whoever was first tells how it goes on
        rebuilds().filled(part)
    finish(rebuild_id)


def finish(rebuild_id: str) -> None:
    """Once the last part is done. Everything before the end may be repeated, and the end comes once."""
    if all(part.done for part in rebuilds().parts(rebuild_id)):
        index().finish(rebuild_id)
        rebuilds().end(rebuild_id, "done")
        log.count("rebuilds_total")


def forget(rebuild_id: str) -> None:
    index().abandon(rebuild_id)


def resume(now: datetime) -> None:
    """What nobody has told of for a while is told again; what goes nowhere for a day is given up."""
    rebuild = rebuilds().running()
    if not rebuild:
        return
    parts = rebuilds().parts(rebuild.rebuild_id)
    if rules.hopeless(rebuild, now):
        rebuilds().end(rebuild.rebuild_id, "failed", "It came to no end within a day.")
    elif rules.stalled(rebuild, parts, now):
        rebuilds().tell_again(rebuild.rebuild_id, [part for part in parts if not part.done], now)
        log.count("rebuilds_resumed_total")
