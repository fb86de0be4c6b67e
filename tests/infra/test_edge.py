import json
import subprocess

import pytest

from infra.platform.edge import PAGE_ROUTING
from tests.infra.conftest import Assembly

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
    [api] = config["CacheBehaviors"]
    assert (api["PathPattern"], api["CachePolicyId"]) == ("/v1/*", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad")
    assert "CustomErrorResponses" not in config


def test_the_firewall_limits_what_one_address_may_ask(cloud: Assembly):
    [firewall] = cloud.of_type("AWS::WAFv2::WebACL").values()
    limits = [rule["Statement"]["RateBasedStatement"] for rule in firewall["Rules"] if "Action" in rule]
    assert limits == [{"AggregateKeyType": "IP", "Limit": 2000}]
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
    ],
)
def test_a_page_is_the_index_of_its_folder(asked: str, served: str):
    call = f"console.log(handler({{request: {{uri: {json.dumps(asked)}}}}}).uri)"
    done = subprocess.run(["node", "-e", f"{PAGE_ROUTING}\n{call}"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == served
