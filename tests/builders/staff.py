"""People who work in stores, and the papers between them: invitations, offers, as their makers send them."""

from typing import Any

from functions.stores.model.members import Member
from functions.stores.model.names import StorePermission, StoreRole
from functions.stores.rules import staff as rules
from functions.stores.store import staff as table
from functions.stores.store.stores import member_rows
from kernel import ids, settings
from kernel.authz import Principal
from kernel.table import Table, update
from tests.builders import stores
from tests.builders.http import Answered

KIM = "usr_0000000000000000000000000k"
LEE = "usr_0000000000000000000000000m"


def a_person() -> str:
    return ids.new_id("usr")


def a_store_of(owner: str) -> str:
    return stores.an_open_store(owner, f"store-{ids.new_id('x')[2:]}")


def a_colleague(store_id: str, user_id: str, role: StoreRole, *permissions: StorePermission) -> Member:
    """However they came there."""
    may = rules.permissions_of(role, permissions or None)
    member = stores.a_member(store_id=store_id, user_id=user_id, role=role, permissions=may)
    more = [update(f"STORE#{store_id}", "OWNERS").add(owners=1)] if role == "owner" else []
    Table().commit([*member_rows(member), *more])
    return member


def invite(store_id: str, by: str, **said: Any) -> Answered:
    body = {"email": "kim@example.com", "role": "cashier"} | said
    return stores.as_user(by)("POST", f"/v1/stores/{store_id}/invitations", body)


def an_invitation(store_id: str, by: str, **said: Any) -> str:
    answer = invite(store_id, by, **said)
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def code_of(store_id: str, invitation_id: str) -> str:
    """What the mail says."""
    invitation = table.StaffStore().invitation(store_id, invitation_id)
    assert invitation
    return rules.code_for(invitation, settings.key("invitation"))


def accept(store_id: str, invitation_id: str, user_id: str, code: str = "", **options: Any) -> Answered:
    body = {"code": code or code_of(store_id, invitation_id)}
    path = f"/v1/stores/{store_id}/invitations/{invitation_id}/accept"
    return stores.as_user(user_id)("POST", path, body, **options)


def offer(store_id: str, giver: str, taker: str) -> Answered:
    return stores.as_user(giver)("POST", f"/v1/stores/{store_id}/transfer", {"to_user_id": taker})


def judge(store_id: str, what: str, by: str = "", **options: Any) -> Answered:
    moderator = stores.as_user(by or a_person(), roles=("customer", "moderator"))
    return moderator("POST", f"/v1/stores/{store_id}/{what}", {"reason": "Buyers got nothing"}, **options)


def suspend(store_id: str, by: str = "", **options: Any) -> Answered:
    return judge(store_id, "suspend", by, **options)


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """What can be done only once, made anew for one call: the things that its path names, and its body."""
    here, body = things["store_id"], dict[str, Any]()
    match operation:
        case "invite":
            body = {"email": f"{ids.new_id('x')}@example.com"}
        case "resend_invitation" | "revoke_invitation":
            invitation = an_invitation(here, who.id, email=f"{ids.new_id('x')}@example.com")
            things = things | {"invitation_id": invitation}
        case "accept_invitation" | "reject_invitation":
            boss = a_person()
            there = a_store_of(boss)
            invitation = an_invitation(there, boss, email=f"{ids.new_id('x')}@example.com")
            things = things | {"store_id": there, "invitation_id": invitation}
            body = {"code": code_of(there, invitation)}
        case "change_staff" | "remove_staff":
            things = things | {"user_id": a_colleague(here, a_person(), "cashier").user_id}
        case "leave_store":
            things = things | {"store_id": a_store_of(a_person())}
            a_colleague(things["store_id"], who.id, "cashier")
        case "offer_store" | "read_transfer" | "withdraw_transfer" | "take_store_over":
            giver, taker = (a_person(), who.id) if operation == "take_store_over" else (who.id, a_person())
            there = a_store_of(a_person())
            a_colleague(there, giver, "owner")
            a_colleague(there, taker, "manager")
            things, body = things | {"store_id": there}, {"to_user_id": taker}
            if operation != "offer_store":
                assert offer(there, giver, taker).status == 201
                body = {}
        case "suspend_store" | "restore_store":
            things = things | {"store_id": a_store_of(a_person())}
            if operation == "restore_store":
                assert suspend(things["store_id"]).status == 200
    return things, body
