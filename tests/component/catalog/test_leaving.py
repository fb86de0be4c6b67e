"""What becomes of a closed store's goods: nothing that its people wrote stays, and buyers keep what they bought."""

import json
from datetime import timedelta

import pytest

from functions.catalog import arrivals, consumers, leaving, sweep
from functions.catalog.model.products import Option, Picture
from functions.catalog.model.proposals import Round
from functions.catalog.model.texts import Remark, Text
from functions.catalog.store.departures import Departures
from functions.catalog.store.downloads import downloads
from functions.catalog.store.files import Files, files
from functions.catalog.store.goods import Goods, goods
from functions.catalog.store.imports import imports
from functions.catalog.store.proposals import proposals
from functions.catalog.store.standing import standings
from kernel import clock, ids
from kernel.money import Money
from tests.builders import catalog as a
from tests.builders import cloud, consumed
from tests.builders import files as filed
from tests.builders import imports as sheets
from tests.builders.catalog import NOON, OTHER_STORE, STORE
from tests.builders.proposals import made
from tests.component.catalog.test_standing import deliver, suspend, turned

NAME = "Featherstonehaugh"
SLUG = "by-featherstonehaugh"


def close(world, sequence=2):
    suspend(world, sequence, "StoreClosed")


def where(world):
    """The keys of all rows in which the name is, and of all objects that bear it."""
    rows = [
        f"{row['pk']['S']} {row['sk']['S']}"
        for row in world.items()
        if NAME.casefold() in json.dumps(row, default=str).casefold()
    ]
    s3 = cloud.client("s3")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=cloud.BUCKET).get("Contents", [])]
    contents = {key: s3.get_object(Bucket=cloud.BUCKET, Key=key)["Body"].read() for key in keys}
    return sorted(
        rows + [key for key, body in contents.items() if NAME.casefold().encode() in key.encode() + body.lower()]
    )


def named(store_id=STORE, **said):
    """Everything that a person can write about a thing of their own, with their name in it."""
    product = a.a_product(
        product_id=ids.new_id("prd"),
        store_id=store_id,
        slug=SLUG,
        brand=NAME,
        texts={"en": Text(title=NAME, description=NAME, search_title=NAME, search_description=NAME)},
        attributes={"made_by": NAME},
        options=[Option(code="colour", labels={"en": NAME}, values=[NAME])],
        pictures=[Picture(image_id=ids.new_id("img"), alt={"en": NAME})],
    )
    variant = a.a_variant(
        variant_id=ids.new_id("var"),
        sku=f"{NAME}-{product.product_id[-6:]}",
        options={"colour": NAME},
        barcode="40222430",
    )
    remarks = {"en": Remark(description=NAME, shipping=NAME)}
    return a.on_sale(store_id, product=product, kept=False, variants=[variant], remarks=remarks, **said)


def test_nothing_that_its_people_wrote_about_its_goods_stays(world):
    mine = [named(), named(status="draft"), named(status="archived")]
    product_id = mine[0].product_id
    path = f"/v1/stores/{STORE}/products/{product_id}"
    assert a.as_seller()("PATCH", path, {"brand": f"{NAME} & Co", "attributes": {}}).status == 200
    assert any(one.startswith("SKU#") for one in where(world))
    assert any(one.startswith("EVENT#") for one in where(world))
    close(world)
    assert where(world) == []
    product, offer = goods().offer(product_id, mine[0].offer_id)
    assert (product.status, product.slug, product.texts["en"].title) == ("archived", "item", "No longer sold")
    assert (offer.status, offer.hidden, offer.listed) == ("archived", True, False)
    assert [one.prices for one in offer.variants] == [{"EUR": 129_00}]
    assert [one.variant_id for one in offer.variants] == [one.variant_id for one in mine[0].variants]
    types = [one["metadata"]["type"] for one in world.envelopes()]
    assert types.count("OfferWithdrawn") == 1


