"""Stores' standing in the table: domain verbs outside, DynamoDB words inside.

STORE#<store>   -               whether it may sell, and how far its offers were turned since that was heard
STORE#<store>   PLACE           in which country it is, and in which currency it reckons
DUE#shelves     <time>#<store>  when to look once more at all it offers
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache

from functions.catalog import events
from functions.catalog.model.offers import Offer
from functions.catalog.model.products import Product
from functions.catalog.model.standing import Shelves, Standing
from functions.catalog.rules import standing as rules
from functions.catalog.rules.batches import batches
from functions.catalog.store.goods import goods, read_product
from kernel import clock
from kernel.errors import Conflict
from kernel.events import Event
from kernel.table import Change, Table, check, delete, put, update

DUE = "DUE#shelves"
A_PAGE = 50


class StandingMoved(Conflict):
    """The store was suspended or restored again in the meantime."""


class Standings:
    def __init__(self) -> None:
        self._table = Table()

    def shelves(self, store_id: str) -> Shelves:
        """A store that nothing was heard of is open."""
        item = self._table.get(f"STORE#{store_id}", "-")
        return Shelves.model_validate(item) if item else Shelves(store_id=store_id)

    def shut(self, store_ids: Collection[str]) -> set[str]:
        """Those that may not sell now, whether or not all of their offers are turned by now."""
        found = self._table.get_many([(f"STORE#{store_id}", "-") for store_id in sorted(store_ids)])
        return {row["store_id"] for row in found.values() if Shelves.model_validate(row).hidden}

    def stands(self, store_id: str, standing: Standing, version: int, now: datetime) -> None:
        """Heard late or twice, it changes nothing. What is heard is acted on by the walk that begins here."""
        before = self.shelves(store_id)
        if before.stood >= version:
            return
        heard = before.model_copy(update={"standing": standing, "stood": version})
        if heard.standing == before.standing:
            row = update(f"STORE#{store_id}", "-").set(store_id=store_id, standing=standing, stood=version)
            with suppress(StandingMoved):
                self._table.commit([row.below(stood=version).otherwise(StandingMoved())])
            return
        again = clock.rfc3339(now + rules.LOOK_AGAIN)
        self._go_on(before, rules.begun(heard), also=[put({"pk": DUE, "sk": f"{again}#{store_id}", "id": store_id})])

    def place(self, store_id: str) -> tuple[str, str]:
        """Country and currency; empty for a store that nothing was heard of yet."""
        item = self._table.get(f"STORE#{store_id}", "PLACE") or {}
        return item.get("country", ""), item.get("currency", "")

    def placed(self, store_id: str, country: str, currency: str, version: int) -> None:
        row = update(f"STORE#{store_id}", "PLACE").set(country=country, currency=currency, version=version)
        with suppress(StandingMoved):
            self._table.commit([row.below(version=version).otherwise(StandingMoved())])

    def walked(self, shelves: Shelves) -> tuple[list[Offer], Shelves]:
        """The next offers of the walk, and where it is then."""
        offers, cursor = goods().of_store(shelves.store_id, shelves.shelf, limit=A_PAGE, cursor=shelves.cursor)
        return offers, rules.gone_on(shelves, cursor)

    def turn(self, shelves: Shelves, offers: Sequence[Offer], now: datetime) -> None:
        """Only as long as the store stands as it did: else another walk is on its way."""
        chosen = rules.to_turn(offers, hidden=shelves.hidden)
        rows = rules.rows(chosen, self._products(chosen), hidden=shelves.hidden, now=now)
        for batch in batches(rows, now):
            first = batch[0].edit[1]
            same = check(f"STORE#{shelves.store_id}", "-").when(stood=shelves.stood).otherwise(StandingMoved())
            goods().write(batch, aggregate=first.offer_id, sequence=first.version, also=[same])

    def rest(self, before: Shelves, after: Shelves) -> None:
        """The walk goes on in another call, or is over."""
        with suppress(StandingMoved):  # a later walk does what is left
            self._go_on(before, after)

    def look_again(self, store_id: str, due_key: str) -> None:
        before = self.shelves(store_id)
        with suppress(StandingMoved):
            self._go_on(before, rules.begun(before), also=[delete(DUE, due_key)])

    def to_look_at(self, now: datetime) -> Iterator[tuple[str, str]]:
        for row in self._table.query(DUE, limit=100, before=clock.rfc3339(now)).items:
            yield row["id"], row["sk"]

    def _go_on(self, before: Shelves, after: Shelves, also: Iterable[Change] = ()) -> None:
        row = {"pk": f"STORE#{after.store_id}", "sk": "-", **after.model_dump()}
        kept = put(row).when(round=before.round or None, stood=before.stood or None).otherwise(StandingMoved())
        going = events.ShelvesTurning(store_id=after.store_id, round=after.round)
        told = [Event(going, f"{after.store_id}.shelves", after.round)] if after.shelf else []
        self._table.commit([kept, *also], told)

    def _products(self, offers: Sequence[Offer]) -> dict[str, Product]:
        keys = list({(f"PRODUCT#{one.product_id}", "-") for one in offers})
        found = self._table.get_many(keys) if keys else {}
        return {product.product_id: product for product in map(read_product, found.values())}


@cache
def standings() -> Standings:
    return Standings()
