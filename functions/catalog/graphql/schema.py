"""The schema: every route of the catalogue under its own name, reading as a query and writing as a mutation."""

import inspect
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Literal, get_args, get_origin

from aws_lambda_powertools.event_handler import Response
from graphql import GraphQLArgument, GraphQLField, GraphQLObjectType, GraphQLSchema

from functions.catalog import model
from functions.catalog.api import api
from functions.catalog.graphql.limits import LOAD
from functions.catalog.graphql.links import LINKS, Link
from functions.catalog.graphql.operations import carry_out
from functions.catalog.graphql.types import Types, nullable
from kernel.authz import PUBLIC
from kernel.operations import Operation


@cache
def schema() -> GraphQLSchema:
    types = Types(words(), linked)
    reads = {name: field(types, one) for name, one in sorted(api.operations.items()) if one.method == "GET"}
    writes = {name: field(types, one) for name, one in sorted(api.operations.items()) if one.method != "GET"}
    return GraphQLSchema(
        query=GraphQLObjectType("Query", reads),
        mutation=GraphQLObjectType("Mutation", writes, description="One in a request."),
    )


def words() -> dict[tuple[str, ...], str]:
    """The names that the models have given to their closed sets of words."""
    modules = [import_module(f"{model.__name__}.{one.name}") for one in iter_modules(model.__path__)]
    named = sorted((name, value) for module in modules for name, value in vars(module).items() if _is_word(value))
    return {get_args(value): name for name, value in reversed(named)}


def field(types: Types, operation: Operation) -> GraphQLField:
    def resolve(_source: Any, _info: Any, **given: Any) -> Any:
        return carry_out(operation, given)

    signature = inspect.signature(operation.function)
    told = " ".join((operation.function.__doc__ or "").split())
    return GraphQLField(
        nullable(types.answer(answered(signature.return_annotation))),  # or one refusal would take all the rest along
        {name: argument(types, parameter) for name, parameter in signature.parameters.items()},
        resolve,
        extensions={"cost": LOAD},
        description=told if operation.permit == PUBLIC else f"{told} Asks for the permission {operation.permit}.",
    )


def answered(annotation: Any) -> Any:
    """What is in a response, where a route answers with one."""
    return get_args(annotation)[0] if get_origin(annotation) is Response else annotation


def argument(types: Types, parameter: inspect.Parameter) -> GraphQLArgument:
    kind = types.argument(parameter.annotation)
    if parameter.default is parameter.empty:
        return GraphQLArgument(kind)
    return GraphQLArgument(nullable(kind))  # the default is the route's own


def linked(types: Types, name: str) -> dict[str, GraphQLField]:
    return {link.name: _link_field(types, link) for link in LINKS if name in link.of}


def _link_field(types: Types, link: Link) -> GraphQLField:
    signature = inspect.signature(link.load)
    given = list(signature.parameters.values())[2:]  # after what the link leads from, and this request's loads

    def resolve(source: Mapping[str, Any], info: Any, **arguments: Any) -> Any:
        return link.load(source, info.context, **arguments)

    return GraphQLField(
        nullable(types.answer(link.to)),
        {one.name: argument(types, one) for one in given},
        resolve,
        extensions={"cost": link.cost},
        description=link.told,
    )


def _is_word(value: Any) -> bool:
    return get_origin(value) is Literal and all(isinstance(one, str) for one in get_args(value))
