import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from local.cloud import Cloud
from local.deployer import zipped

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@contextmanager
def a_cloud(home: Path, **options: Any) -> Iterator[Cloud]:
    cloud = Cloud(home / "state", home / "cloud.log", **options)
    cloud.start()
    try:
        yield cloud
    finally:
        cloud.stop()


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The local cloud as it is meant to run, all workarounds in place."""
    with a_cloud(tmp_path_factory.mktemp("cloud")) as started:
        yield started


def a_role(cloud: Cloud, name: str, *statements: dict[str, Any]) -> str:
    iam = cloud.client("iam")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    if statements:
        policy = {"Version": "2012-10-17", "Statement": list(statements)}
        iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=json.dumps(policy))
    return str(made["Role"]["Arn"])


def a_function(cloud: Cloud, name: str, code: str, **settings: Any) -> str:
    made = cloud.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="code.handler",
        Role=settings.pop("role", None) or a_role(cloud, f"{name}-role"),
        Code={"ZipFile": zipped({"code.py": code.encode()})},
        Timeout=10,
        **settings,
    )
    return str(made["FunctionArn"])


def call(cloud: Cloud, name: str, event: Any = None) -> Any:
    answer = cloud.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event or {}))
    return json.loads(answer["Payload"].read())


def said(cloud: Cloud, name: str) -> list[str]:
    """What a function printed, oldest first."""
    logs = cloud.client("logs")
    try:
        events = logs.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    except logs.exceptions.ResourceNotFoundException:
        return []
    return [event["message"] for event in events if not event["message"].startswith(("START", "END", "REPORT"))]


def eventually(holds: Callable[[], Any], within_s: float = 10) -> Any:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if found := holds():
            return found
        time.sleep(0.05)
    return holds()
