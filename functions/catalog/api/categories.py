"""The tree of categories: everyone sees it, moderators keep it."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.catalog import events
from functions.catalog.api.app import FRESH, api
from functions.catalog.model.categories import (
    Category,
    CategoryChange,
    CategoryMove,
    CategoryPage,
    CategoryTree,
    NewCategory,
)
from functions.catalog.model.names import CategoryId
from functions.catalog.rules import tree as rules
from functions.catalog.store.categories import categories
from kernel import ids
from kernel.authz import PUBLIC, require
from kernel.http import expected_version, receipt


@api.get("/v1/categories", permit=PUBLIC)
def list_categories() -> Response[CategoryTree]:
    """The whole tree of categories, parents before their children."""
    tree = categories().tree()
    return Response(200, content_type="application/json", body=tree.menu(), headers={"Cache-Control": FRESH})


@api.get("/v1/categories/<category_id>", permit=PUBLIC)
def read_category(category_id: Annotated[CategoryId, Path()]) -> Response[CategoryPage]:
    """A category, and what it asks of products: its own attributes and price limits, and those it inherits."""
    page = categories().tree().page(category_id)
    return Response(200, content_type="application/json", body=page, headers={"Cache-Control": FRESH})


@api.post("/v1/categories", permit="manage_catalog", status_code=201)
def create_category(request: NewCategory) -> Category:
    """Add a category: a root, or below another one."""
    operator = require("manage_catalog")
    tree = categories().tree_now()
    category = rules.planted(tree, ids.new_id("cat"), request)
    acted = events.OperatorActed(operator_id=operator.id, action="create_category", subject=category.category_id)
    categories().plant(tree, category, acted, receipt(category, 201))
    return category


@api.patch("/v1/categories/<category_id>", permit="manage_catalog")
def edit_category(category_id: Annotated[CategoryId, Path()], change: CategoryChange) -> Category:
    """Rename a category, describe it, say what it asks of products: only what you send changes."""
    operator = require("manage_catalog")
    tree = categories().tree_now()
    edited = rules.edited(tree, category_id, change)
    expecting = expected_version(tree.category(category_id).version)
    acted = events.OperatorActed(operator_id=operator.id, action="edit_category", subject=category_id)
    if change.attributes is None:
        categories().edit(edited, expecting=expecting, told=acted, receipt=receipt(edited))
    else:
        categories().reshape(tree, edited, expecting=expecting, told=acted, receipt=receipt(edited))
    return edited


@api.put("/v1/categories/<category_id>/parent", permit="manage_catalog")
def move_category(category_id: Annotated[CategoryId, Path()], move: CategoryMove) -> Category:
    """Move a category, with all that is below it, under another one. Its products follow within two minutes."""
    operator = require("manage_catalog")
    tree = categories().tree_now()
    moved = rules.moved(tree, category_id, move.parent_id)
    expecting = expected_version(tree.category(category_id).version)
    acted = events.OperatorActed(operator_id=operator.id, action="move_category", subject=category_id)
    categories().reshape(tree, moved, expecting=expecting, told=acted, receipt=receipt(moved))
    return moved
