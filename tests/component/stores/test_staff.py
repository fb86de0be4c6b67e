import json

import pytest

from functions.stores import api as stores_api
from functions.stores import consumers
from functions.stores.model.staff import (
    InvitationChanged,
    InvitationRefused,
    LastOwner,
    StaffChangedMeanwhile,
    TransferRefused,
)
from functions.stores.rules import staff as rules
from functions.stores.rules.stores import ALL_PERMISSIONS
from functions.stores.store.staff import StaffStore
from kernel import clock, ids
from kernel.authz import Principal
from permissions import PERMISSIONS
from tests.builders import operations, staff
from tests.builders import stores as a
from tests.builders.http import Caller, Context
from tests.builders.operations import GUARDED, OPERATIONS
from tests.builders.staff import KIM, LEE
from tests.builders.stores import OWNER, as_user

API = stores_api.api
KEY = {"idempotency-key": "the-same-key"}


def owners(world, store_id: str) -> int:
    [row] = [item for item in world.items() if item["pk"]["S"] == f"STORE#{store_id}" and item["sk"]["S"] == "OWNERS"]
    return int(row["owners"]["N"])


def role_of(store_id: str, user_id: str) -> str | None:
    mine = as_user(user_id)("GET", "/v1/me/stores").json["items"]
    return next((one["role"] for one in mine if one["store_id"] == store_id), None)


def told_of(world, store_id: str, user_id: str) -> list[tuple[str, int]]:
    place = ids.derived_id("mem", store_id, user_id)
    rows = [row["metadata"] for row in world.envelopes() if row["metadata"]["aggregate"] == place]
    return sorted(((row["type"], row["sequence"]) for row in rows), key=lambda row: row[1])


@pytest.fixture
def store_id(world) -> str:
    return a.an_open_store()


# Invitations


def test_an_invited_cashier_works_in_the_store(world, store_id):
    invitation = staff.an_invitation(store_id, OWNER)
    answer = staff.accept(store_id, invitation, KIM)
    assert (answer.status, answer.json["role"], answer.json["permissions"]) == (200, "cashier", ["view_orders"])
    assert role_of(store_id, KIM) == "cashier"
    assert told_of(world, store_id, KIM) == [("StaffJoined", 1)]
    listed = as_user(OWNER)("GET", f"/v1/stores/{store_id}/staff").json["items"]
    assert {one["user_id"]: one["role"] for one in listed} == {OWNER: "owner", KIM: "cashier"}


def test_whoever_opens_a_store_is_told_of_as_its_owner(world, store_id):
    assert told_of(world, store_id, OWNER) == [("StaffJoined", 1)]


def message(store_id: str, invitation: str, sent: int) -> dict:
    data = {"store_id": store_id, "invitation_id": invitation, "sent": sent}
    metadata = {"id": "evt_1", "type": "InvitationSent", "version": 1, "occurred_at": clock.rfc3339(clock.now())}
    metadata |= {"aggregate": invitation, "sequence": sent, "correlation_id": "cor_1"}
    body = {"source": "metco.stores", "detail-type": "InvitationSent.v1"}
    return {"messageId": "1", "body": json.dumps(body | {"detail": {"metadata": metadata, "data": data}})}


def deliver(*messages: dict) -> None:
    assert consumers.handler({"Records": list(messages)}, Context()) == {"batchItemFailures": []}


@pytest.mark.parametrize("locale", ["en", "uk", "hi"])
def test_the_mail_brings_the_code_in_the_persons_language(world, store_id, locale):
    invitation = staff.an_invitation(store_id, OWNER, locale=locale)
    deliver(message(store_id, invitation, 1))
    [mail] = world.mails()
    assert mail["destinations"]["ToAddresses"] == ["kim@example.com"]
    for told in (staff.code_of(store_id, invitation), invitation, store_id, "Analog Cameras"):
        assert told in mail["body"]
    assert "{" not in mail["subject"] + mail["body"]


