"""Dividing a stock into shards and bringing it together again: sums stay as they are, only rivals part."""

from datetime import datetime, timedelta

from functions.inventory.model.items import MAX_SHARDS, Shard, StockItem

CONTESTED = 3  # times that one transaction met rivals at the same shard, until it is divided
QUIET = timedelta(minutes=10)  # since it was last divided, until it is brought together


def born_of(shard: Shard, count: int) -> list[int]:
    """What each new shard gets of a contested one: as many shards as there are come to them, all with alike.

    Credit stays where it is: it is a number and no goods, and what is left beyond the goods is divided like them.
    """
    born = max(0, min(count, MAX_SHARDS - count, shard.left - 1))
    return [shard.left // (born + 1)] * born


def evenly(quantity: int, count: int) -> list[int]:
    """Goods that come in, over the shards of their location."""
    share, rest = divmod(quantity, count)
    return [share + (place < rest) for place in range(count)]


def quiet(item: StockItem, now: datetime) -> bool:
    return item.divided_at is None or now - item.divided_at >= QUIET
