"""The emulator in this process: real boto3, real expressions, no network. It does not run Lambda code."""

from collections.abc import Iterator

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
        for service in cloud.SERVICES:
            aws.use(service, cloud.client(service))
        settings.forget()
        yield made
        for service in cloud.SERVICES:
            aws.use(service, None)
