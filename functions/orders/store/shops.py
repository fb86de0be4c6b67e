"""What orders knows of stores in their table: as much of each as its invoices say.

SHOP#<sto>    -    its name and country, as it told them last
"""

from contextlib import suppress
from functools import cache

from functions.orders.model.papers import SoldBy
from functions.orders.store.orders import orders
from kernel.errors import Conflict
from kernel.table import Item, put


class _Outdated(Conflict):
    """Something newer was heard of the store."""


class Shops:
    def hear(self, store_id: str, shop: SoldBy, sequence: int) -> None:
        pk, sk = shop_key(store_id)
        row = put({"pk": pk, "sk": sk, "kept": shop.model_dump_json(), "heard": sequence})
        with suppress(_Outdated):
            orders().table.commit([row.below(heard=sequence).otherwise(_Outdated())])


@cache
def shops() -> Shops:
    return Shops()


def shop_key(store_id: str) -> tuple[str, str]:
    return f"SHOP#{store_id}", "-"


def read_shop(row: Item | None) -> SoldBy:
    return SoldBy.model_validate_json(row["kept"]) if row else SoldBy()
