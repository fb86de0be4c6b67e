"""GraphQL for tests: any route's operation by its name, with everything that it can answer asked for."""

from dataclasses import dataclass
from typing import Any

from graphql import GraphQLObjectType, get_named_type, parse

from functions.catalog import graphql
from functions.catalog.api import api
from functions.catalog.graphql.links import LINKS
from functions.catalog.graphql.schema import schema
from kernel.authz import Principal
from tests.builders.http import Answered, Caller

__all__ = ["parse", "schema"]

LINKED = {(of, link.name) for link in LINKS for of in link.of}


@dataclass(frozen=True)
class Told:
    """What came of one operation: its data, or the problem's status and code."""

    data: Any
    status: int = 200
    code: str = ""
    faults: Any = None


def post(query: str, who: Principal | None = None, **sent: Any) -> Answered:
    headers = sent.pop("headers", None)
    path = "/v1/graphql" if who else "/v1/graphql/public"
    return Caller(graphql.api, who)("POST", path, {"query": query, **sent}, headers=headers)


def all_fields() -> dict[str, Any]:
    both = schema()
    assert both.query_type
    assert both.mutation_type
    return {**both.query_type.fields, **both.mutation_type.fields}


def carry_out(name: str, who: Principal | None, *, headers: dict[str, str] | None = None, **given: Any) -> Told:
    """One operation with all that it answers."""
    answer = post(document(name, given), who, variables=given, headers=headers)
    assert answer.status == 200, answer.text
    if errors := answer.json.get("errors"):
        extensions = errors[0]["extensions"]
        return Told(None, extensions["status"], extensions["code"], extensions.get("errors"))
    return Told(answer.json["data"][name])


def document(name: str, given: dict[str, Any]) -> str:
    field = all_fields()[name]
    root = "query" if api.operations[name].method == "GET" else "mutation"
    declared = ", ".join(f"${one}: {field.args[one].type}" for one in given)
    passed = ", ".join(f"{one}: ${one}" for one in given)
    head = f"{root}({declared})" if declared else root
    return f"{head} {{ {name}{f'({passed})' if passed else ''} {selection(field.type)} }}"


def selection(kind: Any) -> str:
    """Every field there is, but for what leads on to something else."""
    named = get_named_type(kind)
    if not isinstance(named, GraphQLObjectType):
        return ""
    fields = [
        f"{one} {selection(field.type)}" for one, field in named.fields.items() if (named.name, one) not in LINKED
    ]
    return f"{{ {' '.join(fields)} }}"


def arguments(name: str, things: dict[str, str], body: Any) -> dict[str, Any]:
    """What a path names, and the body under the name that the route gives it."""
    both = all_fields()
    named = {one: things[one] for one in both[name].args if one in things}
    rest = [one for one, argument in both[name].args.items() if str(argument.type).rstrip("!").endswith("Input")]
    return named | ({rest[0]: body} if rest and body is not None else {})
