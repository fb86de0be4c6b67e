"""Baskets: what people are about to buy, what it costs them, and what is given off prices."""

from constructs import Construct

from infra.platform.context import Context
from infra.platform.domain import DomainStack


class Baskets(DomainStack):
    def __init__(self, scope: Construct, context: Context) -> None:
        super().__init__(scope, "baskets", context)
        table, secret = self.table("by_store", slim={"by_seller": []}), self.secret()
        by_store = table.index("by_store")

        api = self.http_function("functions.baskets.api", memory_mb=1024)
        table.grant(
            api,
            "dynamodb:BatchGetItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        )
        by_store.grant(api, "dynamodb:Query")
        secret.grant(api, "secretsmanager:GetSecretValue")
        self.quotes_secret().grant(api, "secretsmanager:GetSecretValue")
        settings = self.settings(abandoned_after_s=86_400, taxes={"kind": "by_country"})
        settings.grant(api, "ssm:GetParameter")

        steps = self.task_function("functions.baskets.steps", memory_mb=1024)
        table.grant(
            steps,
            "dynamodb:BatchGetItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
        )

        consumer = self.consumer("functions.baskets.consumers")
        table.grant(
            consumer,
            "dynamodb:BatchGetItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        )
        by_store.grant(consumer, "dynamodb:Query")
        table.index("by_seller").grant(consumer, "dynamodb:Query")
        self.add_to_exports(consumer)

        sweep = self.sweep("functions.baskets.sweep")
        table.grant(sweep, "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query")
        settings.grant(sweep, "ssm:GetParameter")
