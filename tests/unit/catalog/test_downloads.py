from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from functions.catalog.model.downloads import DownloadOver, Grant, GrantPaidFor, LinksUsedUp, NoSuchDownload
from functions.catalog.model.files import FileBusy, FileState, GoodsFile, NewFile, NoSuchFile
from functions.catalog.rules import downloads as rules
from functions.catalog.rules import files as file_rules
from tests.builders import catalog as a

BUYER = "usr_00000000000000000000000007"
ORDER = "ord_01k6m2q8vx4c7e9r1t3y5w7zab"
ONE, TWO = (f"fil_{number:026}" for number in range(2))
PLACE = (a.STORE, a.PRODUCT, a.OFFER)


def a_file(file_id: str = ONE, state: FileState = "ready") -> GoodsFile:
    return GoodsFile(file_id=file_id, store_id=a.STORE, offer_id=a.OFFER, name="Rain.flac", size_bytes=41, state=state)


def a_grant(*files: GoodsFile, order_id: str | None = ORDER) -> Grant:
    return rules.granted("gra_00000000000000000000000000", BUYER, PLACE, files, a.NOON, order_id=order_id)


def test_a_grants_id_follows_from_order_and_offer_and_sorts_by_the_orders_time():
    made = rules.grant_id_of(ORDER, a.OFFER)
    assert made == rules.grant_id_of(ORDER, a.OFFER)
    assert made.startswith("gra_01k6m2q8vx")
    assert len({made, rules.grant_id_of(ORDER, a.PRODUCT), rules.grant_id_of(ORDER[:-1] + "c", a.OFFER)}) == 3
    assert Grant.model_validate(a_grant().model_dump() | {"grant_id": made}).grant_id == made


@pytest.mark.parametrize(
    ("state", "sold"),
    [("awaited", False), ("keeping", True), ("ready", True), ("refused", False), ("withdrawn", False)],
)
def test_what_is_there_or_just_being_put_away_is_sold(state: FileState, sold: bool):
    assert [one.file_id for one in a_grant(a_file(state=state)).files] == ([ONE] if sold else [])


def test_a_buyer_keeps_what_was_withdrawn_and_gets_what_was_added():
    bought = a_grant(a_file(ONE))
    later = rules.with_later(bought, [a_file(ONE, "withdrawn"), a_file(TWO)])
    assert [one.file_id for one in later.files] == [ONE, TWO]
    assert rules.with_later(bought, [a_file(ONE, "refused"), a_file(TWO, "withdrawn")]).files == []


@given(st.integers(min_value=0, max_value=50))
def test_what_is_left_is_what_was_not_used_and_never_less_than_nothing(used: int):
    [file] = rules.counted(a_grant(a_file()), {ONE: used, TWO: 3}).files
    assert file.left == max(0, rules.LINKS - used)


def test_a_link_is_for_a_file_of_the_grant_in_its_time_while_there_are_any_left():
    grant, last = a_grant(a_file()), a.NOON + rules.LIFE - timedelta(seconds=1)
    assert rules.to_download(grant, ONE, last).file_id == ONE
    with pytest.raises(DownloadOver):
        rules.to_download(grant, ONE, a.NOON + rules.LIFE)
    with pytest.raises(NoSuchDownload):
        rules.to_download(grant, TWO, a.NOON)
    with pytest.raises(LinksUsedUp):
        rules.to_download(rules.counted(grant, {ONE: rules.LINKS}), ONE, a.NOON)
    with pytest.raises(DownloadOver):
        rules.to_download(rules.taken_back(grant, a.NOON), ONE, a.NOON)


def test_taking_back_twice_is_taking_back_once():
    taken = rules.taken_back(a_grant(), a.NOON)
    assert (taken.revoked_at, taken.version) == (a.NOON, 2)
    assert rules.taken_back(taken, a.NOON + timedelta(days=1)) is taken


def test_a_store_takes_back_what_it_gave_and_not_what_it_sold():
    rules.check_given(a_grant(order_id=None))
    with pytest.raises(GrantPaidFor):
        rules.check_given(a_grant())


@pytest.mark.parametrize(
    ("state", "refusal"),
    [("awaited", None), ("ready", None), ("refused", None), ("keeping", FileBusy), ("withdrawn", NoSuchFile)],
)
def test_a_file_is_withdrawn_once_and_not_while_it_is_put_away(state: FileState, refusal: type[Exception] | None):
    if refusal:
        with pytest.raises(refusal):
            file_rules.withdrawn(a_file(state=state))
    else:
        assert file_rules.withdrawn(a_file(state=state)).state == "withdrawn"


def test_a_withdrawn_file_outlives_every_grant_that_has_it():
    assert file_rules.KEPT_AFTER_WITHDRAWAL > rules.LIFE


@given(st.text(max_size=130))
def test_a_name_never_leaves_its_folder_or_its_header(name: str):
    try:
        kept = NewFile(name=name, size_bytes=1).name
    except ValidationError:
        return
    assert not set(kept) & set('/\\"\r\n\0:*?<>|')
    assert kept == kept.strip()
    assert not kept.startswith(".")
