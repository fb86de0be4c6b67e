"""Puts a cloud assembly into the local cloud. CloudFormation does the work; the CDK's command line is not needed."""

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.cloud import Cloud
from local.home import REGION, Problem

WITHIN_S = 90
POLL_S = 0.05
BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"  # every CDK template refuses an account without it

# Every type that was seen to work in MiniStack. A new one is tried first, then named here or below.
WORKS = frozenset(
    f"AWS::{kind}"
    for kind in (
        "ApiGatewayV2::Api",
        "ApiGatewayV2::Authorizer",
        "ApiGatewayV2::Integration",
        "ApiGatewayV2::Route",
        "ApiGatewayV2::Stage",
        "CloudWatch::Alarm",
        "CloudWatch::Dashboard",
        "Cognito::UserPool",
        "Cognito::UserPoolClient",
        "DynamoDB::Table",
        "Events::EventBus",
        "Events::Rule",
        "IAM::ManagedPolicy",
        "IAM::Policy",
        "IAM::Role",
        "KMS::Alias",
        "KMS::Key",
        "Lambda::Alias",
        "Lambda::EventInvokeConfig",
        "Lambda::EventSourceMapping",
        "Lambda::Function",
        "Lambda::LayerVersion",
        "Lambda::Permission",
        "Lambda::Version",
        "Logs::LogGroup",
        "Logs::MetricFilter",
        "Logs::ResourcePolicy",
        "S3::Bucket",
        "S3::BucketPolicy",
        "SES::EmailIdentity",
        "SNS::Subscription",
        "SNS::Topic",
        "SNS::TopicPolicy",
        "SQS::Queue",
        "SQS::QueuePolicy",
        "SSM::Parameter",
        "Scheduler::Schedule",
        "Scheduler::ScheduleGroup",
        "SecretsManager::Secret",
        "StepFunctions::StateMachine",
    )
)
LEFT_OUT = {
    "AWS::CDK::Metadata": "counts CDK's own users",
    "AWS::Budgets::Budget": "nothing costs money here",
    "AWS::ApiGateway::Account": "the account-wide role by which gateways write logs",
}