def test_a_mail_about_what_is_over_is_not_sent(world, store_id):
    invitation = staff.an_invitation(store_id, OWNER)
    as_user(OWNER)("POST", f"/v1/stores/{store_id}/invitations/{invitation}/resend")
    deliver(message(store_id, invitation, 1))
    assert world.mails() == []
    as_user(OWNER)("DELETE", f"/v1/stores/{store_id}/invitations/{invitation}")
    deliver(message(store_id, invitation, 2))
    assert world.mails() == []


def test_the_address_is_nowhere_in_an_event_and_gone_once_answered(world, store_id):
    invitation = staff.an_invitation(store_id, OWNER)
    assert "kim@example.com" not in json.dumps(world.envelopes())
    staff.accept(store_id, invitation, KIM)
    assert "kim@example.com" not in json.dumps(world.items())


@pytest.mark.parametrize(
    "how", ["wrong code", "revoked", "expired", "sent again", "rejected", "another store", "unknown"]
)
def test_what_is_no_open_invitation_lets_nobody_in(world, store_id, how):
    with clock.frozen(clock.now()) as advance:
        invitation = staff.an_invitation(store_id, OWNER)
        path, code = f"/v1/stores/{store_id}/invitations/{invitation}", staff.code_of(store_id, invitation)
        match how:
            case "wrong code":
                code = "0" * 32
            case "revoked":
                assert as_user(OWNER)("DELETE", path).status == 204
            case "expired":
                advance(rules.INVITATION_LIFE)
            case "sent again":
                assert as_user(OWNER)("POST", f"{path}/resend").status == 200
            case "rejected":
                assert as_user(KIM)("POST", f"{path}/reject", {"code": code}).status == 204
            case "another store":
                store_id = staff.a_store_of(LEE)
            case "unknown":
                invitation = ids.new_id("inv")
        before = world.items()
        answer = staff.accept(store_id, invitation, KIM, code)
    assert (answer.status, answer.json["code"]) == (422, "invitation_refused")
    assert world.items() == before


def test_of_two_who_hold_the_code_of_one_invitation_one_comes_in(world, store_id):
    """Both have read and decided before either commits."""
    invited = staff.an_invitation(store_id, OWNER)
    here = StaffStore()
    invitation, [inviter] = here.invitation(store_id, invited), here.places(store_id, OWNER)
    assert invitation
    assert inviter
    (closed, kim), (_, lee) = (rules.accepted(invitation, inviter, who, 0, clock.now()) for who in (KIM, LEE))
    here.accept(closed, inviter, kim, None)
    before = world.items()
    with pytest.raises(InvitationChanged):
        here.accept(closed, inviter, lee, None)
    assert world.items() == before


def test_an_invitation_is_not_accepted_into_what_the_inviter_has_just_lost(world, store_id):
    manager = staff.a_colleague(store_id, LEE, "manager")
    invited = staff.an_invitation(store_id, LEE)
    here = StaffStore()
    invitation, [owner] = here.invitation(store_id, invited), here.places(store_id, OWNER)
    assert invitation
    assert owner
    closed, kim = rules.accepted(invitation, manager, KIM, 0, clock.now())
    here.leave(owner, manager, None)
    before = world.items()
    with pytest.raises(InvitationRefused):
        here.accept(closed, manager, kim, None)
    assert world.items() == before


def test_accepting_twice_under_one_key_is_accepting_once(world, store_id):
    invitation = staff.an_invitation(store_id, OWNER)
    code = staff.code_of(store_id, invitation)
    first = staff.accept(store_id, invitation, KIM, code, headers=KEY)
    again = staff.accept(store_id, invitation, KIM, code, headers=KEY)
    assert (again.status, again.json) == (200, first.json)
    assert told_of(world, store_id, KIM) == [("StaffJoined", 1)]


