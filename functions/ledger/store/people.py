"""What was heard of people, and the conditions that hold a decision to it.

PERSON#<id>   ROLES        the newest roles heard of, with the sequence they came with
              ERASED       the person is gone
              IN#<store>   whether they work there, or when they left
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import cache

from functions.ledger.model.people import OlderNews, Person, Place, RightsChanged
from functions.ledger.store.books import books
from functions.ledger.store.rows import Key
from kernel.table import Change, Item, check, put, receipts_of


class People:
    def persons(self, person_ids: Iterable[str], store_id: str = "-") -> list[Person]:
        """All of them in one call, with their places in one store."""
        wanted = list(dict.fromkeys(person_ids))
        rows = books().table.get_many([key for one in wanted for key in _keys(one, store_id)])
        return [_person(one, store_id, rows) for one in wanted]

    def person(self, person_id: str) -> Person:
        [found] = self.persons([person_id])
        return found

    def unchanged(self, persons: Iterable[Person], store_id: str) -> Iterator[Change]:
        """Conditions: all of this was still so when the decision was written down."""
        for one in persons:
            roles, erased, place = _keys(one.person_id, store_id)
            yield check(*roles).when(sequence=one.sequence).otherwise(RightsChanged())
            if not one.erased:  # nobody comes back from that
                yield check(*erased).absent().otherwise(RightsChanged())
            yield check(*place).when(sequence=one.place.sequence).otherwise(RightsChanged())

    # News, in any order and any number of times

    def roles_are(self, person_id: str, roles: list[str], *, sequence: int) -> None:
        self._heard({"pk": _pk(person_id), "sk": "ROLES", "roles": roles, "sequence": sequence})

    def works(self, person_id: str, store_id: str, *, sequence: int) -> None:
        self._heard({"pk": _pk(person_id), "sk": f"IN#{store_id}", "works": True, "sequence": sequence})

    def left(self, person_id: str, store_id: str, at: str, *, sequence: int) -> None:
        """The row stays, so that older news coming late brings nobody back."""
        row: Item = {"pk": _pk(person_id), "sk": f"IN#{store_id}", "works": False, "sequence": sequence}
        self._heard(row | {"left_at": at})

    def erased(self, person_id: str) -> None:
        """What they were answered goes with them. Ids and money stay in the books."""
        books().table.commit([put({"pk": _pk(person_id), "sk": "ERASED"})])
        books().table.empty(receipts_of(person_id))

    def _heard(self, row: Item) -> None:
        with suppress(OlderNews):
            books().table.commit([put(row).below(sequence=row["sequence"]).otherwise(OlderNews())])


@cache
def people() -> People:
    return People()


def _pk(person_id: str) -> str:
    return f"PERSON#{person_id}"


def _keys(person_id: str, store_id: str) -> tuple[Key, Key, Key]:
    pk = _pk(person_id)
    return (pk, "ROLES"), (pk, "ERASED"), (pk, f"IN#{store_id}")


def _person(person_id: str, store_id: str, rows: dict[Key, Item]) -> Person:
    roles, erased, place = _keys(person_id, store_id)
    heard = rows.get(roles, {})
    return Person(
        person_id=person_id,
        roles=frozenset(heard.get("roles", ())),
        erased=erased in rows,
        place=_place(rows.get(place, {})),
        sequence=heard.get("sequence"),
    )


def _place(row: Item) -> Place:
    left_at = row.get("left_at")
    return Place(row.get("works", False), datetime.fromisoformat(left_at) if left_at else None, row.get("sequence"))
