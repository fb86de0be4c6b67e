"""The papers of an order: for whoever bought it, and for the store that sold. Drawn when asked for, kept nowhere."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.orders.model.names import OrderId, StoreId
from functions.orders.model.orders import Kept, SellerOrder
from functions.orders.model.papers import CreditNote, Language, NoSuchPaper, PaperId, PaperList, StorePaperList
from functions.orders.papers import drawing
from functions.orders.papers.app import api
from functions.orders.rules import placing
from functions.orders.rules.papers import sheets
from functions.orders.store.credit_notes import credit_notes
from kernel.authz import require

PDF = "application/pdf"
FILE = {200: {"description": "OK", "content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}}

OrderPath = Annotated[OrderId, Path()]
StorePath = Annotated[StoreId, Path()]
PaperPath = Annotated[PaperId, Path()]
In = Annotated[Language, Query(description="The language of its words; what was sold keeps its own name.")]


@api.get("/v1/orders/<order_id>/papers", permit="read_order")
def list_papers(order_id: OrderPath) -> PaperList:
    """The invoice of each store that you bought from, and what was taken back of it."""
    kept, notes = credit_notes().with_order(order_id)
    require("read_order", owner=kept.order.owner_id)
    return PaperList(items=sheets.listed(kept, notes, kept.parts, f"/v1/orders/{order_id}/papers"))


@api.get("/v1/orders/<order_id>/papers/<paper_id>", permit="read_order", responses=FILE)
def read_paper(order_id: OrderPath, paper_id: PaperPath, language: In = "en") -> Response[bytes]:
    """An invoice or a credit note as PDF. The same every time, as long as you have not had your address erased."""
    kept, notes = credit_notes().with_order(order_id)
    require("read_order", owner=kept.order.owner_id)
    return _drawn(_sheet(kept, notes, kept.parts, paper_id, language), paper_id)


@api.get("/v1/stores/<store_id>/orders/<order_id>/papers", permit="view_orders")
def list_store_papers(store_id: StorePath, order_id: OrderPath) -> StorePaperList:
    """The store's invoice for its part of an order, and what was taken back of it."""
    require("view_orders", store=store_id)
    kept, notes = credit_notes().with_order(order_id)
    below = f"/v1/stores/{store_id}/orders/{order_id}/papers"
    papers = sheets.listed(kept, notes, [_own(kept, store_id)], below)
    return StorePaperList(items=papers, statement_url=f"/v1/stores/{store_id}/statement")


@api.get("/v1/stores/<store_id>/orders/<order_id>/papers/<paper_id>", permit="view_orders", responses=FILE)
def read_store_paper(
    store_id: StorePath, order_id: OrderPath, paper_id: PaperPath, language: In = "en"
) -> Response[bytes]:
    """The store's invoice, or a credit note for it, as PDF."""
    require("view_orders", store=store_id)
    kept, notes = credit_notes().with_order(order_id)
    return _drawn(_sheet(kept, notes, [_own(kept, store_id)], paper_id, language), paper_id)


def _own(kept: Kept, store_id: str) -> SellerOrder:
    """Before it is paid, it is none of the store's business."""
    part = kept.part(placing.seller_order_id_of(kept.order.order_id, store_id))
    if not part.confirmed_at:
        raise NoSuchPaper()
    return part


def _sheet(
    kept: Kept, notes: list[CreditNote], parts: list[SellerOrder], paper_id: str, language: Language
) -> sheets.Sheet:
    for part in parts:
        if part.seller_order_id == paper_id and part.confirmed_at:
            return sheets.invoice(kept, part, language)
        for note in notes:
            if (note.refund_id, note.seller_order_id) == (paper_id, part.seller_order_id):
                return sheets.credit_note(kept, part, note, language)
    raise NoSuchPaper()


def _drawn(sheet: sheets.Sheet, name: str) -> Response[bytes]:
    shown = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-store"}
    return Response(200, content_type=PDF, body=drawing.pdf(sheet), headers=dict(shown))
