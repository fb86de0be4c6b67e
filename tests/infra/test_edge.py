import json
import subprocess

import pytest

from infra.platform.context import ROOT, STAGES
from infra.platform.edge import PAGE_ROUTING
from tests.infra.conftest import Assembly
from tests.infra.test_grants import grants_of

SECRET = "{{resolve:secretsmanager:metco/prod/origin:SecretString}}"


def test_calls_reach_the_api_through_the_edge_only(cloud: Assembly):
    by_protocol = {api["ProtocolType"]: api for api in cloud.of_type("AWS::ApiGatewayV2::Api").values()}
    assert by_protocol["HTTP"]["DisableExecuteApiEndpoint"]
    [distribution] = cloud.of_type("AWS::CloudFront::Distribution").values()
    [origin] = [o for o in distribution["DistributionConfig"]["Origins"] if o["DomainName"] == "origin.metco.example"]
    assert origin["OriginCustomHeaders"] == [{"HeaderName": "x-origin-secret", "HeaderValue": SECRET}]
    apis = [f for f in cloud.of_type("AWS::Lambda::Function").values() if f["Handler"].endswith(".api.handler")]
    assert {function["Environment"]["Variables"]["ORIGIN_SECRET"] for function in apis} == {SECRET}


def test_no_template_holds_the_origins_secret_itself(cloud: Assembly):
    [secret] = [s for s in cloud.of_type("AWS::SecretsManager::Secret").values() if "ReplicaRegions" in s]
    assert "SecretString" not in secret
    assert secret["ReplicaRegions"] == [{"Region": "us-east-1"}]


def test_a_stage_without_a_domain_has_no_edge(laptop: Assembly):
    assert "edge" not in laptop.templates
    assert "ORIGIN_SECRET" not in json.dumps(laptop.templates)
    assert not [
        api for api in laptop.of_type("AWS::ApiGatewayV2::Api").values() if api.get("DisableExecuteApiEndpoint")
    ]


def test_the_api_is_never_cached_and_errors_are_never_turned_into_pages(cloud: Assembly):
    [distribution] = cloud.of_type("AWS::CloudFront::Distribution").values()
    config = distribution["DistributionConfig"]
    [api] = [one for one in config["CacheBehaviors"] if one["PathPattern"].startswith("/v1")]
    assert (api["PathPattern"], api["CachePolicyId"]) == ("/v1/*", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad")
    assert "CustomErrorResponses" not in config


def test_pictures_are_served_from_the_public_part_of_their_bucket_and_kept(cloud: Assembly):
    [distribution] = cloud.of_type("AWS::CloudFront::Distribution").values()
    config = distribution["DistributionConfig"]
    [media] = [one for one in config["CacheBehaviors"] if one["PathPattern"] == "/media/*"]
    [origin] = [one for one in config["Origins"] if one["Id"] == media["TargetOriginId"]]
    assert (origin["OriginPath"], origin["DomainName"].split(".")[0]) == ("/public", STAGES["prod"].media_bucket)
    assert origin["OriginAccessControlId"]
    assert media["AllowedMethods"] == ["GET", "HEAD"]
    [cache] = cloud.of_type("AWS::CloudFront::CachePolicy").values()
    assert cache["CachePolicyConfig"]["MaxTTL"] == 24 * 3600


def test_the_edge_and_nobody_else_reads_the_public_part_of_the_bucket_of_media(assembly: Assembly):
    [(name, bucket)] = [(name, one) for name, one in assembly.of_type("AWS::S3::Bucket").items() if "BucketName" in one]
    assert bucket["BucketName"] == STAGES[assembly.stage].media_bucket
    domain, logical_id = name.split("/")
    [policy] = [
        one["PolicyDocument"]["Statement"]
        for place, one in assembly.of_type("AWS::S3::BucketPolicy").items()
        if (place.split("/")[0], one["Bucket"]) == (domain, {"Ref": logical_id})
    ]
    [reader] = [statement for statement in policy if statement["Effect"] == "Allow"]
    assert (reader["Principal"], reader["Action"]) == ({"Service": "cloudfront.amazonaws.com"}, "s3:GetObject")
    assert reader["Resource"] == {"Fn::Join": ["", [{"Fn::GetAtt": [logical_id, "Arn"]}, "/public/*"]]}
    [edges] = reader["Condition"]["ArnLike"].values()
    assert f":cloudfront::{STAGES[assembly.stage].account}:distribution/*" in json.dumps(edges)
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}


