"""A JSON Schema and an example for every published event, and the guard that a version only ever grows."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kernel.events import Data
from tools.contracts.domains import ROOT, ContractError, Domain
from tools.contracts.examples import ID_TAIL, MOMENT, example

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DOCUMENTARY = frozenset({"title", "description", "examples"})
_METADATA: dict[str, Any] = {
    "type": "object",
    "description": "Who, when, in which order, because of what. Consumers drop an id they have seen.",
    "properties": {
        "id": {"type": "string", "description": "Of this event, for ever.", "examples": [f"evt_{ID_TAIL}"]},
        "occurred_at": {"type": "string", "format": "date-time", "examples": [MOMENT]},
        "aggregate": {"type": "string", "description": "The id of the thing that this happened to."},
        "sequence": {"type": "integer", "minimum": 1, "description": "The thing's version after this happened."},
        "correlation_id": {"type": "string", "description": "Of the request that began it all."},
        "causation_id": {"type": "string", "description": "The event that led to this one, or empty."},
    },
}


def files(domain: Domain) -> Iterator[tuple[str, str]]:
    for event in domain.events:
        base = f"events/{domain.name}/{event.detail_type()}"
        yield f"{base}.schema.json", _text(schema(event))
        yield f"{base}.example.json", _text(bridge_event(domain, event))


def schema(event: type[Data]) -> dict[str, Any]:
    """Of an EventBridge event's `detail`. Open for more fields: what is optional tomorrow must pass today's check."""
    data = _tidy(event.model_json_schema(mode="serialization"))
    definitions = data.pop("$defs", {})
    described = {
        "$schema": DIALECT,
        "$id": f"urn:metco:event:{event.detail_type()}",
        "title": event.detail_type(),
        "description": data.pop("description", ""),
        "type": "object",
        "properties": {"metadata": _metadata(event), "data": data},
        "required": ["metadata", "data"],
    }
    return described | ({"$defs": definitions} if definitions else {})


def bridge_event(domain: Domain, event: type[Data]) -> dict[str, Any]:
    """The whole event as a rule matches it and a queue receives it."""
    described = schema(event)
    where = f"functions/{domain.name}/events.py: {event.__name__}"
    data = example(described["properties"]["data"], described.get("$defs", {}), where)
    aggregate = next((value for name, value in data.items() if name.endswith("_id")), f"agg_{ID_TAIL}")
    return {
        "version": "0",
        "id": "6f1c2d3e-4b5a-4978-8a9b-0c1d2e3f4a5b",
        "detail-type": event.detail_type(),
        "source": domain.source,
        "account": "000000000000",
        "time": MOMENT[:19] + "Z",
        "region": "eu-central-1",
        "resources": [],
        "detail": {
            "metadata": {
                "id": f"evt_{ID_TAIL}",
                "type": event.__name__,
                "version": event.version,
                "occurred_at": MOMENT,
                "aggregate": aggregate,
                "sequence": 1,
                "correlation_id": f"cor_{ID_TAIL}",
                "causation_id": "",
            },
            "data": data,
        },
    }


def guard(files_now: Mapping[str, str]) -> None:
    """Refuse to overwrite a published schema with one that is not the same and more."""
    for path, text in files_now.items():
        published = ROOT / path
        if not path.endswith(".schema.json") or not published.exists():
            continue
        broken = breaks(json.loads(published.read_text(encoding="utf-8")), json.loads(text))
        if broken:
            name = path.rpartition("/")[2].removesuffix(".schema.json")
            raise ContractError(
                f"{name} is published, and within a version only optional fields are added: {'; '.join(broken)}. "
                f"Publish the next version beside it, or delete {path} if nothing ever used it."
            )


def breaks(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What a consumer of the published schema could stumble over."""
    return list(_breaks(_resolved(before), _resolved(after), ""))


def _breaks(before: Any, after: Any, where: str) -> Iterator[str]:
    if not isinstance(before, dict) or not isinstance(after, dict):
        if before != after:
            yield f"{where} was {json.dumps(before)} and is {json.dumps(after)}"
        return
    for name, field in before.get("properties", {}).items():
        place = f"{where}/{name}"
        if name not in after.get("properties", {}):
            yield f"{place} is gone"
        else:
            yield from _breaks(field, after["properties"][name], place)
    needed, promised = set(before.get("required", ())), set(after.get("required", ()))
    yield from (f"{where}/{name} is no longer always there" for name in sorted(needed - promised))
    yield from (f"{where}/{name} is new and not optional" for name in sorted(promised - needed))
    lost = [value for value in before.get("enum", ()) if value not in after.get("enum", (value,))]
    yield from (f"{where} can no longer be {json.dumps(value)}" for value in lost)
    for word in sorted((before.keys() | after.keys()) - DOCUMENTARY - {"properties", "required", "enum"}):
        yield from _breaks(before.get(word), after.get(word), f"{where}/{word}")


def _resolved(schema: Mapping[str, Any]) -> Any:
    """Definitions put in their places, so that moving a type into one is no change."""

    def put(node: Any) -> Any:
        if isinstance(node, list):
            return [put(one) for one in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return put(schema["$defs"][node["$ref"].rpartition("/")[2]])
        return {name: put(value) for name, value in node.items() if name != "$defs"}

    return put(schema)


def _metadata(event: type[Data]) -> dict[str, Any]:
    known = {"type": {"const": event.__name__}, "version": {"const": event.version}}
    properties = {**_METADATA["properties"], **known}
    return {**_METADATA, "properties": properties, "required": sorted(properties)}


def _tidy(node: Any) -> Any:
    """Without pydantic's titles, which repeat the names, and open: a published contract forbids no future field.

    Examples and defaults are values: a title in them is somebody's title.
    """
    if isinstance(node, list):
        return [_tidy(one) for one in node]
    if not isinstance(node, dict):
        return node
    tidy = {
        name: value if name in ("examples", "default") else _tidy(value)
        for name, value in node.items()
        if not (name == "title" and isinstance(value, str)) and (name, value) != ("additionalProperties", False)
    }
    if isinstance(node.get("properties"), dict):
        tidy["properties"] = {name: _tidy(value) for name, value in node["properties"].items()}
    return tidy


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
