"""The tree of categories."""

from aws_lambda_powertools.event_handler import Response

from functions.catalog.api.app import FRESH, api
from functions.catalog.model.categories import CategoryTree
from functions.catalog.store.categories import categories
from kernel.authz import PUBLIC


@api.get("/v1/categories", permit=PUBLIC)
def list_categories() -> Response[CategoryTree]:
    """The whole tree of categories, parents before their children."""
    tree = categories().tree()
    return Response(200, content_type="application/json", body=tree, headers={"Cache-Control": FRESH})
