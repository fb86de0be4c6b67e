"""Inventory: how much there is of everything, where it lies, and what is held for orders."""

from constructs import Construct

from infra.platform.context import Context
from infra.platform.domain import DomainStack

# Whoever moves stock reads a scene and writes it whole: each of these is missed when it is gone.
MOVING = (
    "dynamodb:BatchGetItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
)


class Inventory(DomainStack):
    def __init__(self, scope: Construct, context: Context) -> None:
        super().__init__(scope, "inventory", context)
        table, secret = self.table("by_store"), self.secret()
        by_store = table.index("by_store")

        api = self.http_function("functions.inventory.api", memory_mb=1024)
        table.grant(api, *MOVING, "dynamodb:ConditionCheckItem", "dynamodb:Query")
        by_store.grant(api, "dynamodb:Query")
        secret.grant(api, "secretsmanager:GetSecretValue")

        steps = self.task_function("functions.inventory.steps", memory_mb=1024)
        table.grant(steps, *MOVING)

        consumer = self.consumer("functions.inventory.consumers")
        table.grant(consumer, *MOVING, "dynamodb:Query")
        by_store.grant(consumer, "dynamodb:Query")

        sweep = self.sweep("functions.inventory.sweep")
        table.grant(sweep, *MOVING, "dynamodb:Query")
