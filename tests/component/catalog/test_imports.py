"""Goods by the file: what is right is in, what is wrong is told, however often and in whatever pieces it is done."""

from datetime import timedelta

import pytest

from functions.catalog import sweep
from functions.catalog.rules.imports import chunks
from functions.catalog.store.goods import goods
from kernel import clock
from kernel.table import Table
from tests.builders import catalog as a
from tests.builders import imports as files
from tests.builders.catalog import OTHER_STORE, STORE
from tests.builders.http import Context
from tests.builders.imports import a_csv, a_row


def shelf(status="active"):
    return goods().of_store(STORE, status, limit=500, cursor=None)[0]


def counted(progress):
    return tuple(progress[name] for name in ("rows", "created", "updated", "unchanged", "refused"))


def test_rows_become_goods(world):
    category = a.a_category()
    done = files.imported(world, a_csv(a_row(1, category="Cameras"), a_row(2, category=category, price="1.299,00")))
    assert (done["state"], counted(done)) == ("done", (2, 2, 0, 0, 0))
    first, second = sorted(shelf(), key=lambda offer: offer.variants[0].sku)
    assert first.listed
    assert first.card.titles == {"en": "Camera 1"}
    assert first.card.category_path == second.card.category_path == [category]
    assert (first.variants[0].prices, second.variants[0].prices) == ({"EUR": 12_50}, {"EUR": 1299_00})


def test_good_rows_are_kept_and_bad_ones_are_told_by_line_column_and_reason(world):
    done = files.imported(world, a_csv(a_row(1), a_row(2, price="cheap"), a_row(3, category="Nowhere"), a_row(1)))
    assert (done["state"], counted(done)) == ("done", (4, 1, 0, 0, 3))
    assert files.faults(done) == [
        ["3", "price:EUR", "this is not an amount such as 1299.00"],
        ["4", "category", "there is no such category"],
        ["5", "sku", "“SKU-1” stands in line 2 already"],
    ]


def test_the_same_file_again_changes_nothing(world):
    content = a_csv(a_row(1), a_row(2))
    files.imported(world, content)
    before = {offer.offer_id: offer for offer in shelf()}
    again = files.imported(world, content)
    assert counted(again) == (2, 0, 0, 2, 0)
    assert {offer.offer_id: offer for offer in shelf()} == before


def test_a_row_with_the_sku_of_another_is_told_of_in_the_same_words_every_time(world):
    """Imported again, it must not pass for the goods that have its SKU by then."""
    content = a_csv(a_row(1), ["SKU-1", "Another camera", "", "13.00", "active"])
    first, again = (files.imported(world, content) for _ in range(2))
    assert (counted(first), counted(again)) == ((2, 1, 0, 0, 1), (2, 0, 0, 1, 1))
    assert files.faults(first) == files.faults(again) == [["3", "sku", "“SKU-1” stands in line 2 already"]]


def test_only_what_differs_is_written(world):
    files.imported(world, a_csv(a_row(1), a_row(2)))
    again = files.imported(world, a_csv(["SKU-2", "9.99"], header=["sku", "price:EUR"]))
    assert counted(again) == (1, 0, 1, 0, 0)
    assert {offer.variants[0].sku: offer.variants[0].prices for offer in shelf()} == {
        "SKU-1": {"EUR": 12_50},
        "SKU-2": {"EUR": 9_99},
    }


def test_rows_of_one_product_are_its_variants(world):
    header = ["sku", "product", "title", "price:EUR", "option:size", "status"]
    rows = [["S", "shirt", "Shirt", "10", "S", "active"], ["M", "shirt", "", "11", "M", ""]]
    done = files.imported(world, a_csv(*rows, header=header))
    assert counted(done) == (2, 2, 0, 0, 0)
    [offer] = shelf()
    assert {one.sku: (one.options, one.prices) for one in offer.variants} == {
        "S": ({"size": "S"}, {"EUR": 10_00}),
        "M": ({"size": "M"}, {"EUR": 11_00}),
    }
    more = files.imported(world, a_csv(*rows, ["L", "shirt", "", "12", "L", ""], header=header))
    assert counted(more) == (3, 1, 0, 2, 0)
    [offer] = shelf()
    assert [one.sku for one in offer.variants] == ["S", "M", "L"]


