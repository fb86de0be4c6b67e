"""Address books and preferences in identity's table.

USER#<id>   ADDRESSES     the whole address book
USER#<id>   PREFERENCES   what the person wants to be told, once they have said so
"""

from functools import cache

from functions.identity import events
from functions.identity.model.addresses import AddressBookChanged, KeptBook
from functions.identity.model.preferences import Preferences, PreferencesMoved
from kernel.events import Event
from kernel.table import Receipt, Table, put


class PersonalThings:
    def __init__(self) -> None:
        self._table = Table()

    def book(self, user_id: str) -> KeptBook:
        item = self._table.get(f"USER#{user_id}", "ADDRESSES")
        return KeptBook.model_validate(item) if item else KeptBook()

    def keep_book(self, user_id: str, book: KeptBook, *, receipt: Receipt | None) -> None:
        """Nobody is told: an address is copied into an order when it is used, and looked up until then."""
        item = {"pk": f"USER#{user_id}", "sk": "ADDRESSES", **book.model_dump(mode="json")}
        before = book.version - 1 or None  # a first book takes nobody's place
        self._table.commit([put(item).when(version=before).otherwise(AddressBookChanged())], receipt=receipt)

    def preferences(self, user_id: str) -> Preferences:
        item = self._table.get(f"USER#{user_id}", "PREFERENCES")
        return Preferences.model_validate(item) if item else Preferences()

    def keep_preferences(
        self, user_id: str, preferences: Preferences, *, expecting: int, receipt: Receipt | None
    ) -> Preferences:
        item = {"pk": f"USER#{user_id}", "sk": "PREFERENCES", **preferences.model_dump(mode="json")}
        before = expecting if expecting > Preferences().version else None
        told = events.PreferencesChanged(
            user_id=user_id,
            by_mail=preferences.email,
            by_sms=preferences.sms,
            by_push=preferences.push,
            digest=preferences.digest,
            time_zone=preferences.time_zone,
            quiet_hours=preferences.quiet_hours,
        )
        self._table.commit(
            [put(item).when(version=before).otherwise(PreferencesMoved())],
            [Event(told, f"{user_id}.preferences", preferences.version)],
            receipt,
        )
        return preferences


@cache
def personal_things() -> PersonalThings:
    return PersonalThings()
