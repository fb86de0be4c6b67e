"""DynamoDB's capacity units, by its published rules, from the requests that the code really makes."""

from collections.abc import Mapping
from math import ceil
from typing import Any

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


def units(operation: str, request: Mapping[str, Any]) -> tuple[float, float]:
    """(read, write) units of one request. An update is counted by what it sends, at least one block."""
    match operation:
        case "GetItem":
            return _read(request), 0
        case "BatchGetItem":
            return sum(len(table["Keys"]) * _read(table) for table in request["RequestItems"].values()), 0
        case "Query":
            return _read(request), 0
        case "TransactWriteItems":
            return 0, 2 * sum(_write(next(iter(entry.values()))) for entry in request["TransactItems"])
        case "PutItem" | "UpdateItem" | "DeleteItem":
            return 0, _write(request)
        case _:
            return 0, 0


def _read(request: Mapping[str, Any]) -> float:
    """Metco's items are far below one block of 4 KB."""
    return 1.0 if request.get("ConsistentRead") else 0.5


def _write(entry: Mapping[str, Any]) -> int:
    sent = entry.get("Item") or {**entry["Key"], **entry.get("ExpressionAttributeValues", {})}
    return max(1, ceil(item_size(sent) / WRITE_BLOCK))
