"""What the store of the trial sells: a few things that everybody wants, in no great number, on changing terms."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kernel import ids
from tests.chaos.stock_checks import ItemKey

STORE = ids.derived_id("sto", "the store")


@dataclass
class Goods:
    """What one store sells: how many of each to begin with, on which terms, and what the bundles consist of."""

    store: str
    opening: Mapping[ItemKey, int]
    terms: Mapping[ItemKey, Mapping[str, Any]]
    bundles: Mapping[ItemKey, Mapping[ItemKey, int]]
    second: str = ""  # a second location: wanted, and once it is there its id

    @property
    def default(self) -> str:
        return ids.derived_id("loc", self.store, "default")

    def other_terms(self, item: ItemKey, chance: random.Random) -> Mapping[str, Any]:
        return {"low_at": chance.choice([0, 1, 2]), "shards": chance.choice([1, 2, 3])} | (
            {"beyond": {"kind": "backorder", "limit": chance.randint(1, 4)}} if chance.random() < 0.6 else {}
        )


def a_variant(name: str) -> ItemKey:
    return STORE, ids.derived_id("var", name)


def goods_of(number: int) -> Goods:
    """So many things, and a set of the first two."""
    plain = [a_variant(str(one)) for one in range(number)]
    return Goods(STORE, dict.fromkeys(plain, 3), {}, {a_variant("set"): {plain[0]: 1, plain[1]: 2}}, second="wanted")


def some_goods(chance: random.Random, number: int) -> Goods:
    """A few things that everybody wants, in no great number, sold in one way or another."""
    plain = [a_variant(str(one)) for one in range(number)]
    terms: dict[ItemKey, Mapping[str, Any]] = {}
    for item in plain:
        if chance.random() < 0.4:
            beyond = {"beyond": {"kind": "preorder", "limit": chance.randint(1, 3)}} if chance.random() < 0.5 else {}
            terms[item] = {"low_at": chance.choice([0, 1, 3]), "shards": chance.choice([1, 2, 3, 4]), **beyond}
    bundles: dict[ItemKey, Mapping[ItemKey, int]] = {}
    if chance.random() < 0.3 and number > 1:
        bundles[a_variant("set")] = {plain[0]: 1, plain[1]: chance.choice([1, 2])}
    opening = {item: chance.randint(1, 8) for item in plain}
    return Goods(STORE, opening, terms, bundles, second="wanted" if chance.random() < 0.3 else "")
