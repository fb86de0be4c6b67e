import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from local.cloud import Cloud
from local.deployer import Deployer, refuse_unknown, zipped
from local.home import ACCOUNT, REGION, Problem
from tests.local.conftest import a_cloud

TABLE = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True},
    },
}
ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ]
        }
    },
}


def a_parameter(name: str, value: Any) -> dict[str, Any]:
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Name": name, "Type": "String", "Value": value}}


def an_assembly(folder: Path, stacks: Mapping[str, Mapping[str, Any]], needs: Mapping[str, list[str]]) -> Path:
    """As CDK writes it, with one asset that every stack publishes."""
    (folder / "asset.code").mkdir(exist_ok=True, parents=True)
    (folder / "asset.code" / "code.py").write_text("def handler(event, context):\n    return 'from an asset'\n")
    to = {"any": {"bucketName": f"cdk-assets-{ACCOUNT}-{REGION}", "objectKey": "code.zip"}}
    asset = {"files": {"code": {"source": {"path": "asset.code", "packaging": "zip"}, "destinations": to}}}
    artifacts = {}
    for name, resources in stacks.items():
        (folder / f"{name}.template.json").write_text(json.dumps({"Resources": resources}))
        (folder / f"{name}.assets.json").write_text(json.dumps(asset))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "properties": {"templateFile": f"{name}.template.json", "stackName": name},
            "dependencies": needs.get(name, []),
        }
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    return folder


def deploy(cloud: Cloud, folder: Path, stacks: Mapping[str, Mapping[str, Any]], **needs: list[str]) -> list[str]:
    told: list[str] = []
    Deployer(cloud, an_assembly(folder, stacks, needs), told.append).deploy()
    return told


def test_stacks_come_after_those_they_need(cloud: Cloud, tmp_path: Path):
    stacks = {"last": {"P": a_parameter("/last", "1")}, "first": {"P": a_parameter("/first", "1")}}
    told = deploy(cloud, tmp_path, stacks, last=["first"])
    assert told == ["deploying first (1 of 2)", "deploying last (2 of 2)"]
    assert (cloud.parameter("/first"), cloud.parameter("/last")) == ("1", "1")


def test_deploying_again_changes_what_changed_and_only_that(cloud: Cloud, tmp_path: Path):
    deploy(cloud, tmp_path, {"again": {"P": a_parameter("/again", "1"), "Q": a_parameter("/kept", "1")}})
    deploy(cloud, tmp_path, {"again": {"P": a_parameter("/again", "1"), "Q": a_parameter("/kept", "1")}})
    deploy(cloud, tmp_path, {"again": {"P": a_parameter("/again", "2"), "Q": a_parameter("/kept", "1")}})
    assert (cloud.parameter("/again"), cloud.parameter("/kept")) == ("2", "1")


def a_function(concurrency: int) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "FunctionName": "limited",
            "Runtime": "python3.13",
            "Handler": "code.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": {"S3Bucket": f"cdk-assets-{ACCOUNT}-{REGION}", "S3Key": "code.zip"},
            "ReservedConcurrentExecutions": concurrency,
        },
    }


def test_functions_run_from_their_asset_within_their_reserved_concurrency(cloud: Cloud, tmp_path: Path):
    deploy(cloud, tmp_path, {"functions": {"Role": ROLE, "Function": a_function(concurrency=3)}})
    functions = cloud.client("lambda")
    assert json.loads(functions.invoke(FunctionName="limited")["Payload"].read()) == "from an asset"
    assert functions.get_function_concurrency(FunctionName="limited")["ReservedConcurrentExecutions"] == 3


def time_to_live(cloud: Cloud, stack: str) -> Any:
    dynamodb = cloud.client("dynamodb")
    name = next(name for name in dynamodb.list_tables()["TableNames"] if name.startswith(f"{stack}-"))
    return dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]


def test_items_expire_as_the_template_says(cloud: Cloud, tmp_path: Path):
    deploy(cloud, tmp_path, {"tables": {"Table": TABLE}})
    assert time_to_live(cloud, "tables") == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}


def test_without_the_deployer_both_would_be_ignored(tmp_path: Path):
    """The day this fails, `_set_what_was_ignored` can go."""
    with a_cloud(tmp_path) as bare:
        deploy(bare, tmp_path, {"first": {"P": a_parameter("/first", "1")}})
        resources = {"Role": ROLE, "Function": a_function(concurrency=3), "Table": TABLE}
        cloudformation = bare.client("cloudformation")
        template = json.dumps({"Resources": resources})
        cloudformation.create_stack(StackName="plain", TemplateBody=template, Capabilities=["CAPABILITY_IAM"])
        cloudformation.get_waiter("stack_create_complete").wait(StackName="plain", WaiterConfig={"Delay": 1})
        assert "ReservedConcurrentExecutions" not in bare.client("lambda").get_function_concurrency(
            FunctionName="limited"
        )
        assert time_to_live(bare, "plain")["TimeToLiveStatus"] == "DISABLED"


def test_a_type_that_nobody_has_tried_is_refused_before_anything_is_made(cloud: Cloud, tmp_path: Path):
    stacks = {"good": {"P": a_parameter("/untouched", "1")}, "odd": {"M": {"Type": "AWS::Macie::Session"}}}
    with pytest.raises(Problem, match=r"odd has AWS::Macie::Session, .*local/deployer\.py"):
        deploy(cloud, tmp_path, stacks)
    assert cloud.parameter("/untouched") is None


def test_what_is_left_out_is_left_out_silently(cloud: Cloud, tmp_path: Path):
    deploy(cloud, tmp_path, {"some": {"C": {"Type": "AWS::CDK::Metadata"}, "P": a_parameter("/some", "1")}})
    assert cloud.parameter("/some") == "1"
    refuse_unknown("some", {"Resources": {"P": a_parameter("/some", "1")}})


def test_a_stack_that_fails_says_which_resource_and_why_and_can_be_mended(cloud: Cloud, tmp_path: Path):
    nobody = {"PolicyName": "may", "PolicyDocument": {"Statement": []}, "Roles": ["nobody"]}
    broken = {"Grant": {"Type": "AWS::IAM::Policy", "Properties": nobody}}
    with pytest.raises(Problem, match=r"mended ended .*: Grant .*AWS::IAM::Policy"):
        deploy(cloud, tmp_path, {"mended": broken})
    deploy(cloud, tmp_path, {"mended": {"P": a_parameter("/mended", "1")}})
    assert cloud.parameter("/mended") == "1"


def test_the_same_files_make_the_same_archive():
    assert zipped({"b.py": b"2", "a.py": b"1"}) == zipped({"a.py": b"1", "b.py": b"2"})
