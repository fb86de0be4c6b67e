"""Reads, checks and carries out a query; whatever goes wrong is told in the words of the routes' problems."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLError, execute, parse, validate

from functions.catalog.graphql import limits
from functions.catalog.graphql.links import Loads
from functions.catalog.graphql.schema import schema
from kernel import log
from kernel.errors import DomainError, InternalError, Invalid, problem

TOLD = 10  # mistakes at once
KEPT = 200  # documents in a process, of at most 20 KB each


class QueryInvalid(Invalid):
    """This is not a query of this schema."""


class Mistaken(Exception):
    """What is wrong with a document, all at once."""

    def __init__(self, mistakes: Sequence[GraphQLError]) -> None:
        super().__init__()
        self.mistakes = mistakes


@lru_cache(maxsize=KEPT)
def understood(query: str) -> DocumentNode:
    """Clients send the same few documents with other variables, and reading one takes longer than carrying it out."""
    document = parse(query, max_tokens=limits.TOKENS)
    if mistakes := validate(schema(), document, max_errors=TOLD):
        raise Mistaken(mistakes[:TOLD])
    return document


def answer(query: str, variables: Mapping[str, Any], name: str | None) -> dict[str, Any]:
    """Whatever is refused is told in the answer: a query is never refused as a whole."""
    try:
        return _answered(query, variables, name)
    except DomainError as refusal:
        return {"errors": [_told(GraphQLError(refusal.detail), refusal)]}


def _answered(query: str, variables: Mapping[str, Any], name: str | None) -> dict[str, Any]:
    try:
        document = understood(query)
    except GraphQLError as error:
        return {"errors": [_told(error, QueryInvalid(error.message))]}
    except Mistaken as error:
        return {"errors": [_told(one, QueryInvalid(one.message)) for one in error.mistakes]}
    limits.check(schema(), document, name, variables)

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
    if location := getattr(meant, "location", ""):
        extensions["location"] = location
    where = {name: value for name, value in error.formatted.items() if name in ("locations", "path")}
    return {"message": meant.detail, "extensions": extensions, **where}
