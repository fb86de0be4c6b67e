"""Files for sale: where they lie, and how one comes and goes."""

from datetime import timedelta

from functions.catalog.model.files import (
    FileBusy,
    FileState,
    GoodsFile,
    GoodsFileRefused,
    NewFile,
    NoSuchFile,
    NotDigital,
)
from functions.catalog.model.offers import Offer
from functions.catalog.rules.downloads import LIFE
from kernel.file_types import Arrived

UPLOAD_LIFE = timedelta(hours=2)  # half a gigabyte from a home
CONTENT_TYPE = "application/octet-stream"  # whatever it is: saved, never shown
KEPT_AFTER_WITHDRAWAL = LIFE + timedelta(days=1)  # by then the last download that was granted is over


def incoming(file_id: str) -> str:
    return f"incoming/{file_id}"


def kept(file_id: str) -> str:
    """Nobody is ever given an address for writing here, and for reading only whoever was granted it."""
    return f"sold/{file_id}"


def check_digital(offer: Offer) -> None:
    if offer.kind != "digital":
        raise NotDigital()


def announced(file_id: str, offer: Offer, request: NewFile) -> GoodsFile:
    return GoodsFile(
        file_id=file_id,
        store_id=offer.store_id,
        offer_id=offer.offer_id,
        name=request.name,
        size_bytes=request.size_bytes,
    )


def check_size(file: GoodsFile, size_bytes: int) -> None:
    if size_bytes != file.size_bytes:
        raise GoodsFileRefused()


def type_of(arrived: Arrived, file: GoodsFile) -> str:
    """Anything can be for sale: of what it is, nothing is believed and nothing depends on it."""
    check_size(file, arrived.size_bytes)
    return CONTENT_TYPE


def with_state(file: GoodsFile, state: FileState) -> GoodsFile:
    return file.model_copy(update={"state": state, "version": file.version + 1})


def withdrawn(file: GoodsFile) -> GoodsFile:
    if file.state == "withdrawn":
        raise NoSuchFile()
    if file.state == "keeping":
        raise FileBusy()
    return with_state(file, "withdrawn")
