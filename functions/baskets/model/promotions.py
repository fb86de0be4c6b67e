"""Promotions as data: what is reduced by how much, for whom, when, how often, and who bears it."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from kernel import ids
from kernel.errors import Conflict, Invalid, NotFound
from kernel.http import Answer, Request
from kernel.money import CURRENCIES

PromotionId = Annotated[str, StringConstraints(pattern=ids.pattern("prm"))]
_StoreId = Annotated[str, StringConstraints(pattern=ids.pattern("sto"))]
_CategoryId = Annotated[str, StringConstraints(pattern=ids.pattern("cat"))]
_ProductId = Annotated[str, StringConstraints(pattern=ids.pattern("prd"))]
_PersonId = Annotated[str, StringConstraints(pattern=ids.pattern("usr"))]
_CampaignId = Annotated[str, StringConstraints(pattern=ids.pattern("cmp"))]
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]
Minor = Annotated[int, Field(ge=0, le=10**12, examples=[500])]
Amounts = Annotated[dict[Currency, Minor], Field(max_length=20, examples=[{"EUR": 500, "USD": 500}])]
Bps = Annotated[int, Field(ge=1, le=10_000, examples=[1000], description="Hundredths of a percent.")]
Pieces = Annotated[int, Field(ge=1, le=1_000, examples=[2])]
Many = Annotated[int, Field(ge=1, le=10_000_000, examples=[100])]

# A letter or a digit first, so that a code survives being copied with a bullet or a dash before it.
Code = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{2,31}$"),
    Field(examples=["SUMMER10"]),
]
Bearer = Literal["store", "platform"]
State = Literal["scheduled", "running", "ended"]
Combines = Annotated[
    Literal["freely", "not_with_codes", "never"],
    Field(description="With which others it may reduce a line. Of those that exclude each other, the best win."),
]


class _Part(BaseModel):
    """A typing error in what is to be reduced would be dear: what is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class PromotedGoods(_Part):
    """What of a basket is meant: all that no list leaves out. A store's promotion never leaves the store."""

    store_ids: Annotated[list[_StoreId], Field(max_length=50)] = Field(default_factory=list)
    category_ids: Annotated[list[_CategoryId], Field(max_length=50, description="With all below them.")] = Field(
        default_factory=list
    )
    product_ids: Annotated[list[_ProductId], Field(max_length=100)] = Field(default_factory=list)
    except_product_ids: Annotated[list[_ProductId], Field(max_length=100)] = Field(default_factory=list)


class Percent(_Part):
    """A part of the price of all that is meant, at most an amount."""

    kind: Literal["percent"] = "percent"
    off_bps: Bps
    at_most: Amounts = Field(default_factory=dict)


class Fixed(_Part):
    """An amount, once for all that is meant, or for each piece of it. In a currency it does not name: nothing."""

    kind: Literal["fixed"] = "fixed"
    off: Annotated[Amounts, Field(min_length=1)]
    each: bool = False


class FreeShipping(_Part):
    """The shipping of every store of which something is meant, at most an amount of them together."""

    kind: Literal["free_shipping"] = "free_shipping"
    at_most: Amounts = Field(default_factory=dict)


class BuyGet(_Part):
    """For so many pieces bought, so many more are reduced: of the same goods, or of `rewards`.

    Of the same goods the dearest are put together first, as a buyer would who orders them one by one.
    """

    kind: Literal["buy_get"] = "buy_get"
    buy: Pieces
    get: Pieces
    off_bps: Bps = 10_000
    rewards: PromotedGoods | None = None


class VolumeStep(_Part):
    """From so many pieces on."""

    pieces: Annotated[int, Field(ge=2, le=1_000, examples=[3])]
    off_bps: Bps


class Volume(_Part):
    """The more pieces, the more off all of them: counted together, or `each_line` by itself."""

    kind: Literal["volume"] = "volume"
    steps: Annotated[list[VolumeStep], Field(min_length=1, max_length=10)]
    each_line: bool = False

    @model_validator(mode="after")
    def _rises(self) -> Self:
        bounds = [step.pieces for step in self.steps]
        if bounds != sorted(set(bounds)):
            raise ValueError("steps rise")
        return self


Benefit = Annotated[Percent | Fixed | FreeShipping | BuyGet | Volume, Field(discriminator="kind")]


