"""What is done with files once they are there: pictures rendered, goods put away; what nobody needs is removed."""

from collections.abc import Callable

from functions.catalog import delivering, files, renditions
from functions.catalog.model.files import FileNotUploaded, GoodsFileRefused
from functions.catalog.model.images import Image, ImageChanged
from functions.catalog.model.offers import OfferChangedMeanwhile
from functions.catalog.model.products import ProductChangedMeanwhile
from functions.catalog.rules import images as rules
from functions.catalog.rules.files import with_state
from functions.catalog.store.files import files as goods_files
from functions.catalog.store.images import images
from functions.catalog.store.pictures import pictures
from kernel import log
from kernel.consume import Consumer
from kernel.events import Received, Seen

TRIES = 6  # a dozen photos of one product are rendered side by side, and each changes the product

consumer = Consumer()
handler = consumer.handler


class ImageAdded(Seen):
    image_id: str
    owner: str


class ImageRemoved(Seen):
    image_id: str
    owner: str


class FileAdded(Seen):
    file_id: str
    offer_id: str


class FileRemoved(Seen):
    file_id: str


@consumer.on("metco.catalog", ImageAdded)
def render_image(event: Received[ImageAdded]) -> None:
    owner, image_id = event.data.owner, event.data.image_id
    image = images().find(owner, image_id)
    if not image or image.state != "rendering":
        log.info("image not rendered: it is gone, or done already", image_id=image_id)
        return
    try:
        made = renditions.render(files.original(image_id))
    except renditions.Spoiled as spoiled:
        log.info("image refused", image_id=image_id, reason=spoiled.reason)
        reason = spoiled.reason
        _settle(owner, image_id, lambda now: rules.refused(now, reason))
        return
    for width, content in made.contents.items():
        files.publish(image_id, width, content, renditions.CONTENT_TYPE)
    _settle(owner, image_id, lambda now: rules.rendered(now, (made.width, made.height)))
    log.count("images_rendered_total")


@consumer.on("metco.catalog", ImageRemoved)
def remove_image(event: Received[ImageRemoved]) -> None:
    files.remove_image(event.data.image_id)


@consumer.on("metco.catalog", FileAdded)
def keep_file(event: Received[FileAdded]) -> None:
    """Its sender may still write to where it arrived: what is sold is a copy of what was announced."""
    file = goods_files().find(event.data.offer_id, event.data.file_id)
    if not file or file.state != "keeping":
        log.info("file not kept: it is gone, or done already", file_id=event.data.file_id)
        delivering.there_now(event.data.offer_id)  # where it was cut off
        return
    try:
        files.keep_goods(file)
    except (GoodsFileRefused, FileNotUploaded) as refusal:
        log.info("file refused", file_id=file.file_id, code=refusal.code)
        goods_files().keep(with_state(file, "refused"))
        return
    goods_files().keep(with_state(file, "ready"))
    log.count("files_kept_total")
    delivering.there_now(file.offer_id)


@consumer.on("metco.catalog", FileRemoved)
def remove_file(event: Received[FileRemoved]) -> None:
    files.remove_goods(event.data.file_id)


def _settle(owner: str, image_id: str, outcome: Callable[[Image], Image]) -> None:
    """Read anew each time: a picture that came in between changed the product, or the image is shown there by now."""
    for left in reversed(range(TRIES)):
        image = images().find(owner, image_id)
        if not image:
            files.remove_image(image_id)  # it was removed while it was rendered: what was published since goes, too
            return
        try:
            pictures().settle(owner, outcome(image))
        except (ImageChanged, ProductChangedMeanwhile, OfferChangedMeanwhile):
            if not left:
                raise
        else:
            return
