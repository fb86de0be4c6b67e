"""A store's logo and cover: sent straight to the bucket, looked at, shown to everyone."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.stores import events, pictures
from functions.stores.api.app import admitted, api
from functions.stores.model.names import Slug, StoreId
from functions.stores.model.pictures import NewPicture, PictureChoice, PictureKind, PictureLinks, PictureUpload
from functions.stores.model.stores import Store
from functions.stores.rules import pictures as rules
from functions.stores.rules import stores as store_rules
from functions.stores.store.stores import stores
from kernel import clock, ids
from kernel.authz import PUBLIC
from kernel.http import expected_version, receipt


@api.post("/v1/stores/<store_id>/pictures/<kind>", permit="edit_store", status_code=201)
def announce_picture(
    store_id: Annotated[StoreId, Path()], kind: Annotated[PictureKind, Path()], request: NewPicture
) -> PictureUpload:
    """Get an address to send a picture to, good for ten minutes."""
    store = admitted("edit_store", store_id)
    picture_id = ids.new_id("pic")
    form = pictures.form_for(store.store_id, picture_id, kind, request.content_type)
    upload = PictureUpload(
        picture_id=picture_id,
        url=form.url,
        fields=form.fields,
        max_bytes=rules.MAX_BYTES[kind],
        expires_at=clock.now() + rules.UPLOAD_LIFE,
    )
    stores().answered(receipt(upload, 201))
    return upload


@api.put("/v1/stores/<store_id>/pictures/<kind>", permit="edit_store")
def choose_picture(
    store_id: Annotated[StoreId, Path()], kind: Annotated[PictureKind, Path()], choice: PictureChoice
) -> Store:
    """Show a picture that has been sent. It is looked at first: what is no picture is refused."""
    store = admitted("edit_store", store_id)
    pictures.keep(store_id, choice.picture_id, kind)
    return _with_picture(store, kind, choice.picture_id)


@api.delete("/v1/stores/<store_id>/pictures/<kind>", permit="edit_store")
def remove_picture(store_id: Annotated[StoreId, Path()], kind: Annotated[PictureKind, Path()]) -> Store:
    """Show this picture no longer."""
    store = admitted("edit_store", store_id)
    return _with_picture(store, kind, None)


@api.get("/v1/shops/<slug>/pictures", permit=PUBLIC)
def read_shop_pictures(slug: Annotated[Slug, Path()]) -> PictureLinks:
    """Where a store's logo and cover can be fetched, for an hour."""
    page = stores().page(slug)
    return PictureLinks(**pictures.links(page.store_id, page.pictures), expires_at=clock.now() + rules.LINK_LIFE)


def _with_picture(store: Store, kind: PictureKind, picture_id: str | None) -> Store:
    """The former one's file goes by an event: a repetition of this request would not know any more which it was."""
    shown, former = store.pictures.model_copy(update={kind: picture_id}), getattr(store.pictures, kind)
    edited = store_rules.with_(store, pictures=shown)
    gone = (
        [events.PictureRemoved(store_id=store.store_id, picture_id=former)] if former not in (None, picture_id) else []
    )
    expecting = expected_version(store.version)
    return stores().edit(edited, expecting=expecting, sections=["branding"], receipt=receipt(edited), told=gone)
