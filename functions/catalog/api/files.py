"""Files for sale: announced, sent straight to the bucket, confirmed, and from then on part of a digital offer."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.catalog import files as bucket
from functions.catalog.api.app import api
from functions.catalog.model.files import FileId, FileList, FileUpload, GoodsFile, NewFile
from functions.catalog.model.names import OfferId, ProductId, StoreId
from functions.catalog.model.offers import NoSuchOffer, Offer
from functions.catalog.rules import files as rules
from functions.catalog.store.files import files
from functions.catalog.store.goods import goods
from kernel import clock, ids
from kernel.authz import require
from kernel.http import receipt

FILES = "/v1/stores/<store_id>/products/<product_id>/offers/<offer_id>/files"


@api.post(FILES, permit="edit_products", status_code=201)
def announce_file(
    store_id: Annotated[StoreId, Path()],
    product_id: Annotated[ProductId, Path()],
    offer_id: Annotated[OfferId, Path()],
    request: NewFile,
) -> FileUpload:
    """Get an address to send a file for sale to, of up to 500 MB, good for two hours."""
    require("edit_products", store=store_id)
    offer, now = _ours(store_id, product_id, offer_id), clock.now()
    rules.check_digital(offer)
    file = rules.announced(ids.new_id("fil"), offer, request)
    form = bucket.goods_form(file)
    upload = FileUpload(file_id=file.file_id, url=form.url, fields=form.fields, expires_at=now + rules.UPLOAD_LIFE)
    files().announce(file, now, receipt(upload, 201))
    return upload


@api.get(FILES, permit="read_products")
def list_files(
    store_id: Annotated[StoreId, Path()],
    product_id: Annotated[ProductId, Path()],
    offer_id: Annotated[OfferId, Path()],
) -> FileList:
    """The files of an offer of the store, oldest first, also those that were withdrawn."""
    require("read_products", store=store_id)
    return FileList(items=files().every_of(_ours(store_id, product_id, offer_id).offer_id))


@api.post(f"{FILES}/<file_id>/confirm", permit="edit_products")
def confirm_file(
    store_id: Annotated[StoreId, Path()],
    product_id: Annotated[ProductId, Path()],
    offer_id: Annotated[OfferId, Path()],
    file_id: Annotated[FileId, Path()],
) -> GoodsFile:
    """Say that a file has been sent. It is put away safely, which takes seconds for a large one, and sold then."""
    require("edit_products", store=store_id)
    file = files().file(_ours(store_id, product_id, offer_id).offer_id, file_id)
    if file.state != "awaited":
        files().answered(receipt(file))
        return file
    rules.check_size(file, bucket.arrived_bytes(file))
    confirmed = rules.with_state(file, "keeping")
    files().confirm(confirmed, receipt(confirmed))
    return confirmed


@api.delete(f"{FILES}/<file_id>", permit="edit_products")
def withdraw_file(
    store_id: Annotated[StoreId, Path()],
    product_id: Annotated[ProductId, Path()],
    offer_id: Annotated[OfferId, Path()],
    file_id: Annotated[FileId, Path()],
) -> GoodsFile:
    """Sell a file no longer. Those who bought it keep it for as long as they were promised."""
    require("edit_products", store=store_id)
    file = files().file(_ours(store_id, product_id, offer_id).offer_id, file_id)
    withdrawn = rules.withdrawn(file)
    files().withdraw(file, withdrawn, clock.now(), receipt(withdrawn))
    return withdrawn


def _ours(store_id: str, product_id: str, offer_id: str) -> Offer:
    _, offer = goods().offer(product_id, offer_id)
    if offer.store_id != store_id:
        raise NoSuchOffer()
    return offer
