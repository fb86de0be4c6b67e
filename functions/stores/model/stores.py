"""A store: what its people send, what they and its buyers get."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.stores.model.hours import Hours
from functions.stores.model.names import (
    CountryCode,
    CurrencyCode,
    Payouts,
    Slug,
    Standing,
    StoreId,
    StoreName,
    Verification,
    Version,
)
from functions.stores.model.pictures import Pictures
from functions.stores.model.profile import Point
from functions.stores.model.shipping import Shipping, Zone
from functions.stores.model.texts import Prose, Tagline
from kernel.http import Answer, Request

Colour = Annotated[str, StringConstraints(pattern="^#[0-9a-f]{6}$"), Field(examples=["#1f6feb"])]


class Branding(Request):
    primary_colour: Colour = "#1f2937"
    accent_colour: Colour = "#1f6feb"


class ReturnPolicy(Request):
    """What a buyer may give back, for how long, and who pays the way."""

    accepted: bool
    window_days: Annotated[int, Field(ge=0, le=365, examples=[30])] = 0
    return_shipping_paid_by: Literal["buyer", "store"] = "buyer"
    text: Prose = ""


class Policies(Request):
    returns: ReturnPolicy | None = None
    terms: Prose = ""
    privacy: Prose = ""


class Question(Request):
    question: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200), Field(examples=["Do you repair?"])
    ]
    answer: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
        Field(examples=["Yes, everything mechanical."]),
    ]


class Faq(Request):
    items: Annotated[list[Question], Field(max_length=30)]


class NewStore(Request):
    name: StoreName
    slug: Slug
    country: CountryCode
    currency: CurrencyCode


class StoreChange(Request):
    """Only what is sent changes."""

    name: StoreName | None = None
    tagline: Tagline | None = None
    description: Prose | None = None
    country: CountryCode | None = None
    currency: CurrencyCode | None = None


class SlugChange(Request):
    slug: Slug


class Store(Answer):
    """The whole store, as the people who run it see it."""

    store_id: StoreId
    slug: Slug
    former_slugs: list[Slug] = Field(default_factory=list)
    name: StoreName
    tagline: Tagline = ""
    description: Prose = ""
    country: CountryCode
    currency: CurrencyCode
    branding: Branding = Field(default_factory=Branding)
    pictures: Pictures = Field(default_factory=Pictures)
    policies: Policies = Field(default_factory=Policies)
    hours: Hours = Field(default_factory=Hours)
    shipping: Shipping = Field(default_factory=lambda: Shipping(origins=[], zones=[]))
    faq: Faq = Field(default_factory=lambda: Faq(items=[]))
    point: Point | None = None
    standing: Standing = "open"
    standing_reason: Annotated[str, Field(examples=[""])] = ""
    verification: Verification = "unverified"
    verification_reason: Annotated[str, Field(examples=[""])] = ""
    payouts: Payouts = "missing"
    opened_at: datetime
    version: Version


class StorePage(Answer):
    """What every visitor may see."""

    store_id: StoreId
    slug: Slug
    name: StoreName
    tagline: Tagline
    description: Prose
    country: CountryCode
    currency: CurrencyCode
    verified: bool
    branding: Branding
    pictures: Pictures = Field(default_factory=Pictures)
    policies: Policies
    hours: Hours
    ships_from: list[CountryCode]
    zones: list[Zone]
    faq: list[Question]
    point: Point | None = None
    opened_at: datetime
    followers: Annotated[int, Field(examples=[42])] = 0
    version: Version


class Step(Answer):
    """One line of the onboarding checklist."""

    key: Annotated[str, Field(examples=["shipping_rates"])]
    state: Literal["done", "missing", "later"]
    required: bool
    hint: Annotated[str, Field(examples=["Add at least one zone with a rate."])]


class Checklist(Answer):
    """What a store still lacks before it may sell."""

    store_id: StoreId
    may_sell: bool
    steps: list[Step]
