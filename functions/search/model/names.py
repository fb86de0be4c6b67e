"""The small words that search is written in."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kernel import amounts, ids

CategoryId = Annotated[str, StringConstraints(pattern=ids.pattern("cat"))]
ImageId = Annotated[str, StringConstraints(pattern=ids.pattern("img"))]
OfferId = Annotated[str, StringConstraints(pattern=ids.pattern("ofr"))]
ProductId = Annotated[str, StringConstraints(pattern=ids.pattern("prd"))]
StoreId = Annotated[str, StringConstraints(pattern=ids.pattern("sto"))]
VariantId = Annotated[str, StringConstraints(pattern=ids.pattern("var"))]
UserId = Annotated[str, StringConstraints(pattern=ids.pattern("usr"))]
RebuildId = Annotated[str, StringConstraints(pattern=ids.pattern("rbd"))]

Locale = Literal["en", "uk", "hi"]
Condition = Literal["new", "refurbished", "used"]
CurrencyCode = amounts.CurrencyCode
Version = Annotated[int, Field(ge=0, examples=[1])]
