"""What Metco takes of a sale: rules, and the terms that are frozen on a line when it is sold."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from functions.ledger.model.names import (
    Bps,
    CampaignId,
    CategoryId,
    CurrencyCode,
    Part,
    ProductId,
    RuleId,
    StoreId,
)
from kernel.errors import Conflict
from kernel.http import Answer
from kernel.money import Money

# The more it says of a sale, the more it counts: a campaign is for some days and some goods, the platform for all.
Scope = Literal["platform", "category", "store", "product", "campaign"]
Target = Annotated[CategoryId | StoreId | ProductId | CampaignId | None, Field(examples=[None])]
KINDS = {"category": "cat_", "store": "sto_", "product": "prd_", "campaign": "cmp_"}
Minor = Annotated[int, Field(ge=0, le=10**12, examples=[2500])]


class Tier(Answer):
    """The rate for what of a line's price lies above `above`, up to the next tier."""

    above: Minor = 0
    rate_bps: Bps


class RuleSaid(BaseModel):
    """What a rule says. `target` is the category, store, product or campaign it is for; none, if for the platform.

    Amounts are in minor units of `currency`: a rule that has any is for sales in that currency only.
    """

    scope: Scope
    target: Target = None
    currency: CurrencyCode | None = None
    tiers: Annotated[list[Tier], Field(min_length=1, max_length=10)]
    fixed: Minor = 0
    minimum: Minor = 0
    maximum: Minor | None = None
    tax_bps: Bps = 0

    @model_validator(mode="after")
    def _says_what_it_means(self) -> Self:
        if (self.scope == "platform") != (self.target is None):
            raise ValueError("a rule for the platform, and no other, is without a target")
        if self.target and not self.target.startswith(KINDS[self.scope]):
            raise ValueError(f"the target of a rule for a {self.scope} is the {self.scope}'s id")
        bounds = [tier.above for tier in self.tiers]
        if bounds[0] != 0 or bounds != sorted(set(bounds)):
            raise ValueError("tiers begin at 0 and rise")
        if not self.currency and (len(bounds) > 1 or self.fixed or self.minimum or self.maximum is not None):
            raise ValueError("amounts are in a currency: say which")
        if self.maximum is not None and self.maximum < self.minimum:
            raise ValueError("the most is less than the least")
        return self


class CommissionRule(RuleSaid, Answer):
    """From `starts_at` until `ends_at`, or for good. What it says never changes; it can only be ended."""

    rule_id: RuleId
    starts_at: datetime
    ends_at: Annotated[datetime | None, Field(examples=["2040-06-01T00:00:00Z"])] = None

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.ends_at and self.ends_at <= self.starts_at:
            raise ValueError("it ends before it begins")
        return self


class CommissionTerms(Answer):
    """A rule as it stood when a line was sold. Whatever becomes of the rule, the sale keeps these."""

    rule_id: RuleId
    scope: Scope
    tiers: list[Tier]
    fixed: Minor = 0
    minimum: Minor = 0
    maximum: Minor | None = None
    tax_bps: Bps = 0


class Sold(Answer):
    """What a line is. `categories` begins with the one it is in and ends with the root; shipping is no product."""

    product_id: ProductId | None = None
    categories: Annotated[list[CategoryId], Field(max_length=10)] = Field(default_factory=list)
    campaigns: Annotated[list[CampaignId], Field(max_length=10)] = Field(default_factory=list)


class LineToRate(Sold):
    """What of a line decides which rule is for it."""

    store_id: StoreId
    price: Part


class Considered(Answer):
    """One rule, and why it was taken or was not."""

    rule_id: RuleId
    scope: Scope
    taken: bool
    why: Annotated[str, Field(examples=["a rule for the product counts more"])]


class Explained(Answer):
    """How a line's commission came about. The steps are exact; whole units come of a seller order's sum."""

    terms: CommissionTerms
    considered: list[Considered]
    steps: Annotated[list[str], Field(examples=[["8% of 120.00 USD", "and 0.30 USD"]])]
    commission: Money


class NoCommissionRule(Conflict):
    """No rule is for this line: a platform without one for everything is set up wrongly."""
