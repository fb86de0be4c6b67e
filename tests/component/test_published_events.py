"""What the domains really commit keeps to what is published, and nothing that is published is never sent."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from functions.access.model import ApiKey
from functions.access.store.keys import Keys
from functions.stores.store.departures import departures
from kernel import clock, ids
from tests.builders import identity, papers, pictures, staff
from tests.builders import stores as a
from tests.builders.cloud import World
from tests.builders.stores import as_user
from tools.contracts import ROOT, domains

MODERATOR = "usr_00000000000000000000000002"


def everything_that_access_tells_of() -> None:
    key = ApiKey(
        ids.new_id("key"), a.OWNER, frozenset({"profile:read"}), clock.now() + timedelta(days=1), revoked=False
    )
    known = Keys()
    known.made(key, "the hash of a key")
    known.used(key, "the hash of a key", clock.now().date())


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
    me("DELETE", f"/v1/me/linked-providers/{identity.a_link(ada)}")
    identity.with_second_factor(me)
    app = identity.a_new_second_factor(ada)
    me("POST", "/v1/me/recovery-codes", {"code": identity.app_code(ada, app)})
    me("DELETE", "/v1/sessions/current")
    joining = {"roles": ["moderator"], "reason": "Joined the team"}
    identity.as_user(admin, roles=("customer", "admin"))("PUT", f"/v1/users/{ada}/roles", joining)


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


class Told(NamedTuple):
    """All that a domain ever tells of, and the words of people that were said on the way."""

    everything: Callable[[], None]
    personal: tuple[str, ...]


TOLD = {
    "access": Told(everything_that_access_tells_of, ()),
    "identity": Told(everything_that_identity_tells_of, (identity.PASSWORD,)),
    "stores": Told(everything_that_stores_tells_of, ("Ada", "ada-lovelace", "passport.pdf")),
}
publishing = {domain.name: domain for domain in domains() if domain.events}


def test_every_domain_that_publishes_is_asked_for_all_it_tells_of():
    assert set(TOLD) == set(publishing)


@pytest.mark.parametrize("domain", TOLD)
def test_every_committed_event_keeps_to_its_published_schema(world: World, domain: str):
    TOLD[domain].everything()
    sent = set()
    for envelope in world.envelopes():
        name = f"{envelope['metadata']['type']}.v{envelope['metadata']['version']}"
        schema = json.loads((ROOT / f"events/{domain}/{name}.schema.json").read_text(encoding="utf-8"))
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(envelope)
        sent.add(name)
    assert sent == {event.detail_type() for event in publishing[domain].events}


@pytest.mark.parametrize("domain", TOLD)
def test_no_event_carries_what_leads_to_a_person(world: World, domain: str):
    TOLD[domain].everything()
    told = json.dumps(world.envelopes())
    assert [word for word in ("@", *TOLD[domain].personal) if word in told] == []
