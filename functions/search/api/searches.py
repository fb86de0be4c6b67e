"""What everybody may ask: goods, stores, and what is likely to be meant."""

import hashlib
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.search import searching
from functions.search.api.app import api
from functions.search.model.answers import SearchPage, StoresFound, SuggestionList
from functions.search.model.asked import Asked, AskedStores, Sort
from functions.search.model.names import CategoryId, Condition, CurrencyCode, Locale, StoreId
from functions.search.rules import asking
from functions.search.rules.asking import Said, Wanted, Where
from functions.search.words.limits import LONGEST_SENT, readable
from kernel.authz import PUBLIC

# As long as a change may take to be found.
FRESH = "public, max-age=2"
PAGING = ("cursor", "limit")

WORDS = "What to look for, up to 200 characters once blanks are put together; empty: anything."
Text = Annotated[str, Query(max_length=LONGEST_SENT, description=WORDS)]
Language = Annotated[Locale, Query()]
Currency = Annotated[CurrencyCode, Query()]
Categories = Annotated[list[CategoryId], Query(description="Any of these, and all below them.")]
Brands = Annotated[list[str], Query(description="Any of these.")]
Conditions = Annotated[list[Condition], Query(description="Any of these.")]
OfStores = Annotated[list[StoreId], Query(description="Any of these.")]
Minor = Annotated[int | None, Query(ge=0, le=10**12, description="In minor units of the currency.")]
Rating = Annotated[float | None, Query(ge=1, le=5)]
Lat = Annotated[float | None, Query(ge=-90, le=90)]
Lon = Annotated[float | None, Query(ge=-180, le=180)]
Km = Annotated[float | None, Query(gt=0, le=20_100)]
Facets = Annotated[
    list[str],
    Query(
        description="What to count: category, brand, condition, store, price, rating, available, verified, "
        "attr.<code>. Each is counted under all other filters."
    ),
]
Limit = Annotated[int, Query(ge=1, le=50)]
Cursor = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_-]{0,1000}$")]


@api.get("/v1/search", permit=PUBLIC)
def search_listings(
    q: Text = "",
    language: Language = "en",
    currency: Currency = "EUR",
    category: Categories = [],  # noqa: B006 - the framework copies defaults
    brand: Brands = [],  # noqa: ARG001, B006 - read as it was sent, for it may hold commas
    condition: Conditions = [],  # noqa: B006 - as above
    store: OfStores = [],  # noqa: B006 - as above
    price_from: Minor = None,
    price_to: Minor = None,
    rating_from: Rating = None,
    available: Annotated[bool | None, Query()] = None,
    verified: Annotated[bool | None, Query(description="Whether the store is.")] = None,
    lat: Lat = None,
    lon: Lon = None,
    km: Km = None,
    facets: Facets = [],  # noqa: B006 - as above
    sort: Annotated[Sort, Query()] = "relevance",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response[SearchPage]:
    """Find what is for sale. Any further parameter named `attr.<code>` filters by that attribute, any of its values."""
    said, where = _said(), Where(lat, lon, km)
    wanted = Wanted(
        categories=category,
        conditions=condition,
        stores=store,
        price_from=price_from,
        price_to=price_to,
        rating_from=rating_from,
        available=available,
        verified=verified,
        where=where,
    )
    asked = Asked(
        text=readable(q),
        language=language,
        currency=currency,
        filters=asking.filters(wanted, said),
        facets=asking.facets(facets),
        sort=asking.sort(sort, where),
        place=where.place(),
        limit=limit,
    )
    return _answer(searching.search(asked, cursor, _scope(said)))


@api.get("/v1/search/suggestions", permit=PUBLIC)
def suggest_searches(
    q: Text = "", language: Language = "en", currency: Currency = "EUR", limit: Annotated[int, Query(ge=1, le=20)] = 8
) -> Response[SuggestionList]:
    """What is likely to be meant by the beginning of a search: queries, brands, goods, stores."""
    return _answer(searching.suggest(readable(q), language, currency, limit))


@api.get("/v1/search/stores", permit=PUBLIC)
def search_stores(
    q: Text = "",
    category: Categories = [],  # noqa: B006 - the framework copies defaults
    verified: Annotated[bool | None, Query()] = None,
    rating_from: Rating = None,
    country: Annotated[str | None, Query(pattern="^[A-Z]{2}$")] = None,
    lat: Lat = None,
    lon: Lon = None,
    km: Km = None,
    sort: Annotated[Literal["relevance", "rating", "distance"], Query()] = "relevance",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response[StoresFound]:
    """Find stores by name, by what they sell, by where they are."""
    where = Where(lat, lon, km)
    asked = AskedStores(
        text=readable(q),
        categories=tuple(category[: asking.VALUES]),
        verified=verified,
        rating_from=rating_from,
        country=country,
        near=where.around(),
        sort=asking.store_sort(sort, where),
        limit=limit,
    )
    return _answer(searching.search_stores(asked, cursor, _scope(_said())))


def _said() -> Said:
    """What has no fixed name, or may hold a comma, is read from the query string as it was sent."""
    sent = api.resolver.current_event.get("rawQueryString") or ""
    return Said(asking.few(parse_qsl(sent, keep_blank_values=True)))


def _scope(said: Said) -> str:
    """The whole search but for its page: a cursor goes on with no other one."""
    asked = sorted(pair for pair in said.pairs if pair[0] not in PAGING)
    return hashlib.sha256(repr(asked).encode()).hexdigest()


def _answer(body: Any) -> Response[Any]:
    headers: dict[str, Any] = {"Cache-Control": FRESH}
    if body.degraded:
        headers = {"Cache-Control": "no-store", "X-Degraded": "true"}
    return Response(200, content_type="application/json", body=body, headers=headers)
