"""What stores really commits keeps to what is published, and nothing that is published is never sent."""

import json

from jsonschema import Draft202012Validator, FormatChecker

from functions.stores.store.departures import departures
from tests.builders import papers, staff
from tests.builders import stores as a
from tests.builders.staff import KIM, LEE
from tests.builders.stores import OWNER, as_user
from tools.contracts import ROOT, domains


def everything_that_stores_tells_of() -> None:
    store_id = a.an_open_store()
    as_user(OWNER)("PATCH", f"/v1/stores/{store_id}", {"description": "Cameras."})
    for method in ("PUT", "DELETE"):
        as_user(LEE)(method, f"/v1/me/follows/{store_id}")
    staff.accept(store_id, staff.an_invitation(store_id, OWNER), KIM)
    as_user(OWNER)("PUT", f"/v1/stores/{store_id}/staff/{KIM}", {"role": "manager"})
    staff.offer(store_id, OWNER, KIM)
    as_user(OWNER)("DELETE", f"/v1/stores/{store_id}/transfer")
    staff.offer(store_id, OWNER, KIM)
    as_user(KIM)("POST", f"/v1/stores/{store_id}/transfer/accept")
    as_user(OWNER)("POST", f"/v1/stores/{store_id}/leave")
    papers.submitted(store_id, KIM)
    papers.judge(store_id, LEE, "claim")
    papers.judge(store_id, LEE, "approve")
    staff.suspend(store_id)
    staff.judge(store_id, "restore")
    departures().forget(KIM)


def test_every_committed_event_keeps_to_its_published_schema(world):
    everything_that_stores_tells_of()
    sent = set()
    for envelope in world.envelopes():
        name = f"{envelope['metadata']['type']}.v{envelope['metadata']['version']}"
        schema = json.loads((ROOT / f"events/stores/{name}.schema.json").read_text(encoding="utf-8"))
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(envelope)
        sent.add(name)
    (own,) = (domain for domain in domains() if domain.name == "stores")
    assert sent == {event.detail_type() for event in own.events}


def test_no_event_carries_what_leads_to_a_person(world):
    everything_that_stores_tells_of()
    told = json.dumps(world.envelopes())
    for word in ("@", "passport.pdf", "Cameras."):
        assert word not in told
