"""Both sides of every event: producers keep to the published schema, consumers understand the published example."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import ValidationError

from kernel.consume import Consumer
from kernel.events import Data, Event, Metadata, Seen, encode
from tools.contracts import ROOT, Domain, domains

FOUND = domains()
PUBLISHED = [(domain, event) for domain in FOUND for event in domain.events]
EXPECTED = [(domain, source, detail_type) for domain in FOUND for source, detail_type in domain.subscriptions]
ASYNCAPI = yaml.safe_load((ROOT / "events/asyncapi.yaml").read_text(encoding="utf-8"))


def named(value: object) -> str | None:
    if isinstance(value, Domain):
        return value.name
    return value.detail_type() if isinstance(value, type) and issubclass(value, Data) else None


def published(source: str, detail_type: str, kind: str) -> Any:
    path = ROOT / "events" / source.removeprefix("metco.") / f"{detail_type}.{kind}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def validator(domain: Domain, event: type[Data]) -> Draft202012Validator:
    schema = published(domain.source, event.detail_type(), "schema")
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def test_no_package_hides_the_module_of_the_same_name():
    assert not (ROOT / "events" / "__init__.py").exists()


@pytest.mark.parametrize(("domain", "event"), PUBLISHED, ids=named)
def test_the_example_keeps_to_its_schema(domain: Domain, event: type[Data]):
    example = published(domain.source, event.detail_type(), "example")
    validator(domain, event).validate(example["detail"])
    assert (example["source"], example["detail-type"]) == (domain.source, event.detail_type())


@pytest.mark.parametrize(("domain", "event"), PUBLISHED, ids=named)
def test_what_the_kernel_sends_keeps_to_the_schema(domain: Domain, event: type[Data]):
    example = published(domain.source, event.detail_type(), "example")
    sent = Event(event.model_validate(example["detail"]["data"]), "agg_1", 7).envelope()
    validator(domain, event).validate(json.loads(encode(sent)))


@pytest.mark.parametrize(("domain", "event"), PUBLISHED, ids=named)
def test_a_producer_cannot_slip_in_a_field_that_is_not_published(domain: Domain, event: type[Data]):
    data = published(domain.source, event.detail_type(), "example")["detail"]["data"]
    with pytest.raises(ValidationError, match="email"):
        event.model_validate({**data, "email": "ada@example.com"})


@pytest.mark.parametrize(("domain", "event"), PUBLISHED, ids=named)
def test_a_schema_leaves_room_for_fields_to_come(domain: Domain, event: type[Data]):
    example = published(domain.source, event.detail_type(), "example")["detail"]
    example["data"]["yet_unknown"] = {"deep": [1]}
    example["metadata"]["yet_unknown"] = True
    validator(domain, event).validate(example)
    assert '"additionalProperties": false' not in json.dumps(validator(domain, event).schema)


PERSONAL = {"email", "name", "phone", "address", "ip", "birthday"}


@pytest.mark.parametrize(("domain", "event"), PUBLISHED, ids=named)
def test_events_carry_ids_and_nothing_personal(domain: Domain, event: type[Data]):
    """Erasing a person must stay the erasure of one item, however long events are kept."""
    assert not PERSONAL & event.model_fields.keys()


# The consumers' side


@pytest.mark.parametrize(("domain", "source", "detail_type"), EXPECTED)
def test_a_consumer_waits_only_for_what_is_published(domain: Domain, source: str, detail_type: str):
    assert (source, detail_type) in {(sender.source, event.detail_type()) for sender, event in PUBLISHED}


def views(domain: Domain, source: str, detail_type: str) -> list[type[Seen]]:
    module = importlib.import_module(f"functions.{domain.name}.consumers")
    consumers = [one for one in vars(module).values() if isinstance(one, Consumer)]
    return [one._handlers[source, detail_type][0] for one in consumers if (source, detail_type) in one.subscriptions]


@pytest.mark.parametrize(("domain", "source", "detail_type"), EXPECTED)
def test_a_consumer_understands_the_example_and_whatever_is_added_to_it(domain: Domain, source: str, detail_type: str):
    detail = published(source, detail_type, "example")["detail"]
    for view in views(domain, source, detail_type):
        plain = view.model_validate(detail["data"])
        assert view.model_validate({**detail["data"], "yet_unknown": {"deep": [1]}}) == plain
        assert not view.model_fields.keys() - detail["data"].keys(), "it waits for a field that is not published"
    assert Metadata.model_validate({**detail["metadata"], "yet_unknown": True}).id == detail["metadata"]["id"]


# The document


def referenced(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [node["$ref"]] if "$ref" in node else [ref for value in node.values() for ref in referenced(value)]
    return [ref for value in node for ref in referenced(value)] if isinstance(node, list) else []


def test_every_reference_in_the_asyncapi_document_leads_somewhere():
    for reference in referenced(ASYNCAPI):
        if reference.startswith("#/"):
            node = ASYNCAPI
            for step in reference[2:].split("/"):
                node = node[step]
        else:
            assert (ROOT / "events" / Path(reference)).is_file(), reference


def test_the_asyncapi_document_has_the_form_of_version_3():
    assert ASYNCAPI["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= ASYNCAPI["info"].keys()
    for operation in ASYNCAPI["operations"].values():
        assert operation["action"] in ("send", "receive")
        assert {"channel", "messages"} <= operation.keys()
    for name, channel in ASYNCAPI["channels"].items():
        assert channel["address"] == name
        assert channel["messages"]


def test_the_asyncapi_document_names_every_publisher_and_every_listener():
    sends = {f"{domain.name}.publishes.{event.detail_type()}" for domain, event in PUBLISHED}
    receives = {f"{domain.name}.consumes.{detail_type}" for domain, _, detail_type in EXPECTED}
    assert ASYNCAPI["operations"].keys() == sends | receives
