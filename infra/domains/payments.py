"""Payments: the buyers' money in and back, the sellers' money out, by Stripe and by hand."""

from constructs import Construct

from infra.platform.context import Context
from infra.platform.domain import DomainStack

OWN = ["payments"]  # Stripe's package. Who needs no Stripe does not open it
CALLS_STRIPE_S = 28  # one try in full, and a second where the first was quick to fail; the gateway waits for thirty


class Payments(DomainStack):
    def __init__(self, scope: Construct, context: Context) -> None:
        super().__init__(scope, "payments", context)
        table = self.table("by_buyer", "by_day", "by_store", slim={"by_due": []})
        secret, settings = self.secret(), self.settings(site=context.site)
        stripe = self.kept_secret("StripeKeys", "STRIPE_SECRET_ID", "By which Stripe knows Metco, and Metco Stripe")
        self.publish("stripe-keys-id", stripe.arns[0])  # for whoever writes them there, and `make stripe-setup`
        others = self.kept_secret("PayoutKeys", "PAYOUTS_SECRET_ID", "By which PayPal and Circle know Metco")

        api = self.http_function("functions.payments.api", memory_mb=1024, timeout_s=CALLS_STRIPE_S, layers=OWN)
        table.grant(
            api,
            "dynamodb:ConditionCheckItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        )
        for index in ("by_buyer", "by_day", "by_store"):
            table.index(index).grant(api, "dynamodb:Query")
        secret.grant(api, "secretsmanager:GetSecretValue")

        consumers = self.consumer("functions.payments.consumers", memory_mb=1024, timeout_s=30, layers=OWN)
        self.add_to_exports(consumers)
        table.index("by_buyer").grant(consumers, "dynamodb:Query")

        steps = self.task_function("functions.payments.steps", memory_mb=1024, timeout_s=30, layers=OWN)

        sweep = self.sweep("functions.payments.sweep", memory_mb=1024, timeout_s=120, layers=OWN)
        table.index("by_due").grant(sweep, "dynamodb:Query")

        for calls_stripe in (api, consumers, steps, sweep):
            settings.grant(calls_stripe, "ssm:GetParameter")
            stripe.grant(calls_stripe, "secretsmanager:GetSecretValue")
        for pays_out in (consumers, sweep):
            others.grant(pays_out, "secretsmanager:GetSecretValue")
        for writes in (consumers, steps, sweep):
            table.grant(
                writes,
                "dynamodb:ConditionCheckItem",
                "dynamodb:DeleteItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
            )
