"""Invoices and credit notes: what stands on them adds up, in every language, and to the unit."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.orders.model.orders import SHIPPING, Kept, SellerOrder
from functions.orders.model.papers import CreditNote, Language, NotNumberedYet, SoldBy
from functions.orders.papers import drawing
from functions.orders.rules.papers import crediting, sheets, written
from functions.orders.rules.papers.words import WORDS
from kernel.money import Money
from tests.builders import ordering as a

REFUND = a.an_id("rfd", 1)
HINDI, UKRAINIAN = "फ़िल्म कैमरा", "Плівковий фотоапарат «Їжак»"


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def sold(*lines: dict[str, Any], **changed: Any) -> tuple[Kept, SellerOrder]:
    """Paid, numbered 1042."""
    kept = a.an_order(*lines, asked_for={"address": a.ADDRESS}, shipping=[a.shipping()])
    known = {"number": 1042, "confirmed_at": a.NOON, "sold_by": SoldBy(name="Analog Cameras", country="DE")}
    part = kept.parts[0].model_copy(update=known)
    return kept.model_copy(update={"parts": [part], **changed}), part


def noted(part: SellerOrder, lines: dict[str, Money], *earlier: CreditNote) -> CreditNote:
    return crediting.note(part, REFUND, 17, crediting.credited(part, earlier, lines), a.NOON)


# What stands on them


def test_an_invoice_says_who_sold_what_to_whom_and_for_how_much():
    line = a.a_quoted_line(quantity=2, tax=38_00, subsidy=5_00, options={"colour": "Black"})
    sheet = sheets.invoice(*sold(line), "en")
    assert (sheet.title, sheet.facts[:2]) == ("Invoice", [("Number", "1042"), ("Date", "2030-01-01")])
    assert (sheet.seller, sheet.buyer) == (
        ["Analog Cameras", "DE"],
        ["Ada Lovelace", "Unter den Linden 1", "10117 Berlin", "DE"],
    )
    first, shipping = sheet.rows
    assert (first.what, first.more) == ("Camera 1", "2 × 100.00\u00a0EUR; colour: Black")
    assert (first.quantity, first.figures) == ("2", ("200.00", "38.00", "238.00"))
    assert (shipping.what, shipping.figures) == ("Shipping", ("5.00", "0.00", "5.00"))
    assert [amount.replace("\u00a0", " ") for _, amount in sheet.sums] == [
        "205.00 EUR",
        "38.00 EUR",
        "243.00 EUR",
        "−5.00 EUR",
        "238.00 EUR",
    ]


def test_what_is_not_numbered_has_no_invoice_yet():
    kept, part = sold()
    with pytest.raises(NotNumberedYet):
        sheets.invoice(kept, part.model_copy(update={"number": None}), "en")


def test_of_whoever_was_erased_the_invoice_says_no_more_than_that():
    kept, part = sold(address=None)
    assert sheets.invoice(kept, part, "en").buyer == [WORDS["en"]["erased"]]


def test_a_credit_note_names_its_invoice_and_what_was_taken_back():
    kept, part = sold(a.a_quoted_line(tax=19_00))
    note = noted(part, {part.lines[0].line_id: eur(59_50)})
    sheet = sheets.credit_note(kept, part, note, "en")
    assert sheet.facts[0] == ("Number", "C-17")
    assert ("For invoice", "1042") in sheet.facts
    assert [row.figures for row in sheet.rows] == [("50.00", "9.50", "59.50")]
    assert sheet.sums[-1] == ("Taken back", "59.50\u00a0EUR")


def test_papers_are_listed_by_store_each_invoice_before_its_notes():
    kept, part = sold(a.a_quoted_line(tax=19_00))
    note = noted(part, {SHIPPING: eur(5_00)})
    listed = sheets.listed(kept, [note], kept.parts, "/v1/papers")
    assert [(one.kind, one.number, one.total) for one in listed] == [
        ("invoice", "1042", eur(124_00)),
        ("credit_note", "C-17", eur(5_00)),
    ]
    assert [one.url for one in listed] == [f"/v1/papers/{part.seller_order_id}", f"/v1/papers/{REFUND}"]


# Languages


@pytest.mark.parametrize(
    ("language", "figure"), [("en", "1,234,567.89"), ("uk", "1\u00a0234\u00a0567,89"), ("hi", "12,34,567.89")]
)
def test_figures_are_written_as_people_write_them(language, figure):
    assert written.figure(eur(1_234_567_89), language) == figure
    assert written.figure(eur(-1_234_567_89), language) == f"−{figure}"


@pytest.mark.parametrize(("currency", "said"), [("JPY", "1,234,567\u00a0JPY"), ("KWD", "1,234.567\u00a0KWD")])
def test_every_currency_has_its_own_decimals(currency, said):
    assert written.money(Money(1_234_567, currency), "en") == said


@given(st.integers(-(10**15), 10**15), st.sampled_from(["EUR", "JPY", "KWD"]), st.sampled_from(["en", "uk", "hi"]))
def test_grouping_loses_no_digit(minor: int, currency: str, language: Language):
    digits = re.sub(r"\D", "", written.figure(Money(minor, currency), language))
    assert int(digits) == abs(minor)


def test_every_language_has_every_word():
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["en"])}
    assert not {word for words in WORDS.values() for word in words.values() if not str(word).strip()}


# What is taken back


@given(
    st.lists(st.integers(1, 500), min_size=1, max_size=12),
    st.integers(0, 99_99),
    st.data(),
)
def test_all_credit_notes_together_are_never_more_than_the_invoice(weights: list[int], tax: int, data: st.DataObject):
    _, part = sold(a.a_quoted_line(minor=100_00, tax=tax))
    line = part.lines[0]
    pieces = (line.goods + line.tax).allocate(weights)
    pieces = [piece for piece in data.draw(st.permutations(pieces)) if piece]
    notes: list[CreditNote] = []
    for piece in pieces:
        note = noted(part, {line.line_id: piece}, *notes)
        credited = note.lines[line.line_id]
        assert credited.goods + credited.tax == piece
        assert min(credited.goods.minor, credited.tax.minor) >= 0
        notes.append(note)
    lines = [note.lines[line.line_id] for note in notes]
    assert sum((one.tax for one in lines), eur(0)) == line.tax
    assert sum((one.goods for one in lines), eur(0)) == line.goods


def test_what_is_not_on_the_invoice_is_not_taken_back_by_it():
    _, part = sold()
    assert crediting.credited(part, [], {"elsewhere": eur(1_00)}) == {}


# As PDF


def test_the_same_sheet_is_the_same_file_whatever_was_drawn_before():
    first, second = (
        sheets.invoice(*sold(a.a_quoted_line(title=title, tax=19_00)), "hi") for title in (HINDI, UKRAINIAN)
    )
    alone = drawing.pdf(first)
    drawing.pdf(second)
    assert drawing.pdf(first) == alone
    assert alone.startswith(b"%PDF-")
    assert alone != drawing.pdf(second)


def test_a_long_invoice_has_more_pages():
    short, long = (sheets.invoice(*sold(*map(a.a_quoted_line, range(1, 1 + of))), "en") for of in (1, 39))
    assert [len(re.findall(rb"/Type /Page\b", drawing.pdf(sheet))) for sheet in (short, long)] == [1, 2]


def test_a_word_that_is_longer_than_its_column_is_cut():
    sheet = sheets.invoice(*sold(a.a_quoted_line(title="x" * 300)), "en")
    assert drawing.pdf(sheet).startswith(b"%PDF-")