def test_it_is_done_once_however_often_it_is_told(world):
    with clock.frozen(NOON) as advance:
        offer = named()
        close(world)
        before, walks = goods().whole(offer.product_id), standings().shelves(STORE).round
        close(world)
        advance(timedelta(minutes=3))
        sweep.look_at_shelves(clock.now())
        turned(world)
        assert standings().shelves(STORE).round > walks
        assert goods().whole(offer.product_id) == before


def test_another_stores_goods_and_a_suspended_stores_keep_their_words(world):
    theirs = named(OTHER_STORE)
    close(world)
    assert goods().product(theirs.product_id).brand == NAME
    assert goods().by_sku(OTHER_STORE, [theirs.variants[0].sku])
    deliver("StoreSuspended", sequence=2, store_id=OTHER_STORE)
    turned(world, OTHER_STORE)
    assert goods().product(theirs.product_id).brand == NAME


def test_of_everyones_product_only_the_stores_offer_is_emptied(world):
    product = a.a_global_product(brand="Leica", options=[Option(code="colour", values=["Black"])])
    variant = a.a_variant(variant_id=ids.new_id("var"), sku=NAME, options={"colour": "Black"})
    offer = a.on_sale(product=product, variants=[variant], remarks={"en": Remark(description=NAME)})
    close(world)
    left, emptied = goods().offer(product.product_id, offer.offer_id)
    assert left == product
    assert (emptied.status, emptied.remarks, emptied.variants[0].sku) == ("archived", {}, None)
    assert (emptied.variants[0].options, emptied.card.brand) == ({"colour": "Black"}, "Leica")
    assert where(world) == []


def test_several_offers_of_one_product_and_many_pages_of_them(world, monkeypatch):
    monkeypatch.setattr(consumers, "PAGES", 1)
    monkeypatch.setattr("functions.catalog.store.standing.A_PAGE", 2)
    first = named()
    product = goods().product(first.product_id)
    for number in range(6):
        a.on_sale(product=product, variants=[a.a_variant(variant_id=ids.new_id("var"), sku=f"{NAME} {number}")])
    for _ in range(3):
        named()
    close(world)
    assert where(world) == []
    assert {one.card.titles["en"] for one in goods().every_of_store(STORE)} == {"No longer sold"}
    assert goods().product(first.product_id).version == product.version + 1


@pytest.mark.parametrize(("where_", "place"), [(Goods, "write"), (Departures, "forget_told")])
def test_cut_off_between_two_pages_it_goes_on(world, monkeypatch, where_, place):
    monkeypatch.setattr("functions.catalog.store.standing.A_PAGE", 2)
    for _ in range(5):
        named()
    deliver("StoreClosed", sequence=2, store_id=STORE)
    [step] = [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "ShelvesTurning"]
    whole, calls = getattr(where_, place), list[int]()

    def cut_off(self, *args, **options):
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("power cut")
        return whole(self, *args, **options)

    monkeypatch.setattr(where_, place, cut_off)
    assert deliver("ShelvesTurning", source="metco.catalog", **step) == [{"itemIdentifier": "1"}]
    assert where(world) != []
    turned(world)
    assert where(world) == []


def test_what_was_listed_in_that_very_moment_is_found_two_minutes_later(world):
    with clock.frozen(NOON) as advance:
        close(world)
        named()
        advance(timedelta(minutes=3))
        sweep.look_at_shelves(clock.now())
        turned(world)
        assert where(world) == []


def test_the_files_that_it_imported_go_with_their_chunks_and_faults(world):
    content = sheets.a_csv([NAME, NAME, "", "12.50", "active"], ["X", "Y", "", f"dear {NAME}", "active"])
    progress = sheets.imported(world, content)
    assert (progress["created"], progress["refused"]) == (1, 1)
    assert f"imports/{progress['import_id']}/file" in where(world)
    close(world)
    assert where(world) == []
    assert imports().of_store(STORE, cursor=None).items == []
    assert not [row for row in world.items() if row["pk"]["S"].startswith(("IMPORT#", "IMPORTS"))]


