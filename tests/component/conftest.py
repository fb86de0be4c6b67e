"""The emulator in this process: real boto3, real expressions, no network. It does not run Lambda code."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from kernel import aws, settings
from tests.builders import cloud


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[cloud.World]:
    """A domain's table, secret, settings, pool, mail identity and bus, as its stack would make them."""
    with mock_aws():
        made = cloud.build()
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        aws_services = ("dynamodb", "ssm", "secretsmanager", "cognito-idp", "sesv2", "events")
        make: Any = boto3.client
        for service in aws_services:
            aws.use(service, make(service, region_name=cloud.REGION))
        settings.forget()
        yield made
        for service in aws_services:
            aws.use(service, None)
