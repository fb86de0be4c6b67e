"""Inviting people to work in a store, by a code in a mail."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.stores.api.app import api, asking, decide, placed
from functions.stores.model.members import Member
from functions.stores.model.names import StoreId
from functions.stores.model.staff import (
    AlreadyStaff,
    Invitation,
    InvitationAnswer,
    InvitationId,
    InvitationList,
    InvitationRefused,
    InvitationView,
    NewInvitation,
)
from functions.stores.rules import staff as rules
from functions.stores.store.staff import staff
from kernel import authz, clock, ids, settings
from kernel.authz import require
from kernel.errors import NotFound
from kernel.http import receipt
from kernel.marks import mark


@api.post("/v1/stores/<store_id>/invitations", permit="manage_staff", status_code=201)
def invite(store_id: Annotated[StoreId, Path()], request: NewInvitation) -> InvitationView:
    """Invite somebody by mail to work in the store. The code in the mail is good for seven days."""
    actor = placed("manage_staff", store_id)
    now = clock.now()
    address = mark(request.email, settings.key("address", secret="ADDRESSES_SECRET_ID"))
    invitation = rules.invitation(ids.new_id("inv"), store_id, actor, request, address, now)
    view = rules.view(invitation, now)
    staff().invite(actor, invitation, now, receipt(view, 201))
    return view


@api.get("/v1/stores/<store_id>/invitations", permit="read_staff")
def list_invitations(
    store_id: Annotated[StoreId, Path()],
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> InvitationList:
    """Whom the store has invited, newest first, and what became of it."""
    me = asking("read_staff")
    store, place, invitations, following = staff().invitations(store_id, me, limit=limit, cursor=cursor)
    decide("read_staff", store, place)
    now = clock.now()
    return InvitationList(items=[rules.view(one, now) for one in invitations], cursor=following)


@api.post("/v1/stores/<store_id>/invitations/<invitation_id>/resend", permit="manage_staff")
def resend_invitation(
    store_id: Annotated[StoreId, Path()], invitation_id: Annotated[InvitationId, Path()]
) -> InvitationView:
    """Send an invitation again, with another code and seven more days. The code sent before ends."""
    actor = placed("manage_staff", store_id)
    now = clock.now()
    again = rules.sent_again(actor, _invitation(store_id, invitation_id), now)
    view = rules.view(again, now)
    staff().send_again(actor, again, now, receipt(view))
    return view


@api.delete("/v1/stores/<store_id>/invitations/<invitation_id>", permit="manage_staff", status_code=204)
def revoke_invitation(store_id: Annotated[StoreId, Path()], invitation_id: Annotated[InvitationId, Path()]) -> None:
    """Take an invitation back. Its code is worth nothing from this moment on."""
    actor = placed("manage_staff", store_id)
    revoked = rules.revoked(actor, _invitation(store_id, invitation_id))
    staff().close(revoked, receipt(None, 204), actor=actor)


@api.post("/v1/stores/<store_id>/invitations/<invitation_id>/accept", permit="answer_invitation")
def accept_invitation(
    store_id: Annotated[StoreId, Path()], invitation_id: Annotated[InvitationId, Path()], answer: InvitationAnswer
) -> Member:
    """Accept an invitation with the code from the mail: you work in the store from now on."""
    me = require("answer_invitation", owner=authz.principal().id)
    invitation = _answered(store_id, invitation_id, answer)
    inviter, place = staff().places(store_id, invitation.invited_by, me.id)
    if place:
        raise AlreadyStaff()
    if not inviter:
        raise InvitationRefused()
    before = staff().last_version(store_id, me.id)
    accepted, joined = rules.accepted(invitation, inviter, me.id, before, clock.now())
    staff().accept(accepted, inviter, joined, receipt(joined))
    return joined


@api.post("/v1/stores/<store_id>/invitations/<invitation_id>/reject", permit="answer_invitation", status_code=204)
def reject_invitation(
    store_id: Annotated[StoreId, Path()], invitation_id: Annotated[InvitationId, Path()], answer: InvitationAnswer
) -> None:
    """Decline an invitation with the code from the mail."""
    require("answer_invitation", owner=authz.principal().id)
    rejected = rules.rejected(_answered(store_id, invitation_id, answer))
    staff().close(rejected, receipt(None, 204))


def _answered(store_id: str, invitation_id: str, answer: InvitationAnswer) -> Invitation:
    invitation = staff().invitation(store_id, invitation_id)
    if not invitation:
        raise InvitationRefused()
    rules.check_invitation(invitation, answer.code, settings.key("invitation"), clock.now())
    return invitation


def _invitation(store_id: str, invitation_id: str) -> Invitation:
    invitation = staff().invitation(store_id, invitation_id)
    if not invitation:
        raise NotFound()
    return invitation
