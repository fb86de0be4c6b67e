"""What stores commits keeps to what is published; nothing published is never sent, nothing leads to a person."""

import json

from jsonschema import Draft202012Validator, FormatChecker

from functions.stores.store.departures import departures
from tests.builders import papers, pictures, staff
from tests.builders import stores as a
from tests.builders.cloud import World
from tests.builders.stores import as_user
from tools.contracts import ROOT, domains

MODERATOR = "usr_00000000000000000000000002"


def everything_that_stores_tells_of() -> None:
    store_id = a.an_open_store(name="Ada Lovelace", slug="ada-lovelace")
    ada, fan = as_user(a.OWNER), as_user(a.STRANGER)
    ada("PATCH", f"/v1/stores/{store_id}", {"description": "Ada's own words"})
    ada("PUT", f"/v1/stores/{store_id}/pictures/logo", {"picture_id": pictures.arrived(store_id)})
    ada("DELETE", f"/v1/stores/{store_id}/pictures/logo")
    for method in ("PUT", "DELETE"):
        fan(method, f"/v1/me/follows/{store_id}")
    invitation = staff.an_invitation(store_id, a.OWNER, email="kim@example.com")
    staff.accept(store_id, invitation, a.STRANGER)
    ada("PUT", f"/v1/stores/{store_id}/staff/{a.STRANGER}", {"role": "manager"})
    staff.offer(store_id, a.OWNER, a.STRANGER)
    ada("DELETE", f"/v1/stores/{store_id}/transfer")
    staff.offer(store_id, a.OWNER, a.STRANGER)
    fan("POST", f"/v1/stores/{store_id}/transfer/accept")
    papers.submitted(store_id, a.STRANGER)
    papers.judge(store_id, MODERATOR, "claim")
    papers.judge(store_id, MODERATOR, "approve")
    staff.suspend(store_id)
    staff.judge(store_id, "restore")
    departures().forget(a.STRANGER)


def test_every_committed_event_keeps_to_its_published_schema(world: World):
    everything_that_stores_tells_of()
    sent = set()
    for envelope in world.envelopes():
        name = f"{envelope['metadata']['type']}.v{envelope['metadata']['version']}"
        schema = json.loads((ROOT / f"events/stores/{name}.schema.json").read_text(encoding="utf-8"))
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(envelope)
        sent.add(name)
    (own,) = (domain for domain in domains() if domain.name == "stores")
    assert sent == {event.detail_type() for event in own.events}


def test_no_event_carries_what_leads_to_a_person(world: World):
    everything_that_stores_tells_of()
    told = json.dumps(world.envelopes())
    assert [word for word in ("@", "Ada", "ada-lovelace", "passport.pdf") if word in told] == []