def test_a_dry_run_tells_all_and_writes_nothing(world):
    import_id = files.announced(a_csv(a_row(1), a_row(2, price="")))
    files.start(import_id, dry_run=True)
    before = [item for item in world.items() if not item["pk"]["S"].startswith(("IMPORT", "EVENT"))]
    files.told_all(world)
    checked = files.read(import_id)
    assert (checked["state"], counted(checked)) == ("checked", (2, 1, 0, 0, 1))
    assert files.faults(checked)[0][0] == "3"
    assert [item for item in world.items() if not item["pk"]["S"].startswith(("IMPORT", "EVENT"))] == before
    assert {one["metadata"]["type"] for one in world.envelopes()} == {
        "ImportStarted",
        "ImportChunkReady",
        "ImportEnded",
    }
    assert files.start(import_id).status == 200  # now for good
    files.told_all(world)
    assert (files.read(import_id)["state"], len(shelf())) == ("done", 1)


def test_every_event_twice_is_as_good_as_once(world, monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 240)
    import_id = files.announced(a_csv(*(a_row(number) for number in range(300)), a_row(1)))
    files.start(import_id)
    files.told_all(world, twice=True)
    done = files.read(import_id)
    assert (done["state"], done["chunks"], counted(done)) == ("done", 2, (301, 300, 0, 0, 1))
    assert len(shelf()) == 300
    listed = [one for one in world.envelopes() if one["metadata"]["type"] == "OffersImported"]
    assert sorted(listing["variants"][0]["sku"] for one in listed for listing in one["data"]["listings"]) == sorted(
        f"SKU-{number}" for number in range(300)
    )


@pytest.mark.parametrize("at", range(1, 40, 3))
def test_cut_off_at_any_write_it_is_resumed_and_counts_the_same(world, at, monkeypatch):
    import_id = files.announced(a_csv(*(a_row(number) for number in range(1, 101)), a_row(7, price="x")))
    files.start(import_id)
    commit, count = Table.commit, 0

    def dying(table, *arguments, **options):
        nonlocal count
        count += 1
        if count == at:
            raise MemoryError("cut off")
        commit(table, *arguments, **options)
        if count == at + 1:
            raise MemoryError("cut off behind the write")

    monkeypatch.setattr(Table, "commit", dying)
    for _ in range(4):
        for envelope in world.envelopes():
            if envelope["metadata"]["type"] in files.HEARS:
                files.tell(envelope)
    done = files.read(import_id)
    assert (done["state"], counted(done)) == ("done", (101, 100, 0, 0, 1))
    assert len(shelf()) == 100


def test_what_was_lost_on_the_way_is_told_again_by_the_sweep(world, monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 240)
    with clock.frozen(a.NOON) as advance:
        import_id = files.announced(a_csv(*(a_row(number) for number in range(300))))
        files.start(import_id)
        files.told_all(world, without=("ImportChunkReady",))
        assert files.read(import_id)["rows_done"] == 0
        sweep.handler({}, Context())
        assert announcements(world) == [1, 1]  # it may still be on its way
        advance(timedelta(minutes=2))
        sweep.handler({}, Context())
        assert announcements(world) == [1, 1, 2, 2]
        files.told_all(world)
        assert counted(files.read(import_id)) == (300, 300, 0, 0, 0)


def test_what_can_never_be_finished_is_given_up(world):
    with clock.frozen(a.NOON) as advance:
        import_id = files.announced(a_csv(a_row(1)))
        files.start(import_id)
        advance(timedelta(hours=2))
        sweep.handler({}, Context())
        assert files.read(import_id)["state"] == "failed"
        assert files.start(files.announced(a_csv(a_row(1)))).status == 200  # the store may import again


def announcements(world):
    told = [one["metadata"] for one in world.envelopes() if one["metadata"]["type"] == "ImportChunkReady"]
    return sorted(one["sequence"] for one in told)


