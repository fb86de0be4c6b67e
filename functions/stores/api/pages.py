"""What visitors see of a store."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.stores.api.app import api
from functions.stores.model.names import CountryCode, Slug
from functions.stores.model.shipping import ShippingOptions
from functions.stores.model.stores import StorePage
from functions.stores.rules import shipping
from functions.stores.store.stores import stores
from kernel.authz import PUBLIC
from kernel.money import Money

# A suspended store must be gone within a minute, wherever its page was kept.
FRESH = "public, max-age=30"


@api.get("/v1/shops/<slug>", permit=PUBLIC)
def read_shop(slug: Annotated[Slug, Path()]) -> Response[StorePage]:
    """A store as its visitors see it. A former address leads to the present one."""
    page = stores().page(slug)
    return Response(200, content_type="application/json", body=page, headers={"Cache-Control": FRESH})


@api.get("/v1/shops/<slug>/shipping-options", permit=PUBLIC)
def list_shipping_options(
    slug: Annotated[Slug, Path()],
    country: Annotated[CountryCode, Query()],
    subtotal_minor: Annotated[int, Query(ge=0, le=10**12)] = 0,
    weight_g: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> ShippingOptions:
    """What sending a parcel to a country costs, the cheapest first. None: the store does not send it there."""
    page = stores().page(slug)
    subtotal = Money(subtotal_minor, page.currency)
    return ShippingOptions(items=shipping.options(page.zones, country, subtotal, weight_g))
