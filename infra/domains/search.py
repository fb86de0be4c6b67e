"""Search: what is to be bought, found by whatever people type."""

from constructs import Construct

from infra.platform.context import Context
from infra.platform.domain import DomainStack


class Search(DomainStack):
    def __init__(self, scope: Construct, context: Context) -> None:
        super().__init__(scope, "search", context)
        table = self.table("by_store", "by_category")
        self.secret()

        interest = self.consumer("functions.search.interest")
        table.grant(interest, "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query")
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
