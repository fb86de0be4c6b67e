"""Working together in a store: invitations, changes of staff, the handing over of a store."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from functions.stores.model.members import Member
from functions.stores.model.names import StoreId, StorePermission, StoreRole, UserId, Version
from kernel import ids
from kernel.errors import Conflict, DomainError, Forbidden, NotFound, TooManyRequests
from kernel.http import Answer, Request

InvitationId = Annotated[str, StringConstraints(pattern=ids.pattern("inv"))]
TransferId = Annotated[str, StringConstraints(pattern=ids.pattern("trf"))]
EmailAddress = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, max_length=254, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+$"
    ),
    Field(examples=["kim@example.com"]),
]
StorePermissions = Annotated[list[StorePermission], Field(max_length=6, examples=[["edit_products", "view_orders"]])]
GivenRole = Annotated[StoreRole, Field(examples=["custom"])]  # the one that goes with permissions of its own
Locale = Literal["en", "uk", "hi"]
InvitationCode = Annotated[
    str, StringConstraints(pattern="^[0-9a-f]{32}$"), Field(examples=["9d1f3e5a7b0c01a6e2c8fb4d7e5a3b1c"])
]


class Invitation(BaseModel):
    """Kept until it is answered or forgotten. Its code is nowhere: it is derived from what is here."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)

    id: str
    store_id: str
    invited_by: str
    email: str  # goes as soon as the invitation is answered
    address: str  # the mark of the address, not the address
    role: StoreRole
    permissions: list[StorePermission]
    locale: Locale
    state: Literal["pending", "accepted", "rejected", "revoked"] = "pending"
    sent: int = 1
    created_at: datetime
    expires_at: datetime
    version: int = 1


class Transfer(Answer):
    """A store on its way from one owner to the next, who has to agree."""

    id: TransferId
    store_id: StoreId
    from_user_id: UserId
    to_user_id: UserId
    expires_at: datetime


# What people send


class NewInvitation(Request):
    email: EmailAddress
    role: GivenRole
    permissions: StorePermissions | None = None
    locale: Locale = "en"


class InvitationAnswer(Request):
    code: InvitationCode


class StaffChange(Request):
    role: GivenRole
    permissions: StorePermissions | None = None


class NewTransfer(Request):
    to_user_id: UserId


# What people get


class InvitationView(Answer):
    id: InvitationId
    store_id: StoreId
    email: Annotated[str, Field(examples=["kim@example.com"])]
    role: StoreRole
    permissions: StorePermissions
    state: Literal["pending", "accepted", "rejected", "revoked", "expired"]
    sent: Annotated[int, Field(examples=[1])]
    expires_at: datetime
    version: Version


class InvitationList(Answer):
    items: list[InvitationView]
    cursor: Annotated[str | None, Field(examples=["q1Zx0mV…"])] = None


class StaffList(Answer):
    items: list[Member]
    cursor: Annotated[str | None, Field(examples=["q1Zx0mV…"])] = None


# What can be refused


class NotInYourHands(Forbidden):
    """Nobody hands out, changes or takes away what they do not hold themself. Ask an owner of the store."""


class PermissionsOfTheRole(DomainError):
    """Only a custom role is told its permissions, and it needs at least one; the others have theirs."""

    status = 422


class InvitationRefused(DomainError):
    """This invitation is not open, or the code is wrong. Ask the store to send it again."""

    status = 422


class InvitationChanged(Conflict):
    """The invitation was answered, revoked or sent again in the meantime."""


class InvitationClosed(Conflict):
    """This invitation was answered or revoked. Invite the person anew."""


class AlreadyInvited(Conflict):
    """This address has an open invitation to the store. Send that one again, or revoke it."""


class AlreadyStaff(Conflict):
    """This person works in the store already. Change their role instead."""


class InvitationShareUsed(TooManyRequests):
    """This store, or this address, has had its share of invitations for today."""


class NoSuchStaff(NotFound):
    code = NotFound.code  # somebody who never was here and somebody who left answer alike
    title = NotFound.title


class StaffChangedMeanwhile(Conflict):
    """The staff of the store changed in the meantime. Read it again, then repeat."""


class LastOwner(Conflict):
    """A store has at least one owner. Make somebody else an owner first, or hand the store over."""


class TransferPending(Conflict):
    """The store is being handed over already. Withdraw that first."""


class TransferRefused(Conflict):
    """The store cannot be handed over: the offer has ended, or one of the two no longer works there as they did."""
