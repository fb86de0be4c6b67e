"""What visitors see of a store."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.stores.api.app import api
from functions.stores.model.names import Slug
from functions.stores.model.stores import StorePage
from functions.stores.store.stores import stores
from kernel.authz import PUBLIC


@api.get("/v1/shops/<slug>", permit=PUBLIC)
def read_shop(slug: Annotated[Slug, Path()]) -> StorePage:
    """A store as its visitors see it."""
    return stores().page(slug)
