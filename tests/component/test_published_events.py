"""What the domains really commit keeps to what is published, and nothing that is published is never sent."""

import json
from importlib import import_module
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from tests.builders.cloud import World
from tools.contracts import ROOT, domains

TOLD = {module.stem for module in Path(__file__).with_name("told").glob("[!_]*.py")}
# Of the others the fixture `published` holds each event that any test commits against its schema.
PUBLISHING = {domain.name: domain for domain in domains() if domain.events and domain.name in TOLD}
every_domain = pytest.mark.parametrize("domain", PUBLISHING)


@every_domain
def test_every_committed_event_keeps_to_its_published_schema(world: World, domain: str):
    import_module(f"tests.component.told.{domain}").everything()
    sent = set()
    for envelope in world.envelopes():
        name = f"{envelope['metadata']['type']}.v{envelope['metadata']['version']}"
        schema = json.loads((ROOT / f"events/{domain}/{name}.schema.json").read_text(encoding="utf-8"))
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(envelope)
        sent.add(name)
    assert sent == {event.detail_type() for event in PUBLISHING[domain].events}


@every_domain
def test_no_event_carries_what_leads_to_a_person(world: World, domain: str):
    telling = import_module(f"tests.component.told.{domain}")
    telling.everything()
    told = json.dumps(world.envelopes())
    assert [word for word in ("@", *telling.PERSONAL) if word in told] == []
