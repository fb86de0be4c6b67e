"""What a file is, how it is cut, and what is not opened at all."""

import csv
import io
import itertools
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.catalog.model.imports import MAX_ROWS, Import, ImportFileRefused
from functions.catalog.rules.imports.chunks import CHUNK_ROWS, chunks
from functions.catalog.rules.imports.columns import columns_of, known
from functions.catalog.rules.imports.detection import encoding_of, kind_of, separator_of
from functions.catalog.sheets import reading

UKRAINIAN = "Їжак з'їв гарячу кашу, ґудзик і щавель; ось вам і ціна: 99,50 грн"
FRENCH = "Étagère en chêne déjà huilée, très légère à porter; prix: 99,50 €"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251"])
def test_the_encoding_is_found_by_the_bytes(encoding):
    assert encoding_of([UKRAINIAN.encode(encoding)]) == encoding


def test_western_letters_stand_alone_and_cyrillic_ones_together():
    assert encoding_of([FRENCH.encode("cp1252")]) == "cp1252"
    assert encoding_of([b"plain"]) == "utf-8"


@given(st.text(alphabet="абвгґдеєжзиіїйклмнопрстуфхцчшщьюя ,;09", min_size=20), st.integers(1, 50))
def test_utf8_is_utf8_wherever_its_blocks_end(text, size):
    raw = text.encode()
    assert encoding_of(raw[start : start + size] for start in range(0, len(raw), size)) == "utf-8"


def test_zero_bytes_are_no_text():
    with pytest.raises(ImportFileRefused, match="zero bytes"):
        encoding_of([b"sku,title\n" + b"a,b\n" * 9, b"\x00"])


@pytest.mark.parametrize(
    ("head", "announced"),
    [(b"PK\x03\x04rest", "csv"), (b"sku,title", "xlsx"), (b"\x89PNG\r\n\x1a\n\x00\x00", "csv"), (b"", "csv")],
)
def test_a_file_is_what_it_was_announced_to_be(head, announced):
    with pytest.raises(ImportFileRefused):
        kind_of(head, announced)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_the_one_that_makes_known_columns(separator):
    assert separator_of(separator.join(["SKU", '"title, long; or short"', "price:EUR"]), known) == separator


def test_headers_are_understood_as_people_write_them():
    headers = [
        "Артикул",
        "Product Name",
        "title (uk)",
        "Ціна",
        "compare-at price:usd",
        "option: Size",
        "attribute:weight g",
    ]
    found = [(one.field, one.key) for one in columns_of(headers, {}, "EUR")]
    assert found == [
        *[("sku", ""), ("title", ""), ("title", "uk"), ("price", "EUR"), ("compare_at", "USD")],
        *[("option", "size"), ("attribute", "weight_g")],
    ]


def test_a_header_can_be_told_apart_or_left_out():
    columns = columns_of(["Nr.", "Lager", "Notiz"], {"Nr.": "sku", "Lager": "quantity", "Notiz": ""}, None)
    assert [(one.place, one.field) for one in columns] == [(0, "sku"), (1, "quantity")]


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        (["sku", "shelf"], "“shelf”"),
        (["title"], "SKU"),
        (["sku", "title", "Name"], "same field"),
        (["sku", "price"], "Of which currency"),
        (["sku", "price:XXX"], "“price:XXX”"),
        (["sku", "title:fr"], "“title:fr”"),
        (["sku", *(f"attribute:a{n}" for n in range(200))], "201 columns"),
    ],
)
def test_a_header_that_is_not_understood_stops_the_import(headers, told):
    with pytest.raises(ImportFileRefused, match=told):
        columns_of(headers, {}, None)


HEADERS = ["sku", "product", "title"]


def cut(lines):
    return list(chunks(enumerate(lines, 2), columns_of(HEADERS, {}, None), len(HEADERS)))


@given(st.lists(st.integers(1, 90), min_size=1, max_size=30))
def test_a_product_is_never_cut_in_two(sizes):
    lines = [[f"{product}-{n}", f"P{product}", "x"] for product, size in enumerate(sizes) for n in range(size)]
    made = cut(lines)
    assert [row.cells for chunk in made for row in chunk] == lines
    assert all(len(chunk) < CHUNK_ROWS + 90 for chunk in made)
    for before, after in itertools.pairwise(made):
        whole = before[-1].cells[1] != after[0].cells[1]
        assert whole or after[0].faults  # but for what is over the limit of variants, and refused


def test_what_only_the_whole_file_shows_is_told():
    [rows] = cut(
        [["1", "a", "x"], ["2", "b", "x"], ["1", "", "x"], ["3", "a", "x"], ["4", "", "x", "more"], ["", "", ""]]
    )
    assert [[reason for _, reason in row.faults] for row in rows] == [
        *([], []),
        ["“1” stands in line 2 already"],
        ["the rows of one product stand together, and it began in line 2"],
        ["the row has 4 cells, and the header 3"],
    ]


