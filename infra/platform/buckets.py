"""A domain's bucket: private, encrypted, and granted prefix by prefix."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3

from infra.platform.resource import accept, allow

if TYPE_CHECKING:
    from infra.platform.domain import DomainStack


@dataclass(frozen=True, slots=True)
class Bucket:
    """Nothing is granted on all of it: each function names the prefixes it uses."""

    made: s3.Bucket

    def below(self, prefix: str) -> "Objects":
        return Objects(self.made, prefix)


@dataclass(frozen=True, slots=True)
class Objects:
    """The objects below one prefix: the only wildcard a domain's page can write, and it writes it by this name."""

    bucket: s3.Bucket
    prefix: str

    def grant(self, function: lambda_.Function, *actions: str) -> None:
        if vague := [word for word in (*actions, self.prefix) if "*" in word or not word.strip("/")]:
            raise ValueError(f"A grant names exact actions and a prefix, not {', '.join(vague)}.")
        allow(function, actions, (f"{self.bucket.bucket_arn}/{self.prefix}/*",))
        function.add_environment("BUCKET", self.bucket.bucket_name)
        stack = cdk.Stack.of(self.bucket)
        [logical_id, _] = stack.resolve(self.bucket.bucket_arn)["Fn::GetAtt"]
        accept(
            function.role or function,
            f"AwsSolutions-IAM5[Resource::<{logical_id}.Arn>/{self.prefix}/*]",
            "Objects are named by ids that do not exist yet; the prefix is as exact as it can be.",
        )


def bucket(stack: "DomainStack", kept_days: Mapping[str, int], *, name: str | None = None) -> Bucket:
    """`kept_days`: how long an object stays, for each prefix whose objects are not kept until somebody deletes them."""
    made = s3.Bucket(
        stack,
        "Bucket",
        bucket_name=name,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforce_ssl=True,
        removal_policy=stack.removal,
        lifecycle_rules=[
            s3.LifecycleRule(prefix=f"{prefix}/", expiration=cdk.Duration.days(days))
            for prefix, days in kept_days.items()
        ],
        cors=[
            s3.CorsRule(
                allowed_methods=[s3.HttpMethods.POST],
                allowed_origins=[f"https://{stack.context.domain}" if stack.context.domain else "*"],
                allowed_headers=["*"],
            )
        ],
    )
    accept(made, "AwsSolutions-S1", "Only signed links reach it, and the route that signs one logs for whom it did.")
    return Bucket(made)


def media_bucket(stack: "DomainStack", kept_days: Mapping[str, int]) -> Bucket:
    """Private as any, but that the edge serves what lies below public/. The edge is elsewhere and knows it by its name.

    No distribution is named here: the edge comes after this stack. One of another account is refused.
    """
    made = bucket(stack, kept_days, name=stack.context.media_bucket)
    edges = f"arn:{stack.partition}:cloudfront::{stack.account}:distribution/*"
    made.made.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
            actions=["s3:GetObject"],
            resources=[made.made.arn_for_objects("public/*")],
            conditions={"ArnLike": {"AWS:SourceArn": edges}},
        )
    )
    stack.publish("media-bucket", made.made.bucket_name)
    return made


def add_to_exports(stack: "DomainStack", function: lambda_.Function) -> None:
    """Let a domain lay what it knows of a person beside the export that identity packs. It can read nothing there."""
    arn = stack.link("identity/files-arn")
    allow(function, ("s3:PutObject",), (f"{arn}/exports/*",))
    function.add_environment("EXPORTS", stack.link("identity/files-name"))
    accept(
        function.role or function,
        "AwsSolutions-IAM5[Resource::<IdentityFilesArn>/exports/*]",
        "Exports are named by ids that do not exist yet; the prefix is as exact as it can be.",
    )
