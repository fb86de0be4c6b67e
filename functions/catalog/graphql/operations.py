"""Carries out a route's operation as the route itself would: the same permission, validation, rules and receipt."""

import inspect
import json
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from kernel import authz
from kernel.errors import DomainError, Fault, Invalid
from kernel.http import earlier_answer
from kernel.operations import Operation


def carry_out(operation: Operation, given: Mapping[str, Any]) -> Any:
    """Plain data, as the route's body has it; true where the route has none."""
    permit, who = operation.permit, authz.principal()
    try:
        refusal = permit != authz.PUBLIC and authz.hopeless(who, permit)
        if refusal:
            raise refusal
        arguments = checked(operation, given)
        with authz.acting_as(who) as checks:
            answer = plain(operation.function(**arguments))
        if permit != authz.PUBLIC and permit not in checks.required:
            raise RuntimeError(f"{operation.name} did not require {permit!r}.")
        return answer
    except DomainError:
        kept = earlier_answer() if operation.method != "GET" else None
        if not kept:
            raise
        return json.loads(kept.body) if kept.body else True


def plain(answer: Any) -> Any:
    if isinstance(answer, Response):
        answer = answer.body
    return answer.model_dump(mode="json") if isinstance(answer, BaseModel) else True


def checked(operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
    """By the route's own annotations; what is wrong is told as the route would tell it."""
    arguments, faults = dict[str, Any](), list[Fault]()
    for name, (adapter, where) in adapters(operation.function).items():
        if name not in given or (given[name] is None and where == "query"):
            continue  # the route's own default
        try:
            arguments[name] = adapter.validate_python(given[name])
        except ValidationError as error:
            for found in error.errors():
                steps = found["loc"] if where == "body" else (name, *found["loc"])
                faults.append(Fault("".join(f"/{step}" for step in steps), str(found["msg"]), where))
    if faults:
        raise Invalid("Some fields are wrong.", faults=faults)
    return arguments


@cache
def adapters(function: Any) -> dict[str, tuple[TypeAdapter[Any], str]]:
    """By the name of each parameter: what checks it, and which part of a request it is."""
    return {name: _adapter(one.annotation) for name, one in inspect.signature(function).parameters.items()}


def _adapter(annotation: Any) -> tuple[TypeAdapter[Any], str]:
    if get_origin(annotation) is not Annotated:
        return TypeAdapter(annotation), "body"
    kind, *notes = get_args(annotation)
    where = next(type(one).__name__.lower() for one in reversed(notes) if type(one).__name__ in ("Path", "Query"))
    rest = [one for note in notes for one in (note.metadata if isinstance(note, FieldInfo) else [note])]
    return TypeAdapter(Annotated[kind, *rest] if rest else kind), where
