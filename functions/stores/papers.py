"""Where the files of a store's papers arrive, lie and are fetched: in a private bucket, below the store's id."""

from datetime import timedelta

from functions.stores.model.verification import Document, FileRefused, NotUploaded
from functions.stores.rules import verification as rules
from kernel import uploads


def form_for(store_id: str, document: Document) -> uploads.Form:
    size_bytes = document.size_bytes
    key = rules.incoming(store_id, document.id)
    return uploads.form(
        key, document.content_type, least_bytes=size_bytes, most_bytes=size_bytes, life=rules.UPLOAD_LIFE
    )


def keep(store_id: str, document: Document) -> None:
    uploads.keep(
        rules.incoming(store_id, document.id),
        rules.kept(store_id, document.id),
        lambda arrived: rules.checked(document, arrived),
        missing=NotUploaded,
        refused=FileRefused,
    )


def remove(store_id: str, document: Document) -> None:
    """Where it lies and where it arrived."""
    uploads.remove(rules.kept(store_id, document.id), rules.incoming(store_id, document.id))


def link(store_id: str, document: Document, life: timedelta) -> str:
    """Saved to a file under a name of ours, as bytes of no kind: a browser shows nothing of it."""
    kind = "application/octet-stream"
    return uploads.link(rules.kept(store_id, document.id), life=life, name=document.id, content_type=kind)
