"""CloudFront before pages and API: one address, so browsers need no CORS, and the firewall that an API cannot carry.

AWS wants CloudFront's firewall and certificate in us-east-1 and the API's at home, so these are two ends. They meet by
fixed names: the API's host is `origin.<domain>`, and what proves that a call came through here is a secret with a name.
"""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_certificatemanager as certificates
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from infra.platform import pages
from infra.platform.context import Context
from infra.platform.domain import DomainStack
from infra.platform.resource import accept
from infra.platform.stack import MetcoStack

REGION = "us-east-1"
SECRET_HEADER = "x-origin-secret"
CALLS_PER_ADDRESS = 2_000  # in five minutes, from one address; what is over gets 403 until it is quiet again
ALIAS_ZONE = "Z2FDTNDATAQYW2"  # every CloudFront distribution's, by AWS's documentation

# Pages are files in a bucket: `/docs` is `docs/index.html`, and the shop's pages are all drawn in one frame.
# Error responses would turn an API's 403 into a page's 200.
PAGE_ROUTING = """
function handler(event) {
  var request = event.request;
  var last = request.uri.split('/').pop();
  if (/^\\/shop(\\/[^.]*)?$/.test(request.uri)) request.uri = '/shop/index.html';
  else if (last === '') request.uri += 'index.html';
  else if (last.indexOf('.') < 0) request.uri += '/index.html';
  return request;
}
""".strip()


def open_origin(stack: MetcoStack, api: apigateway.CfnApi) -> None:
    """At home: the host name CloudFront fetches from. The API's own host name is closed."""
    context = stack.context
    secret = secretsmanager.CfnSecret(
        stack,
        "OriginSecret",
        name=context.origin_secret_name,
        description="Proves to the functions that a call came through CloudFront",
        generate_secret_string=secretsmanager.CfnSecret.GenerateSecretStringProperty(
            password_length=48, exclude_punctuation=True
        ),
        replica_regions=[secretsmanager.CfnSecret.ReplicaRegionProperty(region=REGION)],
    )
    secret.apply_removal_policy(stack.removal)
    accept(secret, "AwsSolutions-SMG4", "Both ends read it while they are deployed: rotating it is deploying it.")
    host = f"origin.{context.domain}"
    zone = route53.HostedZone.from_hosted_zone_attributes(
        stack, "Zone", hosted_zone_id=context.zone_id, zone_name=context.domain
    )
    certificate = certificates.Certificate(
        stack, "OriginCertificate", domain_name=host, validation=certificates.CertificateValidation.from_dns(zone)
    )
    name = apigateway.CfnDomainName(
        stack,
        "OriginName",
        domain_name=host,
        domain_name_configurations=[
            apigateway.CfnDomainName.DomainNameConfigurationProperty(
                certificate_arn=certificate.certificate_arn, endpoint_type="REGIONAL", security_policy="TLS_1_2"
            )
        ],
    )
    apigateway.CfnApiMapping(stack, "OriginMapping", api_id=api.ref, domain_name=name.ref, stage="$default")
    alias_to(stack, "OriginRecord", host, name.attr_regional_domain_name, name.attr_regional_hosted_zone_id)


