"""Ledger: where every cent is, and who may have it."""

from constructs import Construct

from infra.platform.context import Context
from infra.platform.domain import DomainStack

# In minor units. Up to `automatic`, in one day together, a seller's money leaves without anybody's agreeing.
WITHDRAWAL_LIMITS = {
    "EUR": {"least": 10_00, "most": 50_000_00, "most_per_day": 50_000_00, "automatic": 500_00},
    "GBP": {"least": 10_00, "most": 50_000_00, "most_per_day": 50_000_00, "automatic": 500_00},
    "INR": {"least": 500_00, "most": 4_000_000_00, "most_per_day": 4_000_000_00, "automatic": 40_000_00},
    "JPY": {"least": 1_000, "most": 7_500_000, "most_per_day": 7_500_000, "automatic": 75_000},
    "USD": {"least": 10_00, "most": 50_000_00, "most_per_day": 50_000_00, "automatic": 500_00},
}


class Ledger(DomainStack):
    def __init__(self, scope: Construct, context: Context) -> None:
        super().__init__(scope, "ledger", context)
        found = ["journal_id", "kind", "occurred_at", "refs"]  # of a journal, in a list of them
        table = self.table(
            slim={"by_order": found, "by_payment": found, "by_walk": found, "by_due": ["hold_id"]},
        )
        secret = self.secret()

        api = self.http_function("functions.ledger.api", memory_mb=1024)
        table.grant(
            api,
            "dynamodb:BatchGetItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        )
        settings = self.settings(withdrawal_limits=WITHDRAWAL_LIMITS)
        settings.grant(api, "ssm:GetParameter")
        for index in ("by_order", "by_payment", "by_walk"):
            table.index(index).grant(api, "dynamodb:Query")
        secret.grant(api, "secretsmanager:GetSecretValue")

        consumers = self.consumer("functions.ledger.consumers")
        table.grant(
            consumers,
            "dynamodb:BatchGetItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        )
        self.add_to_exports(consumers)

        steps = self.task_function("functions.ledger.steps", memory_mb=1024)
        table.grant(
            steps,
            "dynamodb:BatchGetItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
        )

        sweep = self.sweep("functions.ledger.sweep")
        table.grant(
            sweep,
            "dynamodb:BatchGetItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
        )
        settings.grant(sweep, "ssm:GetParameter")
        table.index("by_due").grant(sweep, "dynamodb:Query")

        verifier = self.sweep("functions.ledger.verifier", every="1 hour", memory_mb=2048, timeout_s=900)
        table.grant(verifier, "dynamodb:BatchGetItem", "dynamodb:PutItem")
        table.index("by_walk").grant(verifier, "dynamodb:Query")
