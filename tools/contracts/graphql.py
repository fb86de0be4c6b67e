"""GraphQL's schema in its own language, where a domain has one: it follows from the routes, as all contracts do."""

from collections.abc import Iterable

from graphql import print_schema

from tools.contracts.domains import Domain

PATH = "docs/api/schema.graphql"


def files(domains: Iterable[Domain]) -> dict[str, str]:
    found: dict[str, str] = {}
    for domain in domains:
        if module := domain.module("graphql"):
            found[PATH] = f"{print_schema(module.schema())}\n"
    return found
