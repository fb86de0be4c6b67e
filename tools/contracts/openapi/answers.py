"""Each answer stands once in the document, under a name that says what it is; the operations refer to it."""

from collections.abc import Iterator, Mapping
from typing import Any

from kernel.errors import CONTENT_TYPE
from tools.contracts.domains import ContractError

_WHERE = "#/components/responses/"


def told_once(operations: Iterator[dict[str, Any]], responses: dict[str, Any]) -> None:
    """What operations answer goes to `responses`, and each operation keeps a reference to it.

    Most refusals are the same for many operations; written out at each they were half of the document.
    """
    for operation in operations:
        for status, answer in operation["responses"].items():
            if "$ref" not in answer:
                name = _name(status, answer)
                if responses.setdefault(name, answer) != answer:
                    raise ContractError(
                        f"Two different answers would be called {name}; {operation['operationId']} has one."
                    )
                operation["responses"][status] = {"$ref": _WHERE + name}


def of(document: Mapping[str, Any], operation: Mapping[str, Any]) -> dict[str, Any]:
    """What an operation answers, by status, as if it were written out there."""
    return {status: _found(document, answer) for status, answer in operation["responses"].items()}


def _found(document: Mapping[str, Any], answer: Mapping[str, Any]) -> Any:
    if "$ref" not in answer:
        return answer
    return document["components"]["responses"][answer["$ref"].removeprefix(_WHERE)]


def _name(status: str, answer: Mapping[str, Any]) -> str:
    """The status, and what is told with it: `409.slug_taken.version_conflict`, `200.Product`, `204`."""
    content = answer.get("content", {})
    if CONTENT_TYPE in content:
        return ".".join([status, *content[CONTENT_TYPE]["examples"]])
    kinds = (media["schema"].get("$ref", kind).rpartition("/")[2] for kind, media in content.items())
    return ".".join([status, *kinds])
