"""Who works in a store and what they may hand on: values in, values out."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from functions.stores.model.members import Member
from functions.stores.model.names import StorePermission, StoreRole
from functions.stores.model.staff import (
    Invitation,
    InvitationClosed,
    InvitationRefused,
    InvitationView,
    NewInvitation,
    NotInYourHands,
    PermissionsOfTheRole,
    Transfer,
    TransferRefused,
)
from functions.stores.rules.stores import ALL_PERMISSIONS
from kernel.errors import NotFound

INVITATION_LIFE = timedelta(days=7)
TRANSFER_LIFE = timedelta(days=7)
INVITATIONS_A_DAY = 50  # of one store
INVITATIONS_TO_ONE_A_DAY = 5  # of all stores, so that no crowd of them floods one mailbox
DAY = timedelta(days=1)

ROLES: dict[StoreRole, Sequence[StorePermission]] = {
    "owner": ALL_PERMISSIONS,
    "manager": [one for one in ALL_PERMISSIONS if one != "withdraw_funds"],
    "cashier": ["view_orders"],
}


def permissions_of(role: StoreRole, said: Sequence[StorePermission] | None) -> list[StorePermission]:
    if (role == "custom") != bool(said):
        raise PermissionsOfTheRole()
    return sorted(set(said or ROLES[role]))


def holds(actor: Member, role: StoreRole, permissions: Sequence[StorePermission]) -> bool:
    """Owners only make owners; below that a permission is handed on by whoever has it."""
    if "manage_staff" not in actor.permissions or (role == "owner" and actor.role != "owner"):
        return False
    return set(permissions) <= set(actor.permissions)


def check_holds(actor: Member, role: StoreRole, permissions: Sequence[StorePermission]) -> None:
    if not holds(actor, role, permissions):
        raise NotInYourHands()


def changed(actor: Member, member: Member, role: StoreRole, said: Sequence[StorePermission] | None) -> Member:
    """Both what the person has and what they shall have must be in the actor's hands."""
    permissions = permissions_of(role, said)
    check_holds(actor, member.role, member.permissions)
    check_holds(actor, role, permissions)
    return member.model_copy(update={"role": role, "permissions": permissions, "version": member.version + 1})


def check_removal(actor: Member, member: Member) -> None:
    check_holds(actor, member.role, member.permissions)


def more_owners(before: Member | None, after: Member | None) -> int:
    """By how many the store's owners change."""
    return int(after is not None and after.role == "owner") - int(before is not None and before.role == "owner")


# Invitations


def code_for(invitation: Invitation, key: bytes) -> str:
    """128 bits that only the holder of the key can derive: stored nowhere, another one each time it is sent."""
    digest = hmac.digest(key, f"{invitation.id}#{invitation.sent}".encode(), hashlib.sha256)
    return digest.hex()[:32]


def invitation(
    invitation_id: str, store_id: str, actor: Member, request: NewInvitation, address: str, now: datetime
) -> Invitation:
    permissions = permissions_of(request.role, request.permissions)
    check_holds(actor, request.role, permissions)
    return Invitation(
        id=invitation_id,
        store_id=store_id,
        invited_by=actor.user_id,
        email=request.email,
        address=address,
        role=request.role,
        permissions=permissions,
        locale=request.locale,
        created_at=now,
        expires_at=now + INVITATION_LIFE,
    )


def sent_again(actor: Member, invitation: Invitation, now: datetime) -> Invitation:
    """The code that was sent before is worth nothing from now on."""
    check_holds(actor, invitation.role, invitation.permissions)
    if invitation.state != "pending":
        raise InvitationClosed()
    newer = {"sent": invitation.sent + 1, "expires_at": now + INVITATION_LIFE, "version": invitation.version + 1}
    return invitation.model_copy(update={**newer, "invited_by": actor.user_id})


def revoked(actor: Member, invitation: Invitation) -> Invitation:
    check_holds(actor, invitation.role, invitation.permissions)
    if invitation.state != "pending":
        raise InvitationClosed()
    return _closed(invitation, "revoked")


def awaits_mail(invitation: Invitation, sent: int, now: datetime) -> bool:
    """A late message about an earlier sending mails nothing: its code has ended."""
    return invitation.state == "pending" and invitation.sent == sent and now < invitation.expires_at


def check_invitation(invitation: Invitation, code: str, key: bytes, now: datetime) -> None:
    """One answer for wrong, late and closed alike: a guesser learns nothing from the difference."""
    right = hmac.compare_digest(code_for(invitation, key), code)
    if not right or now >= invitation.expires_at or invitation.state != "pending":
        raise InvitationRefused()


def accepted(
    invitation: Invitation, inviter: Member, user_id: str, before: int, now: datetime
) -> tuple[Invitation, Member]:
    """Whoever invited must still be able to. `before`: the version the person left in, should they have been here."""
    if not holds(inviter, invitation.role, invitation.permissions):
        raise InvitationRefused()
    joined = Member(
        store_id=invitation.store_id,
        user_id=user_id,
        role=invitation.role,
        permissions=invitation.permissions,
        joined_at=now,
        version=before + 1,
    )
    return _closed(invitation, "accepted"), joined


def rejected(invitation: Invitation) -> Invitation:
    return _closed(invitation, "rejected")


def forgotten(invitation: Invitation) -> Invitation:
    """Whom it was sent to has left Metco for good: it is as if the store had thought better of it."""
    return _closed(invitation, "revoked")


def _closed(invitation: Invitation, state: str) -> Invitation:
    return invitation.model_copy(update={"state": state, "email": "", "version": invitation.version + 1})


def view(invitation: Invitation, now: datetime) -> InvitationView:
    late = invitation.state == "pending" and now >= invitation.expires_at
    fields = invitation.model_dump(include=set(InvitationView.model_fields))
    return InvitationView.model_validate({**fields, **({"state": "expired"} if late else {})})


# Handing a store over


def transfer(transfer_id: str, giver: Member | None, taker: Member | None, now: datetime) -> Transfer:
    giver, taker = _hands(giver, taker)
    return Transfer(
        id=transfer_id,
        store_id=giver.store_id,
        from_user_id=giver.user_id,
        to_user_id=taker.user_id,
        expires_at=now + TRANSFER_LIFE,
    )


def handed_over(transfer: Transfer, giver: Member | None, taker: Member | None, now: datetime) -> tuple[Member, Member]:
    """The taker owns, the giver stays as a manager, whom the new owner may send home."""
    giver, taker = _hands(giver, taker)
    if now >= transfer.expires_at:
        raise TransferRefused()
    manager = {"role": "manager", "permissions": permissions_of("manager", None), "version": giver.version + 1}
    owner = {"role": "owner", "permissions": list(ALL_PERMISSIONS), "version": taker.version + 1}
    return giver.model_copy(update=manager), taker.model_copy(update=owner)


def check_party(transfer: Transfer, member: Member) -> None:
    """To everybody else there is no such offer."""
    if member.user_id not in (transfer.from_user_id, transfer.to_user_id):
        raise NotFound()


def check_taker(transfer: Transfer, member: Member) -> None:
    if member.user_id != transfer.to_user_id:
        raise NotFound()


def _hands(giver: Member | None, taker: Member | None) -> tuple[Member, Member]:
    """From an owner to somebody who works there and is none yet."""
    if not giver or not taker or giver.role != "owner" or taker.role == "owner":
        raise TransferRefused()
    return giver, taker
