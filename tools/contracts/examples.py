"""An example for a JSON Schema: declared where only people know one, derived where the schema says enough."""

import re
from collections.abc import Mapping
from typing import Any

from tools.contracts.domains import ContractError

Schema = Mapping[str, Any]

MOMENT = "2026-05-04T12:00:00.000Z"
ID_TAIL = "01k6m2q8vx4c7e9r1t3y5w7zab"
_ID = re.compile(r"\^([a-z]{3})_\[\w+\]\{26\}\$")


def example(schema: Schema, definitions: Schema, where: str) -> Any:
    """`where` names the field in the complaint about one that needs an example of its own."""
    if "$ref" in schema:
        return example(definitions[schema["$ref"].rpartition("/")[2]], definitions, where)
    for declared in ("const", "default"):
        if schema.get(declared) is not None:
            return schema[declared]
    if schema.get("examples"):
        return schema["examples"][0]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return example(next(one for one in schema[choice] if one.get("type") != "null"), definitions, where)
    return _by_type(schema, definitions, where)


def _by_type(schema: Schema, definitions: Schema, where: str) -> Any:
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return {name: example(field, definitions, f"{where}.{name}") for name, field in fields.items()}
        case "array":
            return [example(schema["items"], definitions, where)]
        case "boolean":
            return True
        case "integer":
            return schema.get("minimum", 1)
        case "string" if schema.get("format") == "date-time":
            return MOMENT
        case "string" if found := _ID.fullmatch(schema.get("pattern", "")):
            return f"{found[1]}_{ID_TAIL}"
        case _:
            raise ContractError(f"{where} needs an example: Annotated[…, Field(examples=[…])].")