def test_cancelled_it_stops_and_what_was_written_stays(world, monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 240)
    import_id = files.announced(a_csv(*(a_row(number) for number in range(500))))
    files.start(import_id)
    files.told_all(world, without=("ImportChunkReady",))
    first, *rest = [one for one in world.envelopes() if one["metadata"]["type"] == "ImportChunkReady"]
    files.tell(first)
    path = f"/v1/stores/{STORE}/imports/{import_id}/cancel"
    assert a.as_seller()("POST", path).status == 200
    for envelope in rest:
        assert files.tell(envelope) == []
    stopped = files.read(import_id)
    assert (stopped["state"], stopped["created"], len(shelf())) == ("cancelled", 240, 240)
    assert a.as_seller()("POST", path).json["code"] == "import_state_changed"
    again = files.imported(world, a_csv(*(a_row(number) for number in range(500))))
    assert counted(again) == (500, 260, 0, 240, 0)


def test_another_stores_imports_are_not_there(world):
    import_id = files.announced(a_csv(a_row(price="cheap")))
    files.start(import_id)
    files.told_all(world)
    before = world.items()
    for method, rest in (("GET", ""), ("POST", "/start"), ("POST", "/cancel"), ("GET", "/faults")):
        body: dict | None = {} if rest == "/start" else None
        own = a.as_seller(OTHER_STORE)(method, f"/v1/stores/{OTHER_STORE}/imports/{import_id}{rest}", body)
        theirs = a.as_seller(OTHER_STORE)(method, f"/v1/stores/{STORE}/imports/{import_id}{rest}", body)
        assert (own.status, theirs.status) == (404, 404), rest
    assert a.as_seller(OTHER_STORE)("GET", f"/v1/stores/{OTHER_STORE}/imports").json["items"] == []
    assert world.items() == before


def test_a_store_imports_one_file_at_a_time(world):
    first, second = files.announced(a_csv(a_row(1))), files.announced(a_csv(a_row(2)))
    assert files.start(first).status == 200
    refused = files.start(second)
    assert (refused.status, refused.json["code"]) == (409, "too_many_imports")
    files.told_all(world)
    assert files.start(second).status == 200


def test_a_file_that_never_came_cannot_be_started(world):
    import_id = files.announce(size_bytes=10).json["progress"]["import_id"]
    refused = files.start(import_id)
    assert (refused.status, refused.json["code"]) == (409, "import_file_missing")


