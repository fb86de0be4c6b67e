"""Who may download what, how often, and until when."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from functions.catalog.model.bought import Bought, OrderPaid
from functions.catalog.model.downloads import (
    DownloadFile,
    DownloadOver,
    DownloadUsed,
    Grant,
    GrantPaidFor,
    LinksUsedUp,
    NoSuchDownload,
    NotToReturn,
)
from functions.catalog.model.files import GoodsFile
from functions.catalog.model.keys import KeyStock, NoSuchKeys
from kernel import ids

LIFE = timedelta(days=365)
LINK_LIFE = timedelta(minutes=15)  # to begin a download: one that has begun is not cut off
LINKS = 10  # for each file
GIFTS_A_DAY = 200
RETURNABLE = timedelta(days=14)  # a change of mind, as long as nothing was downloaded
DIGITAL = "digital"


def grant_id_of(order_id: str, offer_id: str) -> str:
    """The same for the same, so that a repeated task finds what its first run made; beginning with the order's time."""
    begun_at = order_id.removeprefix("ord_")[:10]
    return f"gra_{begun_at}{ids.derived_id('gra', order_id, offer_id)[-16:]}"


def granted(
    grant_id: str,
    buyer_id: str,
    offer: tuple[str, str, str],
    files: Iterable[GoodsFile],
    now: datetime,
    *,
    order_id: str | None = None,
) -> Grant:
    """`offer` is its store, product and offer. A file that is just being kept is sold with the others."""
    store_id, product_id, offer_id = offer
    return Grant(
        grant_id=grant_id,
        buyer_id=buyer_id,
        store_id=store_id,
        product_id=product_id,
        offer_id=offer_id,
        order_id=order_id,
        files=[_downloadable(one) for one in files if one.state in ("keeping", "ready")],
        granted_at=now,
        expires_at=now + LIFE,
    )


def digital(order: OrderPaid) -> list[Bought]:
    """What there is to hand over of an order: by store and offer, as the files are an offer's."""
    found: dict[tuple[str, str], Bought] = {}
    for part in order.seller_orders:
        for line in part.lines:
            if line.kind != DIGITAL:
                continue
            place = (part.seller_order_id, line.offer_id)
            lines, pieces = (found[place].line_ids, found[place].pieces) if place in found else ([], 0)
            found[place] = Bought(
                order_id=order.order_id,
                seller_order_id=part.seller_order_id,
                store_id=part.store_id,
                product_id=line.product_id,
                offer_id=line.offer_id,
                line_ids=[*lines, line.line_id],
                pieces=pieces + line.quantity,
            )
    return list(found.values())


def sold(bought: Bought, buyer_id: str, files: Sequence[GoodsFile], now: datetime) -> Grant:
    """Not delivered yet: a grant alone is nothing."""
    place = (bought.store_id, bought.product_id, bought.offer_id)
    grant_id = grant_id_of(bought.order_id, bought.offer_id)
    grant = granted(grant_id, buyer_id, place, files, now, order_id=bought.order_id)
    named = {"seller_order_id": bought.seller_order_id, "line_ids": bought.line_ids, "pieces": bought.pieces}
    return grant.model_copy(update=named)


def to_get(stock: KeyStock | None, drawn: Sequence[str], files: Iterable[GoodsFile]) -> bool:
    """Whether there is anything: where an offer has keys, they are what was bought."""
    return bool(drawn) if stock else any(one.state == "ready" for one in files)


def delivered(grant: Grant, drawn: Sequence[str], now: datetime) -> Grant:
    return grant.model_copy(update={"delivered_at": now, "keys": len(drawn)})


def check_keys(grant: Grant, now: datetime) -> None:
    if not grant.keys:
        raise NoSuchKeys()
    if not is_open(grant, now):
        raise DownloadOver()


def waits(grant: Grant) -> bool:
    """For its first file."""
    return bool(grant.seller_order_id) and not grant.delivered_at and not grant.revoked_at


def is_guest(buyer_id: str) -> bool:
    return buyer_id.startswith("gst_")


def moved(grant: Grant, owner_id: str) -> Grant:
    return grant.model_copy(update={"buyer_id": owner_id})


def given_back(grant: Grant, now: datetime) -> Grant:
    """A change of mind before anything was downloaded: the money goes back, and there is nothing to download."""
    if not is_open(grant, now):
        raise DownloadOver()
    if not grant.delivered_at or now >= grant.delivered_at + RETURNABLE:
        raise NotToReturn()
    if any(one.left < LINKS for one in grant.files):
        raise DownloadUsed()
    return taken_back(grant, now)


def ruled_out(grant: Grant, now: datetime) -> Grant:
    return grant.model_copy(update={"files": [], "revoked_at": now})


def with_later(grant: Grant, files: Sequence[GoodsFile]) -> Grant:
    """A buyer gets what the store has added since, and keeps what it has withdrawn since; never what was refused."""
    states = {one.file_id: one.state for one in files}
    bought = [one for one in grant.files if states.get(one.file_id) in ("ready", "withdrawn")]
    had = {one.file_id for one in grant.files}
    later = [_downloadable(one) for one in files if one.state == "ready" and one.file_id not in had]
    return grant.model_copy(update={"files": [*bought, *later]})


def counted(grant: Grant, used: Mapping[str, int]) -> Grant:
    left = [one.model_copy(update={"left": max(0, LINKS - used.get(one.file_id, 0))}) for one in grant.files]
    return grant.model_copy(update={"files": left})


def is_open(grant: Grant, now: datetime) -> bool:
    return not grant.revoked_at and now < grant.expires_at


def to_download(grant: Grant, file_id: str, now: datetime) -> DownloadFile:
    if not is_open(grant, now):
        raise DownloadOver()
    found = next((one for one in grant.files if one.file_id == file_id), None)
    if not found:
        raise NoSuchDownload()
    if not found.left:
        raise LinksUsedUp()
    return found


def taken_back(grant: Grant, now: datetime) -> Grant:
    """Taking back twice is taking back once."""
    if grant.revoked_at:
        return grant
    return grant.model_copy(update={"revoked_at": now, "version": grant.version + 1})


def check_given(grant: Grant) -> None:
    """A store takes back what it gave, never what it sold."""
    if grant.order_id:
        raise GrantPaidFor()


def _downloadable(file: GoodsFile) -> DownloadFile:
    return DownloadFile(file_id=file.file_id, name=file.name, size_bytes=file.size_bytes, left=LINKS)
