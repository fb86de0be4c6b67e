"""What the domains really commit keeps to what is published, and nothing that is published is never sent."""

import json

from jsonschema import Draft202012Validator, FormatChecker

from tests.builders import identity
from tests.builders.cloud import World
from tools.contracts import ROOT, domains


def everything_that_identity_tells_of() -> None:
    ada, admin = identity.an_account("ada@example.com"), identity.an_account("admin@example.com")
    session = identity.sign_in("ada@example.com").json["session_id"]
    me = identity.as_user(ada, session=session)
    me("PATCH", "/v1/me", {"locale": "uk"})
    me("PATCH", "/v1/me/preferences", {"digest": "weekly"})
    identity.an_export(ada)
    identity.upload_picture(ada)
    me("POST", "/v1/me/avatar/confirm")
    me("POST", "/v1/me/guests", {"guest_token": identity.a_guest()})
    identity.erased(identity.an_account("gone@example.com"), "gone@example.com")
    key = me("POST", "/v1/me/api-keys", {"name": "Stock", "scopes": ["profile:read"]}).json["id"]
    me("DELETE", f"/v1/me/api-keys/{key}")
    me("POST", "/v1/me/password", {"current_password": identity.PASSWORD, "new_password": "another good one"})
    identity.with_phone(me, identity.a_number())
    begun, code = identity.at_google()
    body = {"continuation": begun["continuation"], "code": code}
    identity.public("POST", f"/v1/social-sign-ins/{begun['id']}/finish", body)
    identity.with_second_factor(me)
    app = identity.a_new_second_factor(ada)
    me("POST", "/v1/me/recovery-codes", {"code": identity.app_code(ada, app)})
    me("DELETE", "/v1/sessions/current")
    joining = {"roles": ["moderator"], "reason": "Joined the team"}
    identity.as_user(admin, roles=("customer", "admin"))("PUT", f"/v1/users/{ada}/roles", joining)


def test_every_committed_event_keeps_to_its_published_schema(world: World):
    everything_that_identity_tells_of()
    sent = set()
    for envelope in world.envelopes():
        name = f"{envelope['metadata']['type']}.v{envelope['metadata']['version']}"
        schema = json.loads((ROOT / f"events/identity/{name}.schema.json").read_text(encoding="utf-8"))
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(envelope)
        sent.add(name)
    (own,) = (domain for domain in domains() if domain.name == "identity")
    assert sent == {event.detail_type() for event in own.events}


def test_no_event_carries_what_leads_to_a_person(world: World):
    everything_that_identity_tells_of()
    told = json.dumps(world.envelopes())
    assert "@" not in told
    assert identity.PASSWORD not in told
