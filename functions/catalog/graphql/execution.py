"""Reads, checks and carries out a query; whatever goes wrong is told in the words of the routes' problems."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import ExecutionResult, GraphQLError, execute, parse, validate

from functions.catalog.graphql import limits
from functions.catalog.graphql.links import Loads
from functions.catalog.graphql.schema import schema
from kernel import log
from kernel.errors import DomainError, InternalError, Invalid, Moved, problem

TOLD = 10  # mistakes at once


class QueryInvalid(Invalid):
    """This is not a query of this schema."""


def answer(query: str, variables: Mapping[str, Any], name: str | None) -> dict[str, Any]:
    try:
        document = parse(query, max_tokens=limits.TOKENS)
    except GraphQLError as error:
        return {"errors": [_told(error, QueryInvalid(error.message))]}
    if mistakes := validate(schema(), document, max_errors=TOLD):
        return {"errors": [_told(one, QueryInvalid(one.message)) for one in mistakes[:TOLD]]}
    try:
        limits.check(schema(), document, name, variables)
    except DomainError as refusal:
        return {"errors": [_told(GraphQLError(refusal.detail), refusal)]}

    async def carried_out() -> ExecutionResult:
        done = execute(schema(), document, context_value=Loads(), variable_values=dict(variables), operation_name=name)
        return done if isinstance(done, ExecutionResult) else await done

    result = asyncio.run(carried_out())
    told: dict[str, Any] = {"data": result.data}
    if result.errors:
        told["errors"] = _all_told(result.errors)
    return told


def _all_told(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    return [_told(error, _meant(error)) for error in errors]


def _meant(error: GraphQLError) -> DomainError:
    """A refusal as it is; the caller's mistake in the query; anything else is ours, and nobody's to read."""
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if isinstance(cause, DomainError):
        log.info("refused", code=cause.code, detail=cause.detail)
        return cause
    if cause is None:
        return QueryInvalid(error.message)
    log.warning("unexpected error", error=repr(cause))
    return InternalError()


def _told(error: GraphQLError, meant: DomainError) -> dict[str, Any]:
    extensions = {name: value for name, value in problem(meant, log.correlation_id()).items() if name != "detail"}
    if isinstance(meant, Moved):
        extensions["location"] = meant.location
    told: dict[str, Any] = {"message": meant.detail, "extensions": extensions}
    if error.locations:
        told["locations"] = [{"line": one.line, "column": one.column} for one in error.locations]
    if error.path:
        told["path"] = list(error.path)
    return told
