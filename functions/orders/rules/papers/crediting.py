"""What a refund takes back of an invoice, so that all credit notes together are the whole invoice to the unit.

A refund says how much of each line, with its tax. How much of that is tax is cumulative, as in the books:
`round(tax × done / whole) − already`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from functions.orders.model.orders import SHIPPING, OrderLine, SellerOrder, Sending
from functions.orders.model.papers import Credited, CreditNote
from kernel.money import Money


def credited(part: SellerOrder, earlier: Iterable[CreditNote], lines: Mapping[str, Money]) -> dict[str, Credited]:
    """By line; what the refund says of lines that are not in the invoice is not the invoice's."""
    before, sold = list(earlier), amounts(part)
    return {
        line_id: _of_line(sold[line_id], [note.lines[line_id] for note in before if line_id in note.lines], amount)
        for line_id, amount in lines.items()
        if line_id in sold
    }


def amounts(part: SellerOrder) -> dict[str, OrderLine | Sending]:
    """All that the invoice asks money for; shipping is a line of it."""
    found: dict[str, OrderLine | Sending] = {line.line_id: line for line in part.lines}
    return found | ({SHIPPING: part.shipping} if part.shipping and asked(part.shipping) else {})


def asked(line: OrderLine | Sending | Credited) -> Money:
    return line.goods + line.tax


def note(part: SellerOrder, refund_id: str, number: int, lines: Mapping[str, Credited], now: datetime) -> CreditNote:
    return CreditNote(
        refund_id=refund_id,
        order_id=part.order_id,
        seller_order_id=part.seller_order_id,
        store_id=part.store_id,
        number=number,
        issued_at=now,
        lines=dict(lines),
    )


def _of_line(line: OrderLine | Sending, earlier: Iterable[Credited], amount: Money) -> Credited:
    zero = Money.zero(amount.currency)
    taxed, done = zero, zero
    for one in earlier:
        taxed, done = taxed + one.tax, done + asked(one)
    whole = asked(line).minor
    due = line.tax.part((done + amount).minor, whole, taxed) if whole else zero
    tax = min(max(due, amount - (line.goods - (done - taxed)), zero), line.tax - taxed, amount)
    return Credited(goods=amount - tax, tax=tax)
