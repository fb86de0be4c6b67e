"""Import time of every function against what it cannot do without: resolver, validation, one client, its own layer."""

import os
import statistics
import subprocess
import sys

# Each with what it opens of a layer of its own while it starts. What is opened later, where it is needed, is not here.
HANDLERS = {
    "functions.edge.publisher": "",
    "functions.identity.api": "",
    "functions.identity.consumers": "",
    "functions.identity.sweep": "",
    "functions.identity.triggers": "",
    "functions.access.authorizer": "",
    "functions.access.consumers": "",
    "functions.stores.api": "",
    "functions.stores.consumers": "",
    "functions.catalog.api": "",
    "functions.catalog.arrivals": "from PIL import Image, ImageCms, ImageFile, ImageOps",
    "functions.catalog.chunks": "",
    "functions.catalog.consumers": "",
    "functions.catalog.graphql": "import graphql",
    "functions.catalog.imports": "",
    "functions.catalog.steps": "",
    "functions.catalog.sweep": "",
    "functions.baskets.api": "",
    "functions.baskets.consumers": "",
    "functions.baskets.steps": "",
    "functions.baskets.sweep": "",
    "functions.inventory.api": "",
    "functions.inventory.consumers": "",
    "functions.inventory.steps": "",
    "functions.inventory.sweep": "",
    "functions.ledger.api": "",
    "functions.ledger.consumers": "",
    "functions.ledger.steps": "",
    "functions.ledger.sweep": "",
    "functions.ledger.verifier": "",
    "functions.orders.api": "",
    "functions.orders.consumers": "",
    "functions.orders.papers": "",
    "functions.orders.steps": "",
    "functions.orders.sweep": "",
    "functions.payments.api": "",
    "functions.payments.consumers": "",
    "functions.payments.reconcile": "",
    "functions.payments.steps": "",
    "functions.payments.sweep": "",
    "functions.reports.api": "",
    "functions.reports.consumers": "",
    "functions.search.api": "",
    "functions.search.consumers": "",
    "functions.search.interest": "",
    "functions.search.reckoning": "",
    "functions.search.sweep": "",
    "kernel.relay": "",
}
FLOOR = """
import boto3, pydantic
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
APIGatewayHttpResolver(enable_validation=True)
boto3.client("dynamodb", region_name="eu-central-1")
"""
HANDLER = """
import {module}
from kernel import aws
aws.client("dynamodb")
"""
BUDGET, PAYMENTS = 1.25, 1.6


def budget(module: str) -> float:
    """Payments may take longer: Stripe's package is large, though it is opened only where Stripe is asked."""
    return PAYMENTS if module.startswith("functions.payments.") else BUDGET


def cpu_ms(source: str) -> float:
    timed = f"import time\nstarted = time.process_time()\n{source}\nprint((time.process_time() - started) * 1000)"
    # Whatever the shell around says: what the first run compiles is kept, so that the least of them compiles nothing.
    environment = {**os.environ, "AWS_DEFAULT_REGION": "eu-central-1", "PYTHONDONTWRITEBYTECODE": ""}
    run = subprocess.run([sys.executable, "-c", timed], capture_output=True, text=True, check=True, env=environment)
    return float(run.stdout)


def ratios(runs: int = 7) -> dict[str, tuple[float, float]]:
    """(CPU ms, ratio to its floor) per handler. Floors and handlers take turns, so that a noisy moment hits all."""
    sources = {layer: f"{FLOOR}{layer}" for layer in HANDLERS.values()}
    sources |= {module: HANDLER.format(module=module) for module in HANDLERS}
    times: dict[str, list[float]] = {name: [] for name in sources}
    for _ in range(runs):
        for name, source in sources.items():
            times[name].append(cpu_ms(source))
    least = {name: min(taken) for name, taken in times.items()}
    return {name: (statistics.median(times[name]), least[name] / least[layer]) for name, layer in HANDLERS.items()}
