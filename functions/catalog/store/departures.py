"""People and stores that leave Metco for good, and those who want to know what is kept about them."""

from functools import cache
from typing import Any

from functions.catalog import events
from functions.catalog.rules import proposals as rules
from functions.catalog.rules.requests import view
from functions.catalog.store.downloads import downloads
from functions.catalog.store.proposals import proposals
from functions.catalog.store.requests import requests
from kernel import clock
from kernel.table import Table, receipts_of

WORDED = tuple(one.detail_type() for one in (events.OfferListed, events.OfferChanged, events.OffersImported))


class Departures:
    def __init__(self) -> None:
        self._table = Table()

    def forget(self, user_id: str) -> None:
        """Each step can be repeated, and begun again where it was cut off: the rows that lead to the rest go last."""
        for proposal in proposals().every_of_buyer(user_id):
            left = rules.forgotten(proposal, clock.now())
            if left:
                proposals().answer(proposal, left, None)
        for kept in requests().every_of_person(user_id):
            requests().remove(kept)
        downloads().forget(user_id)
        self._table.empty(f"PERSON#{user_id}")
        self._table.empty(receipts_of(user_id))

    def forget_told(self, aggregate: str) -> None:
        """The words of listings lie in their events too. Those have long left, and who heard is told of the end."""
        pk = f"EVENT#{aggregate}"
        self._table.empty(pk, keep={row["sk"] for row in self._table.every(pk) if row["type"] not in WORDED})

    def known_of(self, user_id: str) -> dict[str, Any]:
        """What catalog keeps about a person: prices they proposed, products they asked for, what they may download."""
        return {
            "proposals": [one.model_dump(mode="json") for one in proposals().every_of_buyer(user_id)],
            "downloads": [one.model_dump(mode="json") for one in downloads().every_of_buyer(user_id)],
            "product_requests": [view(one).model_dump(mode="json") for one in requests().every_of_person(user_id)],
        }


@cache
def departures() -> Departures:
    return Departures()
