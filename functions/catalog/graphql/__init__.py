"""The catalogue by GraphQL: what its routes read and write, under their rules and permissions, in one request."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from pydantic import ConfigDict, Field

from functions.catalog.graphql.execution import answer
from functions.catalog.graphql.schema import schema
from kernel import authz
from kernel.authz import PUBLIC, require
from kernel.http import Answer, Api, Request

__all__ = ["api", "handler", "schema"]

api = Api("catalog")
handler = api.handler


class Query(Request):
    """As GraphQL over HTTP has it."""

    query: Annotated[str, Field(max_length=20_000, examples=["{ list_categories { items { category_id names } } }"])]
    variables: Annotated[dict[str, Any] | None, Field(examples=[{}])] = None
    operation_name: Annotated[str | None, Field(alias="operationName", max_length=100, examples=[None])] = None
    extensions: Annotated[dict[str, Any] | None, Field(examples=[None])] = None


class QueryError(Answer):
    """`message` is to show; `extensions` tell it as a problem of the routes: decide by its `code`."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 2})

    message: Annotated[str, Field(examples=["There is no such thing, or it is not yours to see."])]
    extensions: Annotated[dict[str, Any], Field(examples=[{"code": "not_found", "status": 404}])]
    locations: Annotated[list[dict[str, int]], Field(examples=[[{"line": 1, "column": 3}]], default_factory=list)]
    path: Annotated[list[str | int], Field(examples=[["read_product"]], default_factory=list)]


class QueryAnswer(Answer):
    """As GraphQL has it: without `data` where nothing was carried out, without `errors` where nothing went wrong."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    data: Annotated[dict[str, Any] | None, Field(examples=[{"list_categories": {"items": []}}])] = None
    errors: Annotated[list[QueryError], Field(min_length=1, default_factory=list)]


@api.post("/v1/graphql", permit="query_catalog")
def query_catalog(query: Query) -> Response[QueryAnswer]:
    """Queries, or one mutation, as yourself. Each field asks for the permission that its route asks for."""
    require("query_catalog", owner=authz.principal().id)
    return _answered(query)


@api.post("/v1/graphql/public", permit=PUBLIC)
def query_public_catalog(query: Query) -> Response[QueryAnswer]:
    """Queries as a visitor."""
    return _answered(query)


def _answered(query: Query) -> Response[QueryAnswer]:
    told: Any = answer(query.query, query.variables or {}, query.operation_name)
    return Response(200, content_type="application/json", body=told, headers={"Cache-Control": "no-store"})
