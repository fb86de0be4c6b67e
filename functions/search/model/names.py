"""The small words that search is written in."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from kernel import ids
from kernel.money import CURRENCIES


def _known_currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError("not a currency Metco knows")
    return code


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
CurrencyCode = Annotated[
    str, StringConstraints(pattern="^[A-Z]{3}$"), AfterValidator(_known_currency), Field(examples=["EUR"])
]
Version = Annotated[int, Field(ge=0, examples=[1])]
