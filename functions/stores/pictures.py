"""Where a store's logo and cover arrive, lie and are fetched: below the store's id."""

from functions.stores.model.pictures import (
    PictureKind,
    Pictures,
    PictureType,
    StorePictureNotUploaded,
    StorePictureRefused,
)
from functions.stores.rules import pictures as rules
from kernel import uploads


def form_for(store_id: str, picture_id: str, kind: PictureKind, content_type: PictureType) -> uploads.Form:
    key = rules.incoming(store_id, picture_id)
    return uploads.form(key, content_type, most_bytes=rules.MAX_BYTES[kind], life=rules.UPLOAD_LIFE)


def keep(store_id: str, picture_id: str, kind: PictureKind) -> None:
    uploads.keep(
        rules.incoming(store_id, picture_id),
        rules.kept(store_id, picture_id),
        lambda arrived: rules.type_of(arrived, kind),
        missing=StorePictureNotUploaded,
        refused=StorePictureRefused,
    )


def remove(store_id: str, *picture_ids: str | None) -> None:
    uploads.remove(*(rules.kept(store_id, picture_id) for picture_id in picture_ids if picture_id))


def links(store_id: str, pictures: Pictures) -> dict[str, str | None]:
    return {"logo": _link(store_id, pictures.logo), "cover": _link(store_id, pictures.cover)}


def _link(store_id: str, picture_id: str | None) -> str | None:
    return uploads.link(rules.kept(store_id, picture_id), life=rules.LINK_LIFE) if picture_id else None
