"""Takes each IAM grant away from the running stack in turn: the walk must miss it, or the grant is one too many.

`python -m tests.e2e.grants` goes through all of them; the e2e tests through ten drawn at random.
"""

import argparse
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.grants import USED_BY_AWS
from local.stack import Stack
from tests.e2e.bargain_walk import walk_bargain, walk_crowd
from tests.e2e.books_walk import walk_books
from tests.e2e.by_graphql import Querying
from tests.e2e.deciding_walk import walk_deciding
from tests.e2e.goods_walk import walk_goods
from tests.e2e.leaving_walk import walk_leaving
from tests.e2e.ledger_walk import walk_ledger
from tests.e2e.media_walk import walk_media
from tests.e2e.personal_walk import walk_personal
from tests.e2e.search_walk import walk_search
from tests.e2e.sheet_walk import walk_sheets
from tests.e2e.stock_walk import walk_stock
from tests.e2e.store_walk import walk_store
from tests.e2e.walk import Person, walk
from tests.e2e.ways_walk import walk_ways

PATIENCE_S = 6.0  # a healthy walk waits a fraction of this for its mail and for being refused


@dataclass(frozen=True, slots=True)
class Live:
    """One action on one resource that a role holds in the deployed stack."""

    role: str
    policy: str
    action: str
    resource: str

    def __str__(self) -> str:
        return f"{self.role}: {self.action} on {self.resource.rpartition(':')[2]}"


def live_grants(stack: Stack) -> list[Live]:
    """The grants that calls of our own code need; what AWS itself uses in a function's name no walk can miss."""
    iam = stack.client("iam")
    return sorted(
        (
            Live(role, policy, action, resource)
            for role in _function_roles(stack)
            for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]
            for statement in _document(iam, role, policy)["Statement"]
            for action in _listed(statement["Action"])
            for resource in _listed(statement["Resource"])
            if action not in USED_BY_AWS
        ),
        key=str,
    )


def missed(stack: Stack, grant: Live) -> str:
    """What the walk failed on without the grant; nothing, if nothing needs it."""
    with _without(stack, grant):
        try:
            walk_of(grant)(Person(stack, patience_s=PATIENCE_S))
        except AssertionError as failure:
            return str(failure) or "an assertion of the walk"
    return ""


def walk_of(grant: Live) -> Callable[[Person], None]:
    """The walk that uses all that the role's domain may do."""
    if "-stores-" in grant.role:
        return walk_store
    if "-inventory-" in grant.role:
        return walk_stock
    if "-ledger-" in grant.role:
        return walk_money
    if any(f"-search-{name}" in grant.role for name in ("Api", "Consumers", "Sweep")):
        return walk_search
    if "-catalog-" in grant.role:
        return _walk_of_catalog(grant)
    return walk_people if "-identity-" in grant.role or "-access-" in grant.role else walk


def _walk_of_catalog(grant: Live) -> Callable[[Person], None]:
    if "-catalog-Arrivals" in grant.role:
        return walk_media
    if "-catalog-Imports" in grant.role or "-catalog-Chunks" in grant.role:
        return walk_sheets
    if "-catalog-Api" in grant.role:
        return walk_catalog
    if "-catalog-Graphql" in grant.role:
        return lambda person: walk_catalog(Querying(person.stack, patience_s=person.patience_s))
    if "-catalog-Sweep" in grant.role:
        return walk_sweeping
    return walk_selling  # its consumers, its tasks


def walk_catalog(person: Person) -> None:
    for part in (walk_goods, walk_media, walk_sheets, walk_bargain):
        part(type(person)(person.stack, patience_s=person.patience_s))


def walk_selling(person: Person) -> None:
    for part in (walk_bargain, walk_crowd, walk_goods, walk_media, walk_leaving):
        part(Person(person.stack, patience_s=person.patience_s))


def walk_sweeping(person: Person) -> None:
    for part in (walk_bargain, walk_goods, walk_media, walk_sheets):
        part(Person(person.stack, patience_s=person.patience_s))


def walk_money(person: Person) -> None:
    for part in (walk_ledger, walk_books, walk_deciding):
        part(Person(person.stack, patience_s=person.patience_s))


def walk_people(person: Person) -> None:
    walk_personal(person)
    walk_ways(Person(person.stack, patience_s=person.patience_s))


@contextlib.contextmanager
def _without(stack: Stack, grant: Live) -> Iterator[None]:
    iam = stack.client("iam")
    whole = _document(iam, grant.role, grant.policy)
    poorer = {**whole, "Statement": [rest for one in whole["Statement"] for rest in _less(one, grant)]}
    put = {"RoleName": grant.role, "PolicyName": grant.policy}
    try:
        iam.put_role_policy(**put, PolicyDocument=json.dumps(poorer))
        _start_cold(stack, grant.role)
        yield
    finally:
        iam.put_role_policy(**put, PolicyDocument=json.dumps(whole))
        _start_cold(stack, grant.role)


def _less(statement: dict[str, Any], grant: Live) -> Iterator[dict[str, Any]]:
    for action in _listed(statement["Action"]):
        for resource in _listed(statement["Resource"]):
            if (action, resource) != (grant.action, grant.resource):
                yield {**statement, "Action": action, "Resource": resource}


def _start_cold(stack: Stack, role: str) -> None:
    """A warm function still holds what it was allowed to read before."""
    functions = stack.client("lambda")
    for function in functions.list_functions()["Functions"]:
        if function["Role"].endswith(f"/{role}"):
            variables = {**function["Environment"]["Variables"], "STARTED_COLD_AT": str(time.time_ns())}
            functions.update_function_configuration(
                FunctionName=function["FunctionName"], Environment={"Variables": variables}
            )


def _function_roles(stack: Stack) -> set[str]:
    functions = stack.client("lambda").list_functions()["Functions"]
    return {function["Role"].rpartition("/")[2] for function in functions}


def _document(iam: Any, role: str, policy: str) -> dict[str, Any]:
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    return json.loads(document) if isinstance(document, str) else document


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.grants", description=__doc__)
    parser.add_argument("--role", default="", help="only the roles whose name has this in it")
    only = parser.parse_args().role
    with tempfile.TemporaryDirectory() as home, Stack.start(Path(home), seeded=True) as stack:
        walk(Person(stack))
        walk_store(Person(stack))
        walk_people(Person(stack))
        grants = [grant for grant in live_grants(stack) if only in grant.role]
        spare = []
        for grant in grants:
            failure = missed(stack, grant)
            print(
                f"{'missed ' if failure else 'SPARE  '} {grant}{'  ← ' + failure[:90] if failure else ''}", flush=True
            )
            if not failure:
                spare.append(grant)
        walk(Person(stack))
    print(f"{len(grants) - len(spare)} of {len(grants)} grants are missed when they are gone.")
    return 1 if spare or not grants else 0


if __name__ == "__main__":
    sys.exit(main())
