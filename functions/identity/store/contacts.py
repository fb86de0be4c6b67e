"""How the people in identity's table are reached: claims of addresses and numbers, and the changes of them."""

from contextlib import suppress
from datetime import datetime

from functions.identity import events
from functions.identity.model import Challenge, Profile, ProfileChanged
from functions.identity.model.contacts import ContactTaken, SmsShareUsed
from functions.identity.rules import contacts
from functions.identity.rules.contacts import Network
from functions.identity.store.rows import (
    challenge_item,
    challenge_of,
    claim_key,
    count,
    profile_item,
    sending,
    sent_item,
    spend,
)
from kernel.events import Event
from kernel.table import Receipt, Table, delete, put


class Contacts:
    _table: Table

    def claimant(self, challenge: Challenge) -> str | None:
        """The account that the challenge's address or number leads to."""
        claim = self._table.get(*claim_key(challenge))
        return claim["user_id"] if claim else None

    def begin_change(
        self, challenge: Challenge, now: datetime, network: Network | None, receipt: Receipt | None
    ) -> None:
        requested = events.CodeRequested(challenge_id=challenge.id, purpose=challenge.purpose)
        self._table.commit(sending(challenge, network, now), [Event(requested, challenge.id, 1)], receipt)

    def change(self, change_id: str) -> Challenge | None:
        item = self._table.get(f"CHALLENGE#{change_id}", "-")
        return challenge_of(item) if item else None

    def change_contact(self, profile: Profile, challenge: Challenge, *, left: str, receipt: Receipt | None) -> Profile:
        """`left` is the key of the address or number that leads to the account no more."""
        kind, _, address = claim_key(challenge)[0].partition("#")
        claim = {"pk": f"{kind}#{address}", "sk": "-", "user_id": profile.user_id}
        channel = kind.lower()
        told = [
            events.ContactChanged(user_id=profile.user_id, change_id=challenge.id, channel=channel),
            events.UserVerified(user_id=profile.user_id, channel=channel),
        ]
        self._table.commit(
            [
                spend(challenge, profile.user_id),
                put(claim).absent().otherwise(ContactTaken()),
                put(profile_item(profile)).when(version=profile.version - 1).otherwise(ProfileChanged()),
                *([delete(f"{kind}#{left}", "-")] if left else []),
            ],
            [Event(data, profile.user_id, profile.version) for data in told],
            receipt,
        )
        return profile

    def remove_phone(self, profile: Profile, change: Challenge, *, left: str, receipt: Receipt | None) -> None:
        removed = events.ContactChanged(user_id=profile.user_id, change_id=change.id, channel="phone")
        self._table.commit(
            [
                put({**challenge_item(change), "spent_on": change.spent_on}).absent(),
                put(sent_item(change)),
                put(profile_item(profile)).when(version=profile.version - 1).otherwise(ProfileChanged()),
                delete(f"PHONE#{left}", "-"),
            ],
            [Event(removed, profile.user_id, profile.version)],
            receipt,
        )

    def may_send_sms(self, now: datetime, limit: int) -> bool:
        """Counts one more of the day's messages; each costs money, and whoever wants to burn ours has many numbers."""
        with suppress(SmsShareUsed):
            self._table.commit([count("sms", "all", now, limit, contacts.DAY).otherwise(SmsShareUsed())])
            return True
        return False
