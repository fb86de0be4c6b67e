"""Reports: what happened, counted. So far, what people do in the shops is collected."""

from constructs import Construct

from infra.platform.context import Context
from infra.platform.domain import DomainStack


class Reports(DomainStack):
    def __init__(self, scope: Construct, context: Context) -> None:
        super().__init__(scope, "reports", context)
        table, secret = self.table(), self.secret()

        api = self.http_function("functions.reports.api")
        table.grant(
            api,
            "dynamodb:BatchGetItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
        )
        secret.grant(api, "secretsmanager:GetSecretValue")
        settings = self.settings(people_per_network=context.people_per_network, activity_kept_days=90)
        settings.grant(api, "ssm:GetParameter")

        consumer = self.consumer("functions.reports.consumers")
        table.grant(
            consumer,
            "dynamodb:ConditionCheckItem",
            "dynamodb:DeleteItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
        )
        self.add_to_exports(consumer)
