"""Takes each IAM grant away from the running stack in turn: the walk must miss it, or the grant is one too many.

`python -m tests.e2e.grants` goes through all of them; the e2e tests through some drawn at random.
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
from tests.e2e.buying_walk import walk_buying
from tests.e2e.by_graphql import Querying
from tests.e2e.deciding_walk import walk_deciding
from tests.e2e.discovery_walk import walk_discovery
from tests.e2e.fulfilling_walk import walk_fulfilling
from tests.e2e.goods_walk import walk_goods
from tests.e2e.leaving_walk import walk_leaving
from tests.e2e.ledger_walk import walk_ledger
from tests.e2e.media_walk import walk_media
from tests.e2e.ordering_walk import walk_ordering
from tests.e2e.paying_out_walk import walk_paying_out
from tests.e2e.paying_walk import walk_paying_in
from tests.e2e.personal_walk import walk_personal
from tests.e2e.reconciling_walk import walk_reconciling
from tests.e2e.returning_walk import walk_returning
from tests.e2e.saving_walk import walk_saving
from tests.e2e.search_walk import walk_search
from tests.e2e.sending_walk import walk_sending
from tests.e2e.sheet_walk import walk_sheets
from tests.e2e.stock_walk import walk_stock
from tests.e2e.store_walk import walk_store
from tests.e2e.strandings_walk import walk_strandings
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
    """The walk that uses all that the role's function may do."""
    return next((walks for fragment, walks in WALKS.items() if f"-{fragment}" in grant.role), walk)


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


def walk_paying(person: Person) -> None:
    for part in (walk_paying_in, walk_paying_out, walk_saving):
        part(Person(person.stack, patience_s=person.patience_s))


def walk_baskets(person: Person) -> None:
    for part in (walk_buying, walk_ordering):
        part(Person(person.stack, patience_s=person.patience_s))


def walk_orders(person: Person) -> None:
    walk_baskets(person)
    for part in (walk_sending, walk_fulfilling, walk_returning, walk_strandings):
        part(Person(person.stack, patience_s=person.patience_s))


def walk_what_is_due(person: Person) -> None:
    for part in (walk_strandings, walk_fulfilling, walk_returning, walk_sending):
        part(Person(person.stack, patience_s=person.patience_s))


def walk_people(person: Person) -> None:
    walk_personal(person)
    walk_ways(Person(person.stack, patience_s=person.patience_s))


def walk_by_graphql(person: Person) -> None:
    walk_catalog(Querying(person.stack, patience_s=person.patience_s))


def walk_finding(person: Person) -> None:
    for part in (walk_search, walk_discovery):
        part(Person(person.stack, patience_s=person.patience_s))


WALKS: dict[str, Callable[[Person], None]] = {  # by what stands in the role's name; the first that fits
    "stores-": walk_store,
    "inventory-": walk_stock,
    "baskets-": walk_baskets,
    "orders-Sweep": walk_what_is_due,
    "orders-": walk_orders,
    "ledger-": walk_money,
    "reports-": walk_discovery,
    "search-Api": walk_finding,
    "search-Interest": walk_discovery,
    "search-Reckoning": walk_discovery,
    "search-": walk_search,  # its consumers, its sweep
    "catalog-Arrivals": walk_media,
    "catalog-Imports": walk_sheets,
    "catalog-Chunks": walk_sheets,
    "catalog-Api": walk_catalog,
    "catalog-Graphql": walk_by_graphql,
    "catalog-Sweep": walk_sweeping,
    "catalog-": walk_selling,  # its consumers, its tasks
    "identity-": walk_people,
    "access-": walk_people,
    "payments-Reconcile": walk_reconciling,
    "payments-": walk_paying,
}


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
    parser.add_argument("--grant", default="", help="only of these what has this in its action or resource: SendTask")
    only = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, Stack.start(Path(home), seeded=True) as stack:
        found = [grant for grant in live_grants(stack) if only.role in grant.role]
        grants = [grant for grant in found if only.grant in f"{grant.action} {grant.resource}"]
        for whole in dict.fromkeys([walk, *map(walk_of, grants)]):  # one that fails anyway would miss whatever is gone
            began = time.monotonic()
            whole(Person(stack, patience_s=PATIENCE_S))
            print(f"{time.monotonic() - began:4.0f} s  {whole.__name__}, with every grant there", flush=True)
        spare = []
        for grant in grants:
            began = time.monotonic()
            failure = missed(stack, grant)
            took = f"{time.monotonic() - began:4.0f} s  {'missed' if failure else 'SPARE '}"
            print(f"{took}  {grant}{'  ← ' + failure[:90] if failure else ''}", flush=True)
            if not failure:
                spare.append(grant)
        walk(Person(stack))
    print(f"{len(grants) - len(spare)} of {len(grants)} grants are missed when they are gone.")
    return 1 if spare or not grants else 0


if __name__ == "__main__":
    sys.exit(main())
