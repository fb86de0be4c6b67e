"""The small words that every part of the catalogue is written in."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from kernel import ids
from kernel.money import CURRENCIES


def _known_currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError("not a currency Metco knows")
    return code


Locale = Literal["en", "uk", "hi"]
CurrencyCode = Annotated[
    str,
    StringConstraints(pattern="^[A-Z]{3}$"),
    AfterValidator(_known_currency),
    Field(examples=["EUR"]),
]

CategoryId = Annotated[str, StringConstraints(pattern=ids.pattern("cat"))]
ImageId = Annotated[str, StringConstraints(pattern=ids.pattern("img"))]
OfferId = Annotated[str, StringConstraints(pattern=ids.pattern("ofr"))]
ProductId = Annotated[str, StringConstraints(pattern=ids.pattern("prd"))]
StoreId = Annotated[str, StringConstraints(pattern=ids.pattern("sto"))]
UserId = Annotated[str, StringConstraints(pattern=ids.pattern("usr"))]
VariantId = Annotated[str, StringConstraints(pattern=ids.pattern("var"))]

Version = Annotated[int, Field(ge=0, examples=[1])]
