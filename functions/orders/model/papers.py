"""Invoices and credit notes: what a store has sold, and what of it was taken back, as papers with numbers."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.orders.model.names import LineId, OrderId, Part, SellerOrderId, StoreId
from kernel import ids
from kernel.errors import Conflict, NotFound
from kernel.http import Answer

Language = Literal["en", "uk", "hi"]
PaperKind = Literal["invoice", "credit_note"]
RefundId = Annotated[str, StringConstraints(pattern=ids.pattern("rfd"))]
PaperId = Annotated[
    str,
    StringConstraints(pattern=rf"^(slo|rfd)_{ids.PATTERN}$"),
    Field(examples=["slo_01k6m2q8vx4c7e9r1t3y5w7zab"], description="What it is about: a store's part, or a refund."),
]


class SoldBy(Answer):
    """The store, as it called itself when it sold."""

    name: Annotated[str, Field(max_length=120, examples=["Analog Cameras"])] = ""
    country: Annotated[str, StringConstraints(pattern="^([A-Z]{2})?$"), Field(examples=["DE"])] = ""


class Credited(Answer):
    """What of a line is taken back: of its price without tax, and of its tax."""

    goods: Part
    tax: Part


class CreditNote(Answer):
    """As it is kept. Together all notes of a part are never more than its invoice, line by line and tax by tax."""

    refund_id: RefundId
    order_id: OrderId
    seller_order_id: SellerOrderId
    store_id: StoreId
    number: Annotated[int, Field(ge=1, examples=[17])]
    issued_at: datetime
    lines: dict[LineId, Credited]


class Paper(Answer):
    """An invoice or a credit note: `url` has it as PDF."""

    paper_id: PaperId
    kind: PaperKind
    number: Annotated[
        str, Field(examples=["1042"], description="The store's own; credit notes have numbers of theirs.")
    ]
    seller_order_id: SellerOrderId
    store_id: StoreId
    issued_at: datetime
    total: Annotated[Part, Field(description="With tax: what the store asked for it, or takes back.")]
    url: Annotated[
        str, Field(examples=["/v1/orders/ord_01k6m2q8vx4c7e9r1t3y5w7zab/papers/slo_01k6m2q8vx4c7e9r1t3y5w7zab"])
    ]


class PaperList(Answer):
    items: list[Paper]


class StorePaperList(PaperList):
    """`statement_url`: where the store's money is told line by line."""

    statement_url: Annotated[str, Field(examples=["/v1/stores/sto_01k6m2q8vx4c7e9r1t3y5w7zab/statement"])]


class NoSuchPaper(NotFound):
    code = NotFound.code
    title = NotFound.title


class NotNumberedYet(Conflict):
    """The invoice is given its number in a moment. Ask for it again."""
