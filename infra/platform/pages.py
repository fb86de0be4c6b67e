"""The shop's pages at the edge: what a browser may do with them, and how they come into their bucket."""

import json
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as assets

from infra.platform.context import ROOT
from infra.platform.resource import accept, allow

if TYPE_CHECKING:
    from infra.platform.domain import DomainStack

FOLDER = ROOT / "web"
BELOW = "shop"
HSTS_S = 365 * 24 * 3600


def headers(stack: "DomainStack") -> cloudfront.ResponseHeadersPolicy:
    """web/headers.json, as on a laptop; and over TLS only, which a laptop has none of."""
    said = json.loads((FOLDER / "headers.json").read_text())
    return cloudfront.ResponseHeadersPolicy(
        stack,
        "PageHeaders",
        security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy=said["Content-Security-Policy"], override=True
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            frame_options=cloudfront.ResponseHeadersFrameOptions(
                frame_option=cloudfront.HeadersFrameOption[said["X-Frame-Options"]], override=True
            ),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=cloudfront.HeadersReferrerPolicy[said["Referrer-Policy"].replace("-", "_").upper()],
                override=True,
            ),
            strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                access_control_max_age=cdk.Duration.seconds(HSTS_S), include_subdomains=True, override=True
            ),
        ),
    )


def bring(stack: "DomainStack", bucket: s3.Bucket, distribution: cloudfront.Distribution) -> None:
    """By a function of our own, with what it needs and no more: the CDK's own may write into every distribution."""
    packed = assets.Asset(stack, "PagesAsset", path=str(FOLDER), exclude=["headers.json"])
    function = stack.function("functions.edge.publisher", memory_mb=256, timeout_s=30)
    allow(function, ("s3:GetObject",), (f"{packed.bucket.bucket_arn}/{packed.s3_object_key}",))
    allow(function, ("s3:PutObject", "s3:DeleteObject"), (f"{bucket.bucket_arn}/{BELOW}/*",))
    allow(function, ("s3:ListBucket",), (bucket.bucket_arn,))
    allow(function, ("cloudfront:CreateInvalidation",), (distribution.distribution_arn,))
    [logical_id, _] = stack.resolve(bucket.bucket_arn)["Fn::GetAtt"]
    accept(
        function.role or function,
        f"AwsSolutions-IAM5[Resource::<{logical_id}.Arn>/{BELOW}/*]",
        "Pages are named by their files, which change; the prefix is as exact as it can be.",
    )
    brought = cdk.CustomResource(
        stack,
        "BroughtPages",
        service_token=function.function_arn,
        resource_type="Custom::Pages",
        properties={
            "Bucket": bucket.bucket_name,
            "AssetBucket": packed.s3_bucket_name,
            "AssetKey": packed.s3_object_key,  # named by what is in it: with other pages it is another one
            "Distribution": distribution.distribution_id,
        },
    )
    brought.node.add_dependency(function, distribution)
