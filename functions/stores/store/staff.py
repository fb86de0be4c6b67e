"""Staff and invitations in the table: domain verbs outside, DynamoDB words inside.

STORE#<id>   MEMBER#<user>       who works there, and as what; PERSON#<user> has the same
STORE#<id>   LEFT#<user>         the version somebody left in, so that none is used twice should they come back
STORE#<id>   OWNERS              how many owners it has: what the last of them cannot leave
STORE#<id>   INVITATION#<id>     an invitation and what became of it
STORE#<id>   INVITED#<address>   the claim of an address: one open invitation for each
INVITED#<address>  <invitation>  the same, to be found from the address when its person is erased
STORE#<id>   TRANSFER            the store on its way to another owner
LIMIT#<what>#<key>   <day>       how many invitations were sent on a day
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from functions.stores import events
from functions.stores.model.members import Member
from functions.stores.model.staff import (
    AlreadyInvited,
    AlreadyStaff,
    Invitation,
    InvitationChanged,
    InvitationRefused,
    InvitationShareUsed,
    LastOwner,
    NoSuchStaff,
    StaffChangedMeanwhile,
    Transfer,
    TransferPending,
    TransferRefused,
)
from functions.stores.model.stores import Store
from functions.stores.rules import staff as rules
from functions.stores.store.stores import joining, member_rows, stores
from kernel import clock
from kernel.errors import DomainError
from kernel.events import Event
from kernel.table import Change, Item, Receipt, Table, check, delete, put, receipts_of, update

FORGOTTEN_AFTER = timedelta(days=30)


class StaffStore:
    def __init__(self) -> None:
        self._table = Table()

    # Members

    def places(self, store_id: str, *user_ids: str) -> list[Member | None]:
        """In the order asked for, in one call."""
        keys = [(f"STORE#{store_id}", f"MEMBER#{user_id}") for user_id in user_ids]
        found = self._table.get_many(list(dict.fromkeys(keys)))
        return [Member.model_validate(found[key]) if key in found else None for key in keys]

    def colleague(self, store_id: str, user_id: str) -> Member:
        [member] = self.places(store_id, user_id)
        if not member:
            raise NoSuchStaff()
        return member

    def roster(
        self, store_id: str, asking: str, *, limit: int, cursor: str | None
    ) -> tuple[Store, Member | None, list[Member], str | None]:
        """The store, the place in it of whoever asks, and those who work there."""
        store, place, rows, following = stores().with_rows(store_id, asking, "MEMBER#", limit=limit, cursor=cursor)
        return store, place, [Member.model_validate(row) for row in rows], following

    def change(self, actor: Member, before: Member, after: Member, receipt: Receipt | None) -> None:
        """The actor is as they were read, the colleague is as they were read, and somebody still owns the store."""
        self._table.commit(
            [*_unchanged(actor, unless=before), *_replaced(before, after), *_owners(before, after)],
            [changed(after)],
            receipt,
        )

    def leave(self, actor: Member, member: Member, receipt: Receipt | None) -> None:
        """By their own will, or sent away: then the actor is another one."""
        last = member.version + 1
        gone = events.StaffLeft(store_id=member.store_id, user_id=member.user_id)
        self._table.commit(
            [
                *_unchanged(actor, unless=member),
                delete(f"STORE#{member.store_id}", f"MEMBER#{member.user_id}")
                .when(version=member.version)
                .otherwise(StaffChangedMeanwhile()),
                delete(f"PERSON#{member.user_id}", f"MEMBER#{member.store_id}"),
                put({"pk": f"STORE#{member.store_id}", "sk": f"LEFT#{member.user_id}", "version": last}),
                *_owners(member, None),
            ],
            [Event(gone, member.place, last)],
            receipt,
        )

    # Invitations

    def invitation(self, store_id: str, invitation_id: str) -> Invitation | None:
        item = self._table.get(f"STORE#{store_id}", f"INVITATION#{invitation_id}")
        return Invitation.model_validate(item) if item else None

    def invitations(
        self, store_id: str, asking: str, *, limit: int, cursor: str | None
    ) -> tuple[Store, Member | None, list[Invitation], str | None]:
        """The store, the place in it of whoever asks, and whom it has invited, newest first."""
        store, place, rows, following = stores().with_rows(
            store_id, asking, "INVITATION#", limit=limit, cursor=cursor, newest_first=True
        )
        return store, place, [Invitation.model_validate(row) for row in rows], following

    def invite(self, actor: Member, invitation: Invitation, now: datetime, receipt: Receipt | None) -> None:
        claim = {
            "pk": f"STORE#{invitation.store_id}",
            "sk": f"INVITED#{invitation.address}",
            "invitation_id": invitation.id,
            "until": clock.epoch_s(invitation.expires_at),
            "ttl": clock.epoch_s(invitation.expires_at),
        }
        self._table.commit(
            [
                *_unchanged(actor),
                put(_invitation_item(invitation)).absent(),
                put(claim).below(until=clock.epoch_s(now)).otherwise(AlreadyInvited()),
                _findable(invitation),
                *_counted(invitation, now),
            ],
            [_sent(invitation)],
            receipt,
        )

    def send_again(self, actor: Member, invitation: Invitation, now: datetime, receipt: Receipt | None) -> None:
        ends = clock.epoch_s(invitation.expires_at)
        claim = update(f"STORE#{invitation.store_id}", f"INVITED#{invitation.address}")
        self._table.commit(
            [
                *_unchanged(actor),
                _newer(invitation),
                claim.set(invitation_id=invitation.id, until=ends, ttl=ends),
                _findable(invitation),
                *_counted(invitation, now),
            ],
            [_sent(invitation)],
            receipt,
        )

    def close(self, invitation: Invitation, receipt: Receipt | None, *, actor: Member | None = None) -> None:
        """Rejected by the person, or revoked by the store."""
        self._table.commit(
            [*(_unchanged(actor) if actor else []), _newer(invitation), *_unclaimed(invitation)],
            [_closed(invitation)],
            receipt,
        )

    def forget_address(self, address: str) -> None:
        """Whose it was is gone: nobody may keep on inviting there."""
        for row in self._table.every(f"INVITED#{address}"):
            invitation = self.invitation(row["store_id"], row["sk"])
            if invitation:
                self.forget_answers(invitation.store_id, invitation.id)
                self.close(rules.forgotten(invitation), None)

    def forget_answers(self, store_id: str, about: str) -> None:
        """What those who work or worked in a store were answered, and would be again should they repeat themselves."""
        for place in ("MEMBER#", "LEFT#"):
            for row in self._table.every(f"STORE#{store_id}", place):
                for kept in self._table.every(receipts_of(row["sk"].removeprefix(place))):
                    if about in kept["body"]:
                        self._table.commit([delete(kept["pk"], kept["sk"])])

    def last_version(self, store_id: str, user_id: str) -> int:
        item = self._table.get(f"STORE#{store_id}", f"LEFT#{user_id}")
        return int(item["version"]) if item else 0

    def accept(self, invitation: Invitation, inviter: Member, joined: Member, receipt: Receipt | None) -> None:
        here, there = member_rows(joined)
        seen = check(f"STORE#{joined.store_id}", f"LEFT#{joined.user_id}")
        self._table.commit(
            [
                _newer(invitation),
                *_unclaimed(invitation),
                *_unchanged(inviter, otherwise=InvitationRefused()),
                here.absent().otherwise(AlreadyStaff()),
                there,
                seen.when(version=joined.version - 1 or None).otherwise(StaffChangedMeanwhile()),
                *_owners(None, joined),
            ],
            [_closed(invitation), joining(joined)],
            receipt,
        )

    # Handing a store over

    def transfer_asked_for(self, store_id: str, user_id: str) -> tuple[Store, Member | None, Transfer | None]:
        """The store, the place that somebody has in it, and the offer: in one call."""
        store, place, item = stores().with_row(store_id, user_id, "TRANSFER")
        return store, place, Transfer.model_validate(item) if item else None

    def offer(self, transfer: Transfer, actor: Member, now: datetime, receipt: Receipt | None) -> Transfer:
        offered = events.TransferOffered(
            store_id=transfer.store_id,
            transfer_id=transfer.id,
            from_user_id=transfer.from_user_id,
            to_user_id=transfer.to_user_id,
        )
        item = {"pk": f"STORE#{transfer.store_id}", "sk": "TRANSFER", **transfer.model_dump(mode="json")}
        ends = clock.epoch_s(transfer.expires_at)
        self._table.commit(
            [
                *_unchanged(actor),
                put({**item, "until": ends}).below(until=clock.epoch_s(now)).otherwise(TransferPending()),
            ],
            [Event(offered, transfer.id, 1)],
            receipt,
        )
        return transfer

    def hand_over(
        self,
        transfer: Transfer,
        before: Sequence[Member | None],
        after: Sequence[Member],
        receipt: Receipt | None,
    ) -> None:
        """One owner less and one more: their number stays."""
        handed = events.StoreHandedOver(
            store_id=transfer.store_id,
            transfer_id=transfer.id,
            from_user_id=transfer.from_user_id,
            to_user_id=transfer.to_user_id,
        )
        rows = [row for was, now in zip(before, after, strict=True) if was for row in _replaced(was, now)]
        told = [Event(handed, transfer.id, 2), *(changed(member) for member in after)]
        self._table.commit([_ended(transfer), *rows], told, receipt)

    def withdraw(self, transfer: Transfer, receipt: Receipt | None) -> None:
        withdrawn = events.TransferWithdrawn(store_id=transfer.store_id, transfer_id=transfer.id)
        self._table.commit([_ended(transfer)], [Event(withdrawn, transfer.id, 2)], receipt)


@cache
def staff() -> StaffStore:
    return StaffStore()


def changed(member: Member) -> Event:
    told = events.StaffChanged(
        store_id=member.store_id, user_id=member.user_id, role=member.role, permissions=member.permissions
    )
    return Event(told, member.place, member.version)


def _replaced(before: Member, after: Member) -> list[Change]:
    here, there = member_rows(after)
    return [here.when(version=before.version).otherwise(StaffChangedMeanwhile()), there]


def _unchanged(actor: Member, *, unless: Member | None = None, otherwise: DomainError | None = None) -> list[Change]:
    """Whoever acts still holds what they held when it was decided, at the very moment it happens."""
    if unless and unless.user_id == actor.user_id:
        return []  # their own row is a part of the change
    row = check(f"STORE#{actor.store_id}", f"MEMBER#{actor.user_id}")
    return [row.when(version=actor.version).otherwise(otherwise or StaffChangedMeanwhile())]


def _owners(before: Member | None, after: Member | None) -> list[Change]:
    more = rules.more_owners(before, after)
    member = before or after
    if not more or not member:
        return []
    counted = update(f"STORE#{member.store_id}", "OWNERS").add(owners=more)
    return [counted.at_least(owners=2).otherwise(LastOwner()) if more < 0 else counted]


def _newer(invitation: Invitation) -> Change:
    as_read = put(_invitation_item(invitation)).when(version=invitation.version - 1)
    return as_read.otherwise(InvitationChanged())


def _unclaimed(invitation: Invitation) -> list[Change]:
    claim = delete(f"STORE#{invitation.store_id}", f"INVITED#{invitation.address}")
    return [claim, delete(f"INVITED#{invitation.address}", invitation.id)]


def _findable(invitation: Invitation) -> Change:
    """For as long as the invitation holds the address, which is longer than it can be accepted."""
    key = {"pk": f"INVITED#{invitation.address}", "sk": invitation.id}
    return put({**key, "store_id": invitation.store_id, "ttl": _forgotten_at(invitation)})


def _counted(invitation: Invitation, now: datetime) -> Sequence[Change]:
    """Fixed days: at worst twice the limit across midnight."""
    limits = {
        f"LIMIT#invitations#{invitation.store_id}": rules.INVITATIONS_A_DAY,
        f"LIMIT#invited#{invitation.address}": rules.INVITATIONS_TO_ONE_A_DAY,
    }
    expires = clock.epoch_s(now + 2 * rules.DAY)
    return [
        update(pk, now.date().isoformat())
        .add(count=1)
        .set(ttl=expires)
        .below(count=limit)
        .otherwise(InvitationShareUsed())
        for pk, limit in limits.items()
    ]


def _ended(transfer: Transfer) -> Change:
    ending = delete(f"STORE#{transfer.store_id}", "TRANSFER")
    return ending.when(id=transfer.id).otherwise(TransferRefused())


def _sent(invitation: Invitation) -> Event:
    sent = events.InvitationSent(store_id=invitation.store_id, invitation_id=invitation.id, sent=invitation.sent)
    return Event(sent, invitation.id, invitation.version)


def _closed(invitation: Invitation) -> Event:
    assert invitation.state != "pending"
    closed = events.InvitationClosed(store_id=invitation.store_id, invitation_id=invitation.id, how=invitation.state)
    return Event(closed, invitation.id, invitation.version)


def _invitation_item(invitation: Invitation) -> Item:
    key = {"pk": f"STORE#{invitation.store_id}", "sk": f"INVITATION#{invitation.id}"}
    return {**key, **invitation.model_dump(mode="json"), "ttl": _forgotten_at(invitation)}


def _forgotten_at(invitation: Invitation) -> int:
    return clock.epoch_s(invitation.expires_at + FORGOTTEN_AFTER)
