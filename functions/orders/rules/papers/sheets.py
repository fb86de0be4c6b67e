"""What stands on an invoice or a credit note, ready to be drawn: it follows from the order alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from functions.orders.model.addresses import DeliveryAddress
from functions.orders.model.orders import SHIPPING, Kept, OrderLine, SellerOrder, Sending
from functions.orders.model.papers import Credited, CreditNote, Language, NotNumberedYet, Paper
from functions.orders.rules.papers import crediting, written
from functions.orders.rules.papers.words import WORDS, Words
from kernel.money import Money

CREDIT = "C-"  # before the number of a credit note: a count of its own


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what it is, what more there is to say of it, and its figures."""

    what: str
    more: str
    quantity: str
    figures: tuple[str, str, str]  # net, tax, together


@dataclass(frozen=True, slots=True)
class Sheet:
    language: Language
    title: str
    facts: list[tuple[str, str]]
    seller: list[str]
    buyer: list[str]
    head: tuple[str, str, str, str, str]
    rows: list[Row]
    sums: list[tuple[str, str]]  # the last one is what it comes to
    notes: list[str]
    page: str
    parties: tuple[str, str]


def invoice(kept: Kept, part: SellerOrder, language: Language) -> Sheet:
    """Of the day it was paid; what becomes of the order later is told by credit notes."""
    if not part.number or not part.confirmed_at:
        raise NotNumberedYet()
    words = WORDS[language]
    lines = crediting.amounts(part)
    rows = [_row(part, line_id, line, language) for line_id, line in lines.items()]
    facts = [
        (words["number"], str(part.number)),
        (words["date"], written.day(part.confirmed_at)),
        (words["order"], part.order_id),
    ]
    paid = _discounted(part, lines.values(), words, language)
    sums = [*_sums(part, lines.values(), words, language), *paid]
    return _sheet(kept, part, language, words["invoice"], facts, rows, sums)


def credit_note(kept: Kept, part: SellerOrder, note: CreditNote, language: Language) -> Sheet:
    words, sold = WORDS[language], crediting.amounts(part)
    rows = [_row(part, line_id, credited, language) for line_id, credited in note.lines.items() if line_id in sold]
    facts = [
        (words["number"], f"{CREDIT}{note.number}"),
        (words["date"], written.day(note.issued_at)),
        (words["of_invoice"], str(part.number or "")),
        (words["order"], part.order_id),
    ]
    sums = _sums(part, note.lines.values(), words, language)
    sums[-1] = (words["credited"], sums[-1][1])
    return _sheet(kept, part, language, words["credit_note"], facts, rows, sums)


def listed(kept: Kept, notes: Iterable[CreditNote], parts: Iterable[SellerOrder], below: str) -> list[Paper]:
    """All papers of these parts, each invoice before what was taken back of it. `below`: where they are read."""
    known, found = sorted(notes, key=lambda note: note.number), list[Paper]()
    for part in parts:
        if part.number and part.confirmed_at:
            found.append(_paper(part, None, f"{below}/{part.seller_order_id}", kept))
        mine = (note for note in known if note.seller_order_id == part.seller_order_id)
        found += [_paper(part, note, f"{below}/{note.refund_id}", kept) for note in mine]
    return found


def _paper(part: SellerOrder, note: CreditNote | None, url: str, kept: Kept) -> Paper:
    lines = note.lines.values() if note else crediting.amounts(part).values()
    return Paper(
        paper_id=note.refund_id if note else part.seller_order_id,
        kind="credit_note" if note else "invoice",
        number=f"{CREDIT}{note.number}" if note else str(part.number),
        seller_order_id=part.seller_order_id,
        store_id=part.store_id,
        issued_at=note.issued_at if note else part.confirmed_at or part.placed_at,
        total=_sum((crediting.asked(line) for line in lines), kept.order.currency),
        url=url,
    )


def _sheet(
    kept: Kept,
    part: SellerOrder,
    language: Language,
    title: str,
    facts: list[tuple[str, str]],
    rows: list[Row],
    sums: list[tuple[str, str]],
) -> Sheet:
    words = WORDS[language]
    return Sheet(
        language=language,
        title=title,
        facts=facts,
        seller=[one for one in (part.sold_by.name or part.store_id, part.sold_by.country) if one],
        buyer=_buyer(kept.address, part, words),
        head=(words["what"], words["quantity"], words["net"], words["tax"], words["total"]),
        rows=rows,
        sums=sums,
        notes=[words["issued"]],
        page=words["page"],
        parties=(words["seller"], words["buyer"]),
    )


def _buyer(address: DeliveryAddress | None, part: SellerOrder, words: Words) -> list[str]:
    """Nothing of it is kept for the paper: it is the order's, and gone with the person."""
    if not address:
        return [words["erased"]] if part.shipping else []
    place = " ".join(one for one in (address.postcode, address.city) if one)
    lines = (address.name, address.company, address.line1, address.line2, place, address.region, address.country)
    return [one for one in lines if one]


def _row(part: SellerOrder, line_id: str, line: OrderLine | Sending | Credited, language: Language) -> Row:
    what, more, quantity = _named(part, line_id, language)
    if isinstance(line, Credited):
        quantity = ""  # so much of its price: of how many pieces says the order
    amounts = (line.goods, line.tax, crediting.asked(line))
    net, tax, together = (written.figure(amount, language) for amount in amounts)
    return Row(what, more, quantity, (net, tax, together))


def _named(part: SellerOrder, line_id: str, language: Language) -> tuple[str, str, str]:
    if line_id == SHIPPING:
        return WORDS[language]["shipping"], part.shipping.name if part.shipping else "", ""
    line = next(one for one in part.lines if one.line_id == line_id)
    each = f"{line.quantity} × {written.money(line.unit_price, language)}" if line.quantity > 1 else ""
    options = [f"{name}: {value}" for name, value in sorted(line.options.items())]
    return line.title or line.product_id, "; ".join(one for one in (each, *options) if one), str(line.quantity)


def _sums(
    part: SellerOrder, lines: Iterable[OrderLine | Sending | Credited], words: Words, language: Language
) -> list[tuple[str, str]]:
    found, currency = list(lines), part.total.currency
    amounts = (
        (words["net"], _sum((line.goods for line in found), currency)),
        (words["tax"], _sum((line.tax for line in found), currency)),
        (words["sum"], _sum((crediting.asked(line) for line in found), currency)),
    )
    return [(word, written.money(amount, language)) for word, amount in amounts]


def _discounted(
    part: SellerOrder, lines: Iterable[OrderLine | Sending], words: Words, language: Language
) -> Iterator[tuple[str, str]]:
    """What Metco gives off does not lower what the store asks: Metco pays that much of it."""
    given = _sum((line.subsidy for line in lines), part.total.currency)
    if given:
        yield words["discount"], written.money(-given, language)
    yield words["paid"], written.money(part.total, language)


def _sum(amounts: Iterable[Money], currency: str) -> Money:
    return sum(amounts, Money.zero(currency))
