"""The catalogue by GraphQL: what its routes read and write, under their rules and permissions, in one request."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from pydantic import Field

from functions.catalog.graphql.execution import answer
from functions.catalog.graphql.schema import schema
from kernel import authz
from kernel.authz import PUBLIC, require
from kernel.http import Api, Request

__all__ = ["api", "handler", "schema"]

api = Api("catalog")
handler = api.handler


class Query(Request):
    """As GraphQL over HTTP has it."""

    query: Annotated[str, Field(max_length=20_000, examples=["{ list_categories { items { category_id names } } }"])]
    variables: Annotated[dict[str, Any] | None, Field(examples=[{}])] = None
    operation_name: Annotated[str | None, Field(alias="operationName", max_length=100, examples=[None])] = None
    extensions: Annotated[dict[str, Any] | None, Field(examples=[None])] = None


@api.post("/v1/graphql", permit="query_catalog")
def query_catalog(query: Query) -> Response[dict[str, Any]]:
    """Queries, or one mutation, as yourself. Each field asks for the permission that its route asks for."""
    require("query_catalog", owner=authz.principal().id)
    return _answered(query)


@api.post("/v1/graphql/public", permit=PUBLIC)
def query_public_catalog(query: Query) -> Response[dict[str, Any]]:
    """Queries as a visitor."""
    return _answered(query)


def _answered(query: Query) -> Response[dict[str, Any]]:
    told = answer(query.query, query.variables or {}, query.operation_name)
    return Response(200, content_type="application/json", body=told, headers={"Cache-Control": "no-store"})
