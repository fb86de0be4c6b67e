"""Images: announced, sent straight to the bucket, confirmed; then rendered, and free to be shown somewhere."""

from collections.abc import Sequence
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.catalog import events, files
from functions.catalog.api.app import api
from functions.catalog.model.categories import Category
from functions.catalog.model.images import CategoryImage, Image, ImageUpload, NewImage, PictureOrder
from functions.catalog.model.names import CategoryId, ImageId, ProductId, StoreId
from functions.catalog.model.products import NoSuchProduct, Product
from functions.catalog.rules import images as rules
from functions.catalog.rules.tree import with_image
from functions.catalog.store.categories import categories
from functions.catalog.store.goods import goods
from functions.catalog.store.images import images
from functions.catalog.store.pictures import pictures
from kernel import clock, ids
from kernel.authz import Principal, require
from kernel.events import Data
from kernel.http import expected_version, receipt

# A store's


@api.post("/v1/stores/<store_id>/images", permit="edit_products", status_code=201)
def announce_image(store_id: Annotated[StoreId, Path()], request: NewImage) -> ImageUpload:
    """Get an address to send an image to, good for half an hour. A week later it is gone, unless it is shown."""
    require("edit_products", store=store_id)
    return _announced(store_id, request)


@api.post("/v1/stores/<store_id>/images/<image_id>/confirm", permit="edit_products")
def confirm_image(store_id: Annotated[StoreId, Path()], image_id: Annotated[ImageId, Path()]) -> Image:
    """Say that an image has been sent. It is looked at, and then rendered, which takes about a second."""
    require("edit_products", store=store_id)
    return _confirmed(store_id, image_id)


@api.get("/v1/stores/<store_id>/images/<image_id>", permit="read_products")
def read_image(store_id: Annotated[StoreId, Path()], image_id: Annotated[ImageId, Path()]) -> Image:
    """How far an image is: awaited, rendering, ready, or refused for a reason."""
    require("read_products", store=store_id)
    return images().image(store_id, image_id)


@api.put("/v1/stores/<store_id>/products/<product_id>/pictures", permit="edit_products")
def arrange_pictures(
    store_id: Annotated[StoreId, Path()], product_id: Annotated[ProductId, Path()], order: PictureOrder
) -> Product:
    """Say which pictures the store's own product shows, and in which order. The first one stands for it in lists."""
    require("edit_products", store=store_id)
    return _arranged(store_id, _product(product_id, store_id), order)


# The house's, for the global database and the categories


@api.post("/v1/images", permit="manage_catalog", status_code=201)
def announce_house_image(request: NewImage) -> ImageUpload:
    """Get an address to send an image to, for a global product or a category."""
    return _announced(rules.HOUSE, request, require("manage_catalog"))


@api.post("/v1/images/<image_id>/confirm", permit="manage_catalog")
def confirm_house_image(image_id: Annotated[ImageId, Path()]) -> Image:
    """Say that an image has been sent. It is looked at, and then rendered."""
    return _confirmed(rules.HOUSE, image_id, require("manage_catalog"))


@api.get("/v1/images/<image_id>", permit="manage_catalog")
def read_house_image(image_id: Annotated[ImageId, Path()]) -> Image:
    """How far an image is."""
    require("manage_catalog")
    return images().image(rules.HOUSE, image_id)


@api.put("/v1/products/<product_id>/pictures", permit="manage_catalog")
def arrange_global_pictures(product_id: Annotated[ProductId, Path()], order: PictureOrder) -> Product:
    """Say which pictures a global product shows, and in which order."""
    told = _acted(require("manage_catalog"), "arrange_pictures", product_id)
    return _arranged(rules.HOUSE, _product(product_id, None), order, told)


@api.put("/v1/categories/<category_id>/image", permit="manage_catalog")
def show_category_image(category_id: Annotated[CategoryId, Path()], choice: CategoryImage) -> Category:
    """Show an image with a category. The one before it is removed for good."""
    [told] = _acted(require("manage_catalog"), "show_category_image", category_id)
    category = categories().tree_now().category(category_id)
    expected_version(category.version)
    image = rules.shown_on(images().image(rules.HOUSE, choice.image_id), category_id)
    shown = with_image(category, image.image_id)
    pictures().show_on(category, shown, image, told, receipt(shown))
    return shown


@api.delete("/v1/categories/<category_id>/image", permit="manage_catalog")
def remove_category_image(category_id: Annotated[CategoryId, Path()]) -> Category:
    """Show no image with a category."""
    [told] = _acted(require("manage_catalog"), "remove_category_image", category_id)
    category = categories().tree_now().category(category_id)
    expected_version(category.version)
    bare = with_image(category, None)
    pictures().show_on(category, bare, None, told, receipt(bare))
    return bare


# Both


def _announced(owner: str, request: NewImage, operator: Principal | None = None) -> ImageUpload:
    now = clock.now()
    image = rules.announced(ids.new_id("img"), now)
    form = files.image_form(image.image_id, request.content_type)
    upload = ImageUpload(
        image_id=image.image_id,
        url=form.url,
        fields=form.fields,
        max_bytes=rules.MAX_BYTES,
        expires_at=now + rules.UPLOAD_LIFE,
    )
    images().announce(owner, image, now, receipt(upload, 201), _acted(operator, "announce_image", image.image_id))
    return upload


def _confirmed(owner: str, image_id: str, operator: Principal | None = None) -> Image:
    image = images().image(owner, image_id)
    if image.state != "awaited":
        images().answered(receipt(image))
        return image
    files.keep_image(image_id)
    confirmed = rules.confirmed(image)
    images().confirm(owner, confirmed, receipt(confirmed), _acted(operator, "confirm_image", image_id))
    return confirmed


def _product(product_id: str, store_id: str | None) -> Product:
    product = goods().product(product_id)
    if product.store_id != store_id:
        raise NoSuchProduct()
    return product


def _arranged(owner: str, product: Product, order: PictureOrder, told: Sequence[Data] = ()) -> Product:
    expected_version(product.version)
    had = {one.image_id for one in product.pictures}
    found = images().images(owner, (one.image_id for one in order.pictures if one.image_id not in had))
    placed = rules.placed(product, order.pictures, found, clock.now())
    return pictures().show(owner, product, placed, receipt, told)


def _acted(operator: Principal | None, action: str, subject: str) -> list[Data]:
    """A store looks after its own; what an operator does leaves a track."""
    return [events.OperatorActed(operator_id=operator.id, action=action, subject=subject)] if operator else []
