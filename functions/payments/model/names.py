"""The small words that payments speaks in."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kernel import amounts, ids

CurrencyCode = amounts.CurrencyCode
Amount = amounts.Amount
Part = amounts.Part

PaymentId = Annotated[str, StringConstraints(pattern=ids.pattern("pay"))]
RefundId = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$"), Field(examples=["rfd_01k6m2q8vx4c7e9r1t3y5w7zab"])
]
ChargebackId = Annotated[str, StringConstraints(pattern=ids.pattern("cbk"))]
DifferenceId = Annotated[str, StringConstraints(pattern=ids.pattern("dif"))]

# Others' things
OrderId = Annotated[str, StringConstraints(pattern=ids.pattern("ord"))]
StoreId = Annotated[str, StringConstraints(pattern=ids.pattern("sto"))]
WithdrawalId = Annotated[str, StringConstraints(pattern=ids.pattern("wdr"))]
PersonId = Annotated[str, StringConstraints(pattern=ids.pattern("usr"))]
BuyerId = Annotated[
    str,
    StringConstraints(pattern=rf"^(usr|gst)_{ids.PATTERN}$"),
    Field(examples=["usr_01k6m2q8vx4c7e9r1t3y5w7zab"]),
]
StripeId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_]{3,64}$"),
    Field(examples=["txn_3PqYwC2eZvKYlo2C1"], description="Stripe's own id of one of its things."),
]

Purpose = Literal["order", "credits"]
Way = Literal["stripe", "bank", "paypal", "crypto"]
