"""The small words that every part of the catalogue is written in."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kernel import amounts, ids

Locale = Literal["en", "uk", "hi"]
CurrencyCode = amounts.CurrencyCode

CategoryId = Annotated[str, StringConstraints(pattern=ids.pattern("cat"))]
ImageId = Annotated[str, StringConstraints(pattern=ids.pattern("img"))]
OfferId = Annotated[str, StringConstraints(pattern=ids.pattern("ofr"))]
ProductId = Annotated[str, StringConstraints(pattern=ids.pattern("prd"))]
StoreId = Annotated[str, StringConstraints(pattern=ids.pattern("sto"))]
UserId = Annotated[str, StringConstraints(pattern=ids.pattern("usr"))]
VariantId = Annotated[str, StringConstraints(pattern=ids.pattern("var"))]
BuyerId = Annotated[
    str,
    StringConstraints(pattern=rf"^(usr|gst)_{ids.PATTERN}$"),
    Field(examples=["usr_01k6m2q8vx4c7e9r1t3y5w7zab"]),
]

# Orders' things
OrderId = Annotated[
    str, StringConstraints(pattern=ids.pattern("ord")), Field(examples=["ord_01k6m2q8vx4c7e9r1t3y5w7zab"])
]
SellerOrderId = Annotated[
    str, StringConstraints(pattern=ids.pattern("slo")), Field(examples=["slo_01k6m2q8vx4c7e9r1t3y5w7zab"])
]
LineId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$"), Field(examples=["1"])]

Version = Annotated[int, Field(ge=0, examples=[1])]

Status = Literal["draft", "active", "archived"]
Condition = Literal["new", "refurbished", "used"]
OfferKind = Literal["goods", "digital", "service"]  # a parcel, files to download, an appointment

# The name that a program knows an attribute or an option by; people read its labels.
Code = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,39}$"), Field(examples=["colour"])]
Word = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), Field(examples=["Midnight blue"])
]
Labels = Annotated[dict[Locale, Word], Field(examples=[{"en": "Colour", "uk": "Колір"}])]

Minor = Annotated[int, Field(ge=0, le=10**12, examples=[12900])]
Prices = Annotated[dict[CurrencyCode, Minor], Field(max_length=20, examples=[{"EUR": 12900, "USD": 13900}])]
StockKeepingUnit = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$"),
    Field(examples=["CAM-1-BLUE"]),
]
Address = Annotated[
    str,
    StringConstraints(pattern=rf"^(prd_|([a-z0-9]+-)+)?{ids.PATTERN}$", max_length=120),
    Field(examples=["prd_01k6m2q8vx4c7e9r1t3y5w7zab"]),
]

# Where the next page begins; None: this was the last one.
Cursor = Annotated[str | None, Field(examples=["eyJwayI6…"])]