def test_too_many_rows_are_too_many():
    with pytest.raises(ImportFileRefused, match="50000 rows"):
        cut([str(n), "", "x"] for n in range(MAX_ROWS + 1))


def test_one_product_without_end_is_no_chunk_without_end():
    made = cut([str(n), "same", "x"] for n in range(2000))
    assert max(map(len, made)) <= CHUNK_ROWS + 80
    assert sum(bool(row.faults) for chunk in made for row in chunk) == 2000 - 80


# opening


def an_import(kind="csv", **said):
    fields: dict[str, Any] = {
        "import_id": f"imp_{'0' * 26}",
        "store_id": f"sto_{'0' * 26}",
        "created_by": f"usr_{'0' * 26}",
    }
    return Import(**fields, created_at=datetime(2030, 1, 1, tzinfo=UTC), kind=kind, size_bytes=1, **said)


def lines_of(tmp_path, content, kind="csv", **said):
    file = tmp_path / "file"
    file.write_bytes(content)
    with reading.read(file, an_import(kind, **said)) as sheet:
        return sheet.headers, list(sheet.lines)


def test_a_line_is_where_a_row_begins(tmp_path):
    headers, lines = lines_of(tmp_path, b'sep=;\r\nsku;title\r\n1;"two\r\nlines"\r\n2;x\r\n')
    assert (headers, lines) == (["sku", "title"], [(3, ["1", "two\r\nlines"]), (5, ["2", "x"])])


def test_the_encoding_that_was_said_counts(tmp_path):
    assert lines_of(tmp_path, "sku\nÜ".encode("cp1252"), encoding="cp1252")[1] == [(2, ["Ü"])]
    with pytest.raises(ImportFileRefused, match="utf-8"):
        lines_of(tmp_path, "sku\nÜ".encode("cp1252"), encoding="utf-8")


def a_book(*rows):
    from openpyxl import Workbook

    book, packed = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    book.save(packed)
    return packed.getvalue()


def test_cells_of_a_workbook_are_read_as_they_would_be_typed(tmp_path):
    row = ["007", 42, 42.0, 19.99, 0.1 + 0.2, True, date(2026, 5, 4), None]
    assert lines_of(tmp_path, a_book(row, row), "xlsx")[1][0][1][:6] == ["007", "42", "42", "19.99", "0.3", "yes"]


def repacked(book, **replaced):
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, replaced.get(entry.rpartition("/")[2].partition(".")[0], old.read(entry)))
    return packed.getvalue()


BOMB = b'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst>&b;</sst>'


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 and then nothing",
        repacked(a_book(["sku"], ["1"]), sheet1=b" " * 60_000_000),
        repacked(a_book(["sku"], ["1"]), sheet1=BOMB),
        repacked(a_book(["sku"], ["1"]), workbook=b"<not xml"),
    ],
    ids=["torn", "a bomb of spaces", "a bomb of entities", "broken"],
)
def test_what_is_packed_to_do_harm_is_not_unpacked(tmp_path, content):
    tracemalloc.start()
    with pytest.raises(ImportFileRefused):
        lines_of(tmp_path, content, "xlsx")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30_000_000


def test_an_archive_that_is_no_workbook_is_refused(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("goods.csv", "sku\n1\n")
    with pytest.raises(ImportFileRefused, match="no workbook"):
        lines_of(tmp_path, packed.getvalue(), "xlsx")


def test_a_sheet_may_claim_any_size_of_itself(tmp_path):
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>sku</t></is></c></row>'
        b'<row r="2000000000"><c r="A2000000000" t="inlineStr"><is><t>1</t></is></c></row></sheetData></worksheet>'
    )
    with pytest.raises(ImportFileRefused, match="too many rows"):
        lines_of(tmp_path, repacked(a_book(["sku"], ["1"]), sheet1=sheet), "xlsx")


def test_memory_stays_flat_however_long_the_file_is(tmp_path):
    """What grows with the rows is what each was called, to notice the second of that name."""

    def peak_of(count):
        text = io.StringIO()
        csv.writer(text).writerows([HEADERS, *([f"SKU-{n}", "", "word " * 60] for n in range(count))])
        (tmp_path / "long").write_text(text.getvalue())
        tracemalloc.start()
        with reading.read(tmp_path / "long", an_import()) as sheet:
            for _ in chunks(sheet.lines, columns_of(sheet.headers, {}, None), 3):
                pass
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    assert peak_of(20_000) < peak_of(2_000) + 6_000_000  # the file itself grew by as much
