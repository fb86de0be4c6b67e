"""Catalog: what there is to buy. Categories, products, the stores' offers of them, and their prices."""

from constructs import Construct

from infra.platform.context import Context
from infra.platform.domain import DomainStack

# Whoever writes goods writes whole transactions: each of these is missed when it is gone.
KEEPING = (
    "dynamodb:BatchGetItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
)
DEPENDING = "dynamodb:ConditionCheckItem"  # on what is read and left as it is


class Catalog(DomainStack):
    def __init__(self, scope: Construct, context: Context) -> None:
        super().__init__(scope, "catalog", context)
        table, secret = self.table("by_store", slim={"by_category": ["tile", "by_storepk"]}), self.secret()

        settings = self.settings(proposal_answer_hours=48, agreed_price_hours=24, price_limits={})
        api = self.http_function("functions.catalog.api", memory_mb=1024)
        graphql = self.http_function("functions.catalog.graphql", memory_mb=1024, layers=["graphql"])
        for door in (api, graphql):  # to the same routes
            table.grant(door, *KEEPING, DEPENDING)
            table.index("by_store").grant(door, "dynamodb:Query")
            table.index("by_category").grant(door, "dynamodb:Query")
            secret.grant(door, "secretsmanager:GetSecretValue")
            settings.grant(door, "ssm:GetParameter")

        steps = self.task_function("functions.catalog.steps")
        table.grant(steps, *KEEPING)

        consumer = self.consumer("functions.catalog.consumers")
        table.grant(consumer, *KEEPING, DEPENDING)
        table.index("by_store").grant(consumer, "dynamodb:Query")
        secret.grant(consumer, "secretsmanager:GetSecretValue")
        self.add_to_exports(consumer)

        sweep = self.sweep("functions.catalog.sweep")
        table.grant(sweep, *KEEPING, DEPENDING)
        table.index("by_category").grant(sweep, "dynamodb:Query")

        files = self.media_bucket(
            incoming=1, imports=30, exports=7
        )  # what arrives is copied at once, or forgotten the next day
        for door in (api, graphql):
            files.below("incoming").grant(door, "s3:GetObject", "s3:PutObject")
            files.below("originals").grant(door, "s3:PutObject")
            files.below("sold").grant(door, "s3:GetObject")
            files.below("imports").grant(door, "s3:GetObject", "s3:PutObject")
            files.below("exports").grant(door, "s3:GetObject")
        for left in ("imports", "exports"):  # of stores that are closed
            files.below(left).grant(consumer, "s3:DeleteObject")

        arrivals = self.consumer(
            "functions.catalog.arrivals", memory_mb=1769, timeout_s=30, batch=1, at_once=10, layers=["pictures"]
        )
        table.grant(
            arrivals,
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        )
        files.below("incoming").grant(arrivals, "s3:DeleteObject", "s3:GetObject")
        files.below("originals").grant(arrivals, "s3:DeleteObject", "s3:GetObject")
        files.below("public").grant(arrivals, "s3:DeleteObject", "s3:PutObject")
        files.below("sold").grant(arrivals, "s3:DeleteObject", "s3:PutObject")

        # Whoever reads 50 MB of rows takes its time; whoever does some of them must not, or a lost one is late.
        imports = self.consumer(
            "functions.catalog.imports", memory_mb=1769, timeout_s=120, batch=1, at_once=2, layers=["sheets"]
        )
        chunks = self.consumer("functions.catalog.chunks", memory_mb=1769, timeout_s=30, batch=1, at_once=4)
        for worker in (imports, chunks):
            table.grant(worker, *KEEPING)
            files.below("imports").grant(worker, "s3:GetObject", "s3:PutObject")
        table.grant(chunks, DEPENDING)
        settings.grant(chunks, "ssm:GetParameter")
        table.index("by_store").grant(imports, "dynamodb:Query")
        files.below("exports").grant(imports, "s3:PutObject")
