"""Products as visitors see them."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.catalog.api.app import FRESH, api
from functions.catalog.model.names import Address, CategoryId, StoreId
from functions.catalog.model.pages import OffersPage, ProductPage, ShownPage
from functions.catalog.rules import pages, slugs
from functions.catalog.store.categories import categories
from functions.catalog.store.goods import goods
from kernel import clock
from kernel.authz import PUBLIC
from kernel.errors import Moved

Cursor = Annotated[str | None, Query(max_length=1000)]


@api.get("/v1/products/<address>", permit=PUBLIC)
def read_product(address: Annotated[Address, Path()]) -> Response[ProductPage]:
    """A product and who sells it. A former address leads to the present one."""
    product, offers, cursor = goods().page(slugs.product_id_in(address))
    page = pages.page(product, offers, cursor, clock.now())
    if slugs.slug_in(address) not in (None, slugs.slug_in(page.address)):
        raise Moved(f"/v1/products/{page.address}")
    return Response(200, content_type="application/json", body=page, headers={"Cache-Control": FRESH})


@api.get("/v1/products/<address>/offers", permit=PUBLIC)
def list_offers(address: Annotated[Address, Path()], cursor: Cursor = None) -> OffersPage:
    """Who sells a product, a hundred offers at a time."""
    _, offers, following = goods().page(slugs.product_id_in(address), cursor=cursor)
    return OffersPage(items=[pages.sold(one, clock.now()) for one in offers if one.listed], cursor=following)


@api.get("/v1/categories/<category_id>/products", permit=PUBLIC)
def list_products(
    category_id: Annotated[CategoryId, Path()], limit: Annotated[int, Query(ge=1, le=50)] = 20, cursor: Cursor = None
) -> Response[ShownPage]:
    """What there is to buy in a category and below it. A product that several stores sell is there once."""
    path = categories().tree().path(category_id)
    tiles, following = goods().in_category(path, products=limit, cursor=cursor)
    page = ShownPage(items=pages.shown(tiles, clock.now()), cursor=following)
    return Response(200, content_type="application/json", body=page, headers={"Cache-Control": FRESH})


@api.get("/v1/stores/<store_id>/products", permit=PUBLIC)
def list_store_products(
    store_id: Annotated[StoreId, Path()], limit: Annotated[int, Query(ge=1, le=50)] = 20, cursor: Cursor = None
) -> Response[ShownPage]:
    """What a store sells, in the order in which it was listed."""
    tiles, following = goods().tiles_of_store(store_id, limit=limit, cursor=cursor)
    page = ShownPage(items=pages.shown(tiles, clock.now()), cursor=following)
    return Response(200, content_type="application/json", body=page, headers={"Cache-Control": FRESH})
