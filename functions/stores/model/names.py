"""The small words that every part of a store is written in."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from functions.stores.model.countries import COUNTRIES
from kernel import amounts, ids

# What a path of the shop means by itself, and what would pass for Metco.
_RESERVED = "about account admin api app cart checkout help login metco new search shop store www"
RESERVED_SLUGS = frozenset(_RESERVED.split())


def _known_country(code: str) -> str:
    if code not in COUNTRIES:
        raise ValueError("not a country of ISO 3166")
    return code


def _free_word(slug: str) -> str:
    if slug in RESERVED_SLUGS:
        raise ValueError("this word is Metco's own")
    return slug


StoreId = Annotated[str, StringConstraints(pattern=ids.pattern("sto"))]
UserId = Annotated[str, StringConstraints(pattern=ids.pattern("usr"))]
Slug = Annotated[
    str,
    StringConstraints(min_length=3, max_length=40, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$"),
    AfterValidator(_free_word),
    Field(examples=["analog-cameras"]),
]
StoreName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=80, pattern=r"^[^\x00-\x1f]+$"),
    Field(examples=["Analog Cameras"]),
]
CurrencyCode = amounts.CurrencyCode
CountryCode = Annotated[
    str, StringConstraints(pattern="^[A-Z]{2}$"), AfterValidator(_known_country), Field(examples=["DE"])
]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]+$"),
    Field(examples=["Torstraße 1"]),
]
Version = Annotated[int, Field(examples=[3])]

StorePermission = Literal["manage_staff", "edit_store", "view_sales", "edit_products", "view_orders", "withdraw_funds"]
StoreRole = Literal["owner", "manager", "cashier", "custom"]
Standing = Literal["open", "suspended", "closed"]
Verification = Literal["unverified", "submitted", "verified", "rejected"]
Payouts = Literal["later", "missing", "done"]  # later: of before there were payments, and as good as missing
Section = Literal[
    "profile",
    "slug",
    "branding",
    "policies",
    "hours",
    "shipping",
    "faq",
    "point",
    "standing",
    "verification",
    "payouts",
]
