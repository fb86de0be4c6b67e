"""People who leave Metco for good, and those who want to know what is kept about them."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from functions.stores import events, papers, pictures
from functions.stores.model.members import Member
from functions.stores.model.refusals import StoreChanged
from functions.stores.model.staff import LastOwner, StaffChangedMeanwhile
from functions.stores.model.stores import Store
from functions.stores.model.verification import Case, Document
from functions.stores.rules import stores as rules
from functions.stores.rules import verification
from functions.stores.store.follows import follows
from functions.stores.store.staff import staff
from functions.stores.store.stores import changed, store_item, stores
from functions.stores.store.verification import forgotten, verifications
from kernel.events import Event
from kernel.table import Item, Table, delete, put, receipts_of, update

WORDED = (events.StoreOpened.detail_type(), events.StoreChanged.detail_type())
NOT_THEIRS = ("pk", "sk", "_commit", "ttl", "version")


class Departures:
    def __init__(self) -> None:
        self._table = Table()

    def forget(self, user_id: str) -> None:
        """Each step can be repeated, and begun again where it was cut off: the person's own rows go last."""
        follows().forget(user_id)
        for row in self._rows(user_id, "MEMBER#"):
            _, member = stores().with_member(row["store_id"], user_id)
            if member:
                self._leave(member)
        self._table.empty(f"PERSON#{user_id}")
        self._table.empty(receipts_of(user_id))

    def known_of(self, user_id: str) -> dict[str, Any]:
        """What stores keeps about a person: where they work, what they own, whom they follow."""
        places = list(self._rows(user_id, "MEMBER#"))
        owned = [stores().store_of(row["store_id"]) for row in places if row["role"] == "owner"]
        return {
            "places": [_theirs(row) for row in places],
            "stores": [store.model_dump(mode="json") for store in owned],
            "follows": [_theirs(row) for row in self._rows(user_id, "FOLLOWS#") if row["following"]],
        }

    def _leave(self, member: Member) -> None:
        if member.role == "owner":
            self.take_papers(member.store_id, member.user_id)
        try:
            staff().leave(member, member, None)
        except LastOwner:
            self._close(stores().store_of(member.store_id), member)

    def take_papers(self, store_id: str, user_id: str) -> None:
        """A passport leaves with its owner; what the owners who stay have sent in stays with them."""
        case = verifications().case(store_id)
        self._without(case, verification.personal(case, user_id))

    def _without(self, case: Case, taken: Sequence[Document]) -> None:
        for document in taken:
            papers.remove(case.store_id, document)
        if taken:
            verifications().collect(verification.left_behind(case, taken), None)

    def _close(self, store: Store, owner: Member) -> None:
        """The last owner takes the store along: files first, then its words and its addresses in one moment."""
        case = verifications().case(store.store_id)
        self._without(case, case.documents)
        pictures.remove(store.store_id, store.pictures.logo, store.pictures.cover)
        staff().forget_answers(store.store_id, store.store_id)
        self._forget_told(store.store_id)
        closed, last = rules.closed(store), owner.version + 1
        here, there = f"STORE#{store.store_id}", f"PERSON#{owner.user_id}"
        left = events.StaffLeft(store_id=store.store_id, user_id=owner.user_id)
        self._table.commit(
            [
                put(store_item(closed)).when(version=store.version).otherwise(StoreChanged()),
                update(here, "OWNERS").set(owners=0).when(owners=1).otherwise(StoreChanged()),
                delete(here, f"MEMBER#{owner.user_id}").when(version=owner.version).otherwise(StaffChangedMeanwhile()),
                delete(there, f"MEMBER#{store.store_id}"),
                put({"pk": here, "sk": f"LEFT#{owner.user_id}", "version": last}),
                delete(here, "TRANSFER"),
                *forgotten(verifications().case(store.store_id)),
                *(delete(f"SLUG#{slug}", "-") for slug in (store.slug, *store.former_slugs)),
            ],
            [
                Event(changed(closed, ["standing"]), closed.store_id, closed.version),
                Event(events.StoreClosed(store_id=closed.store_id), closed.store_id, closed.version),
                Event(left, owner.place, last),
            ],
        )

    def _forget_told(self, store_id: str) -> None:
        """The words a store had for itself lie in its events too. Those have long left, and who heard is told anew."""
        pk = f"EVENT#{store_id}"
        self._table.empty(pk, keep={row["sk"] for row in self._table.every(pk) if row["type"] not in WORDED})

    def _rows(self, user_id: str, prefix: str) -> Iterator[Item]:
        return self._table.every(f"PERSON#{user_id}", prefix)


@cache
def departures() -> Departures:
    return Departures()


def _theirs(row: Item) -> Item:
    return {name: value for name, value in row.items() if name not in NOT_THEIRS}
