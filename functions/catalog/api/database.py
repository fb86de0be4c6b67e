"""The global database of products, kept by moderators."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.catalog import events
from functions.catalog.api.app import api, shelf
from functions.catalog.model.items import NewProduct, ProductChange, ProductList
from functions.catalog.model.names import Address, Status
from functions.catalog.model.products import Product
from functions.catalog.rules import items as rules
from functions.catalog.rules import slugs
from functions.catalog.store.goods import goods
from kernel import clock, ids
from kernel.authz import require
from kernel.events import Event
from kernel.http import expected_version, receipt


@api.post("/v1/products", permit="manage_catalog", status_code=201)
def create_product(request: NewProduct) -> Product:
    """Add a product to the global database, for every store to offer."""
    operator = require("manage_catalog")
    product = rules.new_product(shelf(request.category_id), ids.new_id("prd"), request, clock.now())
    _keep(product, None, operator.id, "create_product", 201)
    return product


@api.get("/v1/products", permit="manage_catalog")
def list_global_products(
    status: Annotated[Status | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> ProductList:
    """The products of the global database, drafts and archived ones too."""
    require("manage_catalog")
    products, following = goods().of_everyone(status or "", limit=limit, cursor=cursor)
    return ProductList(items=products, cursor=following)


@api.patch("/v1/products/<address>", permit="manage_catalog")
def edit_product(address: Annotated[Address, Path()], change: ProductChange) -> Product:
    """Edit a product of the global database: only what you send changes. Everybody's offers of it follow."""
    operator = require("manage_catalog")
    product = rules.of_everyone(goods().product(slugs.product_id_in(address)))
    expected_version(product.version)
    edited = rules.edited_product(shelf(change.category_id or product.category_id), product, change, clock.now())
    _keep(edited, product, operator.id, "edit_product", 200)
    return edited


def _keep(product: Product, was: Product | None, operator_id: str, action: str, status: int) -> None:
    acted = events.OperatorActed(operator_id=operator_id, action=action, subject=product.product_id)
    told = [Event(acted, product.product_id, product.version)]
    goods().keep(product, [], product_was=was, receipt=receipt(product, status), told=told)
