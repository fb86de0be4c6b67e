"""The emulator in this process: real boto3, real expressions, no network. It does not run Lambda code."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from functions.catalog.store.categories import categories
from functions.identity import providers
from functions.payments import stripe_api
from functions.search.store.listings import listings
from functions.search.store.operating import operating
from kernel import aws, settings
from kernel.events import Event, encode
from tests.builders import cloud, contract, identity
from tests.builders.http import Answered, Caller

# Stores with a memory of what they read, such as the tree of all categories: here it would be another world's.
REMEMBERED = (categories, listings, operating)


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
        providers.forget()
        stripe_api.use(None)
        for remembered in REMEMBERED:
            remembered.cache_clear()
        monkeypatch.setattr(providers, "fetch", lambda address, form=None: identity.GOOGLE.answer(address, form))
        yield made
        for service in cloud.SERVICES:
            aws.use(service, None)


@pytest.fixture(autouse=True)
def published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else a test is about: no event is committed that its published schema does not fit."""
    written = Event.envelope

    def checked(event: Event) -> dict[str, Any]:
        envelope = written(event)
        if schema := contract.schema_of(event.data.detail_type()):
            schema.validate(json.loads(encode(envelope)))
        return envelope

    monkeypatch.setattr(Event, "envelope", checked)


@pytest.fixture(autouse=True)
def documented(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else a test is about: no route answers with what its contract does not tell of."""
    call = Caller.__call__

    def checked(caller: Caller, method: str, path: str, *arguments: Any, **options: Any) -> Answered:
        answer = call(caller, method, path, *arguments, **options)
        contract.check(caller.route(method, path), answer)
        return answer

    monkeypatch.setattr(Caller, "__call__", checked)
