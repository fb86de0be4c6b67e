"""The small words that baskets are written in."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kernel import amounts, ids

CurrencyCode = amounts.CurrencyCode
Locale = Literal["en", "uk", "hi"]

BasketId = Annotated[str, StringConstraints(pattern=ids.pattern("bsk"))]
LineId = Annotated[str, StringConstraints(pattern=ids.pattern("lin"))]
StoreId = Annotated[str, StringConstraints(pattern=ids.pattern("sto"))]
ProductId = Annotated[str, StringConstraints(pattern=ids.pattern("prd"))]
OfferId = Annotated[str, StringConstraints(pattern=ids.pattern("ofr"))]
VariantId = Annotated[str, StringConstraints(pattern=ids.pattern("var"))]
ProposalId = Annotated[str, StringConstraints(pattern=ids.pattern("prp"))]
UserId = Annotated[str, StringConstraints(pattern=ids.pattern("usr"))]

MOST_OF_ONE = 100  # pieces: whoever needs more asks the store
Quantity = Annotated[int, Field(ge=1, le=MOST_OF_ONE, examples=[2])]
Version = Annotated[int, Field(ge=0, examples=[3])]

# ok: it can be bought as it stands. Of the rest `why` says what is in the way.
LineState = Literal["ok", "not_enough", "out_of_stock", "withdrawn", "other_currency", "store_closed"]
