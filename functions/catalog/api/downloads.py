"""Downloads: what people bought or were given, and the links by which they get it; what stores gave."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.catalog import files as bucket
from functions.catalog.api.app import api
from functions.catalog.model.downloads import DownloadLink, Gift, Grant, GrantId, GrantList
from functions.catalog.model.files import FileId
from functions.catalog.model.names import StoreId
from functions.catalog.model.offers import NoSuchOffer
from functions.catalog.rules import downloads as rules
from functions.catalog.rules.files import check_digital
from functions.catalog.store.downloads import downloads
from functions.catalog.store.files import files
from functions.catalog.store.goods import goods
from kernel import authz, clock, ids
from kernel.authz import require
from kernel.http import receipt

Limit = Annotated[int, Query(ge=1, le=50)]
Cursor = Annotated[str | None, Query(max_length=1000)]

# The buyer


@api.get("/v1/me/downloads", permit="read_downloads")
def list_my_downloads(limit: Limit = 20, cursor: Cursor = None) -> GrantList:
    """What you bought or were given to download, newest first."""
    me = require("read_downloads", owner=authz.principal().id)
    items, following = downloads().list_of_buyer(me.id, limit=limit, cursor=cursor)
    return GrantList(items=items, cursor=following)


@api.get("/v1/me/downloads/<grant_id>", permit="read_downloads")
def read_my_download(grant_id: Annotated[GrantId, Path()]) -> Grant:
    """One download, with the files that the store has added to it since."""
    return _mine(grant_id)


@api.post("/v1/me/downloads/<grant_id>/files/<file_id>/link", permit="read_downloads", status_code=201)
def link_download(grant_id: Annotated[GrantId, Path()], file_id: Annotated[FileId, Path()]) -> DownloadLink:
    """Get a link for one file, good for a quarter of an hour. Each link is counted: there are ten for each file."""
    grant, now = _mine(grant_id), clock.now()
    file = rules.to_download(grant, file_id, now)
    link = DownloadLink(
        url=bucket.goods_link(file.file_id, file.name), expires_at=now + rules.LINK_LIFE, left=file.left - 1
    )
    downloads().count_link(grant, file_id, receipt(link, 201))
    return link


@api.post("/v1/me/downloads/<grant_id>/return", permit="return_download")
def return_download(grant_id: Annotated[GrantId, Path()]) -> Grant:
    """Give back what you bought within a fortnight, as long as you had no link for it: you get your money back."""
    me, now = require("return_download", owner=authz.principal().id), clock.now()
    returned = rules.given_back(downloads().current(me.id, grant_id), now)
    downloads().give_back(returned, receipt(returned))
    return returned


# The store


@api.get("/v1/stores/<store_id>/downloads", permit="give_downloads")
def list_downloads(store_id: Annotated[StoreId, Path()], limit: Limit = 20, cursor: Cursor = None) -> GrantList:
    """Who may download what of the store, newest first."""
    require("give_downloads", store=store_id)
    items, following = downloads().list_of_store(store_id, limit=limit, cursor=cursor)
    return GrantList(items=items, cursor=following)


@api.post("/v1/stores/<store_id>/downloads", permit="give_downloads", status_code=201)
def give_download(store_id: Annotated[StoreId, Path()], gift: Gift) -> Grant:
    """Give an offer's files to a person: as a gift, or once more to a buyer who has no links left."""
    require("give_downloads", store=store_id)
    _, offer = goods().offer(gift.product_id, gift.offer_id)
    if offer.store_id != store_id:
        raise NoSuchOffer()
    check_digital(offer)
    now, place = clock.now(), (store_id, gift.product_id, gift.offer_id)
    given = rules.granted(ids.new_id("gra"), gift.buyer_id, place, files().every_of(gift.offer_id), now)
    downloads().give(given, now, receipt(given, 201))
    return given


@api.delete("/v1/stores/<store_id>/downloads/<grant_id>", permit="give_downloads")
def take_download_back(store_id: Annotated[StoreId, Path()], grant_id: Annotated[GrantId, Path()]) -> Grant:
    """Take back what the store gave. What was bought is taken back by refunding it."""
    require("give_downloads", store=store_id)
    grant = downloads().of_store(store_id, grant_id)
    rules.check_given(grant)
    taken = rules.taken_back(grant, clock.now())
    if taken is grant:
        downloads().answered(receipt(grant))
        return grant
    downloads().take_back(taken, receipt(taken))
    return taken


def _mine(grant_id: str) -> Grant:
    """Somebody else's is not even looked for."""
    me = require("read_downloads", owner=authz.principal().id)
    return downloads().current(me.id, grant_id)
