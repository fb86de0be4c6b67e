"""The small words that the books are written in."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kernel import amounts, ids

CurrencyCode = amounts.CurrencyCode
Amount = amounts.Amount
Part = amounts.Part

JournalId = Annotated[str, StringConstraints(pattern=ids.pattern("jrn"))]
HoldId = Annotated[str, StringConstraints(pattern=ids.pattern("hld"))]
WithdrawalId = Annotated[str, StringConstraints(pattern=ids.pattern("wdr"))]
GrantId = Annotated[str, StringConstraints(pattern=ids.pattern("grt"))]
GiftId = Annotated[str, StringConstraints(pattern=ids.pattern("gft"))]
ConversionId = Annotated[str, StringConstraints(pattern=ids.pattern("cnv"))]
RuleId = Annotated[str, StringConstraints(pattern=ids.pattern("cmr"))]

# Others' things. What is behind the prefix of a provider's own id is the provider's business.
OrderId = Annotated[str, StringConstraints(pattern=ids.pattern("ord"))]
SellerOrderId = Annotated[str, StringConstraints(pattern=ids.pattern("slo"))]
StoreId = Annotated[str, StringConstraints(pattern=ids.pattern("sto"))]
CategoryId = Annotated[str, StringConstraints(pattern=ids.pattern("cat"))]
ProductId = Annotated[str, StringConstraints(pattern=ids.pattern("prd"))]
CampaignId = Annotated[str, StringConstraints(pattern=ids.pattern("cmp"))]
PersonId = Annotated[str, StringConstraints(pattern=ids.pattern("usr"))]
BuyerId = Annotated[
    str,
    StringConstraints(pattern=rf"^(usr|gst)_{ids.PATTERN}$"),
    Field(examples=["usr_01k6m2q8vx4c7e9r1t3y5w7zab"]),
]
Reference = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$"),
    Field(
        examples=["pay_01k6m2q8vx4c7e9r1t3y5w7zab"], description="A payment, a refund, a chargeback: what caused it."
    ),
]
LineId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$"), Field(examples=["1"])]

Cursor = Annotated[str | None, Field(examples=["eyJwayI6Ii4uLiJ9"])]
Version = Annotated[int, Field(ge=0, examples=[1])]
Bps = Annotated[int, Field(ge=0, le=10_000, examples=[1000], description="Hundredths of a percent.")]
Owner = Literal["store", "buyer"]
