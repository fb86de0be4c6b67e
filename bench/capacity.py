"""DynamoDB's capacity units, by its published rules, from the requests that the code really makes."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from tests.builders.cloud import INDEXES

READ_BLOCK, WRITE_BLOCK = 4096, 1024


def size(value: Any) -> int:
    """An attribute value's size in DynamoDB's typed form."""
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return len(content.lstrip("-")) // 2 + 2
        case "BOOL" | "NULL":
            return 1
        case "B":
            return len(content)
        case "L":
            return 3 + sum(1 + size(one) for one in content)
        case "M":
            return 3 + item_size(content) + len(content)
        case _:  # a set
            return sum(len(one.encode()) for one in content)


def item_size(item: Mapping[str, Any]) -> int:
    return sum(len(name.encode()) + size(value) for name, value in item.items())


def units(operation: str, request: Mapping[str, Any], answer: Mapping[str, Any] | None = None) -> tuple[float, float]:
    """(read, write) units of one request. An update is counted by what it sends, at least one block.

    What is read is counted by what came back; without an answer each item, and each page, is taken for one block.
    """
    came = answer or {}
    match operation:
        case "GetItem":
            return _read(request) * _blocks([came.get("Item", {})]), 0
        case "BatchGetItem":
            found = came.get("Responses", {})
            asked = request["RequestItems"].items()
            return sum(_read(one) * _each(one, found.get(name, [])) for name, one in asked), 0
        case "Query":
            return _read(request) * _blocks(came.get("Items", [])), 0
        case "TransactWriteItems":
            return 0, 2 * sum(_write(next(iter(entry.values()))) for entry in request["TransactItems"])
        case "PutItem" | "UpdateItem" | "DeleteItem":
            return 0, _write(request)
        case _:
            return 0, 0


def index_units(operation: str, request: Mapping[str, Any]) -> int:
    """What the indexes are written with, each once: that is done after a transaction, and is no part of it."""
    match operation:
        case "TransactWriteItems":
            return sum(_indexed(next(iter(entry.values()))) for entry in request["TransactItems"])
        case "PutItem":
            return _indexed(request)
        case _:
            return 0


def _indexed(entry: Mapping[str, Any]) -> int:
    item = entry.get("Item", {})
    return sum(_write({"Item": _held(item, one)}) for one in INDEXES if f"{one}pk" in item)


def _held(item: Mapping[str, Any], index: str) -> Mapping[str, Any]:
    """What of an item an index holds: all of it, or its keys and the attributes that the index names."""
    named = INDEXES[index].get("NonKeyAttributes")
    held = {*named, "pk", "sk", f"{index}pk", f"{index}sk"} if named else item.keys()
    return {name: value for name, value in item.items() if name in held}


def _read(request: Mapping[str, Any]) -> float:
    return 1.0 if request.get("ConsistentRead") else 0.5


def _each(asked: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> int:
    """Each of a batch is rounded up by itself; one that is not there counts like a small one."""
    return sum(_blocks([item]) for item in found) + len(asked["Keys"]) - len(found)


def _blocks(items: Sequence[Mapping[str, Any]]) -> int:
    return max(1, ceil(sum(map(item_size, items)) / READ_BLOCK))


def _write(entry: Mapping[str, Any]) -> int:
    sent = entry.get("Item") or {**entry["Key"], **entry.get("ExpressionAttributeValues", {})}
    return max(1, ceil(item_size(sent) / WRITE_BLOCK))