def test_an_address_has_one_open_invitation_to_a_store(world, store_id):
    first = staff.an_invitation(store_id, OWNER)
    assert staff.invite(store_id, OWNER, email="KIM@example.com").json["code"] == "already_invited"
    as_user(OWNER)("DELETE", f"/v1/stores/{store_id}/invitations/{first}")
    assert staff.invite(store_id, OWNER).status == 201


def test_an_expired_invitation_stands_in_nobodys_way(world, store_id):
    with clock.frozen(clock.now()) as advance:
        staff.an_invitation(store_id, OWNER)
        advance(rules.INVITATION_LIFE + rules.DAY)
        assert staff.invite(store_id, OWNER).status == 201
        listed = as_user(OWNER)("GET", f"/v1/stores/{store_id}/invitations").json["items"]
    assert [one["state"] for one in listed] == ["pending", "expired"]


def test_a_flood_of_mails_to_one_address_stops_whatever_the_number_of_stores(world, store_id):
    with clock.frozen(clock.now()):
        invitation = staff.an_invitation(store_id, OWNER)
        path = f"/v1/stores/{store_id}/invitations/{invitation}/resend"
        sent = [as_user(OWNER)("POST", path).status for _ in range(rules.INVITATIONS_TO_ONE_A_DAY)]
        assert sent == [200] * (rules.INVITATIONS_TO_ONE_A_DAY - 1) + [429]
        before = world.items()
        assert staff.invite(staff.a_store_of(LEE), LEE).status == 429
        told = [row for row in world.envelopes() if row["metadata"]["type"] == "InvitationSent"]
    assert len(told) == rules.INVITATIONS_TO_ONE_A_DAY
    assert len(before) < len(world.items())  # the other store was opened, and nothing else


def test_staff_are_not_invited_again_but_may_come_back(world, store_id):
    staff.accept(store_id, staff.an_invitation(store_id, OWNER), KIM)
    again = staff.an_invitation(store_id, OWNER)
    assert staff.accept(store_id, again, KIM).json["code"] == "already_staff"
    assert as_user(OWNER)("DELETE", f"/v1/stores/{store_id}/staff/{KIM}").status == 204
    assert staff.accept(store_id, again, KIM).status == 200
    assert told_of(world, store_id, KIM) == [("StaffJoined", 1), ("StaffLeft", 2), ("StaffJoined", 3)]


def test_what_somebody_handed_out_ends_when_they_are_sent_home(world, store_id):
    staff.a_colleague(store_id, LEE, "manager")
    invitation = staff.an_invitation(store_id, LEE)
    assert as_user(OWNER)("DELETE", f"/v1/stores/{store_id}/staff/{LEE}").status == 204
    assert staff.accept(store_id, invitation, KIM).status == 422
    assert role_of(store_id, KIM) is None


# Staff


def test_whoever_is_sent_home_may_nothing_from_that_moment_on(world, store_id):
    staff.a_colleague(store_id, KIM, "manager")
    assert as_user(KIM)("GET", f"/v1/stores/{store_id}/staff").status == 200
    assert as_user(OWNER)("DELETE", f"/v1/stores/{store_id}/staff/{KIM}").status == 204
    before = world.items()
    assert as_user(KIM)("GET", f"/v1/stores/{store_id}/staff").status == 404
    assert staff.invite(store_id, KIM).status == 404
    assert world.items() == before


def test_a_role_is_changed_and_told(world, store_id):
    staff.a_colleague(store_id, KIM, "cashier")
    path, body = f"/v1/stores/{store_id}/staff/{KIM}", {"role": "custom", "permissions": ["view_sales"]}
    assert as_user(OWNER)("PUT", path, body).json["permissions"] == ["view_sales"]
    assert told_of(world, store_id, KIM) == [("StaffChanged", 2)]
    assert as_user(OWNER)("PUT", path, body, headers={"If-Match": '"1"'}).status == 412


