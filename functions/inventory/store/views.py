"""What sellers see of their stock."""

from functools import cache

from functions.inventory.model.items import Stock, StockList
from functions.inventory.model.names import ItemId, Level
from functions.inventory.rules import views as rules
from functions.inventory.store.levels import levels
from functions.inventory.store.scenes import scenes
from kernel.table import Table


class Views:
    def __init__(self) -> None:
        self._table = Table()

    def stock(self, item: ItemId) -> Stock:
        """Exact, as of now."""
        return rules.stock(scenes().read([item]), item)

    def stock_of(self, store_id: str, *, level: Level | None, limit: int, cursor: str | None) -> StockList:
        """Found in the index, then read as last told. Plenty is not in the index: there, all are listed by name."""
        prefix = "ALL#" if level in (None, "ok") else f"{level.upper()}#"
        page = self._table.query(store_id, prefix, index="by_store", limit=limit, cursor=cursor)
        items = [ItemId(store_id, row["variant_id"]) for row in page.items]
        told = dict(zip(items, levels().told(items), strict=True))
        lines = [rules.line(told[item]) for item in items]
        shown = [line for line in lines if level is None or line.level == level]
        return StockList(items=shown, cursor=page.cursor)


@cache
def views() -> Views:
    return Views()
