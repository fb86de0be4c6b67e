"""Access: may this token call? The authorizer in front of every route, and the read model it decides from."""

from constructs import Construct

from infra.platform.context import Context
from infra.platform.domain import DomainStack


class Access(DomainStack):
    def __init__(self, scope: Construct, context: Context) -> None:
        super().__init__(scope, "access", context)
        table = self.table()

        authorizer = self.authorizer("functions.access.authorizer")
        table.grant(authorizer, "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
        self.user_pool().name_to(authorizer)
        self.guests_secret().grant(authorizer, "secretsmanager:GetSecretValue")

        consumer = self.consumer("functions.access.consumers")
        table.grant(consumer, "dynamodb:PutItem", "dynamodb:UpdateItem")
