"""The clients: what they have in common, read from the OpenAPI document; each language writes it down in its way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kernel.errors import CONTENT_TYPE
from tools.contracts import openapi
from tools.contracts.openapi import answers

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    told: str
    codes: tuple[str, ...]
    path_parameters: tuple[str, ...]
    query: tuple[tuple[str, Schema], ...]
    body: str  # the name of a schema, or empty
    answer: str
    keyed: bool  # takes an Idempotency-Key
    versioned: bool  # takes If-Match


def operations(document: Mapping[str, Any]) -> list[Operation]:
    """Not those to which only a browser is sent, or which answer with what is to be looked at."""
    return [
        _operation(document, path, method, operation)
        for path, method, operation in openapi.operations(document)
        if "303" not in operation["responses"] and not _looked_at(operation)
    ]


def _looked_at(operation: Mapping[str, Any]) -> bool:
    return bool(openapi.FOR_PEOPLE & set(operation["responses"].get("200", {}).get("content", {})))


def schemas(document: Mapping[str, Any], *roots: str) -> dict[str, Schema]:
    """These schemas and all that they refer to, by name."""
    known = document["components"]["schemas"]
    own = set(roots) - {""}
    return {name: known[name] for name in sorted(own | openapi.reachable([known[name] for name in own], known))}


def name_of(schema: Schema) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def alternatives(schema: Schema) -> tuple[Schema, bool]:
    """The one schema behind `X or null`, and whether null is one of the choices."""
    choices = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    return choices[0], len(choices) < len(schema.get("anyOf", [schema]))


def optional(schema: Schema) -> list[tuple[str, Schema, bool]]:
    """The fields of an object, those that must be there first, and whether each may be left out."""
    needed = set(schema.get("required", ()))
    fields = [(name, field, name not in needed) for name, field in schema.get("properties", {}).items()]
    return sorted(fields, key=lambda field: field[2])


def _operation(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> Operation:
    parameters = [one for one in operation["parameters"] if "$ref" not in one]
    headers = {name_of(one) for one in operation["parameters"] if "$ref" in one}
    answered = answers.of(document, operation)
    answer = next(one for status, one in answered.items() if status.startswith("2"))
    description = operation.get("description", "")
    return Operation(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        told=f"{operation['summary']}.\n\n{description}".strip(),
        codes=tuple(_codes(answered)),
        path_parameters=tuple(one["name"] for one in parameters if one["in"] == "path"),
        query=tuple((one["name"], one["schema"]) for one in parameters if one["in"] == "query"),
        body=_json(operation.get("requestBody", {})),
        answer=_json(answer),
        keyed="IdempotencyKey" in headers,
        versioned="IfMatch" in headers,
    )


def _json(container: Mapping[str, Any]) -> str:
    return name_of(container.get("content", {}).get("application/json", {}).get("schema", {}))


def _codes(answered: Mapping[str, Any]) -> Iterator[str]:
    for status, answer in answered.items():
        if status != "default":  # that one can happen to any call
            yield from answer.get("content", {}).get(CONTENT_TYPE, {}).get("examples", {})
