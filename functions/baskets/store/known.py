"""What was heard of offers, stock, stores and agreed prices: what comes late, twice or shuffled changes nothing.

OFFER#<offer>             -                  the last listing of an offer, and whether it is for sale
STOCK#<store>#<variant>   -                  what inventory told of it
STORE#<store>             -                  a store's name and standing
OWNER#<buyer>             AGREED#<proposal>  an agreed price, beside the buyer's basket; or that there is none any more

by_seller: <store>, <offer> of each offer that has words.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache

from functions.baskets.model.baskets import Forgotten
from functions.baskets.model.facts import AgreedPrice, Facts, Item, KnownOffer, KnownStock, KnownStore
from functions.baskets.model.told import Listing, PriceAgreed
from functions.baskets.store.rows import Key, owner_pk
from kernel import clock
from kernel.errors import Conflict
from kernel.table import Change, Table, check, put, update
from kernel.table import Item as Row

WITHDRAWN_KEPT = timedelta(days=180)  # longer than anything stays in a basket, or an event can still come
LATE_MESSAGES = timedelta(days=14)  # longer than any queue keeps one
WORDLESS: dict[str, None] = {"doc": None, "by_sellerpk": None, "by_sellersk": None}


class HeardNewer(Conflict):
    """Something newer was heard of it already."""


class Known:
    def __init__(self) -> None:
        self._table = Table()

    def hear_listing(self, listing: Listing) -> None:
        pk, sk = offer_key(listing.offer_id)
        row = {"version": listing.version, "listed": True, "doc": listing.model_dump_json(exclude_defaults=True)}
        found = {"by_sellerpk": listing.store_id, "by_sellersk": listing.offer_id}
        self._hear(put({"pk": pk, "sk": sk, **row, **found}).below(version=listing.version))

    def hear_withdrawal(self, store_id: str, offer_id: str, version: int, now: datetime) -> None:
        """Its last words stay for a while: a basket tells what it was. Of a store that has closed, none stay."""
        gone = update(*offer_key(offer_id)).set(version=version, listed=False)
        gone = gone.set(ttl=clock.epoch_s(now + WITHDRAWN_KEPT)).below(version=version)
        closed = (self._table.get(*store_key(store_id)) or {}).get("closed")
        self._hear(gone.set(**WORDLESS) if closed else gone)

    def hear_closing(self, store_id: str) -> None:
        """Marked first: a listing that comes late is withdrawn by a word that comes later still, and finds the mark."""
        self._table.commit([update(*store_key(store_id)).set(closed=True)])
        for row in self._table.every(store_id, index="by_seller"):
            self._table.commit([update(row["pk"], row["sk"]).set(**WORDLESS)])

    def hear_stock(self, item: Item, stock: KnownStock, sequence: int) -> None:
        self._hear(_whole(stock_key(item), stock.model_dump_json(exclude_defaults=True), sequence))

    def hear_store(self, store_id: str, store: KnownStore, sequence: int) -> None:
        self._hear(_whole(store_key(store_id), store.model_dump_json(exclude_defaults=True), sequence))

    def hear_agreement(self, told: PriceAgreed, sequence: int) -> None:
        """Kept until it is over; one that an order used comes back with it. Of somebody who left nothing is kept."""
        price = AgreedPrice(**told.model_dump(include=set(AgreedPrice.model_fields)))
        row = {"doc": price.model_dump_json(), "sequence": sequence, "ttl": clock.epoch_s(told.expires_at)}
        pk, sk = agreed_key(told.buyer_id, told.proposal_id)
        there = check(owner_pk(told.buyer_id), "BASKET").when(gone=None).otherwise(Forgotten())
        with suppress(HeardNewer, Forgotten):
            agreed = put({"pk": pk, "sk": sk, **row}).below(sequence=sequence)
            self._table.commit([agreed.otherwise(HeardNewer()), there])

    def hear_end_of_agreement(self, buyer_id: str, proposal_id: str, sequence: int, now: datetime) -> None:
        """A mark instead of nothing: word of the agreement itself may come after this."""
        pk, sk = agreed_key(buyer_id, proposal_id)
        row = {"pk": pk, "sk": sk, "sequence": sequence, "ttl": clock.epoch_s(now + LATE_MESSAGES)}
        self._hear(put(row).below(sequence=sequence))

    def _hear(self, change: Change) -> None:
        with suppress(HeardNewer):
            self._table.commit([change.otherwise(HeardNewer())])


@cache
def known() -> Known:
    return Known()


def offer_key(offer_id: str) -> Key:
    return f"OFFER#{offer_id}", "-"


def stock_key(item: Item) -> Key:
    return f"STOCK#{item[0]}#{item[1]}", "-"


def store_key(store_id: str) -> Key:
    return f"STORE#{store_id}", "-"


def agreed_key(buyer_id: str, proposal_id: str) -> Key:
    return owner_pk(buyer_id), f"AGREED#{proposal_id}"


def fact_keys(offer_ids: Collection[str], items: Collection[Item]) -> list[Key]:
    """All that is to be known of lines: `read_facts` knows the rows."""
    stores = {store_id for store_id, _ in items}
    return [*map(offer_key, set(offer_ids)), *map(stock_key, set(items)), *map(store_key, stores)]


def read_facts(rows: Mapping[Key, Row]) -> Facts:
    named = [(pk.split("#"), row) for (pk, _), row in rows.items() if "doc" in row]
    return Facts(
        offers={name[1]: _offer(row) for name, row in named if name[0] == "OFFER"},
        stock={
            (name[1], name[2]): KnownStock.model_validate_json(row["doc"]) for name, row in named if name[0] == "STOCK"
        },
        stores={name[1]: KnownStore.model_validate_json(row["doc"]) for name, row in named if name[0] == "STORE"},
    )


def read_agreed(rows: Iterable[Row]) -> list[AgreedPrice]:
    return [AgreedPrice.model_validate_json(row["doc"]) for row in rows if row.get("doc")]


def _offer(row: Row) -> KnownOffer:
    return KnownOffer(Listing.model_validate_json(row["doc"]), row["listed"])


def _whole(key: Key, doc: str, sequence: int) -> Change:
    return update(*key).set(sequence=sequence, doc=doc).below(sequence=sequence)
