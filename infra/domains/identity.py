"""Identity: who people are. Sign-up, sessions, profiles, passwords; the mails that carry one-time codes."""

from constructs import Construct

from infra.platform.context import Context
from infra.platform.domain import DomainStack


class Identity(DomainStack):
    def __init__(self, scope: Construct, context: Context) -> None:
        super().__init__(scope, "identity", context)
        table, secret, accounts = self.table(), self.secret(), self.user_pool()
        settings = self.settings(
            people_per_network=context.people_per_network,
            site=context.site,
            export_parts=["baskets", "catalog", "ledger", "orders", "payments", "reports", "search", "stores"],
        )

        api = self.http_function("functions.identity.api", memory_mb=1024)
        table.grant(
            api,
            "dynamodb:ConditionCheckItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        )
        secret.grant(api, "secretsmanager:GetSecretValue")
        self.guests_secret().grant(api, "secretsmanager:GetSecretValue")
        self.kept_secret("Providers", "PROVIDERS_SECRET_ID", "By which OpenID providers know Metco").grant(
            api, "secretsmanager:GetSecretValue"
        )
        settings.grant(api, "ssm:GetParameter")
        accounts.grant(
            api,
            "cognito-idp:AdminCreateUser",
            "cognito-idp:AdminSetUserPassword",
            "cognito-idp:AdminInitiateAuth",
            "cognito-idp:AdminRespondToAuthChallenge",
        )

        triggers = self.pool_triggers("functions.identity.triggers")
        secret.grant(triggers, "secretsmanager:GetSecretValue")

        mails = self.consumer("functions.identity.consumers")
        table.grant(mails, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
        secret.grant(mails, "secretsmanager:GetSecretValue")
        settings.grant(mails, "ssm:GetParameter")
        self.mail().grant(mails, "ses:SendEmail")
        self.grant_sms(mails)

        files = self.bucket(exports=7, uploads=1)
        self.publish("files-arn", files.made.bucket_arn)
        self.publish("files-name", files.made.bucket_name)
        files.below("exports").grant(api, "s3:GetObject")
        files.below("uploads").grant(api, "s3:PutObject", "s3:GetObject", "s3:DeleteObject")
        files.below("avatars").grant(api, "s3:PutObject", "s3:GetObject", "s3:DeleteObject")

        sweep = self.sweep("functions.identity.sweep")
        table.grant(
            sweep,
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        )
        self.addresses_secret().grant(sweep, "secretsmanager:GetSecretValue")
        accounts.grant(sweep, "cognito-idp:AdminDeleteUser")
        settings.grant(sweep, "ssm:GetParameter")
        files.below("exports").grant(sweep, "s3:PutObject", "s3:GetObject", "s3:DeleteObject")
        files.below("avatars").grant(sweep, "s3:GetObject", "s3:DeleteObject")
        files.below("uploads").grant(sweep, "s3:DeleteObject")
