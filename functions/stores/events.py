"""What stores tells the other domains: ids and facts, and a store's word about itself to everybody.

Nothing here is about a person: erasing one never means editing history.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.stores.model.names import CountryCode, CurrencyCode, Section, StoreId, StoreRole, UserId
from functions.stores.model.pictures import PictureId
from functions.stores.model.profile import Profile
from functions.stores.model.shipping import Zone
from functions.stores.model.staff import InvitationId, StorePermissions, TransferId
from kernel.events import Data


class ReturnTerms(BaseModel):
    """What a store takes back, for how many days after delivery, and who pays the way."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    accepted: bool
    window_days: Annotated[int, Field(examples=[30])]
    return_shipping_paid_by: Literal["buyer", "store"]


class StoreOpened(Data):
    """There is a new store, and this person owns it."""

    store_id: StoreId
    owner_id: UserId
    country: CountryCode
    currency: CurrencyCode
    profile: Profile | None = None


class StoreChanged(Data):
    """Something about a store is different now: its profile and its rates are the present ones, for the rest ask.

    Whatever else is told of a store (verified, suspended, restored, closed) is told together with this.
    """

    store_id: StoreId
    country: CountryCode
    currency: CurrencyCode
    sections: list[Section]
    profile: Profile | None = None
    zones: Annotated[list[Zone], Field(description="Where it sends to, and for how much.")] = Field(
        default_factory=list
    )
    returns: ReturnTerms | None = None


class PictureRemoved(Data):
    """A store shows this picture no more, and its file can go."""

    store_id: StoreId
    picture_id: PictureId


class StoreClosed(Data):
    """The last owner has left Metco: nothing is sold here any more."""

    store_id: StoreId


class StoreFollowed(Data):
    """Someone wants to hear of this store."""

    store_id: StoreId
    user_id: UserId


class StoreUnfollowed(Data):
    """Someone no longer wants to hear of this store."""

    store_id: StoreId
    user_id: UserId


class StaffJoined(Data):
    """Somebody works in a store from now on, and may do this there."""

    store_id: StoreId
    user_id: UserId
    role: StoreRole
    permissions: StorePermissions


class StaffChanged(Data):
    """Somebody may do something else in a store than before: this, and no more."""

    store_id: StoreId
    user_id: UserId
    role: StoreRole
    permissions: StorePermissions


class StaffLeft(Data):
    """Somebody no longer works in a store, and may do nothing there."""

    store_id: StoreId
    user_id: UserId


class InvitationSent(Data):
    """An invitation waits to be mailed, for the first time or again."""

    store_id: StoreId
    invitation_id: InvitationId
    sent: Annotated[int, Field(ge=1, examples=[1])]


class InvitationClosed(Data):
    """An invitation was answered or revoked, and its code is worth nothing any more."""

    store_id: StoreId
    invitation_id: InvitationId
    how: Literal["accepted", "rejected", "revoked"]


class TransferOffered(Data):
    """An owner offers the store to somebody who works there."""

    store_id: StoreId
    transfer_id: TransferId
    from_user_id: UserId
    to_user_id: UserId


class TransferWithdrawn(Data):
    """The store stays with its owner."""

    store_id: StoreId
    transfer_id: TransferId


class StoreHandedOver(Data):
    """The store belongs to somebody else from now on."""

    store_id: StoreId
    transfer_id: TransferId
    from_user_id: UserId
    to_user_id: UserId


class StoreSuspended(Data):
    """A moderator has closed a store: nobody may do anything in it."""

    store_id: StoreId


class StoreRestored(Data):
    """A suspended store is open again."""

    store_id: StoreId


class StoreVerified(Data):
    """A moderator has seen the store's papers and found them good."""

    store_id: StoreId


class OperatorActed(Data):
    """The track of an operator: who did what to which store."""

    operator_id: UserId
    action: Annotated[str, Field(examples=["suspend_store"])]
    subject: StoreId
    reason: Annotated[str, Field(examples=["Sells what was never delivered"])]
