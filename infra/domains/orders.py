"""Orders: what buyers ordered, from the quote to what stores deliver, and the workflow that carries it out."""

from dataclasses import fields
from typing import Any

from constructs import Construct

from functions.orders.rules import holding
from functions.orders.rules.returns import ReturnWindows
from infra.platform.context import Context
from infra.platform.domain import DomainStack

SUMMARY = ["summary"]  # of an order, in its buyer's list of them

# Whose dead letters the sweeper looks for: everybody's, which a test holds against the templates.
CONSUMERS = (
    "access.consumers",
    "baskets.consumers",
    "catalog.arrivals",
    "catalog.chunks",
    "catalog.consumers",
    "catalog.imports",
    "identity.consumers",
    "inventory.consumers",
    "ledger.consumers",
    "orders.consumers",
    "payments.consumers",
    "reports.consumers",
    "search.consumers",
    "search.interest",
    "stores.consumers",
)


class Orders(DomainStack):
    def __init__(self, scope: Construct, context: Context) -> None:
        super().__init__(scope, "orders", context)
        table = self.table("by_store", slim={"by_owner": SUMMARY, "by_due": []})
        secret, settings = self.secret(), self.settings(**_initial(context))
        checkout, settlement = self.workflow("checkout"), self.workflow("settlement")
        money_back, returns = self.workflow("money_back"), self.workflow("return")

        api = self.http_function("functions.orders.api", memory_mb=1024, timeout_s=28)  # a long poll
        table.grant(
            api,
            "dynamodb:BatchGetItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
        )
        for index in ("by_owner", "by_store"):
            table.index(index).grant(api, "dynamodb:Query")
        secret.grant(api, "secretsmanager:GetSecretValue")
        settings.grant(api, "ssm:GetParameter")
        self.quotes_secret().grant(api, "secretsmanager:GetSecretValue")

        papers = self.http_function("functions.orders.papers", memory_mb=1024, layers=["papers"])
        table.grant(papers, "dynamodb:Query")

        steps = self.task_function("functions.orders.steps", memory_mb=1024)
        table.grant(
            steps,
            "dynamodb:BatchGetItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        )
        table.index("by_owner").grant(steps, "dynamodb:Query")
        settings.grant(steps, "ssm:GetParameter")

        consumers = self.consumer("functions.orders.consumers", memory_mb=1024)
        table.grant(
            consumers,
            "dynamodb:BatchGetItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        )
        table.index("by_owner").grant(consumers, "dynamodb:Query")
        self.add_to_exports(consumers)

        sweep = self.sweep("functions.orders.sweep", memory_mb=1024, timeout_s=60)
        table.grant(
            sweep,
            "dynamodb:BatchGetItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        )
        table.index("by_due").grant(sweep, "dynamodb:Query")
        settings.grant(sweep, "ssm:GetParameter")

        carriers = self.kept_secret("CarrierKeys", "CARRIERS_SECRET_ID", "By which carriers and Metco know each other")
        self.publish("carrier-keys-id", carriers.arns[0])  # for whoever writes them there
        for asks in (api, consumers, sweep):
            carriers.grant(asks, "secretsmanager:GetSecretValue")
        settings.grant(consumers, "ssm:GetParameter")
        labels = self.bucket(labels=30).below("labels")  # to be printed: each has somebody's address on it
        labels.grant(api, "s3:GetObject", "s3:PutObject")
        labels.grant(consumers, "s3:DeleteObject")
        self.alarm_on_count(
            "ParcelsUnexpected",
            "parcels_unexpected_total",
            "a parcel left although its label was void or its pieces were not to be sent: docs/runbooks/carriers.md",
        )

        for begun in (checkout, money_back, returns):
            begun.grant(consumers, "states:StartExecution")
        for tells in (steps, consumers):
            checkout.grant(tells, "states:SendTaskSuccess")
        for parked in (settlement, money_back, returns):
            parked.grant(consumers, "states:SendTaskSuccess")
        for watched in (checkout, settlement, money_back, returns):
            watched.grant(sweep, "states:SendTaskSuccess", "states:StartExecution")
        self.look_after(sweep, "checkout", "settlement", "money_back", "return")
        self.look_into_dead_letters(sweep, *CONSUMERS)
        self.alarm_on_count(
            "StrandingsRaised",
            "strandings_raised_total",
            "the sweeper found what it could not set going: docs/runbooks/strandings.md",
        )


def _initial(context: Context) -> dict[str, Any]:
    """Settings as a deployment begins with them. What is said wrong of holding money is not deployed at all."""
    where = {"country": context.platform_country} if context.platform_country else {}
    if faults := [*holding.faults(where)]:
        raise ValueError(" ".join(faults))
    each = dict.fromkeys((one.name for one in fields(ReturnWindows)), context.return_step_s)
    return {
        "windows": {"settle_s": context.settle_s},
        "holding": where,
        "return_windows": each if context.return_step_s else {},
    }