@pytest.mark.parametrize(
    ("method", "body"),
    [("PUT", {"role": "cashier"}), ("DELETE", None)],
)
def test_nobody_touches_who_holds_more(world, store_id, method, body):
    staff.a_colleague(store_id, KIM, "custom", "manage_staff")
    before = world.items()
    answer = as_user(KIM)(method, f"/v1/stores/{store_id}/staff/{OWNER}", body)
    assert (answer.status, answer.json["code"]) == (403, "not_in_your_hands")
    assert world.items() == before


def test_the_last_owner_cannot_leave_nor_step_down(world, store_id):
    staff.a_colleague(store_id, KIM, "manager")
    before = world.items()
    for answer in (
        as_user(OWNER)("POST", f"/v1/stores/{store_id}/leave"),
        as_user(OWNER)("DELETE", f"/v1/stores/{store_id}/staff/{OWNER}"),
        as_user(OWNER)("PUT", f"/v1/stores/{store_id}/staff/{OWNER}", {"role": "cashier"}),
    ):
        assert (answer.status, answer.json["code"]) == (409, "last_owner")
    assert world.items() == before


def test_two_owners_who_demote_each_other_at_once_leave_one(world, store_id):
    """Both have read and decided before either commits; tests/e2e has them race in processes of their own."""
    kim, here = staff.a_colleague(store_id, KIM, "owner"), StaffStore()
    [owner] = here.places(store_id, OWNER)
    assert owner
    less, least = rules.changed(owner, kim, "manager", None), rules.changed(kim, owner, "manager", None)
    here.change(owner, kim, less, None)
    before = world.items()
    with pytest.raises(StaffChangedMeanwhile):
        here.change(kim, owner, least, None)
    assert world.items() == before
    assert (role_of(store_id, OWNER), role_of(store_id, KIM), owners(world, store_id)) == ("owner", "manager", 1)


def test_two_owners_who_leave_at_once_leave_one(world, store_id):
    """Neither touches the other's row: only the number of owners stands between them."""
    kim, here = staff.a_colleague(store_id, KIM, "owner"), StaffStore()
    [owner] = here.places(store_id, OWNER)
    assert owner
    here.leave(kim, kim, None)
    before = world.items()
    with pytest.raises(LastOwner):
        here.leave(owner, owner, None)
    assert world.items() == before
    assert owners(world, store_id) == 1


def test_an_owner_who_steps_down_while_the_other_leaves_stays(world, store_id):
    kim, here = staff.a_colleague(store_id, KIM, "owner"), StaffStore()
    down = rules.changed(kim, kim, "manager", None)
    [owner] = here.places(store_id, OWNER)
    assert owner
    here.leave(owner, owner, None)
    with pytest.raises(LastOwner):
        here.change(kim, kim, down, None)
    assert (role_of(store_id, KIM), owners(world, store_id)) == ("owner", 1)


def test_leaving_twice_under_one_key_is_leaving_once(world, store_id):
    staff.a_colleague(store_id, KIM, "cashier")
    for _ in range(2):
        assert as_user(KIM)("POST", f"/v1/stores/{store_id}/leave", headers=KEY).status == 204
    assert told_of(world, store_id, KIM) == [("StaffLeft", 2)]


# Handing over


def test_a_store_is_handed_over_once_both_agree(world, store_id):
    staff.a_colleague(store_id, KIM, "cashier")
    assert staff.offer(store_id, OWNER, KIM).status == 201
    assert role_of(store_id, OWNER) == "owner"
    assert as_user(KIM)("POST", f"/v1/stores/{store_id}/transfer/accept").json["role"] == "owner"
    assert (role_of(store_id, OWNER), role_of(store_id, KIM), owners(world, store_id)) == ("manager", "owner", 1)
    assert as_user(KIM)("GET", f"/v1/stores/{store_id}/transfer").status == 404
    assert told_of(world, store_id, OWNER) == [("StaffJoined", 1), ("StaffChanged", 2)]


