"""What the first domains do not use yet, tried on a domain of its own."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aws_cdk as cdk
import pytest

from infra.grants import list_grants
from infra.platform.context import STAGES
from infra.platform.domain import DomainStack


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> DomainStack:
    subscriptions = [("metco.identity", "UserErased.v1"), ("metco.orders", "OrderPaid.v1")]
    consumer = SimpleNamespace(subscriptions=subscriptions)
    for name in ("mails", "texts"):
        monkeypatch.setitem(sys.modules, f"functions.wishes.{name}", SimpleNamespace(consumer=consumer))
    return DomainStack(cdk.App(outdir=str(tmp_path)), "wishes", STAGES["local"])


def template_of(stack: DomainStack) -> dict[str, Any]:
    app = stack.node.root
    assert isinstance(app, cdk.App)
    return dict(app.synth().get_stack_by_name(stack.stack_name).template)


def test_a_domain_can_have_two_consumers_of_the_same_events(stack: DomainStack):
    stack.consumer("functions.wishes.mails")
    stack.consumer("functions.wishes.texts")
    kinds = [resource["Type"] for resource in template_of(stack)["Resources"].values()]
    assert (kinds.count("AWS::Events::Rule"), kinds.count("AWS::SQS::Queue")) == (4, 4)


def test_a_task_function_is_granted_what_its_page_says_and_nothing_of_the_gateway(stack: DomainStack):
    steps = stack.task_function("functions.wishes.steps")
    stack.table("by_store").index("by_store").grant(steps, "dynamodb:Query")
    template = template_of(stack)
    assert [grant.resource for grant in list_grants(template) if grant.action == "dynamodb:Query"] == [
        '{"Fn::Join": ["", [{"Fn::GetAtt": ["TableCD117FA1", "Arn"]}, "/index/by_store"]]}'
    ]
    assert not [r for r in template["Resources"].values() if r["Type"].startswith("AWS::ApiGateway")]


def test_a_workflow_may_call_the_tasks_it_names_and_whoever_begins_it_is_granted_that_alone(stack: DomainStack):
    consumer = stack.consumer("functions.wishes.mails")
    stack.workflow("checkout").grant(consumer, "states:StartExecution")
    template = template_of(stack)
    [machine] = [r for r in template["Resources"].values() if r["Type"] == "AWS::StepFunctions::StateMachine"]
    named = machine["Properties"]["DefinitionSubstitutions"]
    assert sorted(named) == ["Baskets", "Catalog", "Inventory", "Ledger", "Orders", "Payments"]
    grants = list_grants(template)
    called = {
        json.loads(grant.resource)["Fn::Join"][1][-1] for grant in grants if grant.action == "lambda:InvokeFunction"
    }
    assert called == {f":lambda:eu-west-1:000000000000:function:metco-local-{name.lower()}-steps" for name in named}
    begins = [(grant.role, grant.resource) for grant in grants if grant.action.startswith("states:")]
    [(role, resource)] = begins
    assert role.startswith("Mails")
    assert resource.endswith(':stateMachine:metco-local-checkout"]]}')


def test_a_function_has_the_layers_it_names_and_its_neighbours_do_not(tmp_path: Path, layers_dir: Path):
    dev = replace(STAGES["dev"], layers_dir=str(layers_dir))
    stack = DomainStack(cdk.App(outdir=str(tmp_path)), "wishes", dev)
    stack.task_function("functions.wishes.steps")
    for module in ("functions.wishes.draw", "functions.wishes.print"):
        stack.function(module, memory_mb=512, timeout_s=10, layers=["pictures"])
    resources = template_of(stack)["Resources"]
    named = {
        resource["Properties"]["Handler"].split(".")[2]: [
            layer["Ref"].partition("Layer")[0] for layer in resource["Properties"]["Layers"]
        ]
        for resource in resources.values()
        if resource["Type"] == "AWS::Lambda::Function"
    }
    with_pictures = ["Kernel", "Base", "Pictures"]
    assert named == {"steps": ["Kernel", "Base"], "draw": with_pictures, "print": with_pictures}
    assert sum(resource["Type"] == "AWS::Lambda::LayerVersion" for resource in resources.values()) == 3


def test_an_index_is_named_by_the_prefix_of_its_keys(stack: DomainStack):
    stack.table("by_store")
    [table] = [r for r in template_of(stack)["Resources"].values() if r["Type"] == "AWS::DynamoDB::Table"]
    [index] = table["Properties"]["GlobalSecondaryIndexes"]
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["by_storepk", "by_storesk"]


def test_a_bucket_is_private_and_granted_prefix_by_prefix(stack: DomainStack):
    steps = stack.task_function("functions.wishes.steps")
    stack.bucket(incoming=1).below("incoming").grant(steps, "s3:PutObject")
    template = template_of(stack)
    [bucket] = [r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::S3::Bucket"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["LifecycleConfiguration"]["Rules"] == [
        {"ExpirationInDays": 1, "Prefix": "incoming/", "Status": "Enabled"}
    ]
    [grant] = [grant for grant in list_grants(template) if grant.action.startswith("s3:")]
    assert '"/incoming/*"' in grant.resource


@pytest.mark.parametrize(("prefix", "action"), [("", "s3:GetObject"), ("*", "s3:GetObject"), ("in", "s3:*")])
def test_a_whole_bucket_is_never_granted(stack: DomainStack, prefix: str, action: str):
    with pytest.raises(ValueError, match="exact actions and a prefix"):
        stack.bucket().below(prefix).grant(stack.task_function("functions.wishes.steps"), action)