class Edge(DomainStack):
    def __init__(self, scope: Construct, context: Context) -> None:
        super().__init__(scope, "edge", context, region=REGION)
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=context.zone_id, zone_name=context.domain
        )
        bucket = self._bucket("Pages")
        distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=context.prefix,
            domain_names=[context.domain],
            certificate=certificates.Certificate(
                self,
                "Certificate",
                domain_name=context.domain,
                validation=certificates.CertificateValidation.from_dns(zone),
            ),
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            web_acl_id=self._firewall().attr_arn,
            enable_logging=True,
            log_bucket=self._bucket("Logs", ownership=s3.ObjectOwnership.BUCKET_OWNER_PREFERRED),
            default_behavior=self._pages(bucket),
            additional_behaviors={"/v1/*": self._api(context), "/media/*": self._media(context)},
        )
        accept(distribution, "AwsSolutions-CFR1", "A marketplace is open to the whole world.")
        pages.bring(self, bucket, distribution)
        alias_to(self, "Record", context.domain, distribution.distribution_domain_name, ALIAS_ZONE)

    def _pages(self, bucket: s3.Bucket) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(bucket),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            response_headers_policy=pages.headers(self),
            function_associations=[
                cloudfront.FunctionAssociation(
                    event_type=cloudfront.FunctionEventType.VIEWER_REQUEST,
                    function=cloudfront.Function(
                        self,
                        "PageRouting",
                        code=cloudfront.FunctionCode.from_inline(PAGE_ROUTING),
                        runtime=cloudfront.FunctionRuntime.JS_2_0,
                    ),
                )
            ],
        )

    def _api(self, context: Context) -> cloudfront.BehaviorOptions:
        """Nothing is cached here: what may be cached says so by its own route, once there is one."""
        headers: Mapping[str, str] = {SECRET_HEADER: context.origin_secret}
        return cloudfront.BehaviorOptions(
            origin=origins.HttpOrigin(f"origin.{context.domain}", custom_headers=headers),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        )

    def _media(self, context: Context) -> cloudfront.BehaviorOptions:
        """Pictures of goods, without a signature: below public/ of catalog's bucket, and nothing else of it.

        Their names are never used again, so browsers keep them for good; what was taken away is gone here in a day.
        """
        bucket = s3.Bucket.from_bucket_attributes(
            self, "Media", bucket_name=context.media_bucket, region=context.region
        )
        cdk.Annotations.of(self).acknowledge_warning(
            "@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac",
            "The bucket's own stack lets the edge read it: infra/platform/buckets.py",
        )
        return cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(bucket, origin_path="/public"),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
            response_headers_policy=cloudfront.ResponseHeadersPolicy.SECURITY_HEADERS,
            cache_policy=cloudfront.CachePolicy(
                self, "MediaCache", default_ttl=cdk.Duration.days(1), max_ttl=cdk.Duration.days(1)
            ),
        )

    def _bucket(
        self, title: str, ownership: s3.ObjectOwnership = s3.ObjectOwnership.BUCKET_OWNER_ENFORCED
    ) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            title,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            object_ownership=ownership,
            removal_policy=self.removal,
            lifecycle_rules=[s3.LifecycleRule(expiration=cdk.Duration.days(90))] if title == "Logs" else [],
        )
        accept(bucket, "AwsSolutions-S1", "CloudFront is its only reader or writer, and logs every request itself.")
        return bucket

    def _firewall(self) -> wafv2.CfnWebACL:
        """AWS's lists of known bad input and addresses, and a limit per address."""
        managed = ("AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet")
        rules = [
            _rule(
                place,
                name,
                {"managedRuleGroupStatement": {"vendorName": "AWS", "name": name}},
                {"overrideAction": {"none": {}}},
            )
            for place, name in enumerate(managed)
        ]
        limited = {"limit": CALLS_PER_ADDRESS, "aggregateKeyType": "IP", "scopeDownStatement": _but_for("/media/")}
        rules.append(_rule(len(managed), "PerAddress", {"rateBasedStatement": limited}, {"action": {"block": {}}}))
        return wafv2.CfnWebACL(
            self,
            "Firewall",
            scope="CLOUDFRONT",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_visible("Firewall"),
            rules=rules,
        )


def _rule(place: int, name: str, statement: object, action: Mapping[str, object]) -> dict[str, Any]:
    return {"name": name, "priority": place, "statement": statement, "visibilityConfig": _visible(name), **action}


def _but_for(path: str) -> dict[str, Any]:
    """One page shows dozens of pictures: whoever looks at many pages is no flood."""
    begins = {
        "fieldToMatch": {"uriPath": {}},
        "positionalConstraint": "STARTS_WITH",
        "searchString": path,
        "textTransformations": [{"priority": 0, "type": "NONE"}],
    }
    return {"notStatement": {"statement": {"byteMatchStatement": begins}}}


def _visible(name: str) -> dict[str, Any]:
    return {"cloudWatchMetricsEnabled": True, "metricName": name, "sampledRequestsEnabled": True}


def alias_to(stack: MetcoStack, title: str, host: str, target: str, zone_id: str) -> None:
    route53.CfnRecordSet(
        stack,
        title,
        hosted_zone_id=stack.context.zone_id,
        name=host,
        type="A",
        alias_target=route53.CfnRecordSet.AliasTargetProperty(dns_name=target, hosted_zone_id=zone_id),
    )
