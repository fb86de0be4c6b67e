"""Ledger: where every cent is, and who may have it."""

from constructs import Construct

from infra.platform.context import Context
from infra.platform.domain import DomainStack


class Ledger(DomainStack):
    def __init__(self, scope: Construct, context: Context) -> None:
        super().__init__(scope, "ledger", context)
        table = self.table(slim={"by_due": ["hold_id"]})

        steps = self.task_function("functions.ledger.steps", memory_mb=1024)
        table.grant(
            steps,
            "dynamodb:BatchGetItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
        )

        sweep = self.sweep("functions.ledger.sweep")
        table.grant(sweep, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
        table.index("by_due").grant(sweep, "dynamodb:Query")