def test_an_import_that_runs_is_stopped_and_gone_two_minutes_later(world):
    with clock.frozen(NOON) as advance:
        import_id = sheets.announced(sheets.a_csv([NAME, NAME, "", "12.50", "active"]))
        assert sheets.start(import_id).status == 200
        sheets.told_all(world, without=("ImportChunkReady",))
        deliver("StoreClosed", sequence=2, store_id=STORE)
        shelves = standings().shelves(STORE).model_copy(update={"shelf": "imports"})
        leaving.step(shelves, clock.now())
        assert imports().progress(STORE, import_id).state == "cancelled"
        assert imports().running() == []
        sheets.told_all(world)
        turned(world)
        advance(timedelta(minutes=3))
        sweep.look_at_shelves(clock.now())
        turned(world)
        assert where(world) == []
        assert imports().of_store(STORE, cursor=None).items == []


def test_what_it_exported_goes(world):
    named()
    assert NAME.encode() in sheets.exported(world)
    assert any(one.startswith("exports/") for one in where(world))
    close(world)
    assert where(world) == []
    assert not [row for row in world.items() if row["pk"]["S"].startswith("EXPORTS#")]


def test_files_that_nobody_bought_go_with_their_names(world):
    file = filed.ready(filed.a_digital_offer(), f"{NAME}.flac", NAME.encode())
    assert where(world) != []
    close(world)
    consumed.everything(world, arrivals.handler, arrivals.consumer)
    assert (where(world), files().find(file.offer_id, file.file_id)) == ([], None)


def test_buyers_keep_what_they_bought_until_the_last_of_them_may_download_no_longer(world):
    with clock.frozen(NOON) as advance:
        offer = filed.a_digital_offer()
        file = filed.ready(offer)
        filed.given(offer)
        advance(timedelta(days=100))
        last = filed.given(offer, "usr_00000000000000000000000008")
        for _ in range(2):
            close(world)
        consumed.everything(world, arrivals.handler, arrivals.consumer)
        assert filed.content_of(f"sold/{file.file_id}") == filed.CONTENT
        [kept] = downloads().current(last.buyer_id, last.grant_id).files
        assert kept.file_id == file.file_id
        advance(timedelta(days=364))
        sweep.remove_withdrawn_files(clock.now())
        assert files().find(offer.offer_id, file.file_id)
        advance(timedelta(days=2))
        sweep.remove_withdrawn_files(clock.now())
        assert not files().find(offer.offer_id, file.file_id)


def test_a_file_is_not_kept_for_a_grant_that_was_taken_back(world):
    offer = filed.a_digital_offer()
    file, grant = filed.ready(offer), filed.given(offer)
    path = f"/v1/stores/{STORE}/downloads/{grant.grant_id}"
    assert a.as_seller()("DELETE", path).status in (200, 204)
    close(world)
    assert not files().find(offer.offer_id, file.file_id)


def test_a_file_that_was_removed_meanwhile_is_no_hindrance_the_next_time(world, monkeypatch):
    offer = filed.a_digital_offer()
    file = filed.ready(offer)
    deliver("StoreClosed", sequence=2, store_id=STORE)
    [step] = [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "ShelvesTurning"]
    remove = Files.remove
    monkeypatch.setattr(Files, "remove", lambda self, one: (remove(self, one), 1 / 0))
    assert deliver("ShelvesTurning", source="metco.catalog", **step) == [{"itemIdentifier": "1"}]
    monkeypatch.setattr(Files, "remove", remove)
    turned(world)
    assert not files().find(offer.offer_id, file.file_id)


def test_what_the_store_wrote_to_buyers_goes_and_the_price_stays(world):
    proposal = made()
    answered = proposal.model_copy(
        update={
            "rounds": [*proposal.rounds, Round(by="seller", price=Money(90_00, "EUR"), note=f"Yours, {NAME}", at=NOON)],
            "version": proposal.version + 1,
        }
    )
    proposals().answer(proposal, answered, None)
    close(world)
    left = proposals().proposal(proposal.proposal_id)
    assert [one.note for one in left.rounds if one.by == "seller"] == [""]
    assert (left.price, left.state) == (proposal.price, proposal.state)
    assert where(world) == []