@pytest.mark.parametrize(
    ("kind", "content"),
    [("xlsx", b"sku,title\n1,2\n"), ("csv", files.a_workbook(a_row())), ("csv", b"\x00\x01\x02\x03 not a table")],
)
def test_a_file_that_lies_about_its_kind_is_refused(world, kind, content):
    refused = files.start(files.announced(content, kind=kind))
    assert (refused.status, refused.json["code"]) == (422, "import_file_refused")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (a_csv(["1", "x"], header=["sku", "colour of the lid"]), "“colour of the lid”"),
        (a_csv(["x"], header=["title"]), "No column is the SKU"),
        (a_csv(["1", "2"], header=["sku", "SKU"]), "the same field"),
        (a_csv(header=["sku"]), "no rows"),
        (b'sku,title\n1,"never closed' + b"x" * 1_100_000, "line 2"),
        (b"sku,title\n" + b"," * 2_000_001, "no table"),
        ("sku,title\n1,Ця\n".encode("utf-16-le")[:-1] + b"\x00\xd8", "not utf-16-le"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(world, content, told):
    failed = files.imported(world, content)
    assert failed["state"] == "failed"
    assert told in failed["failure"]
    assert shelf() == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_files_are_read_as_people_write_them(world, encoding, separator):
    text = separator.join(["артикул", "назва:uk", "ціна:UAH"]) + "\r\n" + separator.join(["1", "Стіл дубовий", "99.50"])
    done = files.imported(world, (text + "\r\n").encode(encoding))
    assert counted(done) == (1, 1, 0, 0, 0)
    assert done["separator"] == separator
    [offer] = shelf("draft")
    assert (offer.card.titles, offer.variants[0].prices) == ({"uk": "Стіл дубовий"}, {"UAH": 99_50})


def test_a_workbook_is_read_like_a_text(world):
    rows: list[list] = [["0042", "Table", None, 12.5, "active"], [43, "Chair", None, 7, "active"]]
    done = files.imported(world, files.a_workbook(*rows), kind="xlsx")
    assert counted(done) == (2, 2, 0, 0, 0)
    assert {offer.variants[0].sku: offer.variants[0].prices["EUR"] for offer in shelf()} == {"0042": 1250, "43": 700}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_and_imported_again_changes_nothing(world, kind):
    rows = [["=1+1", "@SUM(A1)", "", "12.50", "active"], ["''-x", "+tax\nsecond line", "", "7.00", "draft"]]
    files.imported(world, a_csv(*rows))
    a.on_sale(variants=[a.a_variant(sku="by-hand", cost={"EUR": 5})], remarks={"en": {"description": "-worn-"}})
    exported = files.exported(world, kind)
    if kind == "csv":
        assert b"'=1+1" in exported
        assert b"''-x" in exported
    before = sorted(shelf() + shelf("draft"), key=lambda offer: offer.offer_id)
    assert {offer.variants[0].sku for offer in before} == {"=1+1", "'-x", "by-hand"}
    back = files.imported(world, exported, kind=kind)
    assert (back["failure"], counted(back)) == (None, (3, 0, 0, 3, 0))
    assert sorted(shelf() + shelf("draft"), key=lambda offer: offer.offer_id) == before


def test_quantities_open_the_stock_and_do_not_set_it_unless_asked(world):
    content = a_csv(["1", "Table", "5", "3", "active"], header=["sku", "title", "price:EUR", "quantity", "status"])

    def told():
        listed = [one for one in world.envelopes() if one["metadata"]["type"] == "OffersImported"]
        return [listing["variants"][0]["quantity"] for one in listed for listing in one["data"]["listings"]]

    files.imported(world, content)
    assert told() == [3]
    assert counted(files.imported(world, content)) == (1, 0, 0, 1, 0)
    assert told() == [3]
    assert counted(files.imported(world, content, stock="set")) == (1, 0, 1, 0, 0)
    assert told() == [3, 3]


def test_an_offer_of_a_global_product_is_made_by_its_id(world):
    product = a.a_global_product()
    header = ["sku", "product", "price:EUR", "status"]
    done = files.imported(world, a_csv(["1", product.product_id, "5", "active"], header=header))
    assert counted(done) == (1, 1, 0, 0, 0)
    [offer] = shelf()
    assert (offer.product_id, offer.listed) == (product.product_id, True)
    theirs = files.imported(world, a_csv(["1", "Mine now"], header=["sku", "title:en"]))
    assert counted(theirs) == (1, 0, 0, 0, 1)
    assert "global database" in files.faults(theirs)[0][2]
    foreign = a.on_sale(OTHER_STORE)
    stolen = files.imported(world, a_csv(["2", foreign.product_id, "5", "active"], header=header))
    assert files.faults(stolen) == [["2", "product", "there is no such product"]]


def test_an_export_that_nobody_finishes_has_failed(world):
    with clock.frozen(a.NOON) as advance:
        path = f"/v1/stores/{STORE}/exports"
        export_id = a.as_seller()("POST", path, {"kind": "csv"}).json["export_id"]
        refused = a.as_seller()("GET", f"{path}/{export_id}/file")
        assert (refused.status, refused.json["code"]) == (409, "export_not_ready")
        advance(timedelta(hours=2))
        assert a.as_seller()("GET", f"{path}/{export_id}").json["state"] == "failed"
        elsewhere = a.as_seller(OTHER_STORE)("GET", f"/v1/stores/{OTHER_STORE}/exports/{export_id}")
        assert (elsewhere.status, elsewhere.json["code"]) == (404, "no_such_export")
