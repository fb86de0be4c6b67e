"""Stores: who sells. Their settings, their people, their pages for visitors."""

from constructs import Construct

from infra.platform.context import Context
from infra.platform.domain import DomainStack


class Stores(DomainStack):
    def __init__(self, scope: Construct, context: Context) -> None:
        super().__init__(scope, "stores", context)
        table, secret = self.table(), self.secret()

        api = self.http_function("functions.stores.api", memory_mb=1024)
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
        secret.grant(api, "secretsmanager:GetSecretValue")

        mails = self.consumer("functions.stores.consumers")
        table.grant(mails, "dynamodb:GetItem")
        secret.grant(mails, "secretsmanager:GetSecretValue")
        self.mail().grant(mails, "ses:SendEmail")
