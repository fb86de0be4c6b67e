"""Synthesizes every stack of one stage: `python -m infra.app -c stage=dev`, or the CDK's own commands."""

import argparse
import json
import os
import sys
from collections.abc import Mapping

if not __package__:  # run as a file, which may be from anywhere
    sys.path[0] = __file__.removesuffix("infra/app.py") or "."

from infra.platform.context import ROOT, context_of

sys.path.append(str(ROOT / "layers" / "kernel" / "python"))  # routes and subscriptions are read from the domains' code

import aws_cdk as cdk

from infra.domains.access import Access
from infra.domains.baskets import Baskets
from infra.domains.catalog import Catalog
from infra.domains.identity import Identity
from infra.domains.inventory import Inventory
from infra.domains.ledger import Ledger
from infra.domains.orders import Orders
from infra.domains.payments import Payments
from infra.domains.reports import Reports
from infra.domains.search import Search
from infra.domains.stores import Stores
from infra.platform.core import Platform

DOMAINS = (Identity, Stores, Catalog, Inventory, Search, Reports, Ledger, Payments, Baskets, Orders)


def build(said: Mapping[str, object], outdir: str | None = None) -> cdk.App:
    """What the CDK's command line says comes by its own way, and wins."""
    settled = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = cdk.App(
        context={**settled, **said},
        outdir=outdir,
        analytics_reporting=False,
        tree_metadata=False,
        builtin_cloud_formation_validation=False,  # half of the whole time; cfn-lint does the same in tests/infra
    )
    context = context_of(app.node.get_all_context(), deployer=os.environ.get("CDK_DEFAULT_ACCOUNT"))
    platform = Platform(app, context)
    access = Access(app, context)
    access.add_stack_dependency(platform)
    stacks = {domain: domain(app, context) for domain in DOMAINS}
    for stack in stacks.values():
        stack.add_stack_dependency(access)
    for domain in (Stores, Catalog, Search, Reports, Ledger, Payments, Baskets, Orders):
        stacks[domain].add_stack_dependency(stacks[Identity])  # whose exports they add to
    if context.domain:
        from infra.platform.edge import Edge  # here: CloudFront is slow to load, and most stages have none

        Edge(app, context).add_stack_dependency(platform)
    return app


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-c", "--context", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("-o", "--output", metavar="FOLDER", help="cdk.out, if not given")
    given = parser.parse_args(arguments)
    said = dict(pair.split("=", 1) for pair in given.context)
    build(said, given.output or os.environ.get("CDK_OUTDIR", "cdk.out")).synth()


if __name__ == "__main__":
    main(sys.argv[1:])
