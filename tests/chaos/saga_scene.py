"""What there is before anybody orders: two stores with a few of what all want, a coupon, credits, a rule. Made once by
the domains' own code, and laid out anew for each history."""

import os
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from unittest.mock import patch

import kernel.ids
import kernel.settings
from functions.baskets.store.promotions import promotions
from functions.ledger.model.commission import CommissionTerms, Tier
from functions.ledger.model.facts.credits import CreditsGranted
from functions.ledger.model.facts.platform import CapitalPaidIn
from kernel import clock, ids
from kernel.money import Money
from tests.builders import catalog, deciding, inventory, settling
from tests.builders.promotions import a_promotion
from tests.chaos.cloud import REGION, MemoryCloud, Shelves
from tests.chaos.expressions import Item
from tests.chaos.memory_table import Key
from tests.chaos.plumbing import Plumbing
from tests.chaos.processes import START, Randomness
from tests.chaos.wire import Wire, no_faults

DOMAINS = ("orders", "inventory", "ledger", "baskets", "catalog")
CURRENCY = "EUR"
BUYERS = tuple(ids.derived_id("usr", name) for name in ("Ada", "Bea", "Cal"))
OPERATOR = ids.derived_id("usr", "Finn")
COUPON = ids.derived_id("prm", "coupon")
GIVES = 7_01  # of Metco's own money
CREDITS = 60_00
PRICES = (33_37, 19_99)  # each sold by a store of its own
SHELVES = Shelves(
    tables=DOMAINS,
    indexes={
        "orders": ("by_owner", "by_store"),
        "inventory": ("by_store",),
        "ledger": ("by_due", "by_walk", "by_order", "by_payment"),
        "baskets": ("by_store", "by_seller"),
        "catalog": ("by_store", "by_category"),
    },
    parameters={f"/{domain}/settings": "{}" for domain in DOMAINS},
    secrets={"secret": "a secret of the trial", "quotes": "what baskets and orders share"},
)
ENVIRONMENTS: Mapping[str, Mapping[str, str]] = {
    domain: {
        "STAGE": "chaos",
        "DOMAIN": domain,
        "TABLE": domain,
        "BUS": "bus",
        "SECRET_ID": "secret",
        "QUOTES_SECRET_ID": "quotes",
        "SETTINGS_PATH": f"/{domain}/settings",
        "CHECKOUT_ARN": f"arn:aws:states:{REGION}:123456789012:stateMachine:checkout",
        "AWS_REGION": REGION,
        "POWERTOOLS_SERVICE_NAME": domain,
    }
    for domain in DOMAINS
}


@dataclass(frozen=True)
class Goods:
    """What can be ordered, as a quote names it."""

    store_id: str
    product_id: str
    offer_id: str
    variant_id: str
    price: int

    @property
    def item(self) -> tuple[str, str]:
        return self.store_id, self.variant_id


@dataclass(frozen=True)
class Scene:
    goods: Sequence[Goods]
    terms: CommissionTerms
    rows: Mapping[str, Mapping[Key, Item]]


@cache
def scene(units: tuple[int, ...], uses: int) -> Scene:
    """`units` of each thing, and a coupon for so many uses."""
    chance = random.Random(0)
    with clock.frozen(START), patch.object(kernel.ids, "secrets", Randomness(chance)):
        cloud = MemoryCloud(Wire(no_faults), Plumbing(chance), SHELVES, chance)
        try:
            goods = _stocked(units)
            with _at("baskets"):
                said: dict[str, Any] = {"limits": {"total": uses}, "starts_at": START, "code": "COUPON"}
                promotions().make(a_promotion(store_id=None, promotion_id=COUPON, **said), None, None)
            with _at("ledger"):
                rule_id = deciding.a_rule(tiers=[{"rate_bps": 1_237}], tax_bps=1_900)
                settling.recorded(CapitalPaidIn(at=START, reference="first", amount=Money(10_000_00, CURRENCY)))
                for buyer in BUYERS:
                    amount = Money(CREDITS, CURRENCY)
                    settling.recorded(CreditsGranted(at=START, grant_id=buyer, buyer_id=buyer, amount=amount))
            terms = CommissionTerms(rule_id=rule_id, scope="platform", tiers=[Tier(rate_bps=1_237)], tax_bps=1_900)
            return Scene(goods, terms, {table: dict(cloud.rows(table)) for table in DOMAINS})
        finally:
            cloud.close()


def _stocked(units: Sequence[int]) -> list[Goods]:
    goods: list[Goods] = []
    for number, (there, price) in enumerate(zip(units, PRICES, strict=True)):
        store = ids.derived_id("sto", str(number))
        with _at("catalog"):
            variant = catalog.a_variant(variant_id=ids.derived_id("var", store), prices={CURRENCY: price})
            offer = catalog.on_sale(store, variants=[variant])
        goods.append(Goods(store, offer.product_id, offer.offer_id, variant.variant_id, price))
        with _at("inventory"):
            path = f"/v1/stores/{store}/stock/{variant.variant_id}/movements"
            answer = inventory.as_seller(store)("POST", path, {"kind": "received", "quantity": there})
            assert answer.status == 201, answer.text
    return goods


@contextmanager
def _at(domain: str) -> Iterator[None]:
    with patch.dict(os.environ, ENVIRONMENTS[domain]):
        kernel.settings.forget()
        yield
