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
        self.addresses_secret().grant(api, "secretsmanager:GetSecretValue")
        files = self.bucket(incoming=1)  # what arrives is copied at once, or forgotten the next day
        files.below("incoming").grant(api, "s3:DeleteObject", "s3:GetObject", "s3:PutObject")
        files.below("papers").grant(api, "s3:DeleteObject", "s3:GetObject", "s3:PutObject")
        files.below("pictures").grant(api, "s3:GetObject", "s3:PutObject")

        consumer = self.consumer("functions.stores.consumers")
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
        secret.grant(consumer, "secretsmanager:GetSecretValue")
        files.below("incoming").grant(consumer, "s3:DeleteObject")
        files.below("papers").grant(consumer, "s3:DeleteObject")
        files.below("pictures").grant(consumer, "s3:DeleteObject")
        self.add_to_exports(consumer)
        self.mail().grant(consumer, "ses:SendEmail")