def test_the_firewall_limits_what_one_address_may_ask(cloud: Assembly):
    [firewall] = cloud.of_type("AWS::WAFv2::WebACL").values()
    limits = [rule["Statement"]["RateBasedStatement"] for rule in firewall["Rules"] if "Action" in rule]
    [limit] = limits
    assert (limit["AggregateKeyType"], limit["Limit"]) == ("IP", 2000)
    but_for = limit["ScopeDownStatement"]["NotStatement"]["Statement"]["ByteMatchStatement"]
    assert (but_for["SearchString"], but_for["PositionalConstraint"]) == ("/media/", "STARTS_WITH")
    [distribution] = cloud.of_type("AWS::CloudFront::Distribution").values()
    assert distribution["DistributionConfig"]["WebACLId"] == {"Fn::GetAtt": ["Firewall", "Arn"]}


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("/", "/index.html"),
        ("/docs", "/docs/index.html"),
        ("/docs/", "/docs/index.html"),
        ("/logo.svg", "/logo.svg"),
        ("/v1.2/notes", "/v1.2/notes/index.html"),
        ("/shop", "/shop/index.html"),
        ("/shop/selling/order", "/shop/index.html"),
        ("/shop/lib/ask.js", "/shop/lib/ask.js"),
        ("/shopping", "/shopping/index.html"),
    ],
)
def test_a_page_is_the_index_of_its_folder(asked: str, served: str):
    call = f"console.log(handler({{request: {{uri: {json.dumps(asked)}}}}}).uri)"
    done = subprocess.run(["node", "-e", f"{PAGE_ROUTING}\n{call}"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == served


def test_pages_are_brought_by_a_function_that_may_touch_nothing_else(cloud: Assembly):
    [brought] = cloud.of_type("Custom::Pages").values()
    [bucket] = [name.split("/")[1] for name in cloud.of_type("AWS::S3::Bucket") if name.startswith("edge/Pages")]
    [distribution] = [name.split("/")[1] for name in cloud.of_type("AWS::CloudFront::Distribution")]
    assert (brought["Bucket"], brought["Distribution"]) == ({"Ref": bucket}, {"Ref": distribution})
    packed = cloud.asset("edge", brought["AssetKey"])
    assert {"shop/index.html", "shop/lib/ask.js"} <= {str(one.relative_to(packed)) for one in packed.rglob("*.*")}
    grants = [grant for domain, grant in grants_of(cloud) if domain == "edge" and grant.role.startswith("Publisher")]
    used = {grant.action: grant.resource for grant in grants if not grant.action.startswith(("logs:", "xray:"))}
    assert set(used) == {
        *("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"),
        "cloudfront:CreateInvalidation",
    }
    assert brought["AssetKey"] in used["s3:GetObject"]
    assert "*" not in used["s3:GetObject"] + used["s3:ListBucket"] + used["cloudfront:CreateInvalidation"]
    assert bucket in used["s3:PutObject"]
    assert distribution in used["cloudfront:CreateInvalidation"]


def test_a_browser_may_do_on_the_pages_what_it_may_on_a_laptop(cloud: Assembly):
    [policy] = cloud.of_type("AWS::CloudFront::ResponseHeadersPolicy").values()
    told = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    said = json.loads((ROOT / "web" / "headers.json").read_text())
    assert told["ContentSecurityPolicy"]["ContentSecurityPolicy"] == said["Content-Security-Policy"]
    assert "unsafe" not in said["Content-Security-Policy"]
    assert (told["FrameOptions"]["FrameOption"], told["ReferrerPolicy"]["ReferrerPolicy"]) == (
        said["X-Frame-Options"],
        said["Referrer-Policy"],
    )