class PromotionLimits(_Part):
    """How often it can be used, counted in orders, or in pieces that were reduced, as in a flash sale."""

    counted: Literal["orders", "pieces"] = "orders"
    total: Many | None = None
    per_person: Many | None = None


class PromotionSaid(BaseModel):
    """What a promotion says. Its conditions are about prices as they are before any promotion."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)] = Field(
        examples=["Summer sale"]
    )
    code: Annotated[Code | None, Field(description="Only for whoever says it; without one, for everybody.")] = None
    benefit: Annotated[Benefit, Field(examples=[{"kind": "percent", "off_bps": 1000}])]
    goods: PromotedGoods = Field(default_factory=PromotedGoods)
    minimum_spend: Annotated[Amounts, Field(description="Of the goods that are meant.")] = Field(default_factory=dict)
    first_order: bool = False
    customer_ids: Annotated[list[_PersonId], Field(max_length=100)] = Field(default_factory=list)
    combines: Combines = "freely"
    limits: PromotionLimits = Field(default_factory=PromotionLimits)
    campaign_id: Annotated[
        _CampaignId | None, Field(description="What it reduces is sold under this campaign's commission.")
    ] = None

    @model_validator(mode="after")
    def _says_what_it_means(self) -> Self:
        amounts = [self.minimum_spend, getattr(self.benefit, "at_most", {}), getattr(self.benefit, "off", {})]
        for currency, minor in ((name, minor) for named in amounts for name, minor in named.items()):
            if currency not in CURRENCIES:
                raise ValueError(f"{currency} is not a currency Metco knows")
            if minor % CURRENCIES[currency].charge_step:
                raise ValueError(f"in {currency}, only round amounts can be charged")
        if self.limits.counted == "pieces" and self.benefit.kind == "free_shipping":
            raise ValueError("shipping has no pieces")
        return self

    @property
    def for_known_people(self) -> bool:
        """A guest is somebody new as often as he likes."""
        return bool(self.first_order or self.customer_ids or self.limits.per_person)


class NewPromotion(PromotionSaid, Request):
    """From `starts_at`, or from now on; until `ends_at`, or for good."""

    starts_at: Annotated[AwareDatetime | None, Field(examples=["2040-06-01T00:00:00Z"])] = None
    ends_at: Annotated[AwareDatetime | None, Field(examples=["2040-07-01T00:00:00Z"])] = None


class PromotionEnd(Request):
    """At this moment, or at the one named."""

    ends_at: Annotated[AwareDatetime | None, Field(examples=["2040-06-15T00:00:00Z"])] = None


class Promotion(PromotionSaid, Answer):
    """What it says never changes; it can only be ended. So a quote that names it needs no copy of it."""

    promotion_id: PromotionId
    borne_by: Bearer
    store_id: Annotated[_StoreId | None, Field(description="None: the platform's.")] = None
    starts_at: datetime
    ends_at: Annotated[datetime | None, Field(examples=["2040-07-01T00:00:00Z"])] = None
    version: Annotated[int, Field(ge=1, examples=[1])] = 1

    def runs_at(self, now: datetime) -> bool:
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


class PromotionShown(Promotion):
    """As it stands. `left`: how often it can still be used, where that is limited; in a list it is left out."""

    state: State
    left: Annotated[int | None, Field(ge=0, examples=[42])] = None


class Promotions(Answer):
    """A page of them, the newest first."""

    items: list[PromotionShown]
    cursor: Annotated[str | None, Field(examples=["eyJwayI6Ii4uLiJ9"])] = None


class NoSuchPromotion(NotFound):
    code = NotFound.code  # a missing promotion and another store's answer alike
    title = NotFound.title


class PromotionInThePast(Invalid):
    """A promotion begins and ends now or later: what was sold stays as it was."""


class PromotionEndsBeforeItBegins(Invalid):
    """A promotion ends after it begins."""


class PromotionIsOver(Conflict):
    """This promotion has ended already."""


class PromotionChanged(Conflict):
    """This was changed at the same moment. Read it again, then repeat your change."""


class CodeTaken(Conflict):
    """There is a promotion with this code already. Codes are the same in capitals and small letters."""


class PlatformsAlone(Invalid):
    """Which stores a promotion is for, and its campaign, only the platform says."""


class TooManyPromotions(Conflict):
    """There are as many promotions as can run without a code. End one first, or give this one a code."""
