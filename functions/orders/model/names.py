"""The small words that orders are written in."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kernel import amounts, ids

CurrencyCode = amounts.CurrencyCode
Part = amounts.Part  # of something: it may be nothing

OrderId = Annotated[str, StringConstraints(pattern=ids.pattern("ord"))]
SellerOrderId = Annotated[str, StringConstraints(pattern=ids.pattern("slo"))]
ParcelId = Annotated[str, StringConstraints(pattern=ids.pattern("pcl"))]
RefundId = Annotated[str, StringConstraints(pattern=ids.pattern("rfd"))]
ReturnId = Annotated[str, StringConstraints(pattern=ids.pattern("ret"))]

# Others' things
QuoteId = Annotated[str, StringConstraints(pattern=ids.pattern("qte"))]
BasketId = Annotated[str, StringConstraints(pattern=ids.pattern("bsk"))]
StoreId = Annotated[str, StringConstraints(pattern=ids.pattern("sto"))]
ProductId = Annotated[str, StringConstraints(pattern=ids.pattern("prd"))]
OfferId = Annotated[str, StringConstraints(pattern=ids.pattern("ofr"))]
VariantId = Annotated[str, StringConstraints(pattern=ids.pattern("var"))]
CategoryId = Annotated[str, StringConstraints(pattern=ids.pattern("cat"))]
CampaignId = Annotated[str, StringConstraints(pattern=ids.pattern("cmp"))]
PromotionId = Annotated[str, StringConstraints(pattern=ids.pattern("prm"))]
ProposalId = Annotated[str, StringConstraints(pattern=ids.pattern("prp"))]
PaymentId = Annotated[str, StringConstraints(pattern=ids.pattern("pay"))]
PersonId = Annotated[str, StringConstraints(pattern=ids.pattern("usr"))]
BuyerId = Annotated[
    str,
    StringConstraints(pattern=rf"^(usr|gst)_{ids.PATTERN}$"),
    Field(examples=["usr_01k6m2q8vx4c7e9r1t3y5w7zab"]),
]
LineId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$"), Field(examples=["1"])]
ImageId = Annotated[str, StringConstraints(max_length=80), Field(examples=["img_01k6m2q8vx4c7e9r1t3y5w7zab"])]
StripeId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{3,64}$"), Field(examples=["pm_1PqYwC2eZvKYlo2C1"])]
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,20}$"), Field(examples=["goods"])]
Title = Annotated[str, Field(max_length=300, examples=["Leica M3"])]
Quantity = Annotated[int, Field(ge=1, le=10_000_000, examples=[2])]
Count = Annotated[int, Field(ge=0, examples=[0])]  # of a line's pieces
Version = Annotated[int, Field(ge=0, examples=[3])]
At = Annotated[datetime | None, Field(examples=["2030-05-04T12:00:00Z"])]

LINES = 40  # of one order

OrderState = Literal["pending", "confirmed", "processing", "shipped", "delivered", "completed", "cancelled"]
Reason = Literal[
    "quote_changed",
    "out_of_stock",
    "promotion_used_up",
    "not_enough_credits",
    "payment_failed",
    "expired",
    "by_buyer",
    "screened",
    "refunded",  # an operator gave the money back: the order could not be carried out any more
    "by_seller",  # who cannot send it
    "not_sent",  # its store did not send it in time
    "failed",  # something of ours did not work before any money was taken
]
MethodName = Annotated[
    Literal["card", "upi", "paypal", "customer_balance", "crypto", "ideal"], Field(examples=["card"])
]
