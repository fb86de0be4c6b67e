"""Search: what is to be bought, found by whatever people type."""

from constructs import Construct

from infra.platform.context import Context
from infra.platform.domain import DomainStack


class Search(DomainStack):
    def __init__(self, scope: Construct, context: Context) -> None:
        super().__init__(scope, "search", context)
        table, secret, index = self.table("by_category"), self.secret(), self.search_index()
        by_category = table.index("by_category")

        api = self.http_function("functions.search.api", memory_mb=1024, layers=["search"])
        table.grant(
            api,
            "dynamodb:BatchGetItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        )
        by_category.grant(api, "dynamodb:Query")
        secret.grant(api, "secretsmanager:GetSecretValue")
        index.let_search(api)

        consumer = self.consumer("functions.search.consumers", memory_mb=1024, timeout_s=30, layers=["search"])
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
        index.let_write(consumer)

        sweep = self.sweep("functions.search.sweep")
        table.grant(
            sweep,
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        )

        interest = self.consumer("functions.search.interest")
        table.grant(
            interest,
            "dynamodb:BatchGetItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
        )
        self.add_to_exports(interest)

        reckoning = self.sweep("functions.search.reckoning")
        table.grant(
            reckoning,
            "dynamodb:BatchGetItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
        )
