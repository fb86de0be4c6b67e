"""One line's money, or one store's shipping's, which is reckoned the same."""

from dataclasses import dataclass

from functions.baskets.model.reductions import ReducedLine
from functions.baskets.model.taxes import Taxed
from kernel.money import Money


@dataclass(frozen=True, slots=True)
class Part:
    """`price` is as it stands on the page; `goods` what the seller asks in the end, without tax."""

    price: Money
    reduction: ReducedLine
    taxed: Taxed
    goods: Money
    subsidy: Money

    @property
    def tax(self) -> Money:
        return self.taxed.tax

    @property
    def total(self) -> Money:
        return self.goods + self.tax - self.subsidy

    @property
    def discount(self) -> Money:
        return self.reduction.by_store + self.subsidy