class Deployer:
    def __init__(self, cloud: Cloud, assembly: Path, tell: Callable[[str], None]) -> None:
        self._cloud, self._assembly, self._tell = cloud, assembly, tell
        self._artifacts: dict[str, Any] = json.loads((assembly / "manifest.json").read_text())["artifacts"]
        self._deadline = time.monotonic() + WITHIN_S

    def deploy(self) -> None:
        self._cloud.client("ssm").put_parameter(Name=BOOTSTRAP_VERSION, Value="99", Type="String", Overwrite=True)
        stacks = list(self._in_order())
        for name in stacks:
            refuse_unknown(name, self._template(name))
        self._publish_assets(stacks)
        for place, name in enumerate(stacks, 1):
            self._tell(f"deploying {name} ({place} of {len(stacks)})")
            self._deploy(name)

    def _in_order(self) -> Iterator[str]:
        """Stacks, each after those it depends on."""
        seen: set[str] = set()

        def visit(name: str) -> Iterator[str]:
            if name in seen or self._artifacts[name]["type"] != "aws:cloudformation:stack":
                return
            seen.add(name)
            for needed in self._artifacts[name].get("dependencies", []):
                yield from visit(needed)
            yield name

        for name in self._artifacts:
            yield from visit(name)

    def _template(self, name: str) -> dict[str, Any]:
        file = self._assembly / self._artifacts[name]["properties"]["templateFile"]
        template: dict[str, Any] = json.loads(file.read_text())
        template["Resources"] = {
            logical_id: resource
            for logical_id, resource in template["Resources"].items()
            if resource["Type"] not in LEFT_OUT
        }
        return template

    # Assets

    def _publish_assets(self, stacks: list[str]) -> None:
        files: dict[tuple[str, str], dict[str, Any]] = {}
        for name in stacks:
            listed = json.loads((self._assembly / f"{name}.assets.json").read_text()).get("files", {})
            for asset in listed.values():
                if not asset["source"]["path"].endswith(".template.json"):
                    for to in asset["destinations"].values():
                        files[to["bucketName"], to["objectKey"]] = asset["source"]
        for bucket in {bucket for bucket, _ in files}:
            self._make_bucket(bucket)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda to: self._publish(to, files[to]), files))

    def _make_bucket(self, bucket: str) -> None:
        s3 = self._cloud.client("s3")
        try:
            s3.head_bucket(Bucket=bucket)
        except ClientError:
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})

    def _publish(self, to: tuple[str, str], source: dict[str, str]) -> None:
        s3 = self._cloud.client("s3")
        bucket, key = to
        try:
            s3.head_object(Bucket=bucket, Key=key)  # a key is the hash of its content: once there, always right
        except ClientError:
            path = self._assembly / source["path"]
            body = zipped(files_of(path)) if source["packaging"] == "zip" else path.read_bytes()
            s3.put_object(Bucket=bucket, Key=key, Body=body)

    # Stacks

    def _deploy(self, name: str) -> None:
        cloudformation = self._cloud.client("cloudformation")
        template = self._template(name)
        stack = self._artifacts[name]["properties"].get("stackName", name)
        bucket, body = self._templates_bucket(), json.dumps(template).encode()
        key = f"{stack}/{hashlib.sha256(body).hexdigest()}.json"
        self._cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
        request = {
            "StackName": stack,
            "TemplateURL": f"{self._cloud.endpoint}/{bucket}/{key}",
            "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        }
        status = self._status(stack)
        if status and status.endswith(("ROLLBACK_COMPLETE", "FAILED")) and not status.startswith("UPDATE"):
            cloudformation.delete_stack(StackName=stack)  # never came to life: AWS, too, only lets it be deleted
            self._wait(stack)
            status = ""
        try:
            if status:
                cloudformation.update_stack(**request)
            else:
                cloudformation.create_stack(**request)
        except ClientError as error:
            if "No updates are to be performed" in str(error):
                return
            raise Problem(f"The local cloud refused stack {stack}: {error.response['Error']['Message']}") from error
        status = self._wait(stack)
        if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            raise Problem(f"Stack {stack} ended {status}: {self._reasons(stack)}")
        self._set_what_was_ignored(stack, template)

    def _templates_bucket(self) -> str:
        bucket = f"cdk-templates-{REGION}"
        self._make_bucket(bucket)
        return bucket

    def _status(self, stack: str) -> str:
        try:
            return str(
                self._cloud.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
            )
        except ClientError:
            return ""

    def _wait(self, stack: str) -> str:
        while (status := self._status(stack)).endswith("IN_PROGRESS"):
            if time.monotonic() > self._deadline:
                raise Problem(
                    f"Stack {stack} is still {status} after {WITHIN_S} s: stop, and start with `make dev RESET=1`."
                )
            time.sleep(POLL_S)
        return status

    def _reasons(self, stack: str) -> str:
        pages = self._cloud.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=stack)
        failed = [
            f"{event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', 'no reason')}"
            for page in pages
            for event in page["StackEvents"]
            if event["ResourceStatus"].endswith("FAILED") and event["LogicalResourceId"] != stack
        ]
        return "; ".join(reversed(failed)) or "no resource says why"

    def _set_what_was_ignored(self, stack: str, template: dict[str, Any]) -> None:
        """MiniStack reads two properties and does nothing with them."""
        pages = self._cloud.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
        physical = {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in pages
            for resource in page["StackResourceSummaries"]
        }
        for logical_id, resource in template["Resources"].items():
            properties = resource.get("Properties", {})
            if ttl := properties.get("TimeToLiveSpecification"):
                self._expire(physical[logical_id], ttl)
            if (limit := properties.get("ReservedConcurrentExecutions")) is not None:
                self._cloud.client("lambda").put_function_concurrency(
                    FunctionName=physical[logical_id], ReservedConcurrentExecutions=limit
                )

    def _expire(self, table: str, ttl: dict[str, Any]) -> None:
        dynamodb = self._cloud.client("dynamodb")
        state = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"]
        if ttl.get("Enabled") and state == "DISABLED":
            dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=ttl)


def refuse_unknown(stack: str, template: dict[str, Any]) -> None:
    unknown = sorted({resource["Type"] for resource in template["Resources"].values()} - WORKS)
    if unknown:
        raise Problem(
            f"Stack {stack} has {', '.join(unknown)}, which nobody has tried on the laptop yet: "
            "try, then name it in WORKS or LEFT_OUT of local/deployer.py."
        )


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def zipped(files: dict[str, bytes]) -> bytes:
    """The same files make the same bytes: no times, one order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
