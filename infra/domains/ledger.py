"""Ledger: where every cent is, and who may have it."""

from constructs import Construct

from infra.platform.context import Context
from infra.platform.domain import DomainStack


class Ledger(DomainStack):
    def __init__(self, scope: Construct, context: Context) -> None:
        super().__init__(scope, "ledger", context)
        found = ["journal_id", "kind", "occurred_at", "refs"]  # of a journal, in a list of them
        table = self.table(
            slim={"by_order": found, "by_payment": found, "by_walk": found, "by_due": ["hold_id"]},
        )
        secret = self.secret()

        api = self.http_function("functions.ledger.api", memory_mb=1024)
        table.grant(api, "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query")
        for index in ("by_order", "by_payment", "by_walk"):
            table.index(index).grant(api, "dynamodb:Query")
        secret.grant(api, "secretsmanager:GetSecretValue")

        consumers = self.consumer("functions.ledger.consumers")
        table.grant(consumers, "dynamodb:BatchGetItem", "dynamodb:PutItem")

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

        verifier = self.sweep("functions.ledger.verifier", every="1 hour", memory_mb=2048, timeout_s=900)
        table.grant(verifier, "dynamodb:BatchGetItem", "dynamodb:PutItem")
        table.index("by_walk").grant(verifier, "dynamodb:Query")
