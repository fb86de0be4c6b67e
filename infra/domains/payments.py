"""Payments: the buyers' money in and back, the sellers' money out, by Stripe and by hand."""

from constructs import Construct

from infra.platform.context import Context
from infra.platform.domain import DomainStack

OWN = ["payments"]  # Stripe's package. Who needs no Stripe does not open it
METHODS = ["card"]  # what the account at Stripe is allowed to offer; functions/payments/rules/methods.py knows more
CALLS_STRIPE_S = 28  # one try in full, and a second where the first was quick to fail; the gateway waits for thirty


class Payments(DomainStack):
    def __init__(self, scope: Construct, context: Context) -> None:
        super().__init__(scope, "payments", context)
        table = self.table("by_buyer", "by_day", slim={"by_due": []})
        secret, settings = self.secret(), self.settings(site=context.site, payment_methods=METHODS)
        stripe = self.kept_secret("StripeKeys", "STRIPE_SECRET_ID", "By which Stripe knows Metco, and Metco Stripe")
        self.publish("stripe-keys-id", stripe.arns[0])  # for whoever writes them there, and `make stripe-setup`
        others = self.kept_secret("PayoutKeys", "PAYOUTS_SECRET_ID", "By which PayPal and Circle know Metco")
        self.publish("payout-keys-id", others.arns[0])

        api = self.http_function("functions.payments.api", memory_mb=1024, timeout_s=CALLS_STRIPE_S, layers=OWN)
        for index in ("by_buyer", "by_day"):
            table.index(index).grant(api, "dynamodb:Query")
        secret.grant(api, "secretsmanager:GetSecretValue")

        consumers = self.consumer("functions.payments.consumers", memory_mb=1024, timeout_s=30, layers=OWN)
        table.index("by_buyer").grant(consumers, "dynamodb:Query")
        self.add_to_exports(consumers)

        steps = self.task_function("functions.payments.steps", memory_mb=1024, timeout_s=30, layers=OWN)

        sweep = self.sweep("functions.payments.sweep", memory_mb=1024, timeout_s=120, layers=OWN)
        for index in ("by_buyer", "by_due"):  # has a buyer anything left to pay; what is overdue
            table.index(index).grant(sweep, "dynamodb:Query")

        for moves_money in (api, consumers, steps, sweep):
            table.grant(
                moves_money,
                "dynamodb:ConditionCheckItem",
                "dynamodb:DeleteItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
            )
            settings.grant(moves_money, "ssm:GetParameter")
            for keys in (stripe, others):
                keys.grant(moves_money, "secretsmanager:GetSecretValue")

        reconcile = self.sweep(
            "functions.payments.reconcile", every="5 minutes", memory_mb=1024, timeout_s=900, layers=OWN
        )
        table.grant(reconcile, "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query")
        table.index("by_day").grant(reconcile, "dynamodb:Query")
        settings.grant(reconcile, "ssm:GetParameter")
        stripe.grant(reconcile, "secretsmanager:GetSecretValue")

        self.alarm_on_count(
            "FundsParked",
            "funds_parked_total",
            "payments got money in another currency or amount than it charged: docs/runbooks/payments.md",
        )
        self.alarm_on_count(
            "BreakerOpened",
            "breakers_opened_total",
            "Stripe does not answer payments: docs/runbooks/payments.md",
            outside="Stripe",
        )

        self.alarm_on_count(
            "RefundsParked",
            "refunds_parked_total",
            "a refund waits for finance, as its chargeback was lost: docs/runbooks/payments.md",
        )
        self.alarm_on_count(
            "PayoutsNotFetchedBack",
            "payouts_not_fetched_back_total",
            "money of a payout that failed still lies in the seller's account at Stripe: docs/runbooks/payments.md",
        )

        evidence = self.bucket(incoming=1)  # against chargebacks: what arrives is copied at once, or forgotten
        evidence.below("incoming").grant(api, "s3:DeleteObject", "s3:GetObject", "s3:PutObject")
        evidence.below("evidence").grant(api, "s3:DeleteObject", "s3:GetObject", "s3:PutObject")
        for closes in (consumers, sweep):
            evidence.below("incoming").grant(closes, "s3:DeleteObject")
            evidence.below("evidence").grant(closes, "s3:DeleteObject")
        evidence.below("evidence").grant(sweep, "s3:GetObject")  # which sends it
        table.grant(api, "dynamodb:BatchGetItem")
