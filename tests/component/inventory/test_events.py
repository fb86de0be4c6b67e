"""What inventory really commits keeps to what is published, and nothing that is published is never sent."""

import json

from jsonschema import Draft202012Validator, FormatChecker

from functions.inventory.store import levels as levels_store
from tests.builders import inventory as a
from tools.contracts import ROOT, domains


def everything_that_inventory_tells_of(world) -> None:
    listen = a.Listening(world)
    shop = a.a_location("Ada's home")
    a.settings(low_at=3, beyond={"kind": "preorder", "limit": 2, "available_from": "2030-05-01"})
    a.received(10, location_id=shop)
    listen()
    for quantity, order_id in ((8, a.order(1)), (2, a.order(2))):
        a.reserve(a.a_line(quantity), order_id=order_id)
        listen()
    a.task("release", a.order(2))
    listen()
    a.as_seller()("PUT", f"/v1/stores/{a.STORE}/locations/{shop}", {"name": "Shop", "active": False})
    listen()


def test_every_committed_event_keeps_to_its_published_schema(world, monkeypatch):
    monkeypatch.setattr(levels_store, "PAGE", 1)
    everything_that_inventory_tells_of(world)
    sent = set()
    for envelope in world.envelopes():
        name = f"{envelope['metadata']['type']}.v{envelope['metadata']['version']}"
        schema = json.loads((ROOT / f"events/inventory/{name}.schema.json").read_text(encoding="utf-8"))
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(envelope)
        sent.add(name)
    (own,) = (domain for domain in domains() if domain.name == "inventory")
    assert sent == {event.detail_type() for event in own.events}


def test_no_event_carries_what_leads_to_a_person(world):
    everything_that_inventory_tells_of(world)
    told = json.dumps(world.envelopes())
    for word in ("Ada", a.SELLER):
        assert word not in told