def test_only_the_one_it_is_offered_to_takes_a_store_over(world, store_id):
    staff.a_colleague(store_id, KIM, "cashier")
    staff.a_colleague(store_id, LEE, "manager")
    staff.offer(store_id, OWNER, KIM)
    before = world.items()
    for who in (OWNER, LEE):
        assert as_user(who)("POST", f"/v1/stores/{store_id}/transfer/accept").status == 404
    assert as_user(LEE)("GET", f"/v1/stores/{store_id}/transfer").status == 404
    assert as_user(LEE)("DELETE", f"/v1/stores/{store_id}/transfer").status == 404
    assert staff.offer(store_id, LEE, KIM).status == 409
    assert world.items() == before


def test_an_offer_can_be_withdrawn_declined_and_made_anew(world, store_id):
    staff.a_colleague(store_id, KIM, "cashier")
    for who in (OWNER, KIM):
        assert staff.offer(store_id, OWNER, KIM).status == 201
        assert staff.offer(store_id, OWNER, KIM).json["code"] == "transfer_pending"
        assert as_user(who)("DELETE", f"/v1/stores/{store_id}/transfer").status == 204
    assert as_user(KIM)("POST", f"/v1/stores/{store_id}/transfer/accept").status == 404
    assert role_of(store_id, OWNER) == "owner"


@pytest.mark.parametrize("first", ["taken", "withdrawn"])
def test_a_store_is_taken_over_or_withdrawn_never_both(world, store_id, first):
    kim, here = staff.a_colleague(store_id, KIM, "cashier"), StaffStore()
    staff.offer(store_id, OWNER, KIM)
    _, owner, transfer = here.transfer_asked_for(store_id, OWNER)
    assert transfer
    after = rules.handed_over(transfer, owner, kim, clock.now())

    def take() -> None:
        here.hand_over(transfer, (owner, kim), after, None)

    def withdraw() -> None:
        here.withdraw(transfer, None)

    one, other = (take, withdraw) if first == "taken" else (withdraw, take)
    one()
    before = world.items()
    with pytest.raises(TransferRefused):
        other()
    assert world.items() == before
    assert role_of(store_id, KIM) == ("owner" if first == "taken" else "cashier")
    assert owners(world, store_id) == 1


# What staff may do


@pytest.mark.parametrize("permission", ALL_PERMISSIONS)
def test_elsewhere_staff_may_what_the_gateway_knows_of_them(world, store_id, permission):
    """The answer every other domain gives: by the principal alone, whatever the table says."""
    path = f"/v1/stores/{store_id}/access/{permission}"
    others = frozenset(ALL_PERMISSIONS) - {permission}
    with_it = Caller(API, Principal(KIM, "", frozenset({"customer"}), {store_id: frozenset({permission})}))
    without = Caller(API, Principal(KIM, "", frozenset({"customer"}), {store_id: others}))
    there = Caller(API, Principal(KIM, "", frozenset({"customer"}), {a.STORE: frozenset({permission})}))
    assert [caller("GET", path).status for caller in (with_it, without, there)] == [204, 404, 404]


STAFFED = sorted(
    name
    for name in GUARDED
    if PERMISSIONS[OPERATIONS[name][2]["x-permission"]].store and "{store_id}" in OPERATIONS[name][0]
)


@pytest.mark.parametrize("name", STAFFED)
def test_whoever_has_every_other_permission_is_refused_and_changes_nothing(world, name):
    needed = PERMISSIONS[OPERATIONS[name][2]["x-permission"]].store
    owner, _ = operations.two_people()
    things = owner.things()
    here = things["store_id"]
    others = [one for one in ALL_PERMISSIONS if one != needed]
    staff.a_colleague(here, KIM, "custom", *others)
    who = Principal(KIM, "", frozenset({"customer"}), {here: frozenset(others)})
    before = world.items()
    answer = operations.call(name, who, things)
    assert answer.status in (403, 404), answer.text
    assert world.items() == before
